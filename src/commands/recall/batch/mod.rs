//! `ra recall batch`: many runs at once, each line of a file one run.

mod crew;
mod deployed;
mod ending;
mod feed;
mod gate;
mod halt;
mod journal;
mod line;
mod lookup;
mod meaning;
mod names;
mod printer;
mod record;
mod rehearsal;
mod report;
mod source;
mod work;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Result;
use clap::Args;
use tokio::sync::{Mutex, Semaphore};

use self::crew::Crew;
use self::deployed::Deployed;
use self::gate::Gate;
use self::journal::{Journal, Ledger};
use self::line::Reading;
use self::names::Names;
use self::source::{Format, Source};
use crate::args::WaitArgs;
use crate::commands::recall::pauses::PauseArgs;
use crate::commands::recall::{generation, watch};
use crate::commands::{Exit, resource};
use crate::context::Context;
use crate::error::Failure;
use crate::services::recall::Generation;
use crate::services::recall::execute::Mode;
use crate::services::recall::operations::{WORKFLOW_NAMES, WORKSPACE_SETTING};

/// Run a workflow once for each line of a file, many at once
///
/// A line is {"workflow": …, "input": …, "id": …}; with --workflow it is the input itself. A CSV names its inputs in
/// the first row. The id is optional (a text or a number, once each); without it a line goes by its number. Lines are
/// read as they are needed, so that a file of any length, or an endless stdin, takes little memory.
///
/// Results come as they are ready, in a pipe as one line of JSON each: id, line, workflow, execution_id, status
/// (completed, failed, paused, cancelled, skipped, unknown, invalid), attempts, duration_ms, and output or error.
/// "ran": false marks what the service certainly did not run. -o json makes one array of them; --jq sees one result
/// at a time.
///
/// When the service asks for a pause (429), all workers wait it out together. What may have been carried out is never
/// sent again: a run whose answer got lost is `unknown`. A bad key (401) stops the batch with exit code 3, an empty
/// account (402) or a longer wait than --max-wait with 5; otherwise the code is 0 when every line completed and 10
/// when some did not. Ctrl-C stops the sending; runs under way go on at the service.
///
/// With --output-file nothing is lost or done twice, whatever happens: each run is written down before it is sent,
/// and its result when it is there, both synced to the disk. --resume goes on after a crash: lines with a result are
/// skipped, runs without one are looked up, and what was refused before it ran is sent.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  echo '{\"name\":\"Ada\"}' | ra --local recall batch - --workflow hello
  ra recall batch runs.ndjson --concurrency 32 --output-file results.ndjson
  ra recall batch runs.ndjson --output-file results.ndjson --resume
  ra recall batch customers.csv --workflow onboard --validate --async
  ra recall batch runs.ndjson | jq -c 'select(.status != \"completed\")'")]
pub struct BatchArgs {
    /// Lines to run: an NDJSON or CSV file, or - for stdin
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub file: String,

    /// Workflow of all lines, an id or a name; each line is then the input itself
    #[arg(long, value_name = "WORKFLOW")]
    pub workflow: Option<String>,

    /// How the lines are written: ndjson or csv; by default csv for a name that ends in .csv
    #[arg(long, value_name = "FORM", value_enum, hide_possible_values = true)]
    pub format: Option<Format>,

    /// Send each input as one field called `input`, where its names cannot collide with the service's
    #[arg(long)]
    pub wrap_input: bool,

    /// Runs at once, 1 to 256
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,

    /// Run each line as a background job and wait for it: for workflows that take minutes
    #[arg(long = "async")]
    pub background: bool,

    #[command(flatten)]
    pub wait: WaitArgs,

    /// Ask first whether each workflow is deployed (of stdin: before its first line); lines of others are skipped
    #[arg(long)]
    pub validate: bool,

    /// Print results in the order of the lines; one slow line holds up at most four times --concurrency others
    #[arg(long)]
    pub ordered: bool,

    /// Stop at the first line that fails; runs under way end and are reported
    #[arg(long)]
    pub fail_fast: bool,

    /// Append runs and results to this file, safe from crashes; they are printed too
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output_file: Option<PathBuf>,

    /// Go on with an earlier batch: skip lines with a result, look up runs without one (with --output-file)
    #[arg(long)]
    pub resume: bool,

    /// Send runs again that nobody knows the end of; on older servers they may run twice (with --resume)
    #[arg(long)]
    pub retry_unknown: bool,

    #[command(flatten)]
    pub pauses: PauseArgs,
}

/// Carries the command out.
///
/// # Errors
/// Unusable input, what stopped the batch, Ctrl-C, or that some lines did not complete.
pub async fn run(args: BatchArgs, ctx: &Context) -> Result<Exit> {
    check(&args)?;
    let recall = generation::settled(ctx, ctx.recall()?).await?;
    let fixed = match &args.workflow {
        Some(word) => Some(resource::resolve(ctx, &recall, &WORKFLOW_NAMES, word).await?),
        None => None,
    };
    let source = open(&args, &fixed, recall.generation, ctx)?;
    if ctx.globals.dry_run.is_some() {
        return rehearsal::show(source, &args, ctx, &recall).await;
    }
    let (journal, ledger) = match &args.output_file {
        Some(path) => Journal::open(path, args.resume).map(|(journal, ledger)| (Some(journal), ledger))?,
        None => (None, Ledger::default()),
    };
    let workspace = ctx.settings()?.get(WORKSPACE_SETTING)?.map(|resolved| resolved.value);
    let names = Names::new(recall.through(ctx.http()), workspace);
    let deployed = args.validate.then(|| Deployed::new(recall.through(ctx.http())));
    if let (Some(deployed), Some(_)) = (&deployed, &source.file) {
        ask_all(deployed, &names, open(&args, &fixed, recall.generation, ctx)?, &ledger).await?;
    }
    let total = match &source.file {
        Some(file) if ctx.output.draws() => feed::count(file, source.has_heading()),
        _ => Default::default(),
    };
    let window = args.ordered.then(|| Rc::new(Semaphore::new(4 * usize::from(args.concurrency))));
    let (report, printer) = report::report(&ctx.output, ctx.redactor(), window.clone());
    let crew = Rc::new(Crew {
        recall: recall.through(ctx.http_once()),
        asking: recall,
        mode: mode(&args),
        pace: args.wait.pace(watch::LIMIT),
        retry_unknown: args.retry_unknown,
        fail_fast: args.fail_fast,
        gate: Gate::new(args.pauses.retry(ctx)),
        halt: halt::Halt::default(),
        journal,
        names,
        deployed,
        report,
        window,
        under_way: RefCell::default(),
        items: Mutex::new(feed::start(source, ledger)),
        next: Cell::new(0),
        output: ctx.output.clone(),
        interrupt: ctx.interrupt().clone(),
    });
    ending::see_through(crew, printer, &args, &total, ctx).await
}

fn open(
    args: &BatchArgs,
    workflow: &Option<String>,
    generation: Generation,
    ctx: &Context,
) -> Result<Source, Failure> {
    let reading = Reading { workflow: workflow.clone(), wrap: args.wrap_input, generation };
    Source::open(&args.file, args.format, reading, ctx)
}

fn mode(args: &BatchArgs) -> Mode {
    if args.background { Mode::Background } else { Mode::Whole }
}

/// Flags that need each other.
fn check(args: &BatchArgs) -> Result<(), Failure> {
    let goes_with = |given: bool, flag: &str, needed: bool, other: &str| {
        if given && !needed { Err(Failure::usage(format!("{flag} goes with {other} only"))) } else { Ok(()) }
    };
    let pace = args.wait.poll_interval.is_some() || args.wait.poll_timeout.is_some();
    goes_with(pace, "--poll-interval and --poll-timeout", args.background, "--async")?;
    goes_with(args.resume, "--resume", args.output_file.is_some(), "--output-file")?;
    goes_with(args.retry_unknown, "--retry-unknown", args.resume, "--resume")
}

/// Asks for each workflow of a file that can be read twice, before anything is run.
async fn ask_all(deployed: &Deployed, names: &Names, source: Source, ledger: &Ledger) -> Result<(), Failure> {
    let fixed = source.reading.workflow.clone();
    let mut asked = BTreeSet::new();
    for read in source {
        let Ok(line) = read? else { continue };
        if ledger.done(&line.place.id).is_some() || !asked.insert(line.workflow.clone()) {
            continue;
        }
        match names.id_of(&line.workflow).await {
            Ok(workflow) => deployed.obstacle(&workflow).await.map(drop)?,
            Err(failure) if meaning::stops_all(&failure) => return Err(failure),
            // Its lines will say so.
            Err(_) => {}
        }
        if fixed.is_some() {
            break;
        }
    }
    Ok(())
}
