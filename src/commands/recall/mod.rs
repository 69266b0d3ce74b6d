//! `ra recall`: run deployed workflows.

pub mod api;
pub mod batch;
pub mod execution;
pub mod file;
mod generation;
pub mod job;
pub mod knowledge;
pub mod limits;
pub mod log;
mod lost;
mod pauses;
mod result;
pub mod run;
mod stop;
pub mod table;
mod watch;
pub mod workflow;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Exit;
use crate::config::Origin;
use crate::context::Context;
use crate::services::recall::operations::WORKSPACE_SETTING;

/// Run deployed workflows: in step, streamed, or as background jobs
#[derive(Args, Debug)]
pub struct RecallArgs {
    #[command(flatten)]
    pub flags: Flags,
    #[command(subcommand)]
    pub command: RecallCommand,
}

/// Where Recall is and with which key.
#[derive(Args, Debug)]
#[command(next_help_heading = "Recall options")]
pub struct Flags {
    /// Address of Recall
    #[arg(long, global = true, value_name = "URL", value_hint = clap::ValueHint::Url)]
    pub base_url: Option<String>,

    /// Key: - reads it from stdin, @FILE from a file
    #[arg(long, global = true, value_name = "KEY")]
    pub api_key: Option<String>,

    /// Workspace whose things are meant: workflows by name, logs, tables, files
    #[arg(long, global = true, value_name = "ID")]
    pub workspace: Option<String>,

    /// Generation of the service's API for workflows, runs and logs; auto asks the server once and remembers it
    #[arg(long, global = true, value_name = "API", value_parser = ["legacy", "v2", "auto"])]
    pub api: Option<String>,
}

/// The commands with code of their own; the others are made from `services/recall/operations.rs`.
#[derive(Subcommand, Debug)]
pub enum RecallCommand {
    Run(Box<run::RunArgs>),
    Batch(Box<batch::BatchArgs>),
    /// Look at background jobs, wait for them, stop them
    #[command(subcommand)]
    Job(job::JobCommand),
    /// Look at runs by their own id, stop them, answer those that wait for a person
    #[command(subcommand)]
    Execution(execution::ExecutionCommand),
    /// See, check, deploy workflows, take them along
    #[command(subcommand)]
    Workflow(workflow::WorkflowCommand),
    /// See what ran: times, cost, errors, traces
    #[command(subcommand)]
    Log(log::LogCommand),
    Limits(limits::LimitsArgs),
    /// Work with tables: columns, rows, imports from CSV
    #[command(subcommand)]
    Table(table::TableCommand),
    /// Upload, download and manage the workspace's files
    #[command(subcommand)]
    File(file::FileCommand),
    /// Fill knowledge bases and search them
    #[command(subcommand)]
    Knowledge(knowledge::KnowledgeCommand),
    // Behind what has commands of its own.
    #[command(display_order = 900)]
    Api(api::RecallApiArgs),
}

impl Flags {
    /// Lets the flags decide.
    ///
    /// # Errors
    /// Exit 2 when one is unusable.
    pub fn apply(&self, ctx: &Context) -> Result<()> {
        let address = self.base_url.as_deref().map(|url| ("recall.base_url", "--base-url", url));
        let key = self.api_key.as_deref().map(|key| ("recall.api_key", key));
        for (setting, flag, value) in
            [(WORKSPACE_SETTING, "--workspace", &self.workspace), ("recall.api", "--api", &self.api)]
        {
            let Some(value) = value else { continue };
            ctx.settings()?.decide(setting, value, Origin::Flag(flag.to_owned()))?;
        }
        Ok(ctx.service_flags(address, key)?)
    }
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(args: RecallArgs, ctx: &Context) -> Result<Exit> {
    match args.command {
        RecallCommand::Run(args) => run::run(*args, ctx).await,
        RecallCommand::Batch(args) => batch::run(*args, ctx).await,
        RecallCommand::Job(command) => job::run(command, ctx).await,
        RecallCommand::Execution(command) => execution::run(command, ctx).await,
        RecallCommand::Workflow(command) => workflow::run(command, ctx).await,
        RecallCommand::Log(command) => log::run(command, ctx).await,
        RecallCommand::Limits(args) => limits::run(args, ctx).await,
        RecallCommand::Table(command) => table::run(command, ctx).await,
        RecallCommand::File(command) => file::run(command, ctx).await,
        RecallCommand::Knowledge(command) => knowledge::run(command, ctx).await,
        RecallCommand::Api(args) => api::run(&args, ctx).await,
    }
}
