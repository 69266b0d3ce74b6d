//! `ra recall workflow deploy`, `undeploy` and `rollback`: which version runs.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::{id_of, in_editor, settle};
use crate::args::WaitArgs;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::http::Request;
use crate::json::{Json, Node};
use crate::services::fetch;
use crate::services::recall::Recall;
use crate::services::recall::operations::workflow::DEPLOYMENT;
use crate::text;

/// Deploy a workflow as it stands in the editor
///
/// Where the service accepts the deployment first and carries it out later, ra stays until it is in service. Needs a
/// key of somebody who administers the workspace.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall workflow deploy support-triage
  ra recall workflow deploy support-triage --name 1.4 --description 'New greeting'
  ra recall workflow deploy support-triage --no-wait")]
pub struct DeployArgs {
    /// Workflow, an id or a name
    pub workflow: String,

    /// Name of the new version
    #[arg(long)]
    pub name: Option<String>,

    /// What is new in it
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    #[command(flatten)]
    pub stay: StayArgs,
}

/// Take a workflow out of service
///
/// Its versions stay: `deploy` and `rollback` put it back.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall workflow undeploy support-triage
  ra recall workflow undeploy support-triage --yes")]
pub struct UndeployArgs {
    /// Workflow, an id or a name
    pub workflow: String,
}

/// Put an earlier version of a workflow back into service
///
/// What is in the editor stays as it is.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall workflow rollback support-triage
  ra recall workflow rollback support-triage --version 3 --yes")]
pub struct RollbackArgs {
    /// Workflow, an id or a name
    pub workflow: String,

    /// Version to go back to, by its number; without it the one before
    #[arg(id = "to_version", long = "version", value_name = "N")]
    pub version: Option<u64>,

    #[command(flatten)]
    pub stay: StayArgs,
}

/// Whether to stay until a deployment is in service.
#[derive(Args, Clone, Copy, Debug)]
pub struct StayArgs {
    /// Stay until it is in service, which is the default
    #[arg(long, conflicts_with = "no_wait")]
    pub wait: bool,

    /// Leave as soon as it is accepted
    #[arg(long)]
    pub no_wait: bool,

    #[command(flatten)]
    pub pace: WaitArgs,
}

const VIEW: View<'static> = View { columns: DEPLOYMENT, id: "id" };
/// Longest stay with a deployment when nobody says.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// A deployment takes longer than a look.
const PATIENCE: Duration = Duration::from_secs(120);

/// `deploy`.
///
/// # Errors
/// What the service says, or how the deployment ended.
pub async fn deploy(args: &DeployArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let id = id_of(&args.workflow, ctx, &recall).await?;
    let mut body = Node::object();
    for (member, value) in [("name", &args.name), ("description", &args.description)] {
        if let Some(value) = value {
            body.set(member, value.as_str());
        }
    }
    let accepted = send(recall.deploy(&id, &body), "deploy it", &id, ctx, &recall).await?;
    finish(accepted, &id, args.stay, ctx, &recall).await
}

/// `undeploy`.
///
/// # Errors
/// Exit 2 or 9 without a yes; what the service says.
pub async fn undeploy(args: &UndeployArgs, ctx: &Context) -> Result<Exit> {
    ctx.confirm(&format!("Take `{}` out of service", text::line(&args.workflow)))?;
    let recall = ctx.recall()?;
    let id = id_of(&args.workflow, ctx, &recall).await?;
    let answer = send(recall.undeploy(&id), "undeploy it", &id, ctx, &recall).await?;
    warn(&answer, ctx);
    ctx.output.emit(&answer, VIEW)?;
    Ok(0)
}

/// `rollback`.
///
/// # Errors
/// As for [`undeploy`] and [`deploy`].
pub async fn roll_back(args: &RollbackArgs, ctx: &Context) -> Result<Exit> {
    ctx.confirm(&format!("Put an earlier version of `{}` into service", text::line(&args.workflow)))?;
    let recall = ctx.recall()?;
    let id = id_of(&args.workflow, ctx, &recall).await?;
    let mut body = Node::object();
    if let Some(version) = args.version {
        body.set("version", Node::Number(version.to_string()));
    }
    let accepted = send(recall.roll_back(&id, &body), "go back to a version", &id, ctx, &recall).await?;
    finish(accepted, &id, args.stay, ctx, &recall).await
}

async fn send(request: Request, deed: &str, id: &str, ctx: &Context, recall: &Recall) -> Result<Json> {
    let request = request.patient(PATIENCE);
    let sent = ctx.deed(&request, fetch(recall, &request)).await;
    sent.map_err(|error| in_editor(error, deed, Some(id), ctx, recall))
}

async fn finish(accepted: Json, id: &str, stay: StayArgs, ctx: &Context, recall: &Recall) -> Result<Exit> {
    warn(&accepted, ctx);
    let end = if stay.no_wait {
        accepted
    } else {
        settle::settled(accepted, id, ctx.paced(stay.pace.pace(LIMIT)), ctx, recall).await?
    };
    ctx.output.emit(&end, VIEW)?;
    Ok(0)
}

fn warn(answer: &Json, ctx: &Context) {
    for warning in answer.value["warnings"].as_array().into_iter().flatten() {
        let said = warning.as_str().or_else(|| warning["message"].as_str());
        let said = said.map_or_else(|| warning.to_string(), str::to_owned);
        ctx.output.warning(&text::line(&said));
    }
}
