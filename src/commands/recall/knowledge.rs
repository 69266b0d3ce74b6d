//! `ra recall knowledge document upload`: files that searches shall find. The other verbs are operations.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::file::{self, Width};
use crate::args::{WaitArgs, input};
use crate::columns::View;
use crate::commands::{Exit, resource, transfer};
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::{Attachment, Method};
use crate::json::Json;
use crate::live::{self, Pace, Step};
use crate::services::lookup::in_path;
use crate::services::recall::Recall;
use crate::services::recall::operations::{WORKSPACE_SETTING, knowledge};
use crate::services::{Service as _, fetch};
use crate::text;

/// What can be done with knowledge bases beside the operations.
#[derive(Subcommand, Debug)]
pub enum KnowledgeCommand {
    /// Upload, list and delete documents
    #[command(subcommand)]
    Document(DocumentCommand),
}

/// What can be done with documents beside the operations.
#[derive(Subcommand, Debug)]
pub enum DocumentCommand {
    Upload(UploadArgs),
}

/// Upload documents into a knowledge base
///
/// Up to 100 MB each: pdf, docx, txt, md, csv, xlsx, pptx, html, json, yaml. The service cuts them into pieces
/// afterwards; --wait stays until that is done, and searches find nothing in them before.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall knowledge document upload handbook refunds.md
  ra recall knowledge document upload handbook docs/*.pdf --wait
  ra recall knowledge document upload contracts lease.pdf --wait --poll-timeout 10m -o id")]
pub struct UploadArgs {
    /// Knowledge base, an id or a name
    pub knowledge: String,

    /// Files to upload
    #[arg(required = true, value_hint = clap::ValueHint::FilePath)]
    pub path: Vec<PathBuf>,

    /// What the service is to call it, for one file
    #[arg(long)]
    pub name: Option<String>,

    #[command(flatten)]
    pub width: Width,

    /// Wait until the documents are processed
    #[arg(long)]
    pub wait: bool,

    #[command(flatten)]
    pub pace: WaitArgs,
}

const VIEW: View<'static> = View { columns: knowledge::DOCUMENTS, id: "id" };
/// How long processing is waited for when nobody says.
const LIMIT: Duration = Duration::from_secs(3600);

/// Carries a verb out.
///
/// # Errors
/// Unusable files, what the service says, a document that cannot be processed.
pub async fn run(command: KnowledgeCommand, ctx: &Context) -> Result<Exit> {
    let KnowledgeCommand::Document(DocumentCommand::Upload(args)) = command;
    if !args.wait && (args.pace.poll_interval.is_some() || args.pace.poll_timeout.is_some()) {
        return Err(Failure::usage("--poll-interval and --poll-timeout go with --wait only").into());
    }
    let given = input::id(&args.knowledge, "knowledge base")?;
    let files = transfer::check(&args.path, args.name.as_deref(), file::LARGEST)?;
    let recall = ctx.recall()?;
    let workspace = resource::setting(ctx, WORKSPACE_SETTING)?;
    let base = resource::resolve(ctx, &recall, &knowledge::NAMES, &given).await?;
    let path = format!("/api/v1/knowledge/{}/documents", in_path(&base));
    let pace = args.wait.then(|| args.pace.pace(LIMIT));
    let deliver = async |attachment: Attachment| {
        let document = file::one(attachment, &path, "document", &workspace, &recall).await?;
        match pace {
            Some(pace) => processed(document, &path, &given, &workspace, pace, ctx, &recall).await,
            None => Ok(document),
        }
    };
    let sent = transfer::send(files, args.width.concurrency.into(), ctx, deliver).await?;
    file::report(sent, VIEW, ctx)
}

/// The document when the service is through with it.
async fn processed(
    document: Json,
    path: &str,
    base: &str,
    workspace: &str,
    pace: Pace,
    ctx: &Context,
    recall: &Recall,
) -> Result<Json> {
    let Some(id) = document.value["id"].as_str().map(str::to_owned) else { return Ok(document) };
    let recall = recall.through(ctx.http_once());
    let request = recall.request(Method::Get, &format!("{path}/{}", in_path(&id)));
    let request = request.query("workspaceId", workspace);
    let state = |document: &Json| document.value["processingStatus"].as_str().unwrap_or_default().to_owned();
    let ask = async || {
        let answer = fetch(&recall, &request).await?;
        let seen = answer.get("document").unwrap_or(answer);
        Ok(match state(&seen).as_str() {
            "completed" | "failed" => Step::Settled(seen),
            _ => Step::Pending { seen, again_in: None },
        })
    };
    let hint = format!("ra recall knowledge document get {} {}", text::word(base), text::word(&id));
    let waited = live::wait(pace, ctx.interrupt(), ask, |_| {}).await?;
    let settled =
        waited.settled(&format!("the document {}", text::line(&id)), std::slice::from_ref(&hint))?;
    if state(&settled) == "failed" {
        let why = settled.value["processingError"].as_str().unwrap_or("the service does not say why");
        let what = format!("{} cannot be processed: {}", text::line(&id), text::line(why));
        return Err(Failure::new(Kind::Refused, what).code("PROCESSING_FAILED").hint(hint).into());
    }
    Ok(settled)
}
