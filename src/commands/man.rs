//! `ra man`: manual pages.

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::context::Context;

/// Print the manual, or write a page for every command into a folder
#[derive(Args, Debug)]
pub struct ManArgs {}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(_args: ManArgs, _ctx: &Context) -> Result<Exit> {
    Ok(0)
}
