//! `ra recall execution resume`: answering a run that waits for a person (contract 5.1).

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::Value;
use tokio::time::Instant;

use super::{Which, point};
use crate::args::{Fields, WaitArgs, input};
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::commands::recall::{generation, result, watch};
use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::http::Answer;
use crate::json::Node;
use crate::services::recall::outcome::{self, Outcome};
use crate::services::recall::stream::read_whole;
use crate::services::recall::{NAME, Recall, acceptance, commands};
use crate::services::{Service as _, call, fetch, unreadable};
use crate::text;

/// Answer a run that waits for a person
///
/// The run goes on under a new id, which is printed; newer servers answer with its end instead. The place where it
/// waits may be left out when there is just one.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall execution resume --last -F approved=true --wait
  ra recall execution resume support-triage EXECUTION --input '{\"approved\":true}'
  ra recall execution resume support-triage EXECUTION CONTEXT -F approved=true")]
pub struct ResumeArgs {
    #[command(flatten)]
    pub run: Which,

    /// The place where it waits, as the pause names it
    #[arg(conflicts_with = "last")]
    pub context: Option<String>,

    /// The answer as JSON: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON")]
    pub input: Option<String>,

    #[command(flatten)]
    pub fields: Fields,

    /// Stay with the run until it ends and print its output
    #[arg(long)]
    pub wait: bool,

    #[command(flatten)]
    pub pace: WaitArgs,
}

const VIEW: View<'static> = View {
    columns: &[Column::text("execution", "executionId|runId"), Column::text("status", "status")],
    id: "executionId|runId|data.runId",
};

/// A pause that has just begun may not be known everywhere yet.
const UNREADY: Duration = Duration::from_secs(5);

/// Carries the command out.
///
/// # Errors
/// Unusable input, what the service says, how the run ended.
pub async fn run(args: &ResumeArgs, ctx: &Context) -> Result<Exit> {
    if !args.wait && (args.pace.poll_interval.is_some() || args.pace.poll_timeout.is_some()) {
        return Err(Failure::usage("--poll-interval and --poll-timeout go with --wait").into());
    }
    let context = args.context.as_deref().map(|id| input::id(id, "context id")).transpose()?;
    let answer = submission(args, ctx)?;
    let found = args.run.find(ctx).await?;
    let (recall, workflow, execution) = (&found.recall, found.workflow.as_str(), found.execution.as_str());
    let context = match context {
        Some(context) => context,
        None => only_point(workflow, execution, recall).await?,
    };
    let request = recall.resume(workflow, execution, &context, answer);
    let said = || ctx.output.note("the pause is not ready to be answered yet; trying again");
    let submit = patiently(async || call(recall, &request).await, said);
    let left = |kind| {
        let failure =
            Failure::new(kind, "stopped waiting; the answer may have been taken, and the run may go on");
        failure.hint(commands::paused(workflow, execution))
    };
    let answer = ctx.interrupt().guard(submit).await.map_err(left)?;
    let answer = answer.map_err(|error| generation::told(error, recall))?;
    followed(&answer, workflow, args, ctx, recall).await
}

fn submission(args: &ResumeArgs, ctx: &Context) -> Result<Node, Failure> {
    let given = args.input.as_deref().map(|given| input::json(given, "--input", &ctx.stdin)).transpose()?;
    let mut value = given.as_ref().map_or_else(Node::object, Node::of);
    if !args.fields.is_empty() {
        if !matches!(value, Node::Object(_)) {
            return Err(Failure::usage("-f and -F add to an object, and --input is none"));
        }
        args.fields.apply(&mut value, &ctx.stdin)?;
    }
    Ok(value)
}

/// The one place where a run waits.
async fn only_point(workflow: &str, execution: &str, recall: &Recall) -> Result<String> {
    let request = recall.paused_run(workflow, execution);
    if recall.http().plans(&request) {
        return Ok(format!("<id of the pause of {execution}>"));
    }
    let paused = fetch(recall, &request).await.map_err(|error| match error.downcast::<Failure>() {
        Ok(failure) if failure.kind == Kind::NotFound => {
            failure.hint(commands::get(workflow, execution)).into()
        }
        Ok(failure) => failure.into(),
        Err(error) => error,
    })?;
    let mut open = point::open(&paused);
    if open.len() == 1 {
        return Ok(open.remove(0).id);
    }
    if open.is_empty() {
        let what = format!("run {} does not wait for anybody", text::line(execution));
        let failure = Failure::new(Kind::Refused, what).code("NOT_PAUSED");
        return Err(failure.hint(commands::get(workflow, execution)).into());
    }
    let what = format!("run {} waits at {}", text::line(execution), text::count(open.len(), "place"));
    let failure = Failure::usage(format!("{what}; say which"));
    let hints = open.iter().map(|place| commands::resume(workflow, execution, place));
    let failure = hints.fold(failure, Failure::hint);
    Err(failure.hint(commands::paused(workflow, execution)).into())
}

/// Submits until the pause is ready, for a few seconds. Such a refusal means that nothing was done.
async fn patiently(submit: impl AsyncFn() -> Result<Answer>, said: impl Fn()) -> Result<Answer> {
    let began = Instant::now();
    let (mut pause, mut asked) = (Duration::from_millis(250), 0);
    loop {
        match submit().await {
            Err(error) if is_unready(&error) && began.elapsed() + pause <= UNREADY => {
                if asked == 0 {
                    said();
                }
            }
            answer => return answer,
        }
        asked += 1;
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

fn is_unready(error: &anyhow::Error) -> bool {
    let (failure, _) = unpack(error);
    let early = matches!(failure.status, Some(400 | 404 | 409));
    early
        && ["Snapshot not ready", "not found or already resumed"]
            .iter()
            .any(|text| failure.message.contains(text))
}

/// What became of it: the end, a job, or a run to look after.
async fn followed(
    answer: &Answer,
    workflow: &str,
    args: &ResumeArgs,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    if let Some(end) = ended(answer)? {
        return result::show(&end, workflow, ctx);
    }
    let job = acceptance::accepted(answer);
    let Some(whole) = answer.json() else { return Err(unsaid(answer, workflow, args)) };
    let member = |name: &str| whole.value.get(name).and_then(Value::as_str).map(str::to_owned);
    let run = member("executionId").or_else(|| job.as_ref()?.execution.clone()).unwrap_or_default();
    let job = job.map(|job| job.job).unwrap_or_default();
    if job.is_empty() && run.is_empty() {
        return Err(unsaid(answer, workflow, args));
    }
    watch::remember(
        &job,
        workflow,
        Some(&run).filter(|run| !run.is_empty()).map(String::as_str),
        ctx,
        recall,
    )?;
    let position = whole.value.get("queuePosition").or_else(|| whole.value.pointer("/data/queuePosition"));
    if let Some(position) = position.and_then(Value::as_u64) {
        ctx.output.note(&format!("queued at position {position}"));
    }
    let id = if job.is_empty() { run.clone() } else { job.clone() };
    if !args.wait {
        ctx.output.emit_text(&format!("{}\n", text::line(&id)), &whole, VIEW)?;
        return Ok(0);
    }
    let pace = args.pace.pace(watch::LIMIT);
    let end = if job.is_empty() {
        ctx.output.aside(&format!("run {}", text::line(&id)));
        watch::execution(workflow, &run, pace, ctx, recall).await?
    } else {
        ctx.output.aside(&format!("job {}", text::line(&id)));
        watch::started(&job, pace, ctx, recall).await?
    };
    result::show(&end, workflow, ctx)
}

/// An answer that names neither an end nor what to look after: it may have been taken all the same.
fn unsaid(answer: &Answer, workflow: &str, args: &ResumeArgs) -> anyhow::Error {
    let failure = unreadable(NAME, answer, "recall.base_url")
        .note("the answer may have been taken, and the run may go on; it is not sent again");
    match &args.run.execution {
        Some(execution) => failure.hint(commands::paused(workflow, execution)).into(),
        None => failure.hint("ra recall execution get --last").into(),
    }
}

/// The end of a run that newer servers carry on at once, in one answer or as a stream.
fn ended(answer: &Answer) -> Result<Option<Outcome>, Failure> {
    if answer.headers.content_type() == "text/event-stream" {
        return read_whole(&answer.body).map(Some);
    }
    let has_verdict = answer.json().is_some_and(|json| {
        json.value.get("success").is_some_and(Value::is_boolean) && json.value.get("output").is_some()
            || outcome::run::inside(&json).is_some()
    });
    if has_verdict { outcome::read(answer).map(Some) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    async fn refused(message: &str) -> (u32, Duration) {
        let (began, asked) = (Instant::now(), Cell::new(0));
        let submit = async || {
            asked.set(asked.get() + 1);
            Err(Failure::new(Kind::Refused, message).status(400).into())
        };
        assert!(patiently(submit, || {}).await.is_err());
        (asked.get(), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_gets_five_seconds_to_become_ready() {
        let (asked, time) = refused("Snapshot not ready; execution still finalizing pause").await;
        assert_eq!((asked, time), (7, Duration::from_millis(4750)));
        let (asked, time) = refused("Pause point already resumed or in progress").await;
        assert_eq!((asked, time), (1, Duration::ZERO));
    }
}
