//! `ra recall execution`: runs by their own id, whichever way they were started (contract 2.6, 3.3, 5.1).

mod get;
mod list;
mod paused;
mod point;
mod resume;
mod which;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use self::get::GetArgs;
pub use self::list::ListArgs;
pub use self::paused::PausedArgs;
pub use self::resume::ResumeArgs;
pub use self::which::Which;
use super::stop;
use crate::commands::Exit;
use crate::context::Context;

/// Verbs of `execution`.
#[derive(Subcommand, Debug)]
pub enum ExecutionCommand {
    List(ListArgs),
    Get(GetArgs),
    Cancel(CancelArgs),
    Paused(PausedArgs),
    Resume(ResumeArgs),
}

/// Stop a run
///
/// One that waits for a person is closed. That a run had ended already is said and is no failure, where the service
/// tells.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall execution cancel support-triage 9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19
  ra recall execution cancel --last")]
pub struct CancelArgs {
    #[command(flatten)]
    pub run: Which,
}

/// Carries a verb out.
///
/// # Errors
/// Unusable input, what the service says, how the run ended.
pub async fn run(command: ExecutionCommand, ctx: &Context) -> Result<Exit> {
    match command {
        ExecutionCommand::List(args) => list::run(&args, ctx).await,
        ExecutionCommand::Get(args) => get::run(&args, ctx).await,
        ExecutionCommand::Cancel(args) => {
            let found = args.run.find(ctx).await?;
            stop::run(&found.workflow, &found.execution, ctx, &found.recall).await
        }
        ExecutionCommand::Paused(args) => paused::run(&args, ctx).await,
        ExecutionCommand::Resume(args) => resume::run(&args, ctx).await,
    }
}
