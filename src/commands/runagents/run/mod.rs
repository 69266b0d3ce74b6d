//! `ra runagents run`: what agents did, and what they wait for.

mod event;
mod list;
mod timeline;
mod wait;

use anyhow::Result;
use clap::Subcommand;

use crate::commands::Exit;
use crate::context::Context;

/// Verbs of `run` with code of their own.
#[derive(Subcommand, Debug)]
pub enum RunCommand {
    List(list::ListRunsArgs),
    #[command(alias = "events")]
    Event(event::EventArgs),
    Timeline(timeline::TimelineArgs),
    Wait(wait::WaitRunArgs),
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(command: RunCommand, ctx: &Context) -> Result<Exit> {
    match command {
        RunCommand::List(args) => list::run(args, ctx).await,
        RunCommand::Event(args) => event::run(args, ctx).await,
        RunCommand::Timeline(args) => timeline::run(args, ctx).await,
        RunCommand::Wait(args) => wait::run(args, ctx).await,
    }
}
