//! Staying with a run until it ends: remembered before the first look, detached by Ctrl-C.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::live::{self, Pace, Seen, Step};
use crate::output::human;
use crate::services::fetch;
use crate::services::recall::outcome::{Outcome, of_execution};
use crate::services::recall::{NAME, Recall, commands, jobs};
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

/// Writes a started job down, so that `--last` finds it whatever happens next.
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
    };
    if let Err(error) = ctx.runs()?.remember(&run) {
        ctx.output.warning(&format!("the run cannot be remembered for --last: {error}"));
    }
    Ok(())
}

/// Waits for a job.
///
/// # Errors
/// Exit 6 at the deadline, 130 after Ctrl-C, both with how to go on; what the service says.
pub async fn job(id: &str, pace: Pace, ctx: &Context, recall: &Recall) -> Result<Outcome> {
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
/// As for [`job`].
pub async fn execution(workflow: &str, id: &str, ctx: &Context, recall: &Recall) -> Result<Outcome> {
    let what = format!("run {}", text::line(id));
    let hints = [commands::cancel(workflow, id)];
    let recall = recall.through(ctx.http_once());
    let request = recall.execution(workflow, id);
    let state = |run: &Json| run.value["status"].as_str().map(text::line).unwrap_or_default();
    let ask = async || fetch(&recall, &request).await;
    until(&what, &hints, pace(), ctx, ask, state, of_execution).await
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
            ctx.output.note(&format!("{what}: {trouble}; asking again"));
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
