//! Routes over single runs: `GET …/executions/{id}` and `POST …/executions/{id}/cancel`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, refuse};
use super::deferred::{self, Phase};
use super::document::{moment, number, text};
use super::reference::Scope;
use super::workflow::{self, Workflow};
use super::{auth, execution, limits, pause, selection, versions};
use crate::local::World;
use crate::local::time::now_ms;

/// The stored run of a workflow, as it stands now.
async fn wanted(world: &World, workflow: &Workflow, id: &str) -> Result<Value, Refusal> {
    let unknown = || refuse(StatusCode::NOT_FOUND, "Execution not found");
    execution::of_workflow(&world.store, workflow, id)?.ok_or_else(unknown)?;
    deferred::settled(world, id).await?.ok_or_else(unknown)
}

/// Where a run goes on: one that was resumed after a pause lives on under another id, and what becomes of
/// that is what becomes of it.
pub async fn latest(world: &World, run: &Value) -> crate::local::store::Result<Value> {
    let mut run = run.clone();
    while let Some(next) = run["resumedBy"].as_str() {
        match deferred::settled(world, next).await? {
            Some(next) => run = next,
            None => break,
        }
    }
    Ok(run)
}

/// `GET /api/workflows/{id}/executions/{executionId}`
pub async fn get(
    State(world): State<World>,
    Path((workflow, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let workflow = workflow::wanted(&world.store, &workflow)?;
    let first = wanted(&world, &workflow, &id).await?;
    let run = latest(&world, &first).await?;
    let include = query.get("includeOutput").is_some_and(|value| value == "true");
    let selected: Vec<String> = query
        .get("selectedOutputs")
        .map(|list| list.split(',').map(|name| name.trim().to_owned()).collect())
        .unwrap_or_default();
    let mut body = view(&first, &run, include, now_ms());
    body["paused"] = pause::summary(&world.store, &run)?;
    if !selected.is_empty() {
        let outputs = run["outputs"].as_object().cloned().unwrap_or_default();
        let scope = Scope { start: Value::Null, outputs };
        let workflow = versions::at(&world.store, &workflow, first["deploymentVersion"].as_i64())?;
        let selections = selection::read(&selected, &workflow);
        body["blockOutputs"] = selection::values(&selections, &workflow, &scope, |_| false);
    }
    Ok(Json(body).into_response())
}

/// A run as the wire shows it: begun by `first`, standing where `run` stands.
fn view(first: &Value, run: &Value, include_output: bool, now: i64) -> Value {
    let status = status(run, now);
    let over = matches!(status, "completed" | "failed" | "cancelled");
    let (began, ended) = (number(first, "startedAt"), run["endedAt"].as_i64().filter(|_| over));
    let cost = run["costMicros"].as_i64().map(|micros| json!({"total": limits::dollars(micros)}));
    json!({
        "executionId": first["executionId"],
        "workflowId": first["workflowId"],
        "status": status,
        "trigger": first["trigger"],
        "level": if status == "failed" { "error" } else { "info" },
        "startedAt": moment(first, "startedAt"),
        "endedAt": if over { moment(run, "endedAt") } else { Value::Null },
        "totalDurationMs": ended.map(|ended| ended - began),
        "paused": null,
        "cost": cost,
        "error": run["error"],
        "finalOutput": if include_output && status == "completed" { run["output"].clone() } else { Value::Null },
        "blockOutputs": null,
    })
}

/// `POST /api/workflows/{id}/executions/{executionId}/cancel`
pub async fn cancel(
    State(world): State<World>,
    Path((workflow, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let workflow = workflow::wanted(&world.store, &workflow)?;
    if world.generation.is_b() {
        // Success whatever the id: in period B this only leaves a note for a worker to find.
        if execution::of_workflow(&world.store, &workflow, &id)?.is_some() {
            execution::cancel(&world.store, &id)?;
        }
        let body = json!({"success": true, "executionId": id, "redisAvailable": true});
        return Ok(Json(body).into_response());
    }
    let run = latest(&world, &wanted(&world, &workflow, &id).await?).await?;
    let (recorded, paused, reason) = match stop(&world, &run)? {
        Stopped::Now { paused, reason } => (true, paused, reason),
        Stopped::Before(state) if state == "cancelled" => (false, false, "already_cancelled"),
        Stopped::Before(state) => {
            let text = format!("Execution cannot be cancelled while {state}");
            return Err(refuse(StatusCode::CONFLICT, &text));
        }
    };
    let body = json!({
        "success": true,
        "executionId": id,
        "redisAvailable": true,
        "durablyRecorded": recorded,
        "locallyAborted": false,
        "pausedCancelled": paused,
        "reason": reason,
    });
    Ok(Json(body).into_response())
}

/// What asking a run to stop came to.
pub enum Stopped {
    /// It was going on, or waited for a person.
    Now {
        /// Whether it waited.
        paused: bool,
        /// The service's word for what was done.
        reason: &'static str,
    },
    /// It was over, in this state.
    Before(String),
}

/// Stops a run.
pub fn stop(world: &World, run: &Value) -> crate::local::store::Result<Stopped> {
    let queued = deferred::phase(run, now_ms()) == Phase::Queued;
    let before = execution::cancel(&world.store, text(run, "executionId"))?;
    Ok(match before.as_str() {
        "running" => {
            Stopped::Now { paused: false, reason: if queued { "queue_cancelled" } else { "recorded" } }
        }
        "paused" => Stopped::Now { paused: true, reason: "recorded" },
        _ => Stopped::Before(before),
    })
}

/// The word for where a run stands at `now`.
pub fn status(run: &Value, now: i64) -> &str {
    match (deferred::phase(run, now), text(run, "status")) {
        (Phase::Queued, _) => "queued",
        (Phase::Running | Phase::Due, _) => "running",
        (Phase::Settled, status) => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_shows_its_end_only_when_it_has_one() {
        let run = json!({"executionId": "e", "status": "running", "startedAt": 0, "deadlineAt": 10});
        let running = view(&run, &run, true, 5);
        assert_eq!((&running["status"], &running["endedAt"]), (&json!("running"), &Value::Null));
        let run = json!({
            "status": "completed", "startedAt": 0, "endedAt": 1500, "output": {"a": 1}, "costMicros": 5000,
        });
        let completed = view(&run, &run, true, 5);
        assert_eq!(completed["totalDurationMs"], 1500);
        assert_eq!(
            (&completed["finalOutput"], &completed["cost"]),
            (&json!({"a": 1}), &json!({"total": 0.005}))
        );
        assert_eq!(view(&run, &run, false, 5)["finalOutput"], Value::Null);
    }
}
