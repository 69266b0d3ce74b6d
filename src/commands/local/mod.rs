//! `ra local`: the embedded services as a server that other clients can use.

mod serve;
mod state;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Exit;
use crate::context::Context;

/// Keep the embedded local services running for other clients
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct LocalArgs {
    #[command(subcommand)]
    pub command: LocalCommand,
}

/// Verbs of `local`.
#[derive(Subcommand, Debug)]
pub enum LocalCommand {
    Serve(Box<serve::ServeArgs>),
    Env(state::EnvArgs),
    Status(state::StatusArgs),
    Reset(state::ResetArgs),
}

/// The port of `serve`, `env` and `status` when none is named.
pub const PORT: u16 = 8787;

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(args: LocalArgs, ctx: &Context) -> Result<Exit> {
    match args.command {
        LocalCommand::Serve(args) => serve::run(*args, ctx).await,
        LocalCommand::Env(args) => state::env(&args, ctx),
        LocalCommand::Status(args) => state::status(&args, ctx).await,
        LocalCommand::Reset(args) => state::reset(&args, ctx),
    }
}
