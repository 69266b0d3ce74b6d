//! `ra recall limits`: what the account has used and may still use (contract 3.4).

mod figures;
mod watch;

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::args::duration;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::services::fetch;

/// Show what the account has used and may still use: money, runs a minute, storage
///
/// From 80 % of a limit on a warning goes to stderr. Asking does not count against any limit.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall limits
  ra recall limits -o json --jq .rateLimit.sync.remaining
  ra recall limits --watch
  ra recall limits --watch --interval 30s -o ndjson")]
pub struct LimitsArgs {
    /// Go on until Ctrl-C: drawn in place on a terminal, one line for each change elsewhere
    #[arg(long)]
    pub watch: bool,

    /// How often --watch asks
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration::parse, requires = "watch")]
    pub interval: Duration,
}

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(args: LimitsArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let usage = fetch(&recall, &recall.usage()).await?;
    if args.watch {
        return watch::run(usage, args.interval, ctx, &recall).await;
    }
    let rows = figures::rows(&usage.value);
    let picture = figures::picture(&usage.value, &rows, ctx.output.page_width());
    ctx.output.emit_text(&picture, &usage, VIEW)?;
    rows.iter().filter_map(figures::Row::alarm).for_each(|alarm| ctx.output.warning(&alarm));
    Ok(0)
}

/// For scripts: one row of figures, the same as the bars are drawn from.
const VIEW: View<'static> = View {
    columns: &[
        Column::text("plan", "usage.plan"),
        Column::text("cost", "usage.currentPeriodCost"),
        Column::text("cost limit", "usage.limit"),
        Column::text("sync remaining", "rateLimit.sync.remaining"),
        Column::text(
            "sync limit",
            "rateLimit.sync.maxBurst|rateLimit.sync.limit|rateLimit.sync.requestsPerMinute",
        ),
        Column::text("async remaining", "rateLimit.async.remaining"),
        Column::text(
            "async limit",
            "rateLimit.async.maxBurst|rateLimit.async.limit|rateLimit.async.requestsPerMinute",
        ),
        Column::text("storage used", "storage.usedBytes"),
        Column::text("storage limit", "storage.limitBytes"),
    ],
    id: "usage.plan",
};
