//! `ra local`: the embedded services as a server.

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::context::Context;

/// Keep the embedded local services running for other clients
#[derive(Args, Debug)]
pub struct LocalArgs {}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(_args: LocalArgs, _ctx: &Context) -> Result<Exit> {
    Ok(0)
}
