//! `ra recall workflow`: is it deployed, and does the deployed version have all changes.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::args::input;
use crate::columns::{Column, Kind as Form, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::services::fetch;
use crate::services::recall::NAME;
use crate::text;

/// Verbs of `workflow`.
#[derive(Subcommand, Debug)]
pub enum WorkflowCommand {
    Status(StatusArgs),
    Validate(ValidateArgs),
}

/// Show whether a workflow is deployed
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall workflow status hello
  ra recall workflow status support-triage -o json --jq .deployedAt")]
pub struct StatusArgs {
    /// Workflow, by its id
    pub workflow: String,
}

/// Check that a workflow is deployed: exit 0 when it is, 1 when it is not
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall workflow validate hello
  ra recall workflow validate support-triage && ra recall run support-triage")]
pub struct ValidateArgs {
    /// Workflow, by its id
    pub workflow: String,
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

/// Carries a verb out.
///
/// # Errors
/// What the service says; for `validate` that the workflow is not deployed.
pub async fn run(command: WorkflowCommand, ctx: &Context) -> Result<Exit> {
    match command {
        WorkflowCommand::Status(args) => {
            let status = ask(&args.workflow, ctx).await?;
            ctx.output.emit(&status, VIEW)?;
            warn(&status, ctx);
            Ok(0)
        }
        WorkflowCommand::Validate(args) => validate(&args.workflow, ctx).await,
    }
}

async fn validate(workflow: &str, ctx: &Context) -> Result<Exit> {
    let status = ask(workflow, ctx).await?;
    let name = text::line(workflow);
    if status.value.get("isDeployed") != Some(&Value::Bool(true)) {
        let mut failure = Failure::new(Kind::Refused, format!("workflow `{name}` is not deployed"))
            .service(NAME)
            .code("WORKFLOW_NOT_DEPLOYED");
        failure.details = Some(status.value.clone());
        return Err(failure.into());
    }
    ctx.output.emit_text(&format!("{name} is deployed\n"), &status, VIEW)?;
    warn(&status, ctx);
    Ok(0)
}

async fn ask(workflow: &str, ctx: &Context) -> Result<Json> {
    let workflow = input::id(workflow, "workflow")?;
    let recall = ctx.recall()?;
    fetch(&recall, &recall.status(&workflow)).await
}

/// The deployed version still runs, so that this is no failure.
fn warn(status: &Json, ctx: &Context) {
    if status.value.get("needsRedeployment") == Some(&Value::Bool(true)) {
        ctx.output.warning("the workflow was changed after it was deployed; runs use the deployed version");
    }
}
