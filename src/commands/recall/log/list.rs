//! `ra recall log list`: what ran in a workspace.

use anyhow::Result;
use clap::Args;

use super::{VIEW, filtered};
use crate::args::ListArgs;
use crate::commands::Exit;
use crate::commands::resource::{Described, Given, show_list};
use crate::context::Context;
use crate::services::operation::Operation;
use crate::services::recall::operations::log::LIST;

/// List what ran in a workspace, the newest first
///
/// All filters together decide. A time is 2026-03-20T10:15:30Z, 2026-03-20, or how long ago: 2h.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall log list --level error --since 1d
  ra recall log list --workflow support-triage --min-duration 30s --limit 20
  ra recall log list --since 2026-03-01 --until 2026-03-08 --min-cost 0.10 -o csv
  ra recall log list --level error --final-output --limit 1 --jq '.[0].finalOutput'")]
pub struct LogListArgs {
    #[command(flatten)]
    pub filters: Given<Listed>,
    #[command(flatten)]
    pub list: ListArgs,
}

/// The filters of the list.
#[derive(Clone, Debug)]
pub struct Listed;

impl Described for Listed {
    const OPERATION: Operation = LIST;
}

/// Carries the command out.
///
/// # Errors
/// Unusable filters, or what the service says.
pub async fn run(args: &LogListArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let request = filtered(&args.filters, ctx, &recall).await?;
    show_list(ctx, &recall, &request, args.list.limit, VIEW, &["log"]).await?;
    Ok(0)
}
