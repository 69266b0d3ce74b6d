//! `ra runagents`: deploy and govern agents.

pub mod agent;
pub mod config;
pub mod deploy;
pub mod run;
pub mod starter_kit;
pub mod tool;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Exit;
use crate::config::Origin;
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

    /// Namespace to name in each request; today's servers know it from the address
    #[arg(long, global = true, value_name = "NAME")]
    pub namespace: Option<String>,
}

/// The commands with code of their own; the others are made from `services/runagents/operations.rs`.
#[derive(Subcommand, Debug)]
pub enum RunagentsCommand {
    Deploy(Box<deploy::DeployArgs>),
    /// List, show, delete agents, and talk to them
    #[command(subcommand)]
    Agent(agent::AgentCommand),
    /// Work with the tools that agents call
    #[command(subcommand)]
    Tool(tool::ToolCommand),
    /// See what agents did
    #[command(subcommand)]
    Run(run::RunCommand),
    /// Read and change RunAgents's settings, in the words of its official program
    #[command(subcommand)]
    Config(config::ConfigCommand),
    StarterKit(starter_kit::StarterKitArgs),
}

impl Flags {
    /// Lets the flags decide.
    ///
    /// # Errors
    /// Exit 2 when one is unusable.
    pub fn apply(&self, ctx: &Context) -> Result<()> {
        let address = self.endpoint.as_deref().map(|url| ("runagents.endpoint", "--endpoint", url));
        let key = self.api_key.as_deref().map(|key| ("runagents.api_key", key));
        ctx.service_flags(address, key)?;
        if let Some(namespace) = &self.namespace {
            let origin = Origin::Flag("--namespace".to_owned());
            ctx.settings()?.decide("runagents.namespace", namespace, origin)?;
        }
        Ok(())
    }
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(args: RunagentsArgs, ctx: &Context) -> Result<Exit> {
    match args.command {
        RunagentsCommand::Deploy(args) => deploy::run(*args, ctx).await,
        RunagentsCommand::Agent(command) => agent::run(command, ctx).await,
        RunagentsCommand::Tool(command) => tool::run(command, ctx).await,
        RunagentsCommand::Run(command) => run::run(command, ctx).await,
        RunagentsCommand::Config(command) => config::run(command, ctx),
        RunagentsCommand::StarterKit(args) => starter_kit::run(args, ctx).await,
    }
}
