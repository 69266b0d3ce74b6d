//! Staying with a run until it ends: remembered before the first look, detached by Ctrl-C.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::generation::told;
use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::json::Json;
use crate::live::{self, Pace, Seen, Step};
use crate::output::human;
use crate::services::fetch;
use crate::services::recall::operations::WORKSPACE_SETTING;
use crate::services::recall::outcome::{Outcome, Verdict, logged, of_execution};
use crate::services::recall::{Generation, NAME, Recall, commands, jobs};
use crate::state::runs::Run;
use crate::text;

/// How long a wait lasts when nobody says.
pub const LIMIT: Duration = Duration::from_secs(3600);

/// The pace of a wait when nobody says.
pub fn pace() -> Pace {
    Pace { limit: LIMIT, ..Pace::default() }
}

/// The address under which runs are remembered; the local services listen elsewhere each time.
pub fn address(ctx: &Context, recall: &Recall) -> String {
    if ctx.globals.local { "local".to_owned() } else { recall.base.clone() }
}

/// Writes a started run down, so that `--last` finds it whatever happens next; `job` is empty for one that is no
/// job.
///
/// # Errors
/// Exit 2 when the configuration is broken; a disk that cannot be written is a warning.
pub fn remember(
    job: &str,
    workflow: &str,
    execution: Option<&str>,
    ctx: &Context,
    recall: &Recall,
) -> Result<()> {
    let run = Run {
        service: NAME.to_owned(),
        job: job.to_owned(),
        workflow: workflow.to_owned(),
        execution: execution.map(str::to_owned),
        profile: ctx.settings()?.profile.clone(),
        address: address(ctx, recall),
        started: jiff::Timestamp::now().to_string(),
        api: (recall.generation != Generation::Legacy).then(|| recall.generation.word().to_owned()),
        state: None,
    };
    if let Err(error) = ctx.runs()?.remember(&run) {
        ctx.output.warning(&format!("the run cannot be remembered for --last: {error}"));
    }
    Ok(())
}

/// Writes down how a remembered run stands.
pub fn seen(known: Option<&Run>, state: &str, ctx: &Context) {
    if let (Some(run), Ok(runs)) = (known, ctx.runs()) {
        runs.note(run, state);
    }
}

/// The word for an end.
pub fn word(end: &Outcome) -> &'static str {
    match &end.verdict {
        Verdict::Completed => "completed",
        Verdict::Paused(_) => "paused",
        Verdict::Failed(failure) if failure.code.as_deref() == Some("CANCELLED") => "cancelled",
        Verdict::Failed(_) => "failed",
    }
}

/// The service through the generation that a remembered run was started through.
pub fn towards(recall: Recall, known: Option<&Run>) -> Recall {
    match known.map(|run| run.api.as_deref()) {
        Some(Some("v2")) => recall.speaking(Generation::V2),
        Some(_) => recall.speaking(Generation::Legacy),
        None => recall,
    }
}

/// Workflow and id of a remembered run that is looked after by its own id: there is no job.
pub fn without_job(run: &Run) -> Option<(&str, &str)> {
    let has_job = run.api.is_none() && !run.job.is_empty();
    if has_job { None } else { Some((run.workflow.as_str(), run.execution.as_deref()?)) }
}

/// Waits for what was started in the background: a job, or in v2 a run. How it ended is written down.
///
/// # Errors
/// Exit 6 at the deadline, 130 after Ctrl-C, both with how to go on; what the service says.
pub async fn started(id: &str, pace: Pace, ctx: &Context, recall: &Recall) -> Result<Outcome> {
    let known = ctx.runs()?.find(NAME, &address(ctx, recall), id);
    let end = match known.as_ref().and_then(without_job) {
        Some((workflow, execution)) => {
            let recall = towards(recall.through(ctx.http_once()), known.as_ref());
            let hints = [commands::wait(id), commands::cancel_job(id)];
            run(workflow, execution, &hints, pace, ctx, &recall).await?
        }
        None => job(id, pace, ctx, recall).await?,
    };
    seen(known.as_ref(), word(&end), ctx);
    Ok(end)
}

async fn job(id: &str, pace: Pace, ctx: &Context, recall: &Recall) -> Result<Outcome> {
    let what = format!("job {}", text::line(id));
    let hints = [commands::wait(id), commands::cancel_job(id)];
    let recall = recall.through(ctx.http_once());
    let request = recall.job(id);
    let state = |job: &Json| jobs::state(&job.value).word().to_owned();
    let ask = async || fetch(&recall, &request).await;
    until(&what, &hints, pace, ctx, ask, state, jobs::outcome).await
}

/// Waits for a run that is no job, by its own id.
///
/// # Errors
/// As for [`started`].
pub async fn execution(
    workflow: &str,
    id: &str,
    pace: Pace,
    ctx: &Context,
    recall: &Recall,
) -> Result<Outcome> {
    let hints = [commands::get(workflow, id), commands::cancel(workflow, id)];
    run(workflow, id, &hints, pace, ctx, &recall.through(ctx.http_once())).await
}

async fn run(
    workflow: &str,
    id: &str,
    hints: &[String],
    pace: Pace,
    ctx: &Context,
    recall: &Recall,
) -> Result<Outcome> {
    let what = format!("run {}", text::line(id));
    let request = recall.execution(workflow, id);
    let workspace = ctx.settings()?.get(WORKSPACE_SETTING)?.map(|resolved| resolved.value);
    let by_log = Cell::new(false);
    let ask = async || {
        if !by_log.get() {
            match fetch(recall, &request).await {
                Err(error) if unpack(&error).0.route_missing => match &workspace {
                    // Older servers tell of their runs in the log only.
                    Some(_) if recall.generation == Generation::Legacy => by_log.set(true),
                    None if recall.generation == Generation::Legacy => return Err(unasked(error, id, ctx)),
                    _ => return Err(told(error, recall)),
                },
                answer => return answer,
            }
        }
        let request = recall.logged(workspace.as_deref().unwrap_or_default(), id);
        Ok(logged::execution(&fetch(recall, &request).await?))
    };
    let state = |run: &Json| run.value["status"].as_str().map(text::line).unwrap_or_default();
    until(&what, hints, pace, ctx, ask, state, of_execution).await
}

/// The failure of a server that cannot be asked for a run: what the log can tell instead.
pub fn unasked(error: anyhow::Error, id: &str, ctx: &Context) -> anyhow::Error {
    let failure = match error.downcast::<Failure>() {
        Ok(failure) if failure.route_missing => failure,
        Ok(failure) => return failure.into(),
        Err(error) => return error,
    };
    let failure = Failure {
        message: "this server cannot be asked for a run, it tells of runs in its log only".to_owned(),
        ..failure
    };
    let known = ctx.settings().and_then(|settings| settings.get(WORKSPACE_SETTING));
    let failure = failure.hint(commands::log(id));
    match known {
        Ok(None) => failure.hint("--workspace ID, which the log wants to know").into(),
        _ => failure.into(),
    }
}

/// A wait that broke off says how to take it up again, unless there is nothing to wait for.
fn taken_up(error: anyhow::Error, hints: &[String]) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.kind == Kind::NotFound => failure.into(),
        Ok(failure) => hints.iter().fold(failure, Failure::hint).into(),
        Err(error) => error,
    }
}

async fn until(
    what: &str,
    hints: &[String],
    pace: Pace,
    ctx: &Context,
    ask: impl AsyncFn() -> Result<Json>,
    state: impl Fn(&Json) -> String,
    end: impl Fn(&Json) -> Option<Outcome>,
) -> Result<Outcome> {
    let began = Instant::now();
    let progress = ctx.output.progress(what);
    let said = RefCell::new(String::new());
    let look = |seen: Seen<'_, Option<Outcome>>| {
        if let Some(trouble) = seen.trouble {
            let pause = human::span(seen.again_in);
            ctx.output.note(&format!("{what}: {trouble}; asking again in {pause}"));
        }
    };
    let question = async || {
        let json = ask().await?;
        // Waiting for an answer that names no state would be waiting for ever.
        if !json.value.get("status").is_some_and(Value::is_string) {
            let failure = Failure::unavailable(format!("the answer does not say where {what} is"));
            return Err(failure.service(NAME).code("INVALID_RESPONSE").into());
        }
        if let Some(outcome) = end(&json) {
            return Ok(Step::Settled(Some(outcome)));
        }
        let state = state(&json);
        progress.set(&format!("{what} {state}"));
        if *said.borrow() != state {
            // A line that is drawn over needs no history; a log wants each change once.
            if !ctx.output.asks_on_terminal() {
                ctx.output.note(&format!("{what}: {state}, {}", human::span(began.elapsed())));
            }
            *said.borrow_mut() = state;
        }
        Ok(Step::Pending { seen: None, again_in: None })
    };
    let waited = live::wait(ctx.paced(pace), ctx.interrupt(), question, look).await;
    drop(progress);
    let waited = waited.map_err(|error| taken_up(error, hints))?;
    let settled = waited.settled(what, hints)?;
    settled.ok_or_else(|| anyhow::anyhow!("{what} ended without an end"))
}
