//! `ra recall job cancel`: stop a job. The service wants the run's id, which is not the job's (contract 2.6).

use anyhow::Result;
use clap::Args;
use serde_json::Value;

use super::Which;
use crate::args::input;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::services::fetch;
use crate::services::recall::{NAME, Recall, jobs};
use crate::text;

/// Stop a job, or a run by its own id
///
/// Workflow and run are taken from what this machine remembers of the job, else from the job itself.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall job cancel run_4f1d2c3b4a5968778695
  ra recall job cancel --last
  ra recall job cancel --workflow support-triage --execution-id 9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19")]
pub struct CancelArgs {
    #[command(flatten)]
    pub job: Which,

    /// Workflow that the run belongs to
    #[arg(long, value_name = "WORKFLOW")]
    pub workflow: Option<String>,

    /// The run's own id
    #[arg(long, visible_alias = "execution", value_name = "ID")]
    pub execution_id: Option<String>,
}

const VIEW: View<'static> = View {
    columns: &[
        Column::text("execution", "executionId"),
        Column::text("success", "success"),
        Column::text("reason", "reason"),
    ],
    id: "executionId",
};

/// Carries the command out.
///
/// # Errors
/// Exit 2 when the run cannot be told from the job; what the service says.
pub async fn run(args: &CancelArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let (workflow, execution) = target(args, ctx, &recall).await?;
    let answer = fetch(&recall, &recall.cancel(&workflow, &execution)).await?;
    // A newer server puts it into `data`.
    let answer = answer.get("data").unwrap_or(answer);
    judge(&answer, &execution, ctx)
}

async fn target(args: &CancelArgs, ctx: &Context, recall: &Recall) -> Result<(String, String)> {
    let mut workflow = args.workflow.as_deref().map(|id| input::id(id, "workflow")).transpose()?;
    let mut execution = args.execution_id.as_deref().map(|id| input::id(id, "execution id")).transpose()?;
    let named = args.job.id.is_some() || args.job.last;
    if named && (workflow.is_none() || execution.is_none()) {
        let (id, known) = args.job.find(ctx, recall)?;
        if let Some(run) = known {
            workflow = workflow.or(Some(run.workflow).filter(|workflow| !workflow.is_empty()));
            execution = execution.or(run.execution);
        }
        if workflow.is_none() || execution.is_none() {
            let (theirs, run) = jobs::origin(&fetch(recall, &recall.job(&id)).await?.value);
            workflow = workflow.or(theirs);
            execution = execution.or(run);
        }
    }
    match (workflow, execution) {
        (Some(workflow), Some(execution)) => Ok((workflow, execution)),
        (workflow, execution) => {
            let missing = match (workflow.is_none(), execution.is_none()) {
                (true, true) => "--workflow and --execution-id",
                (true, false) => "--workflow",
                _ => "--execution-id",
            };
            let what = if named {
                format!("neither this machine nor the job tells which run to stop; give {missing}")
            } else {
                format!("nothing says what to stop; give a job's id, --last, or {missing}")
            };
            Err(Failure::usage(what).into())
        }
    }
}

/// What became of it: HTTP 200 may carry a no.
fn judge(answer: &Json, execution: &str, ctx: &Context) -> Result<Exit> {
    let reason = answer.value.get("reason").and_then(Value::as_str).map(text::line).unwrap_or_default();
    if answer.value.get("success") == Some(&Value::Bool(false)) {
        let why = if reason.is_empty() { "the service does not say why" } else { &reason };
        let mut failure = Failure::new(Kind::Refused, format!("the run was not cancelled: {why}"))
            .service(NAME)
            .code("EXECUTION_ERROR");
        failure.details = Some(answer.value.clone());
        return Err(failure.into());
    }
    let execution = text::line(execution);
    let said = match reason.strip_prefix("already_") {
        Some(state) => format!("{execution} was {state} already\n"),
        None => format!("cancelled {execution}\n"),
    };
    ctx.output.emit_text(&said, answer, VIEW)?;
    if answer.value.get("redisAvailable") == Some(&Value::Bool(false)) {
        ctx.output.warning("the service may not have passed it on: its signal store is down");
    }
    Ok(0)
}
