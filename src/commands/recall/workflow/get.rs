//! `ra recall workflow get`: one workflow, and the inputs it takes.

use anyhow::Result;
use clap::Args;

use super::id_of;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::json::{Json, Node};
use crate::output::human;
use crate::services::fetch;
use crate::services::recall::operations::workflow::SHEET;

/// Show a workflow and the inputs it takes
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall workflow get hello
  ra recall workflow get support-triage -o json --jq '.inputs[].name'")]
pub struct GetArgs {
    /// Workflow, an id or a name
    pub workflow: String,
}

const VIEW: View<'static> = View { columns: SHEET, id: "id" };

const INPUTS: View<'static> = View {
    columns: &[
        Column::text("input", "name"),
        Column::text("type", "type"),
        Column::text("description", "description"),
    ],
    id: "name",
};

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(args: &GetArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let id = id_of(&args.workflow, ctx, &recall).await?;
    let workflow = fetch(&recall, &recall.workflow(&id)).await?;
    if !ctx.output.is_human() {
        ctx.output.emit(&workflow, VIEW)?;
        return Ok(0);
    }
    let sheet = human::sheet(&facts(&workflow), VIEW.columns, jiff::Timestamp::now(), ctx.output.paint());
    ctx.output.print(sheet.as_bytes())?;
    match workflow.get("inputs").and_then(|inputs| inputs.items()).unwrap_or_default().as_slice() {
        [] => ctx.output.note("it takes no inputs"),
        inputs => {
            ctx.output.print(b"\n")?;
            ctx.output.emit_list(inputs, INPUTS)?;
        }
    }
    Ok(0)
}

/// What stands in the sheet: the inputs get a table of their own, and nothing is said of no variables.
fn facts(workflow: &Json) -> Node {
    let mut node = Node::of(workflow);
    if let Node::Object(members) = &mut node {
        members.retain(|(name, value)| {
            let empty = matches!(value, Node::Object(inner) if inner.is_empty());
            name != "inputs" && !(name == "variables" && empty)
        });
    }
    node
}
