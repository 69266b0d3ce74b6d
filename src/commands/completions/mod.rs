//! `ra completions`: scripts for the shells.

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::context::Context;

/// Print a shell completion script
#[derive(Args, Debug)]
pub struct CompletionsArgs {}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(_args: CompletionsArgs, _ctx: &Context) -> Result<Exit> {
    Ok(0)
}
