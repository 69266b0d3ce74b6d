//! `ra runagents agent`: the verbs that need code.

pub mod invoke;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::args::input;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::Failure;
use crate::http::{Method, segment};
use crate::services::runagents::columns::AGENT_VIEW;
use crate::services::{Service as _, fetch};

/// Verbs of `agent` with code of their own.
#[derive(Subcommand, Debug)]
pub enum AgentCommand {
    Get(GetArgs),
    Delete(DeleteArgs),
    Invoke(invoke::InvokeArgs),
}

/// Show an agent
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents agent get my-agent
  ra runagents agent get my-agent -o json --jq .status.phase")]
pub struct GetArgs {
    /// Name of the agent; a namespace before it is accepted, as the official program has it
    #[arg(value_name = "NAME", num_args = 1..=2, required = true)]
    pub words: Vec<String>,
}

/// Delete an agent
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents agent delete my-agent
  ra runagents agent rm my-agent --yes")]
pub struct DeleteArgs {
    /// Name of the agent; a namespace before it is accepted, as the official program has it
    #[arg(value_name = "NAME", num_args = 1..=2, required = true)]
    pub words: Vec<String>,
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(command: AgentCommand, ctx: &Context) -> Result<Exit> {
    match command {
        AgentCommand::Get(args) => get(&args, ctx).await,
        AgentCommand::Delete(args) => delete(&args, ctx).await,
        AgentCommand::Invoke(args) => invoke::run(args, ctx).await,
    }
}

async fn get(args: &GetArgs, ctx: &Context) -> Result<Exit> {
    let name = name(&args.words, ctx)?;
    let runagents = ctx.runagents()?;
    let agent = fetch(&runagents, &runagents.agent(&name)).await?;
    ctx.output.emit(&agent, AGENT_VIEW)?;
    Ok(0)
}

async fn delete(args: &DeleteArgs, ctx: &Context) -> Result<Exit> {
    let name = name(&args.words, ctx)?;
    let runagents = ctx.runagents()?;
    ctx.confirm(&format!("delete the agent `{}`", crate::text::line(&name)))?;
    let request = runagents.request(Method::Delete, &format!("/agents/{}", segment(&name)));
    super::tool::deleted("agent", &name, &fetch(&runagents, &request).await?, ctx)
}

/// The agent's name out of `[NAMESPACE] NAME`.
fn name(words: &[String], ctx: &Context) -> Result<String, Failure> {
    let [.., last] = words else { return Err(Failure::usage("no agent is named")) };
    let name = input::id(last, "agent")?;
    if let [namespace, _] = words {
        ctx.output.warning(&format!(
            "the namespace `{}` does not narrow the request: agents are found by name alone; --namespace sends it along",
            crate::text::line(namespace)
        ));
    }
    Ok(name)
}
