//! `ra recall job list`: the jobs that this machine remembers. Nothing is asked of the service.

use anyhow::Result;
use clap::Args;

use crate::columns::{Column, Kind, View};
use crate::commands::Exit;
use crate::commands::recall::watch;
use crate::context::Context;
use crate::json::Json;
use crate::services::recall::NAME;

/// List the jobs started from this machine, newest first
///
/// Only what was started with this profile at this address, and how each stood when it was last looked at from here;
/// the service has no list of jobs and is not asked.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall job list
  ra recall job list -o id --limit 1")]
pub struct ListArgs {
    /// Jobs to show at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
}

const VIEW: View<'static> = View {
    columns: &[
        Column::text("job", "job"),
        Column::text("workflow", "workflow"),
        Column::of(Kind::Status, "last seen", "state"),
        Column::of(Kind::Time, "started", "started"),
        Column::text("execution", "execution"),
    ],
    id: "job",
};

/// Carries the command out.
///
/// # Errors
/// Exit 2 when the configuration is broken; what stdout says.
pub fn run(args: &ListArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall_open()?;
    let profile = &ctx.settings()?.profile;
    let runs = ctx.runs()?.newest(NAME, profile, &watch::address(ctx, &recall));
    let jobs = runs.into_iter().filter(|run| !run.job.is_empty());
    let most = if args.limit == 0 { usize::MAX } else { args.limit };
    let rows: Vec<Json> =
        jobs.take(most).filter_map(|run| Json::parse(&serde_json::to_string(&run).ok()?).ok()).collect();
    ctx.output.emit_list(&rows, VIEW)?;
    Ok(0)
}
