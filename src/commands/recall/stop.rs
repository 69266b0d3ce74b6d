//! Stopping a run: one way for `job cancel` and `execution cancel` (contract 2.6).

use anyhow::Result;
use serde_json::Value;

use super::generation;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::services::recall::{NAME, Recall};
use crate::text;

const VIEW: View<'static> = View {
    columns: &[
        Column::text("execution", "executionId|runId"),
        Column::text("success", "success"),
        Column::text("reason", "reason"),
    ],
    id: "executionId|runId",
};

/// Stops a run and says what became of it.
///
/// # Errors
/// What the service says; exit 1 when it did not stop the run.
pub async fn run(workflow: &str, execution: &str, ctx: &Context, recall: &Recall) -> Result<Exit> {
    let answer = generation::ask(recall, &recall.cancel(workflow, execution)).await?;
    judge(&answer, execution, ctx)
}

/// HTTP 200 may carry a no.
fn judge(answer: &Json, execution: &str, ctx: &Context) -> Result<Exit> {
    let reason = answer.value.get("reason").and_then(Value::as_str).map(text::line).unwrap_or_default();
    if answer.value.get("success") == Some(&Value::Bool(false)) {
        let mut failure = Failure::new(Kind::Refused, format!("the run was not cancelled: {}", why(&reason)))
            .service(NAME)
            .code("EXECUTION_ERROR");
        failure.details = Some(answer.value.clone());
        return Err(failure.into());
    }
    let execution = text::line(execution);
    let said = match reason.strip_prefix("already_") {
        Some("failed") => format!("{execution} had failed already\n"),
        Some(state) => format!("{execution} was {state} already\n"),
        None => format!("cancelled {execution}\n"),
    };
    ctx.output.emit_text(&said, answer, VIEW)?;
    if answer.value.get("redisAvailable") == Some(&Value::Bool(false)) {
        ctx.output.warning("the service may not have passed it on: its signal store is down");
    }
    Ok(0)
}

/// The service's word for why not, and what it means.
fn why(reason: &str) -> String {
    let meaning = match reason {
        "" => return "the service does not say why".to_owned(),
        "already_cancelled" => "it was cancelled before",
        "already_completed" => "it had ended well before",
        "already_failed" => "it had failed before",
        "redis_unavailable" | "redis_write_failed" => "the service's signal store is down; try again",
        "paused_event_publish_failed" | "paused_database_cancel_failed" => {
            "it waits for a person, and the service could not close the wait; try again"
        }
        "active_resume_signal_failed" => {
            "it is being resumed, and the service could not signal that; try again"
        }
        "cancellation_not_finalized" => "the service has begun to stop it and has not finished; look again",
        _ => return reason.to_owned(),
    };
    format!("{reason} ({meaning})")
}
