//! `ra recall workflow status` and `validate`: is it deployed, and does the deployed version have all changes.

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::Value;

use super::id_of;
use crate::columns::{Column, Kind as Form, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::{Json, Node};
use crate::services::fetch;
use crate::services::recall::{NAME, Recall};
use crate::text;

/// Show whether a workflow is deployed
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall workflow status hello
  ra recall workflow status support-triage -o json --jq .deployedAt")]
pub struct StatusArgs {
    /// Workflow, an id or a name
    pub workflow: String,
}

/// Check that workflows are deployed: exit 0 when all are, 1 when one is not
///
/// One that was changed after it was deployed counts as deployed, with a warning: its runs use the deployed version.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall workflow validate hello
  ra recall workflow validate support-triage && ra recall run support-triage
  ra recall workflow validate support-triage nightly digest")]
pub struct ValidateArgs {
    /// Workflows, ids or names
    #[arg(required = true, value_name = "WORKFLOW")]
    pub workflows: Vec<String>,
}

const VIEW: View<'static> = View {
    columns: &[
        Column::text("deployed", "isDeployed"),
        Column::of(Form::Time, "deployed at", "deployedAt"),
        Column::text("published", "isPublished"),
        Column::text("needs redeployment", "needsRedeployment"),
    ],
    id: "id",
};

/// The same of several, which must be told apart.
const ROWS: View<'static> = View {
    columns: &[
        Column::text("workflow", "workflow"),
        Column::of(Form::Status, "deployed", "isDeployed"),
        Column::of(Form::Time, "deployed at", "deployedAt"),
        Column::text("needs redeployment", "needsRedeployment"),
    ],
    id: "workflow",
};

/// `status`.
///
/// # Errors
/// What the service says.
pub async fn status(args: &StatusArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let status = ask(&args.workflow, ctx, &recall).await?;
    ctx.output.emit(&status, VIEW)?;
    warn("the workflow", &status, ctx);
    Ok(0)
}

/// `validate`.
///
/// # Errors
/// Exit 1 when one is not deployed, or what the service says.
pub async fn validate(args: &ValidateArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    if let [workflow] = args.workflows.as_slice() {
        return alone(workflow, ctx, &recall).await;
    }
    let (mut rows, mut missing) = (Vec::new(), Vec::new());
    for workflow in &args.workflows {
        let name = text::line(workflow);
        let status = ask(workflow, ctx, &recall).await.with_context(|| format!("checking `{name}`"))?;
        warn(&format!("`{name}`"), &status, ctx);
        if !is_deployed(&status) {
            missing.push(name);
        }
        rows.push(named(workflow, &status));
    }
    ctx.output.emit_list(&rows, ROWS)?;
    if missing.is_empty() {
        return Ok(0);
    }
    let of = rows.len();
    let what = format!("{} of {of} workflows are not deployed: {}", missing.len(), missing.join(", "));
    Err(Failure::new(Kind::Refused, what).service(NAME).code("WORKFLOW_NOT_DEPLOYED").into())
}

async fn alone(workflow: &str, ctx: &Context, recall: &Recall) -> Result<Exit> {
    let status = ask(workflow, ctx, recall).await?;
    let name = text::line(workflow);
    if !is_deployed(&status) {
        let mut failure = Failure::new(Kind::Refused, format!("workflow `{name}` is not deployed"))
            .service(NAME)
            .code("WORKFLOW_NOT_DEPLOYED");
        failure.details = Some(status.value.clone());
        return Err(failure.into());
    }
    ctx.output.emit_text(&format!("{name} is deployed\n"), &status, VIEW)?;
    warn("the workflow", &status, ctx);
    Ok(0)
}

async fn ask(workflow: &str, ctx: &Context, recall: &Recall) -> Result<Json> {
    let id = id_of(workflow, ctx, recall).await?;
    fetch(recall, &recall.status(&id)).await
}

fn is_deployed(status: &Json) -> bool {
    status.value.get("isDeployed") == Some(&Value::Bool(true))
}

/// The status with the workflow's name before it, as it was typed: the service's answer does not say whose it is.
fn named(workflow: &str, status: &Json) -> Json {
    let mut row = Node::object();
    row.set("workflow", workflow);
    if let Node::Object(members) = Node::of(status) {
        members.into_iter().for_each(|(name, value)| row.set(&name, value));
    }
    Json::parse(&row.compact()).unwrap_or_else(|_| status.clone())
}

/// The deployed version still runs, so that this is no failure.
fn warn(what: &str, status: &Json, ctx: &Context) {
    if status.value.get("needsRedeployment") == Some(&Value::Bool(true)) {
        ctx.output
            .warning(&format!("{what} was changed after it was deployed; runs use the deployed version"));
    }
}
