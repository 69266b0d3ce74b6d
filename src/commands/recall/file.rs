//! `ra recall file upload|download`: bytes in and out of the workspace. The other verbs are operations.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::args::input;
use crate::columns::{Column, Kind as Shown, View};
use crate::commands::{Exit, resource, transfer};
use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::http::{Attachment, Method, Opened, Part};
use crate::json::Json;
use crate::services::lookup::in_path;
use crate::services::recall::Recall;
use crate::services::recall::operations::{WORKSPACE_SETTING, file};
use crate::services::{Service as _, fetch};

/// The service refuses larger files.
pub const LARGEST: u64 = 100 * 1024 * 1024;

/// What can be done with a file's bytes.
#[derive(Subcommand, Debug)]
pub enum FileCommand {
    Upload(UploadArgs),
    Download(DownloadArgs),
}

/// Upload files into the workspace
///
/// They are read from the disk while they are sent, up to 100 MB each. One file gives the service's word about it,
/// several a list; when some fail the others still go, and the exit code is 10. Nothing is sent a second time by
/// itself.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall file upload report.pdf
  ra recall file upload report.pdf --name report-2026.pdf -o id
  ra recall file upload *.csv --concurrency 4")]
pub struct UploadArgs {
    /// Files to upload
    #[arg(required = true, value_hint = clap::ValueHint::FilePath)]
    pub path: Vec<PathBuf>,

    /// What the service is to call it, for one file
    #[arg(long)]
    pub name: Option<String>,

    #[command(flatten)]
    pub width: Width,
}

/// How many files are on their way at once.
#[derive(Args, Clone, Copy, Debug)]
pub struct Width {
    /// Files to send at the same time, 1 to 16
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub concurrency: u8,
}

/// Download a file
///
/// It appears under its name when it is whole; a download that breaks off leaves nothing behind.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall file download report.pdf
  ra recall file download report.pdf reports/2026.pdf --force
  ra recall file download data.csv - | head")]
pub struct DownloadArgs {
    /// File, an id or a name
    pub file: String,

    /// File or folder to write to, - for stdout; the service's name in this folder when left out
    #[arg(value_hint = clap::ValueHint::AnyPath)]
    pub dest: Option<String>,

    /// Overwrite what is there
    #[arg(long)]
    pub force: bool,
}

const VIEW: View<'static> = View { columns: file::COLUMNS, id: "id" };
const SAVED: View<'static> =
    View { columns: &[Column::text("saved", "path"), Column::of(Shown::Bytes, "size", "size")], id: "path" };

/// Carries a verb out.
///
/// # Errors
/// Unusable files, what the service says, a transfer that broke off.
pub async fn run(command: FileCommand, ctx: &Context) -> Result<Exit> {
    match command {
        FileCommand::Upload(args) => upload(args, ctx).await,
        FileCommand::Download(args) => download(&args, ctx).await,
    }
}

async fn upload(args: UploadArgs, ctx: &Context) -> Result<Exit> {
    let files = transfer::check(&args.path, args.name.as_deref(), LARGEST)?;
    let recall = ctx.recall()?;
    let workspace = resource::setting(ctx, WORKSPACE_SETTING)?;
    let deliver = async |file: Attachment| one(file, "/api/v1/files", "file", &workspace, &recall).await;
    let sent = transfer::send(files, args.width.concurrency.into(), ctx, deliver).await?;
    report(sent, VIEW, ctx)
}

/// Sends one file as a form to a path; the thing it became stands under `within`.
///
/// # Errors
/// What the service says.
pub async fn one(
    file: Attachment,
    path: &str,
    within: &str,
    workspace: &str,
    recall: &Recall,
) -> Result<Json> {
    // The fields first: a server that reads as it goes knows then where the file belongs.
    let parts = [Part::text("workspaceId", workspace), Part::of_file("file", file)];
    let request = recall.request(Method::Post, path).form(parts);
    let answer = fetch(recall, &request).await.map_err(taken)?;
    Ok(answer.get(within).unwrap_or(answer))
}

/// What to do about a name that is taken.
fn taken(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.status == Some(409) => failure
            .hint("ra recall file upload PATH --name OTHER")
            .hint("ra recall file delete NAME   # then upload it again")
            .into(),
        Ok(failure) => failure.into(),
        Err(other) => other,
    }
}

/// Shows what became of the files: one for one, a list for several.
///
/// # Errors
/// The one file's failure; exit 10 when some of several failed.
pub fn report(sent: Vec<transfer::Sent<Json>>, view: View<'_>, ctx: &Context) -> Result<Exit> {
    let total = sent.len();
    let mut done = Vec::new();
    let mut left = Vec::new();
    for transfer::Sent { path, outcome } in sent {
        match outcome {
            Some(Ok(file)) => done.push(file),
            Some(Err(error)) if total == 1 => return Err(error),
            // `--dry-run` and a closed pipe are no failures of a file.
            Some(Err(error)) if error.downcast_ref::<Failure>().is_none() => return Err(error),
            Some(Err(error)) => left.push((path, Some(unpack(&error).0))),
            None => left.push((path, None)),
        }
    }
    match done.as_slice() {
        [one] if total == 1 => ctx.output.emit(one, view)?,
        many => ctx.output.emit_list(many, view)?,
    }
    if left.is_empty() {
        return Ok(0);
    }
    let mut failure = Failure::new(Kind::Partial, format!("{} of {total} files did not arrive", left.len()));
    for (path, reason) in &left {
        let path = crate::text::line(&path.display().to_string());
        failure = match reason {
            Some(reason) => failure.note(format!("{path}: {reason}")),
            None => failure.note(format!("{path}: not tried any more")),
        };
    }
    let mut hints: Vec<String> =
        left.into_iter().filter_map(|(_, reason)| reason).flat_map(|it| it.hints).collect();
    hints.dedup();
    failure.hints = hints;
    Err(failure.code("PARTIAL").into())
}

async fn download(args: &DownloadArgs, ctx: &Context) -> Result<Exit> {
    let given = input::id(&args.file, "file")?;
    let to_stdout = args.dest.as_deref() == Some("-");
    let dest = args.dest.as_deref().filter(|_| !to_stdout);
    let destination = transfer::Destination::of(dest, args.force)?;
    let recall = ctx.recall()?;
    let workspace = resource::setting(ctx, WORKSPACE_SETTING)?;
    let id = resource::resolve(ctx, &recall, &file::NAMES, &given).await?;
    let request = recall.request(Method::Get, &format!("/api/v1/files/{}", in_path(&id)));
    let mut request = request.query("workspaceId", workspace);
    request.accept = "*/*";
    let opened = ctx.interrupt().guard(recall.http().download(&request)).await;
    let opened = opened.map_err(|kind| Failure::new(kind, "the download was stopped"))?;
    let mut stream = match opened? {
        Opened::Stream(stream) => stream,
        Opened::Answer(answer) => return Err(recall.failure(&answer).into()),
    };
    if to_stdout {
        transfer::to_stdout(&mut stream, ctx, "give a file or a folder as DEST").await?;
        return Ok(0);
    }
    let (path, size) = transfer::to_disk(&mut stream, &destination, &given, ctx).await?;
    let saved = json!({"path": path.display().to_string(), "size": size, "id": id});
    ctx.output.emit(&Json::from(saved), SAVED)?;
    Ok(0)
}
