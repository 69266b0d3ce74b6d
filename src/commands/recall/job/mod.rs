//! `ra recall job`: look at a background job, stay with it, stop it.

mod cancel;
mod list;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use self::cancel::CancelArgs;
pub use self::list::ListArgs;
use super::generation::{self, Choice};
use super::{result, watch};
use crate::args::{WaitArgs, input};
use crate::columns::{Column, Kind, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind as Fault};
use crate::services::fetch;
use crate::services::recall::outcome::{Verdict, of_execution};
use crate::services::recall::{Generation, NAME, Recall, commands, jobs};
use crate::state::runs::Run;

/// Verbs of `job`.
#[derive(Subcommand, Debug)]
pub enum JobCommand {
    List(ListArgs),
    Status(StatusArgs),
    Wait(JobWaitArgs),
    Cancel(CancelArgs),
}

/// Show where a job is, without waiting
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall job status run_4f1d2c3b4a5968778695
  ra recall job status --last -o json --jq .status")]
pub struct StatusArgs {
    #[command(flatten)]
    pub job: Which,
}

/// Wait for a job and print the workflow's output
///
/// Asks at once, then less and less often. Ctrl-C stops watching, not the job.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall job wait run_4f1d2c3b4a5968778695
  ra recall job wait --last --poll-timeout 10m
  ra recall job wait --last -o json --jq .output")]
pub struct JobWaitArgs {
    #[command(flatten)]
    pub job: Which,
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// Which job is meant.
#[derive(Args, Debug)]
pub struct Which {
    /// Job, by its id
    pub id: Option<String>,

    /// The job started last from this machine, with this profile and address
    #[arg(long, conflicts_with = "id")]
    pub last: bool,
}

const VIEW: View<'static> = View {
    columns: &[
        Column::text("job", "taskId|jobId|runId|executionId"),
        Column::of(Kind::Status, "status", "status"),
        Column::of(Kind::Time, "started", "metadata.startedAt|startedAt"),
        Column::of(Kind::Millis, "took", "metadata.duration|durationMs|totalDurationMs"),
        Column::text("error", "error.message|error"),
        Column::text("output", "output|finalOutput"),
    ],
    id: "taskId|jobId|runId|executionId",
};

/// Carries a verb out.
///
/// # Errors
/// What the service says, or how the job ended.
pub async fn run(command: JobCommand, ctx: &Context) -> Result<Exit> {
    match command {
        JobCommand::List(args) => list::run(&args, ctx),
        JobCommand::Status(args) => status(&args, ctx).await,
        JobCommand::Wait(args) => wait(&args, ctx).await,
        JobCommand::Cancel(args) => cancel::run(&args, ctx).await,
    }
}

async fn status(args: &StatusArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let (id, known) = args.job.find(ctx, &recall)?;
    let workflow = known.as_ref().map_or("", |run| run.workflow.as_str());
    let recall = watch::towards(recall, known.as_ref());
    let (state, end) = if let Some((workflow, execution)) = known.as_ref().and_then(watch::without_job) {
        let run = generation::ask(&recall, &recall.execution(workflow, execution)).await?;
        ctx.output.emit(&run, VIEW)?;
        (run.value["status"].as_str().map(str::to_owned), of_execution(&run))
    } else {
        let job = fetch(&recall, &recall.job(&id)).await.map_err(|error| unknown(error, &id, ctx))?;
        ctx.output.emit(&jobs::unwrapped(&job), VIEW)?;
        (Some(jobs::state(&job.value).word().to_owned()), jobs::outcome(&job))
    };
    let state = end.as_ref().map(|end| watch::word(end).to_owned()).or(state);
    watch::seen(known.as_ref(), state.as_deref().unwrap_or("unknown"), ctx);
    // Such a job says `completed`, though its run waits for a person.
    if let Some(Verdict::Paused(pause)) = end.map(|outcome| outcome.verdict) {
        let paused = result::paused(&pause, workflow);
        ctx.output.warning(&paused.message);
        paused.hints.iter().for_each(|hint| ctx.output.hint(hint));
    }
    Ok(0)
}

/// Where runs have no jobs, a run's id is found with its workflow only.
fn unknown(error: anyhow::Error, id: &str, ctx: &Context) -> anyhow::Error {
    let legacy = generation::choice(ctx).is_ok_and(|choice| choice == Choice::Fixed(Generation::Legacy));
    match error.downcast::<Failure>() {
        Ok(failure) if failure.kind == Fault::NotFound && !legacy => {
            failure.hint(commands::get("WORKFLOW", id)).into()
        }
        Ok(failure) => failure.into(),
        Err(error) => error,
    }
}

async fn wait(args: &JobWaitArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let (id, known) = args.job.find(ctx, &recall)?;
    let end = watch::started(&id, args.wait.pace(watch::LIMIT), ctx, &recall).await;
    let end = end.map_err(|error| unknown(error, &id, ctx))?;
    result::show(&end, known.as_ref().map_or("", |run| run.workflow.as_str()), ctx)
}

impl Which {
    /// The job's id, and what is remembered of it.
    ///
    /// # Errors
    /// Exit 2 when none is named, or nothing is remembered.
    pub fn find(&self, ctx: &Context, recall: &Recall) -> Result<(String, Option<Run>), Failure> {
        let runs = ctx.runs()?;
        let address = watch::address(ctx, recall);
        if let Some(id) = &self.id {
            let id = input::id(id, "job")?;
            let known = runs.find(NAME, &address, &id);
            // A remembered run may be named by its own id too.
            let job = known.as_ref().map(|run| run.id().to_owned());
            return Ok((job.unwrap_or(id), known));
        }
        if !self.last {
            return Err(Failure::usage("no job is named").hint("give its id, or --last"));
        }
        let profile = &ctx.settings()?.profile;
        let last = runs.newest(NAME, profile, &address).into_iter().find(|run| !run.job.is_empty());
        let run = last.ok_or_else(|| {
            let place = crate::text::line(&address);
            Failure::usage(format!("no job was started from here with profile `{profile}` at {place}"))
                .hint("ra recall run WORKFLOW --async")
        })?;
        Ok((run.job.clone(), Some(run)))
    }
}
