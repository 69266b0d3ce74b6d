//! `ra config`: read and change settings.

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::context::Context;

/// Read and change settings
#[derive(Args, Debug)]
pub struct ConfigArgs {}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(_args: ConfigArgs, _ctx: &Context) -> Result<Exit> {
    Ok(0)
}
