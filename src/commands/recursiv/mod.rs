//! `ra recursiv`: projects, agents that stream their answers, sandboxes.

pub mod agent;
pub mod limits;
pub mod sandbox;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Exit;
use crate::context::Context;

/// Projects, databases, sandboxes, deployments, storage; agents that stream their answers
#[derive(Args, Debug)]
pub struct RecursivArgs {
    #[command(flatten)]
    pub flags: Flags,
    #[command(subcommand)]
    pub command: RecursivCommand,
}

/// Where Recursiv is and with which key.
#[derive(Args, Debug)]
#[command(next_help_heading = "Recursiv options")]
pub struct Flags {
    /// Address of Recursiv's API
    #[arg(long, global = true, value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub base_url: Option<String>,

    /// Key: - reads it from stdin, @FILE from a file
    #[arg(long, global = true, value_name = "KEY")]
    pub api_key: Option<String>,
}

/// The commands with code of their own; the others are made from `services/recursiv/operations.rs`.
#[derive(Subcommand, Debug)]
pub enum RecursivCommand {
    /// Create agents and talk to them
    #[command(subcommand, alias = "agents")]
    Agent(agent::AgentCommand),
    /// Run code
    #[command(subcommand)]
    Sandbox(sandbox::SandboxCommand),
    Limits(limits::LimitsArgs),
}

impl Flags {
    /// Lets the flags decide.
    ///
    /// # Errors
    /// Exit 2 when one is unusable.
    pub fn apply(&self, ctx: &Context) -> Result<()> {
        let address = self.base_url.as_deref().map(|url| ("recursiv.base_url", "--base-url", url));
        let key = self.api_key.as_deref().map(|key| ("recursiv.api_key", key));
        Ok(ctx.service_flags(address, key)?)
    }
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(args: RecursivArgs, ctx: &Context) -> Result<Exit> {
    match args.command {
        RecursivCommand::Agent(agent::AgentCommand::Chat(args)) => agent::chat::run(args, ctx).await,
        RecursivCommand::Sandbox(sandbox::SandboxCommand::Try(args)) => sandbox::run(args, ctx).await,
        RecursivCommand::Limits(args) => limits::run(args, ctx).await,
    }
}
