//! Runs that nobody waits for: a stored plan and the clock tell their state, and whoever looks first after
//! the planned end works out the result. So they go on when the process that took them is gone.

use std::time::Duration;

use serde_json::{Value, json};

use super::document::{flag, number, text};
use super::engine::{Failure, Outcome, Pace, Run};
use super::listener::Silent;
use super::{execution, limits, plan, versions, workflow};
use crate::local::World;
use crate::local::faults::JobFault;
use crate::local::store::Result;
use crate::local::time::now_ms;

/// How long a worker may take for a result before another one tries.
const CLAIM_MS: i64 = 120_000;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not begun.
    Queued,
    /// Begun, and not over by the plan.
    Running,
    /// Over by the plan; its result may still have to be worked out.
    Due,
    /// Over, with a stored result.
    Settled,
}

/// The plan of `run`, which starts `delay` from now and may take `limit` seconds.
pub fn planned(run: &Run, pace: Duration, delay: i64, limit: Option<i64>, fault: Option<JobFault>) -> Value {
    let starts = now_ms() + delay;
    let takes = i64::try_from(plan::duration(run, pace).as_millis()).unwrap_or(i64::MAX / 2);
    let limit_ms = limit.map_or(5_400_000, |seconds| seconds * 1000);
    json!({
        "startsAt": starts,
        "endsAt": starts + takes.min(limit_ms),
        "timedOutAfter": (takes > limit_ms).then_some(limit_ms / 1000),
        "stuck": fault == Some(JobFault::Stuck),
        "fails": fault == Some(JobFault::Fails),
    })
}

/// Where a stored run stands at `now`.
pub fn phase(document: &Value, now: i64) -> Phase {
    let plan = &document["plan"];
    if text(document, "status") != "running" {
        Phase::Settled
    } else if plan.is_null() {
        // A run that somebody waited for; past its limit nobody does any more.
        if now > number(document, "deadlineAt") { Phase::Due } else { Phase::Running }
    } else if flag(plan, "stuck") || now < number(plan, "startsAt") {
        Phase::Queued
    } else if now < number(plan, "endsAt") {
        Phase::Running
    } else {
        Phase::Due
    }
}

/// The run as it stands now, its result worked out when it is due.
pub async fn settled(world: &World, id: &str) -> Result<Option<Value>> {
    let Some(document) = world.store.get(execution::KIND, id)? else { return Ok(None) };
    if phase(&document, now_ms()) != Phase::Due || !claim(world, id)? {
        return Ok(Some(document));
    }
    let (owned, worker) = (document, world.clone());
    let work = tokio::spawn(async move { conclude(&worker, &owned).await });
    // A model may take its time: then the run is still processing, and the next look finds the result.
    match tokio::time::timeout(Duration::from_secs(5), work).await {
        Ok(Ok(result)) => result.map(Some),
        _ => world.store.get(execution::KIND, id),
    }
}

/// All runs, with every one settled that is due.
pub async fn settle_all(world: &World) -> Result<Vec<Value>> {
    let now = now_ms();
    let mut runs = world.store.list(execution::KIND)?;
    for document in &mut runs {
        if phase(document, now) == Phase::Due {
            let id = text(document, "executionId").to_owned();
            if let Some(settled) = settled(world, &id).await? {
                *document = settled;
            }
        }
    }
    Ok(runs)
}

/// Takes on the work, so that two processes do not both do it.
fn claim(world: &World, id: &str) -> Result<bool> {
    let mut ours = false;
    let now = now_ms();
    world.store.update(execution::KIND, id, |document| {
        ours = now - number(document, "claimedAt") > CLAIM_MS;
        if ours {
            document["claimedAt"] = json!(now);
        }
    })?;
    Ok(ours)
}

async fn conclude(world: &World, document: &Value) -> Result<Value> {
    let began = now_ms();
    let plan = &document["plan"];
    let workflow = workflow::find(&world.store, text(document, "workflowId"))?;
    let Some(workflow) = workflow else {
        let run = Run { execution_id: text(document, "executionId").into(), ..empty() };
        let failure = Failure::of_run("EXECUTION_FAILED", "Workflow not found");
        return execution::finish(world, &run, &Outcome::Failed(failure), began);
    };
    let workflow = versions::at(&world.store, &workflow, document["deploymentVersion"].as_i64())?;
    let mut run = execution::restored(document, &workflow);
    if plan.is_null() {
        let outcome = Outcome::Failed(timed_out(super::live::LIMIT_SECONDS));
        return execution::finish(world, &run, &outcome, number(document, "deadlineAt"));
    }
    // What was resumed was let in before.
    let asks = text(document, "mode") == "async" && document["parentExecutionId"].is_null();
    let refused = if asks { limits::in_worker(world)? } else { None };
    let outcome = if let Some(why) = refused {
        Outcome::Failed(Failure::of_run("EXECUTION_FAILED", why))
    } else if flag(plan, "fails") {
        Outcome::Failed(Failure::of_run("EXECUTION_FAILED", "Worker stopped unexpectedly"))
    } else if let Some(seconds) = plan["timedOutAfter"].as_i64() {
        Outcome::Failed(timed_out(seconds))
    } else {
        run.go(world, Pace::AtOnce, &mut Silent).await
    };
    // By the plan it ended then; only a slow model makes it later.
    let now = now_ms();
    let ended = if now - began < 1000 { number(plan, "endsAt") } else { now };
    execution::finish(world, &run, &outcome, ended)
}

fn empty() -> Run {
    Run {
        execution_id: String::new(),
        blocks: Vec::new(),
        position: 0,
        scope: super::reference::Scope::default(),
        trace: super::trace::Trace::default(),
    }
}

/// A run that took too long.
pub fn timed_out(seconds: i64) -> Failure {
    Failure::of_run("TIMEOUT", timed_out_text(seconds))
}

fn timed_out_text(seconds: i64) -> String {
    let (amount, unit) =
        if seconds >= 60 && seconds % 60 == 0 { (seconds / 60, "minute") } else { (seconds, "second") };
    format!("Execution timed out after {amount} {unit}{}", if amount == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_the_phase() {
        let document = json!({"status": "running", "plan": {"startsAt": 300, "endsAt": 900}});
        for (now, expected) in
            [(0, Phase::Queued), (300, Phase::Running), (899, Phase::Running), (900, Phase::Due)]
        {
            assert_eq!(phase(&document, now), expected, "at {now}");
        }
        let stuck = json!({"status": "running", "plan": {"startsAt": 0, "endsAt": 1, "stuck": true}});
        assert_eq!(phase(&stuck, 10_000), Phase::Queued);
        let cancelled = json!({"status": "cancelled", "plan": {"startsAt": 0, "endsAt": 900}});
        assert_eq!(phase(&cancelled, 5), Phase::Settled);
        let waited_for = json!({"status": "running", "deadlineAt": 100});
        assert_eq!((phase(&waited_for, 100), phase(&waited_for, 101)), (Phase::Running, Phase::Due));
    }

    #[test]
    fn limits_read_as_the_service_writes_them() {
        assert_eq!(timed_out_text(3), "Execution timed out after 3 seconds");
        assert_eq!(timed_out_text(300), "Execution timed out after 5 minutes");
        assert_eq!(timed_out_text(60), "Execution timed out after 1 minute");
    }
}
