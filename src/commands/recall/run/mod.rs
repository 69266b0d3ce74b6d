//! `ra recall run`: run a deployed workflow, in step, streamed, or as a background job.

mod advice;
mod background;
mod blocks;
mod body;
mod choice;
mod file;
mod separate;
mod stream;
mod unknown;
mod whole;

use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::generation::{self, Choice};
use super::pauses::PauseArgs;
use crate::args::{Fields, WaitArgs, duration, input};
use crate::commands::{Exit, resource};
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::{Answer, Opened};
use crate::services::Service as _;
use crate::services::recall::execute::{Mode, Order};
use crate::services::recall::generation::lacks_v2;
use crate::services::recall::operations::WORKFLOW_NAMES;
use crate::services::recall::{Generation, Recall, commands, errors};

/// Newer servers refuse more, proxies often less.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// Run a deployed workflow and print its output
///
/// In step by default; --stream shows text while it arises, --async starts a background job and prints its id,
/// --async --poll waits for it. A run is never started twice by itself; refusals (429) are tried again.
///
/// A run that waits for a person ends with exit code 8 and the command that answers it. A workflow with a Response
/// block answers what its author chose: any status, any body, shown as it is.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall run hello
  ra recall run support-triage --input '{\"message\":\"My order is late\"}'
  ra recall run support-triage -f message=@mail.txt -F priority=2 -o json --jq .output
  ra recall run digest --stream --select writer.content
  ra recall run nightly --async --poll --poll-timeout 30m
  ra recall run digest --stream --separate --select reader.content --select writer.content
  ra recall run contract-check --file documents=@lease.pdf
  ra recall run contract-check --file documents=https://example.com/lease.pdf
  ra recall run order-hook -F id=42 --include
  ra recall --api v2 run digest --select writer.content -o json --jq .output")]
pub struct RunArgs {
    /// Workflow to run, by its id, or by its name where --workspace says where to look
    pub workflow: String,

    /// Input of the workflow as JSON: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON")]
    pub input: Option<String>,

    #[command(flatten)]
    pub fields: Fields,

    /// Send a file as an input field: field=@path, field=@path;mime, or field=https://… for one in the web; once for
    /// each file
    #[arg(long = "file", value_name = "FIELD=@PATH", action = clap::ArgAction::Append)]
    pub files: Vec<String>,

    /// Send the input as one field called `input`, where its names cannot collide with the service's
    #[arg(long)]
    pub wrap_input: bool,

    /// Show text while it arises
    #[arg(long)]
    pub stream: bool,

    /// Output to stream, block.path, once for each; through --api v2 also the output to keep of a run in step
    #[arg(long = "select", alias = "select-output", value_name = "BLOCK.PATH", action = clap::ArgAction::Append)]
    pub select: Vec<String>,

    /// Show the text block by block, each under its name; one that speaks between waits its turn (with --stream)
    #[arg(long)]
    pub separate: bool,

    /// Print every frame of the stream as one line of JSON (with --stream)
    #[arg(long)]
    pub events: bool,

    /// Ask newer servers for reasoning and tool calls too; text then comes block by block (with --stream)
    #[arg(long)]
    pub agent_events: bool,

    /// Start a background job and print its id
    #[arg(long = "async")]
    pub background: bool,

    /// Wait for the background job and print its output (with --async)
    #[arg(long, visible_alias = "wait")]
    pub poll: bool,

    #[command(flatten)]
    pub wait: WaitArgs,

    /// Longest time that the run may take on the service, 1s to 7d (with --async; newer servers)
    #[arg(long, visible_alias = "async-timeout", value_name = "DURATION", value_parser = duration::parse)]
    pub execution_timeout: Option<Duration>,

    /// Show the status line and the headers of the answer before its body
    #[arg(short, long)]
    pub include: bool,

    /// Put the files of the output into the answer, as base64; what servers do when nothing is said
    #[arg(long, overrides_with = "no_file_base64")]
    pub include_file_base64: bool,

    /// Leave the content of output files out of the answer
    #[arg(long)]
    pub no_file_base64: bool,

    /// Leave out the content of output files that are larger
    #[arg(long, value_name = "BYTES")]
    pub base64_max_bytes: Option<u64>,

    #[command(flatten)]
    pub pauses: PauseArgs,

    /// The run's id instead of a random one, to find or stop it later: letters, digits, . _ : -
    #[arg(long, value_name = "ID")]
    pub execution_id: Option<String>,
}

/// Carries the command out.
///
/// # Errors
/// Unusable input, what the service says, a failed, cancelled or paused run, a stream without its last word.
pub async fn run(args: RunArgs, ctx: &Context) -> Result<Exit> {
    choice::check(&args)?;
    let word = input::id(&args.workflow, "workflow")?;
    let execution = execution(&args)?;
    let given = body::read(&args, ctx)?;
    let recall = ctx.recall()?.through(Rc::new(ctx.http_with(args.pauses.retry(ctx))));
    let chosen = generation::choice(ctx)?;
    let mut recall = generation::settled(ctx, recall).await?;
    let mut order = ordered(&args, &given, execution, &recall, ctx)?;
    let workflow = resource::resolve(ctx, &recall, &WORKFLOW_NAMES, &word).await?;
    let mut opened = start(&workflow, &order, &args, ctx, &recall).await?;
    if let Some(answer) = without_v2(&opened, &recall) {
        if chosen != Choice::Auto {
            return Err(generation::lacking(errors::failure(answer)).into());
        }
        // The server has lost it since it was asked; what it refused so was not carried out.
        generation::keep(ctx, &recall, Generation::Legacy);
        recall = recall.speaking(Generation::Legacy);
        order = ordered(&args, &given, order.execution, &recall, ctx)?;
        opened = start(&workflow, &order, &args, ctx, &recall).await?;
    }
    let ended = match order.mode {
        Mode::Stream { agent_events, .. } => {
            stream::follow(opened, agent_events, &args, &workflow, &order, ctx, &recall).await
        }
        Mode::Background => background::go_on(opened, &args, &workflow, &order, ctx, &recall).await,
        Mode::Whole => whole::show(opened, args.include, &workflow, &order, ctx, &recall).await,
    };
    ended.map_err(|error| unknown::told(error, ctx))
}

/// The run as the generation in force wants it.
fn ordered(
    args: &RunArgs,
    given: &body::Given,
    execution: String,
    recall: &Recall,
    ctx: &Context,
) -> Result<Order, Failure> {
    choice::fits(args, recall.generation)?;
    let body = body::laid_out(given, args.wrap_input, recall.generation)?;
    if !args.files.is_empty() && body.compact().len() > LARGEST_BODY {
        ctx.output.warning(
            "the body is larger than the 10 MiB that newer servers take; that is some 7.5 MiB of files",
        );
    }
    Ok(Order { body, mode: choice::mode(args), execution })
}

/// Sends the run. From here on one may exist: Ctrl-C has to say so.
async fn start(
    workflow: &str,
    order: &Order,
    args: &RunArgs,
    ctx: &Context,
    recall: &Recall,
) -> Result<Opened> {
    let request = recall.execute_with(workflow, order, &choice::controls(args));
    let _waiting = ctx.output.progress("waiting for the workflow");
    let open = recall.http().open(&request);
    match ctx.interrupt().guard(open).await {
        Ok(opened) => opened.map_err(|error| unanswered(error, workflow, order)),
        Err(kind) => Err(left(kind, workflow, order).into()),
    }
}

/// The answer of a server that has no v2, though v2 was asked.
fn without_v2<'a>(opened: &'a Opened, recall: &Recall) -> Option<&'a Answer> {
    match opened {
        Opened::Answer(answer) if recall.generation == Generation::V2 && lacks_v2(answer) => Some(answer),
        _ => None,
    }
}

fn execution(args: &RunArgs) -> Result<String, Failure> {
    let Some(id) = &args.execution_id else { return Ok(uuid::Uuid::new_v4().to_string()) };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    if id.is_empty() || id.len() > 128 || !id.bytes().all(fits) {
        let text = crate::text::line(id);
        return Err(Failure::usage(format!(
            "`{text}` cannot be an execution id: 1 to 128 letters, digits and . _ : -"
        )));
    }
    Ok(id.clone())
}

/// No answer came, so nobody knows whether the run goes on.
fn unanswered(error: anyhow::Error, workflow: &str, order: &Order) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.kind == Kind::Timeout => failure
            .note("the run may have been started and may go on; it is not sent again")
            .hint(commands::in_background(workflow))
            .hint(commands::cancel(workflow, &order.execution))
            .into(),
        Ok(failure) if failure.sent => failure
            .note("the run may have been started and may go on; it is not sent again")
            .hint(commands::cancel(workflow, &order.execution))
            .into(),
        Ok(failure) => failure.into(),
        Err(error) => error,
    }
}

/// Ctrl-C while the service has not answered.
fn left(kind: Kind, workflow: &str, order: &Order) -> Failure {
    Failure::new(kind, "stopped waiting; the run may go on")
        .hint(commands::cancel(workflow, &order.execution))
}
