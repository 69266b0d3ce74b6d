//! `ra recall workflow`: see workflows, put them into service, take them along as documents.

mod check;
mod deploy;
mod document;
mod get;
mod settle;

use anyhow::Result;
use clap::Subcommand;

use crate::commands::{Exit, resource};
use crate::context::Context;
use crate::error::Failure;
use crate::services::recall::Recall;
use crate::services::recall::operations::{WORKFLOW_NAMES, WORKSPACE_SETTING};

/// Verbs of `workflow` with code of their own.
#[derive(Subcommand, Debug)]
pub enum WorkflowCommand {
    Get(get::GetArgs),
    Status(check::StatusArgs),
    Validate(check::ValidateArgs),
    Deploy(deploy::DeployArgs),
    Undeploy(deploy::UndeployArgs),
    Rollback(deploy::RollbackArgs),
    Export(document::ExportArgs),
    Import(document::ImportArgs),
}

/// Carries a verb out.
///
/// # Errors
/// Unusable input, what the service says, how a deployment ended.
pub async fn run(command: WorkflowCommand, ctx: &Context) -> Result<Exit> {
    match command {
        WorkflowCommand::Get(args) => get::run(&args, ctx).await,
        WorkflowCommand::Status(args) => check::status(&args, ctx).await,
        WorkflowCommand::Validate(args) => check::validate(&args, ctx).await,
        WorkflowCommand::Deploy(args) => deploy::deploy(&args, ctx).await,
        WorkflowCommand::Undeploy(args) => deploy::undeploy(&args, ctx).await,
        WorkflowCommand::Rollback(args) => deploy::roll_back(&args, ctx).await,
        WorkflowCommand::Export(args) => document::export(&args, ctx).await,
        WorkflowCommand::Import(args) => document::import(&args, ctx).await,
    }
}

/// The id for what was typed.
async fn id_of(given: &str, ctx: &Context, recall: &Recall) -> Result<String> {
    resource::resolve(ctx, recall, &WORKFLOW_NAMES, given).await
}

/// The workspace in force, if one is set.
fn workspace(ctx: &Context) -> Result<Option<String>> {
    Ok(ctx.settings()?.get(WORKSPACE_SETTING)?.map(|resolved| resolved.value))
}

/// Names the editor where a server lacks the route: there people deploy, export and import by hand.
fn in_editor(
    error: anyhow::Error,
    deed: &str,
    workflow: Option<&str>,
    ctx: &Context,
    recall: &Recall,
) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.route_missing => {
            let workspace = workspace(ctx).ok().flatten();
            let place = recall.editor(workspace.as_deref(), workflow);
            failure.hint(format!("{deed} in the editor, in a browser: {place}")).into()
        }
        Ok(failure) => failure.into(),
        Err(other) => other,
    }
}
