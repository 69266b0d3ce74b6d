//! `ra recall log get`: one run, found by its log id or its own id, and its trace as a tree.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::args::input;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::json::{Json, Node};
use crate::output::{Branch, drawn, human};
use crate::services::fetch;
use crate::services::recall::operations::WORKSPACE_SETTING;
use crate::services::recall::operations::log::SHEET;
use crate::services::recall::trace::{self, Span};
use crate::services::recall::{NAME, Recall};
use crate::text;

/// Show one run, and with --trace what happened in it
///
/// The trace is a tree of the run's steps, with the time and money each took and what went wrong where.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall log get log_7c2d
  ra recall log get 9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19 --trace
  ra recall log get --execution nightly-2026-03-20 --trace
  ra recall log get log_7c2d -o json --jq .executionData.finalOutput")]
pub struct LogGetArgs {
    /// Log id, or the run's own id
    #[arg(required_unless_present = "execution")]
    pub log: Option<String>,

    /// The run's own id, which then needs not be tried as a log id first
    #[arg(long, value_name = "ID", conflicts_with = "log")]
    pub execution: Option<String>,

    /// Show the steps of the run as a tree
    #[arg(long)]
    pub trace: bool,
}

const VIEW: View<'static> = View { columns: SHEET, id: "id|executionId" };
/// Members too large for a sheet, or not about the run.
const LEFT_OUT: [&str; 2] = ["workflowState", "limits"];

/// Carries the command out.
///
/// # Errors
/// Exit 4 when neither a log nor a run has the id; what the service says.
pub async fn run(args: &LogGetArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let log = find(args, ctx, &recall).await?;
    if !ctx.output.is_human() {
        ctx.output.emit(&log, VIEW)?;
        return Ok(0);
    }
    let mut facts = Node::of(&log);
    if let Node::Object(members) = &mut facts {
        members.retain(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
    }
    let sheet = human::sheet(&facts, SHEET, jiff::Timestamp::now(), ctx.output.paint());
    ctx.output.print(sheet.as_bytes())?;
    if args.trace {
        let spans: Vec<Branch> = trace::of(&log.value).iter().map(branch).collect();
        if spans.is_empty() {
            ctx.output.note("there is no trace of this run");
            return Ok(0);
        }
        let tree = drawn(&spans, ctx.output.page_width(), ctx.output.paint());
        ctx.output.print(format!("\n{tree}").as_bytes())?;
    }
    Ok(0)
}

async fn find(args: &LogGetArgs, ctx: &Context, recall: &Recall) -> Result<Json> {
    if let Some(execution) = &args.execution {
        let execution = input::id(execution, "execution id")?;
        return of_execution(&execution, ctx, recall).await;
    }
    let id = input::id(args.log.as_deref().unwrap_or_default(), "log id")?;
    let error = match fetch(recall, &recall.log(&id)).await {
        Ok(log) => return Ok(log),
        Err(error) => error,
    };
    let (failure, _) = unpack(&error);
    if failure.kind != Kind::NotFound || failure.route_missing {
        return Err(error);
    }
    match of_execution(&id, ctx, recall).await {
        Err(second) if unpack(&second).0.kind == Kind::NotFound => Err(Failure {
            message: format!("neither a log nor a run has the id `{}`", text::line(&id)),
            ..failure
        }
        .hint("ra recall log list")
        .into()),
        found => found,
    }
}

/// A run by its own id: its row tells the log id. Without a workspace there are only its times and its cost.
async fn of_execution(execution: &str, ctx: &Context, recall: &Recall) -> Result<Json> {
    let workspace = ctx.settings()?.get(WORKSPACE_SETTING)?.map(|resolved| resolved.value);
    let Some(workspace) = workspace else {
        let log = fetch(recall, &recall.log_of(execution)).await?;
        ctx.output.note("without --workspace there are only times and cost, no output and no trace");
        return Ok(log);
    };
    let rows = fetch(recall, &recall.logs_of(execution, &workspace)).await?;
    let id = rows.value.get(0).and_then(|row| row["id"].as_str()).map(str::to_owned);
    let Some(id) = id else {
        let what = format!("no run in this workspace has the id `{}`", text::line(execution));
        return Err(Failure::new(Kind::NotFound, what).service(NAME).code("NOT_FOUND").into());
    };
    fetch(recall, &recall.log(&id)).await
}

/// A span as the tree shows it: time, cost, tokens.
fn branch(span: &Span) -> Branch {
    let name = match &span.kind {
        Some(kind) => format!("{} ({kind})", span.name),
        None => span.name.clone(),
    };
    let took = span.millis.and_then(|millis| Duration::try_from_secs_f64(millis / 1000.0).ok());
    let tokens = span.tokens.map(|tokens| format!("{tokens} tokens"));
    let figures = [took.map(human::span), span.cost.map(human::money), tokens];
    Branch {
        name,
        figures: figures.into_iter().map(Option::unwrap_or_default).collect(),
        trouble: span.error.clone(),
        children: span.children.iter().map(branch).collect(),
    }
}
