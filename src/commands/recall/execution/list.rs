//! `ra recall execution list`: the runs of a workflow, from v2 or from the log of older servers.

use anyhow::Result;
use clap::Args;

use crate::args::input;
use crate::columns::{Column, Kind, View};
use crate::commands::Exit;
use crate::commands::recall::generation;
use crate::commands::resource;
use crate::context::Context;
use crate::error::Failure;
use crate::http::Request;
use crate::services::recall::operations::{WORKFLOW_NAMES, WORKSPACE_SETTING};
use crate::services::recall::{Generation, Recall};
use crate::text;

/// List the runs of a workflow, newest first
///
/// Through v2 the service lists runs. Older servers have them in the log only, which wants --workspace and knows of
/// a state no more than whether the run failed.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall execution list support-triage
  ra recall execution list support-triage --status failed --since 2h
  ra recall --api v2 execution list support-triage --status paused -o id")]
pub struct ListArgs {
    /// Workflow, an id or a name
    pub workflow: String,

    /// Only runs in this state: queued, running, paused, completed, failed, cancelled; without v2 only failed
    #[arg(long, value_name = "STATE")]
    pub status: Option<String>,

    /// Only runs that were started this way: api, manual, schedule, webhook, chat
    #[arg(long, value_name = "WORD")]
    pub trigger: Option<String>,

    /// Only runs from this time on: 2026-03-20T10:15:30Z, 2026-03-20, or how long ago, as 2h
    #[arg(long, alias = "start", value_name = "TIME", value_parser = resource::moment)]
    pub since: Option<String>,

    /// Only runs up to this time
    #[arg(long, alias = "end", value_name = "TIME", value_parser = resource::moment)]
    pub until: Option<String>,

    /// Newest or oldest first
    #[arg(long, value_name = "ORDER", value_parser = ["desc", "asc"])]
    pub order: Option<String>,

    /// Runs to show at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
}

/// What the two sources have in common, after what they say of a run's state: a log knows its level only.
const fn columns(state: Column) -> [Column; 6] {
    [
        Column::text("execution", "runId|executionId"),
        state,
        Column::text("trigger", "trigger"),
        Column::of(Kind::Time, "started", "startedAt"),
        Column::of(Kind::Millis, "took", "durationMs|totalDurationMs"),
        Column::of(Kind::Money, "cost", "cost.total"),
    ]
}

const RUNS: &[Column] = &columns(Column::of(Kind::Status, "status", "status"));
const LOG: &[Column] = &columns(Column::of(Kind::Status, "level", "level"));

/// Carries the command out.
///
/// # Errors
/// Exit 2 for a filter that the generation in force does not know; what the service says.
pub async fn run(args: &ListArgs, ctx: &Context) -> Result<Exit> {
    let word = input::id(&args.workflow, "workflow")?;
    let recall = generation::settled(ctx, ctx.recall()?).await?;
    // What cannot be asked is told before a name is looked up.
    let unaddressed = request(args, "", ctx, &recall)?;
    let workflow = resource::resolve(ctx, &recall, &WORKFLOW_NAMES, &word).await?;
    let mut request = match recall.generation {
        Generation::V2 => Request { path: recall.runs(&workflow).path, ..unaddressed },
        Generation::Legacy => unaddressed.query("workflowIds", &workflow),
    };
    let order = args.order.as_deref().map(|order| ("order", order));
    for (name, value) in [
        args.trigger.as_deref().map(|trigger| match recall.generation {
            Generation::V2 => ("trigger", trigger),
            Generation::Legacy => ("triggers", trigger),
        }),
        args.since.as_deref().map(|since| ("startDate", since)),
        args.until.as_deref().map(|until| ("endDate", until)),
        order,
    ]
    .into_iter()
    .flatten()
    {
        request = request.query(name, value);
    }
    let columns = if recall.generation == Generation::V2 { RUNS } else { LOG };
    let view = View { columns, id: "runId|executionId" };
    let shown = resource::show_list(ctx, &recall, &request, args.limit, view, &["execution"]).await;
    shown.map_err(|error| generation::told(error, &recall))?;
    Ok(0)
}

fn request(args: &ListArgs, workflow: &str, ctx: &Context, recall: &Recall) -> Result<Request> {
    if recall.generation == Generation::V2 {
        let request = recall.runs(workflow);
        return Ok(args.status.iter().fold(request, |request, status| request.query("status", status)));
    }
    let workspace = ctx.settings()?.get(WORKSPACE_SETTING)?.ok_or_else(|| {
        Failure::usage(
            "without v2 the runs of a workflow stand in the log of its workspace, which is not named",
        )
        .hint("--workspace ID: it stands in the browser's address, /workspace/ID")
        .hint(format!("ra recall --api v2 execution list {}", text::word(&args.workflow)))
    })?;
    let request = recall.logs(&workspace.value);
    match args.status.as_deref() {
        None => Ok(request),
        Some("failed") => Ok(request.query("level", "error")),
        Some(other) => {
            let other = text::line(other);
            Err(Failure::usage(format!("the log of older servers does not know which runs are `{other}`"))
                .hint(format!(
                    "ra recall --api v2 execution list {} --status {}",
                    text::word(&args.workflow),
                    text::word(&other)
                ))
                .into())
        }
    }
}
