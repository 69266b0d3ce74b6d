//! `ra recall execution`: runs by their own id; answering one that waits for a person (contract 5.1).

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::Value;

use super::{result, watch};
use crate::args::{Fields, input};
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::Failure;
use crate::http::Answer;
use crate::json::Node;
use crate::services::call;
use crate::services::recall::outcome::Outcome;
use crate::services::recall::stream::read_whole;
use crate::services::recall::{Recall, execute, outcome};
use crate::text;

/// Verbs of `execution`.
#[derive(Subcommand, Debug)]
pub enum ExecutionCommand {
    Resume(ResumeArgs),
}

/// Answer a run that waits for a person
///
/// The run goes on under a new id, which is printed; newer servers answer with its end instead.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall execution resume WORKFLOW EXECUTION CONTEXT --input '{\"approved\":true}'
  ra recall execution resume WORKFLOW EXECUTION CONTEXT -F approved=true --wait")]
pub struct ResumeArgs {
    /// Workflow that the run belongs to
    pub workflow: String,

    /// The paused run
    pub execution: String,

    /// The place where it waits, as the pause names it
    pub context: String,

    /// The answer as JSON: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON")]
    pub input: Option<String>,

    #[command(flatten)]
    pub fields: Fields,

    /// Stay with the run until it ends (servers that can be asked for a run)
    #[arg(long)]
    pub wait: bool,
}

const VIEW: View<'static> = View {
    columns: &[Column::text("execution", "executionId"), Column::text("status", "status")],
    id: "executionId",
};

/// Carries a verb out.
///
/// # Errors
/// Unusable input, what the service says, how the run ended.
pub async fn run(command: ExecutionCommand, ctx: &Context) -> Result<Exit> {
    let ExecutionCommand::Resume(args) = command;
    let workflow = input::id(&args.workflow, "workflow")?;
    let execution = input::id(&args.execution, "execution id")?;
    let context = input::id(&args.context, "context id")?;
    let body = body(&args, ctx)?;
    let recall = ctx.recall()?;
    let answer = call(&recall, &recall.resume(&workflow, &execution, &context, &body)).await?;
    if let Some(end) = ended(&answer)? {
        return result::show(&end, &workflow, ctx);
    }
    let Some(whole) = answer.json() else { return result::show(&outcome::read(&answer)?, &workflow, ctx) };
    let job = execute::accepted(&answer);
    let run = whole.value.get("executionId").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(job) = &job {
        watch::remember(&job.job, &workflow, Some(&run), ctx, &recall)?;
    }
    if args.wait {
        return wait(job.map(|job| job.job), &run, &workflow, ctx, &recall).await;
    }
    let id = job.map_or(run, |job| job.job);
    ctx.output.emit_text(&format!("{}\n", text::line(&id)), &whole, VIEW)?;
    Ok(0)
}

fn body(args: &ResumeArgs, ctx: &Context) -> Result<Node, Failure> {
    let given = args.input.as_deref().map(|given| input::json(given, "--input", &ctx.stdin)).transpose()?;
    let mut value = given.as_ref().map_or_else(Node::object, Node::of);
    if !args.fields.is_empty() {
        if !matches!(value, Node::Object(_)) {
            return Err(Failure::usage("-f and -F add to an object, and --input is none"));
        }
        args.fields.apply(&mut value, &ctx.stdin)?;
    }
    let mut body = Node::object();
    body.set("input", value);
    Ok(body)
}

/// The end of a run that newer servers carry on at once, in one answer or as a stream.
fn ended(answer: &Answer) -> Result<Option<Outcome>, Failure> {
    if answer.headers.content_type() == "text/event-stream" {
        return read_whole(&answer.body).map(Some);
    }
    let has_verdict = answer.json().is_some_and(|json| {
        json.value.get("success").is_some_and(Value::is_boolean) && json.value.get("output").is_some()
    });
    if has_verdict { outcome::read(answer).map(Some) } else { Ok(None) }
}

async fn wait(
    job: Option<String>,
    run: &str,
    workflow: &str,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    let end = match job {
        Some(job) => {
            ctx.output.aside(&format!("job {}", text::line(&job)));
            watch::job(&job, watch::pace(), ctx, recall).await?
        }
        None => {
            ctx.output.aside(&format!("run {}", text::line(run)));
            watch::execution(workflow, run, ctx, recall).await?
        }
    };
    result::show(&end, workflow, ctx)
}
