//! `ra recall job cancel`: stop a job. The service wants the run's id, which is not the job's (contract 2.6).

use anyhow::Result;
use clap::Args;

use super::Which;
use crate::args::input;
use crate::commands::Exit;
use crate::commands::recall::{generation, stop, watch};
use crate::commands::resource;
use crate::context::Context;
use crate::error::Failure;
use crate::services::fetch;
use crate::services::recall::operations::WORKFLOW_NAMES;
use crate::services::recall::{Recall, jobs};

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

    /// Workflow that the run belongs to, an id or a name
    #[arg(long, value_name = "WORKFLOW")]
    pub workflow: Option<String>,

    /// The run's own id
    #[arg(long, visible_alias = "execution", value_name = "ID")]
    pub execution_id: Option<String>,
}

/// Carries the command out.
///
/// # Errors
/// Exit 2 when the run cannot be told from the job; what the service says.
pub async fn run(args: &CancelArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let (recall, workflow, execution) = target(args, ctx, recall).await?;
    stop::run(&workflow, &execution, ctx, &recall).await
}

async fn target(args: &CancelArgs, ctx: &Context, recall: Recall) -> Result<(Recall, String, String)> {
    let given = args.workflow.as_deref().map(|id| input::id(id, "workflow")).transpose()?;
    let mut execution = args.execution_id.as_deref().map(|id| input::id(id, "execution id")).transpose()?;
    let named = args.job.id.is_some() || args.job.last;
    if !named && (given.is_none() || execution.is_none()) {
        let what = format!(
            "nothing says what to stop; give a job's id, --last, or {}",
            missing(given.as_ref(), execution.as_ref())
        );
        return Err(Failure::usage(what).into());
    }
    let found = if named { Some(args.job.find(ctx, &recall)?) } else { None };
    let known = found.as_ref().and_then(|(_, known)| known.as_ref());
    let recall = match known {
        Some(_) => watch::towards(recall, known),
        None => generation::settled(ctx, recall).await?,
    };
    let mut workflow = match given {
        Some(word) => Some(resource::resolve(ctx, &recall, &WORKFLOW_NAMES, &word).await?),
        None => None,
    };
    if let Some((id, known)) = &found {
        if let Some(run) = known {
            workflow = workflow.or(Some(run.workflow.clone()).filter(|workflow| !workflow.is_empty()));
            execution = execution.or(run.execution.clone());
        }
        if workflow.is_none() || execution.is_none() {
            let (theirs, run) = jobs::origin(&fetch(&recall, &recall.job(id)).await?.value);
            workflow = workflow.or(theirs);
            execution = execution.or(run);
        }
    }
    match (workflow, execution) {
        (Some(workflow), Some(execution)) => Ok((recall, workflow, execution)),
        (workflow, execution) => {
            let missing = missing(workflow.as_ref(), execution.as_ref());
            let what = format!("neither this machine nor the job tells which run to stop; give {missing}");
            Err(Failure::usage(what).into())
        }
    }
}

fn missing(workflow: Option<&String>, execution: Option<&String>) -> &'static str {
    match (workflow, execution) {
        (None, None) => "--workflow and --execution-id",
        (None, _) => "--workflow",
        _ => "--execution-id",
    }
}
