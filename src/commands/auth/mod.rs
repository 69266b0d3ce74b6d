//! `ra auth`: sign in, sign out, who is signed in.

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::context::Context;

/// Sign in, sign out, and see which services accept your keys
#[derive(Args, Debug)]
pub struct AuthArgs {}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(_args: AuthArgs, _ctx: &Context) -> Result<Exit> {
    Ok(0)
}
