//! `ra recall execution get`: one run as it stands, with its output (contract 3.3).

use anyhow::Result;
use clap::Args;

use super::Which;
use crate::columns::{Column, Kind, View};
use crate::commands::Exit;
use crate::commands::recall::{generation, result, watch};
use crate::context::Context;
use crate::services::recall::Generation;
use crate::services::recall::outcome::{Verdict, of_execution};

/// Show where a run is, without waiting, and what it came to
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall execution get support-triage 9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19
  ra recall execution get --last --select writer.content
  ra recall execution get --last -o json --jq .status")]
pub struct GetArgs {
    #[command(flatten)]
    pub run: Which,

    /// Also show this block's output, BLOCK.PATH, once for each (through v2 the block by its id)
    #[arg(long = "select", value_name = "BLOCK.PATH", action = clap::ArgAction::Append)]
    pub select: Vec<String>,
}

const VIEW: View<'static> = View {
    columns: &[
        Column::text("execution", "executionId|runId"),
        Column::of(Kind::Status, "status", "status"),
        Column::text("trigger", "trigger"),
        Column::of(Kind::Time, "started", "startedAt"),
        Column::of(Kind::Millis, "took", "totalDurationMs|durationMs"),
        Column::of(Kind::Money, "cost", "cost.total"),
        Column::text("error", "error.message|error"),
        Column::text("blocks", "blockOutputs"),
        Column::text("output", "finalOutput|output"),
    ],
    id: "executionId|runId",
};

/// Carries the command out.
///
/// # Errors
/// What the service says; what works instead where it cannot be asked for a run.
pub async fn run(args: &GetArgs, ctx: &Context) -> Result<Exit> {
    let found = args.run.find(ctx).await?;
    let mut request = found.recall.execution(&found.workflow, &found.execution);
    if !args.select.is_empty() {
        request = request.query("selectedOutputs", args.select.join(","));
    }
    let run = match (generation::ask(&found.recall, &request).await, found.recall.generation) {
        (Err(error), Generation::Legacy) => return Err(watch::unasked(error, &found.execution, ctx)),
        (run, _) => run?,
    };
    ctx.output.emit(&run, VIEW)?;
    if let Some(Verdict::Paused(pause)) = of_execution(&run).map(|end| end.verdict) {
        let paused = result::paused(&pause, &found.workflow);
        ctx.output.warning(&paused.message);
        paused.hints.iter().for_each(|hint| ctx.output.hint(hint));
    }
    Ok(0)
}
