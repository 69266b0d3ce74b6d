//! `ra runagents`: deploy and govern agents.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Exit;
use crate::context::Context;

/// Write, deploy and govern agents: tools, models, policies, approvals, runs
#[derive(Args, Debug)]
pub struct RunagentsArgs {
    #[command(flatten)]
    pub flags: Flags,
    #[command(subcommand)]
    pub command: RunagentsCommand,
}

/// Where RunAgents is and with which key.
#[derive(Args, Debug)]
#[command(next_help_heading = "RunAgents options")]
pub struct Flags {
    /// Address of RunAgents
    #[arg(long, global = true, value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub endpoint: Option<String>,

    /// Key: - reads it from stdin, @FILE from a file
    #[arg(long, global = true, value_name = "KEY")]
    pub api_key: Option<String>,
}

/// The commands with code of their own; the others are made from `services/runagents/operations.rs`.
#[derive(Subcommand, Debug)]
pub enum RunagentsCommand {}

impl Flags {
    /// Lets the flags decide.
    ///
    /// # Errors
    /// Exit 2 when one is unusable.
    pub fn apply(&self, ctx: &Context) -> Result<()> {
        let address = self.endpoint.as_deref().map(|url| ("runagents.endpoint", "--endpoint", url));
        let key = self.api_key.as_deref().map(|key| ("runagents.api_key", key));
        Ok(ctx.service_flags(address, key)?)
    }
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(args: RunagentsArgs, _ctx: &Context) -> Result<Exit> {
    match args.command {}
}
