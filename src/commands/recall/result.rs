//! How the end of a run is shown, whichever way it came: in step, streamed, or out of a job.

use anyhow::Result;
use serde_json::Value;

use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::output::{Paint, json};
use crate::services::recall::outcome::{Outcome, Pause, Verdict};
use crate::services::recall::{NAME, commands};

/// What tables show of a run, and its id.
pub const VIEW: View<'static> = View {
    columns: &[
        Column::text("id", "executionId|runId|taskId|jobId"),
        Column::text("success", "success"),
        Column::text("output", "output"),
    ],
    id: "executionId|runId|taskId|jobId",
};

/// Prints a run's output; a paused or failed run is a failure with what it has to say.
///
/// # Errors
/// The failure, or why stdout cannot be written.
pub fn show(outcome: &Outcome, workflow: &str, ctx: &Context) -> Result<Exit> {
    match &outcome.verdict {
        Verdict::Completed => {
            ctx.output.emit_text(&text_of(outcome), &outcome.whole, VIEW)?;
            Ok(0)
        }
        Verdict::Paused(pause) => {
            // A paused run is no failure of anybody's: who reads JSON gets it, with the place to resume.
            if !ctx.output.is_human() {
                ctx.output.emit(&outcome.whole, VIEW)?;
            }
            Err(paused(pause, workflow).into())
        }
        Verdict::Failed(failure) => Err(failure.clone().into()),
    }
}

/// A good end for people. What the author of a Response block chose is shown as it is.
pub fn text_of(outcome: &Outcome) -> String {
    match outcome.raw && !outcome.output.value.is_string() {
        true => json::pretty(&outcome.output, Paint { on: false }),
        false => readable(&outcome.output),
    }
}

/// An output for people: its `content` when that is text, a bare text as it is, the rest as indented JSON.
pub fn readable(output: &Json) -> String {
    let text = output.value.as_str().or_else(|| output.value.get("content").and_then(Value::as_str));
    match text {
        Some(text) if text.ends_with('\n') => text.to_owned(),
        Some(text) => format!("{text}\n"),
        None => json::pretty(output, Paint { on: false }),
    }
}

/// The failure of a run that waits for a person.
pub fn paused(pause: &Pause, workflow: &str) -> Failure {
    let mut failure =
        Failure::new(Kind::Paused, "the run is paused: it waits for a person").service(NAME).code("PAUSED");
    if let Some(page) = &pause.page {
        failure = failure.note(format!("answer it at {}", crate::text::line(page)));
    }
    let Some(execution) = &pause.execution else { return failure };
    let workflow = pause.workflow.as_deref().unwrap_or(workflow);
    for place in &pause.contexts {
        failure = failure.hint(commands::resume(workflow, execution, place));
    }
    if pause.contexts.is_empty() && !workflow.is_empty() {
        failure = failure.hint(commands::paused(workflow, execution));
    }
    failure
}
