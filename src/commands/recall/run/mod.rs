//! `ra recall run`: run a deployed workflow, in step, streamed, or as a background job.

mod background;
mod body;
mod file;
mod stream;
mod whole;

use std::rc::Rc;

use anyhow::Result;
use clap::Args;

use crate::args::{Fields, WaitArgs, input};
use crate::commands::Exit;
use crate::commands::recall::pauses::PauseArgs;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::services::Service as _;
use crate::services::recall::commands;
use crate::services::recall::execute::{Mode, Order};

/// Newer servers refuse more, proxies often less.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// Run a deployed workflow and print its output
///
/// In step by default; --stream shows text while it arises, --async starts a background job and prints its id,
/// --async --poll waits for it. A run is never started twice by itself; refusals (429) are tried again.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall run hello
  ra recall run support-triage --input '{\"message\":\"My order is late\"}'
  ra recall run support-triage -f message=@mail.txt -F priority=2 -o json --jq .output
  ra recall run digest --stream --select writer.content
  ra recall run nightly --async --poll --poll-timeout 30m
  ra recall run contract-check --file documents=@lease.pdf")]
pub struct RunArgs {
    /// Workflow to run, by its id (with --local also by its name)
    pub workflow: String,

    /// Input of the workflow as JSON: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON")]
    pub input: Option<String>,

    #[command(flatten)]
    pub fields: Fields,

    /// Send a file as an input field: field=@path, or field=@path;mime; once for each file
    #[arg(long = "file", value_name = "FIELD=@PATH", action = clap::ArgAction::Append)]
    pub files: Vec<String>,

    /// Send the input as one field called `input`, where its names cannot collide with the service's
    #[arg(long)]
    pub wrap_input: bool,

    /// Show text while it arises
    #[arg(long)]
    pub stream: bool,

    /// Output to stream, block.path, once for each (with --stream)
    #[arg(long = "select", alias = "select-output", value_name = "BLOCK.PATH", action = clap::ArgAction::Append)]
    pub select: Vec<String>,

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
    check(&args)?;
    let workflow = input::id(&args.workflow, "workflow")?;
    let order = Order { body: body::build(&args, ctx)?, mode: mode(&args), execution: execution(&args)? };
    if !args.files.is_empty() && order.body.compact().len() > LARGEST_BODY {
        ctx.output.warning("the body is larger than the 10 MiB that newer servers take");
    }
    let recall = ctx.recall()?;
    let recall = recall.through(Rc::new(ctx.http_with(args.pauses.retry(ctx))));
    let request = recall.execute(&workflow, &order);
    // From here on a run may exist: Ctrl-C has to say so.
    let started = {
        let _waiting = ctx.output.progress("waiting for the workflow");
        let open = recall.http().open(&request);
        match ctx.interrupt().guard(open).await {
            Ok(opened) => opened.map_err(|error| unanswered(error, &workflow, &order))?,
            Err(kind) => return Err(left(kind, &workflow, &order).into()),
        }
    };
    match order.mode {
        Mode::Stream { agent_events, .. } => {
            stream::follow(started, agent_events, &args, &workflow, &order, ctx, &recall).await
        }
        Mode::Background => background::go_on(started, &args, &workflow, &order, ctx, &recall).await,
        Mode::Whole => whole::show(started, &workflow, &order, ctx, &recall).await,
    }
}

/// Flags that contradict each other.
fn check(args: &RunArgs) -> Result<(), Failure> {
    let goes_with = |given: bool, flag: &str, needed: bool, other: &str| {
        if given && !needed { Err(Failure::usage(format!("{flag} goes with {other} only"))) } else { Ok(()) }
    };
    if args.background && args.stream {
        return Err(Failure::usage("a run is either streamed (--stream) or a job (--async)"));
    }
    if args.background && !args.files.is_empty() {
        return Err(Failure::usage(
            "the service does not read files of background runs: --file and --async exclude each other",
        )
        .hint("leave --async out"));
    }
    goes_with(args.poll, "--poll", args.background, "--async")?;
    let pace = args.wait.poll_interval.is_some() || args.wait.poll_timeout.is_some();
    goes_with(pace, "--poll-interval and --poll-timeout", args.poll, "--async --poll")?;
    goes_with(!args.select.is_empty(), "--select", args.stream, "--stream")?;
    goes_with(args.events, "--events", args.stream, "--stream")?;
    goes_with(args.agent_events, "--agent-events", args.stream, "--stream")?;
    for selector in &args.select {
        // The service ignores what it does not know, and streams nothing.
        if !selector.trim().contains('.')
            && uuid::Uuid::try_parse(selector).is_err()
            && !is_uuid_path(selector)
        {
            return Err(Failure::usage(format!(
                "`{selector}` selects nothing: a block and a path are parted by a dot"
            ))
            .hint(format!("--select {selector}.content")));
        }
    }
    Ok(())
}

/// `<block uuid>_path` is a spelling of its own.
fn is_uuid_path(selector: &str) -> bool {
    selector
        .split_once('_')
        .is_some_and(|(block, path)| uuid::Uuid::try_parse(block).is_ok() && !path.is_empty())
}

fn mode(args: &RunArgs) -> Mode {
    if args.stream {
        let selected = args.select.iter().map(|name| name.trim().to_owned()).collect();
        Mode::Stream { selected, agent_events: args.agent_events }
    } else if args.background {
        Mode::Background
    } else {
        Mode::Whole
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
