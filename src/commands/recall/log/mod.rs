//! `ra recall log`: what ran, one run with its trace, and runs as they end.

mod follow;
mod get;
mod line;
mod list;
mod window;

use anyhow::Result;
use clap::Subcommand;

use crate::columns::View;
use crate::commands::Exit;
use crate::commands::resource::{Described, Given};
use crate::context::Context;
use crate::error::Failure;
use crate::http::Request;
use crate::services::Service;
use crate::services::recall::operations::log::ROW;

/// Verbs of `log`.
#[derive(Subcommand, Debug)]
pub enum LogCommand {
    List(Box<list::LogListArgs>),
    Get(get::LogGetArgs),
    Follow(Box<follow::FollowArgs>),
}

/// What a list of runs shows.
const VIEW: View<'static> = View { columns: ROW, id: "id" };

/// Carries a verb out.
///
/// # Errors
/// Unusable input, what the service says, what was pressed.
pub async fn run(command: LogCommand, ctx: &Context) -> Result<Exit> {
    match command {
        LogCommand::List(args) => list::run(&args, ctx).await,
        LogCommand::Get(args) => get::run(&args, ctx).await,
        LogCommand::Follow(args) => follow::run(&args, ctx).await,
    }
}

/// The request for runs that pass the filters. Names of workflows, traces and outputs come only with full details
/// (contract 5.2), so that those are asked for unless somebody wants less.
async fn filtered<D: Described>(filters: &Given<D>, ctx: &Context, service: &dyn Service) -> Result<Request> {
    let basic = filters.word("details") == Some("basic");
    if let Some(flag) = ["trace", "final-output"].into_iter().find(|flag| basic && filters.is_given(flag)) {
        return Err(Failure::usage(format!("--{flag} has no effect with --details basic")).into());
    }
    let request = filters.request(ctx, service).await?;
    let said = filters.word("details").is_some();
    Ok(if said { request } else { request.query("details", "full") })
}
