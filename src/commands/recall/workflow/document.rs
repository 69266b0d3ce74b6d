//! `ra recall workflow export` and `import`: a workflow as a document, for version control and other workspaces.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use super::{id_of, in_editor, workspace};
use crate::args::input;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::commands::resource::missing;
use crate::context::Context;
use crate::error::Failure;
use crate::json::{Json, Node};
use crate::output::{Format, Paint, json, yaml};
use crate::services::fetch;
use crate::services::recall::operations::WITH_WORKSPACE;
use crate::services::recall::operations::workflow::SHEET;

/// Write a workflow down as a document, without its secrets
///
/// The document goes to stdout, fit for `import` here or elsewhere.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall workflow export support-triage --to triage.json
  ra recall workflow export support-triage | ra recall --workspace ws_2 workflow import
  ra recall workflow export support-triage -o yaml")]
pub struct ExportArgs {
    /// Workflow, an id or a name
    pub workflow: String,

    /// File to write to instead of stdout; what stands there is replaced
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub to: Option<PathBuf>,
}

/// Make a workflow from an exported document
///
/// Takes what `export` writes, in JSON or YAML, or only the inner part of it that holds the blocks. The new workflow is
/// not deployed.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall workflow import triage.json
  ra recall workflow import triage.json --name 'Triage, a copy' --folder f1
  ra recall workflow export support-triage | ra recall --workspace ws_2 workflow import")]
pub struct ImportArgs {
    /// Document; - or nothing for stdin
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath, default_value = "-")]
    pub file: String,

    /// Name of the new workflow instead of the document's
    #[arg(long)]
    pub name: Option<String>,

    /// What it is for, instead of what the document says
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    /// Folder to put it into, by its id
    #[arg(long, value_name = "ID")]
    pub folder: Option<String>,
}

const DOCUMENT: View<'static> =
    View { columns: &[Column::text("workflow", "workflow.name")], id: "workflow.id" };
const WRITTEN: View<'static> =
    View { columns: &[Column::text("file", "file"), Column::text("bytes", "bytes")], id: "file" };

/// `export`.
///
/// # Errors
/// What the service says; a file that cannot be written.
pub async fn export(args: &ExportArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let id = id_of(&args.workflow, ctx, &recall).await?;
    let document = fetch(&recall, &recall.export(&id)).await;
    let document = document.map_err(|error| in_editor(error, "export it", Some(&id), ctx, &recall))?;
    let Some(path) = &args.to else {
        let text = json::pretty(&document, Paint { on: false });
        ctx.output.emit_text(&text, &document, DOCUMENT)?;
        return Ok(0);
    };
    // The name says it first: what stands in a .json file must be JSON, or `import` refuses it.
    let text = match (path.extension().and_then(|ending| ending.to_str()), ctx.output.format) {
        (Some("yaml" | "yml"), _) => yaml::document(&Node::of(&document)),
        (ending, Format::Yaml) if ending != Some("json") => yaml::document(&Node::of(&document)),
        _ => json::pretty(&document, Paint { on: false }),
    };
    std::fs::write(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    let shown = crate::text::line(&path.display().to_string());
    let done = Json::from(json!({"file": path.display().to_string(), "bytes": text.len()}));
    ctx.output.emit_text(&format!("wrote {shown}\n"), &done, WRITTEN)?;
    Ok(0)
}

/// `import`.
///
/// # Errors
/// Exit 2 for a document that holds no workflow; what the service says.
pub async fn import(args: &ImportArgs, ctx: &Context) -> Result<Exit> {
    use std::io::IsTerminal as _;
    let recall = ctx.recall()?;
    let workspace = workspace(ctx)?.ok_or_else(|| missing(&WITH_WORKSPACE))?;
    if args.file == "-" && std::io::stdin().is_terminal() {
        return Err(Failure::usage("no document: give a file, or pipe one in").into());
    }
    let given = input::document(&args.file, "the workflow", &ctx.stdin)?;
    // The answer of the service as it is, with its envelope.
    let document = match given.get("data") {
        Some(inner) if inner.value.is_object() => inner,
        _ => given,
    };
    let holds = |name: &str| document.value.get(name).is_some_and(serde_json::Value::is_object);
    if !holds("state") && !holds("blocks") {
        let what = format!("`{}` holds no workflow: neither `state` nor `blocks` is there", args.file);
        return Err(Failure::usage(what).hint("ra recall workflow export WORKFLOW --to FILE").into());
    }
    let mut body = Node::object();
    body.set("workspaceId", workspace);
    body.set("workflow", Node::of(&document));
    let more = [("name", &args.name), ("description", &args.description), ("folderId", &args.folder)];
    for (member, value) in more {
        if let Some(value) = value {
            body.set(member, value.as_str());
        }
    }
    let made = fetch(&recall, &recall.import(&body)).await;
    let made = made.map_err(|error| in_editor(error, "import it", None, ctx, &recall))?;
    ctx.output.emit(&made, View { columns: SHEET, id: "id" })?;
    Ok(0)
}
