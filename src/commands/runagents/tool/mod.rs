//! `ra runagents tool`: the verbs that need code.

mod create;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::args::input;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::Failure;
use crate::http::{Method, segment};
use crate::json::Json;
use crate::services::runagents::columns::PROBE;
use crate::services::{Service as _, fetch};

/// Verbs of `tool` with code of their own.
#[derive(Subcommand, Debug)]
pub enum ToolCommand {
    Create(Box<create::CreateArgs>),
    Test(TestArgs),
    Delete(DeleteArgs),
}

/// Try whether a tool can be reached
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents tool test stripe-api
  ra runagents tool test stripe-api -o json --jq .reachable")]
pub struct TestArgs {
    /// Name of the tool
    pub name: String,
}

/// Delete a tool
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents tool delete stripe-api
  ra runagents tool rm stripe-api --yes")]
pub struct DeleteArgs {
    /// Name of the tool
    pub name: String,
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(command: ToolCommand, ctx: &Context) -> Result<Exit> {
    match command {
        ToolCommand::Create(args) => create::run(&args, ctx).await,
        ToolCommand::Test(args) => test(&args, ctx).await,
        ToolCommand::Delete(args) => {
            let name = input::id(&args.name, "tool")?;
            let runagents = ctx.runagents()?;
            ctx.confirm(&format!("delete the tool `{}`", crate::text::line(&name)))?;
            let request = runagents.request(Method::Delete, &format!("/tools/{}", segment(&name)));
            deleted("tool", &name, &fetch(&runagents, &request).await?, ctx)
        }
    }
}

/// Says that something is gone: in words for people, in the service's own words for programs.
///
/// # Errors
/// When stdout cannot be written.
pub fn deleted(noun: &str, name: &str, answer: &Json, ctx: &Context) -> Result<Exit> {
    ctx.output.note(&format!("deleted the {noun} `{}`", crate::text::line(name)));
    if !ctx.output.is_human() && !answer.value.is_null() {
        ctx.output.emit(answer, View { columns: &[], id: "name" })?;
    }
    Ok(0)
}

async fn test(args: &TestArgs, ctx: &Context) -> Result<Exit> {
    let name = input::id(&args.name, "tool")?;
    let runagents = ctx.runagents()?;
    let request = runagents.request(Method::Post, &format!("/tools/{}/test", segment(&name))).safe();
    let probe = fetch(&runagents, &request).await?;
    ctx.output.emit(&probe, View { columns: PROBE, id: "reachable" })?;
    if probe.value.get("reachable") == Some(&serde_json::Value::Bool(false)) {
        return Err(Failure::new(
            crate::error::Kind::Refused,
            format!("`{}` cannot be reached", crate::text::line(&name)),
        )
        .service("runagents")
        .code("UNREACHABLE")
        .into());
    }
    Ok(0)
}
