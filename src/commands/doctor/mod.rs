//! `ra doctor`: what works on this machine, one line each.

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::context::Context;

/// Check configuration, keys, reachability, clock, proxy and interpreters
#[derive(Args, Debug)]
pub struct DoctorArgs {}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(_args: DoctorArgs, _ctx: &Context) -> Result<Exit> {
    Ok(0)
}
