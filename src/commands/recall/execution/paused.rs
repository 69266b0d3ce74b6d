//! `ra recall execution paused`: runs that wait for a person, and where (contract 5.1).

use anyhow::Result;
use clap::Args;

use super::point;
use crate::args::input;
use crate::commands::{Exit, resource};
use crate::context::Context;
use crate::json::Json;
use crate::output::Format;
use crate::services::fetch;
use crate::services::recall::commands;
use crate::services::recall::operations::WORKFLOW_NAMES;
use crate::services::recall::runs::PAUSE_STATES;

/// Show the runs of a workflow that wait for a person, and what each asks
///
/// One row for each place where a run waits. The machine forms have everything the service says of the pause.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall execution paused support-triage
  ra recall execution paused support-triage -o json --jq '.[].executionId'
  ra recall execution paused support-triage 9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19")]
pub struct PausedArgs {
    /// Workflow, an id or a name
    pub workflow: String,

    /// Only this run
    pub execution: Option<String>,

    /// Only runs whose pause is in this state, once for each; without it what still waits
    #[arg(long, value_name = "STATE", action = clap::ArgAction::Append, value_parser = PAUSE_STATES, conflicts_with = "execution")]
    pub status: Vec<String>,
}

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(args: &PausedArgs, ctx: &Context) -> Result<Exit> {
    let word = input::id(&args.workflow, "workflow")?;
    let execution = args.execution.as_deref().map(|id| input::id(id, "execution id")).transpose()?;
    let recall = ctx.recall()?;
    let workflow = resource::resolve(ctx, &recall, &WORKFLOW_NAMES, &word).await?;
    let for_people =
        ctx.output.query.is_none() && matches!(ctx.output.format, Format::Human | Format::Tsv | Format::Csv);
    if let Some(execution) = execution {
        let paused = fetch(&recall, &recall.paused_run(&workflow, &execution)).await?;
        if for_people || (ctx.output.format == Format::Id && ctx.output.query.is_none()) {
            ctx.output.emit_list(&point::rows(&paused), point::view("context"))?;
        } else {
            ctx.output.emit(&paused, point::view("executionId"))?;
        }
        for place in point::open(&paused) {
            ctx.output.hint(&commands::resume(&workflow, &execution, &place));
        }
        return Ok(0);
    }
    let states = if args.status.is_empty() { PAUSE_STATES[..2].join(",") } else { args.status.join(",") };
    let answer = fetch(&recall, &recall.paused(&workflow, &states)).await?;
    let runs: Vec<Json> = answer.get("pausedExecutions").unwrap_or(answer).items().unwrap_or_default();
    if for_people {
        let rows: Vec<Json> = runs.iter().flat_map(point::rows).collect();
        ctx.output.emit_list(&rows, point::view("execution"))?;
    } else {
        ctx.output.emit_list(&runs, point::view("executionId"))?;
    }
    Ok(0)
}
