//! A streamed run: text as it arrives, then what nobody has seen yet.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Result;

use super::advice::Advice;
use super::blocks::Blocks;
use super::separate::Separate;
use super::{RunArgs, whole};
use crate::commands::Exit;
use crate::commands::recall::result;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::{Opened, Stream};
use crate::json::{Json, Node};
use crate::live;
use crate::output::{Collected, Live};
use crate::services::recall::execute::Order;
use crate::services::recall::outcome::Verdict;
use crate::services::recall::stream::{RunReader, Streamed};
use crate::services::recall::{NAME, Recall, commands};
use crate::services::unreadable;
use crate::text;

/// The service sends no sign of life while a tool works.
const IDLE: Duration = Duration::from_secs(300);

/// Follows the stream; an answer in one piece is shown like one of a run in step.
///
/// # Errors
/// What the service says, how the run ended, or a stream without its last word.
pub async fn follow(
    opened: Opened,
    withdrawable: bool,
    args: &RunArgs,
    workflow: &str,
    order: &Order,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    let mut stream = match opened {
        Opened::Stream(stream) => stream,
        // Only a run in step may come to nothing: no Response block speaks in a stream.
        Opened::Answer(answer) if answer.ok() && answer.body.is_empty() => {
            let failure = unreadable(NAME, &answer, "recall.base_url");
            return Err(failure.hint(commands::cancel(workflow, &order.execution)).into());
        }
        Opened::Answer(answer) => return whole::answered(&answer, workflow, order, ctx, recall).await,
    };
    let live = Live::new(&ctx.output, args.events, "waiting for the first word");
    let headed = args.separate && ctx.output.is_human() && !args.events;
    // The server has begun to write already; it holds its words until they are read.
    let names = if headed { ctx.interrupt().guard(Blocks::of(workflow, recall)).await } else { Ok(None) };
    let names = match names {
        Ok(blocks) => blocks.map(Blocks::by_id).unwrap_or_default(),
        Err(kind) => {
            return Err(broken(Failure::said(kind).into(), true, &Collected::default(), workflow, order));
        }
    };
    let mut live = Separate::new(live, headed, names.clone());
    let reader = RunReader::new(withdrawable);
    let next = async || Stream::chunk(&mut stream).await;
    let end = live::follow(next, reader, ctx.idle_timeout(IDLE), ctx.interrupt(), &mut live).await;
    let live = live.finish();
    let printed = live.printed();
    let collected = live.finish()?;
    match end {
        Ok(end) => {
            if let Verdict::Paused(pause) = &end.outcome.verdict {
                whole::paused(pause, workflow, order, ctx, recall)?;
            }
            let advice = Advice::on(&end, args, ctx);
            let exit = finished(end, printed, &collected, &names, args, ctx)?;
            advice.give(args, workflow, ctx, recall).await;
            Ok(exit)
        }
        Err(error) => Err(broken(error, printed, &collected, workflow, order)),
    }
}

fn finished(
    end: Streamed,
    printed: bool,
    collected: &Collected,
    names: &HashMap<String, String>,
    args: &RunArgs,
    ctx: &Context,
) -> Result<Exit> {
    if end.unconfirmed {
        ctx.output.warning("the stream ended in good order, but without saying how the run ended");
    }
    if end.unreadable > 0 && ctx.output.verbose > 0 {
        ctx.output.warning(&format!("{} could not be read", text::count(end.unreadable, "frame")));
    }
    let mut outcome = end.outcome;
    if !printed {
        outcome.whole = composed(&outcome.whole, collected);
    }
    match &outcome.verdict {
        Verdict::Completed if !printed => {
            ctx.output.emit(&outcome.whole, result::VIEW)?;
            Ok(0)
        }
        // Events are the whole result, line by line.
        Verdict::Completed if !ctx.output.is_human() || args.events => Ok(0),
        Verdict::Completed => {
            rest(&outcome.output, &end.blocks, names, args, ctx)?;
            Ok(0)
        }
        Verdict::Paused(pause) => {
            if !printed {
                ctx.output.emit(&outcome.whole, result::VIEW)?;
            }
            Err(result::paused(pause, &args.workflow).into())
        }
        Verdict::Failed(failure) => {
            let details = (!printed).then(|| outcome.whole.value.clone());
            Err(Failure { details: details.or(failure.details.clone()), ..failure.clone() }.into())
        }
    }
}

/// What no chunk brought: all of the output when nothing was selected, else the selected values that are not text
/// of a model. What was printed is not printed again.
fn rest(
    output: &Json,
    blocks: &[String],
    names: &HashMap<String, String>,
    args: &RunArgs,
    ctx: &Context,
) -> Result<()> {
    if args.select.is_empty() {
        if blocks.is_empty() {
            ctx.output.emit_text(&result::readable(output), output, result::VIEW)?;
        }
        return Ok(());
    }
    let mut shown = !blocks.is_empty();
    let Node::Object(values) = Node::of(output) else { return Ok(()) };
    for (block, paths) in values {
        let Node::Object(values) = paths else { continue };
        if blocks.contains(&block) {
            continue;
        }
        let name = names.get(&block).map_or(block.as_str(), String::as_str);
        let mut head = if args.separate { format!("== {} ==\n", text::line(name)) } else { String::new() };
        for (_, value) in values {
            let Ok(value) = Json::parse(&value.compact()) else { continue };
            let gap = if shown { "\n" } else { "" };
            let text = format!("{gap}{}{}", std::mem::take(&mut head), result::readable(&value));
            ctx.output.emit_text(&text, &value, result::VIEW)?;
            shown = true;
        }
    }
    Ok(())
}

/// What a stream comes to in the machine forms; a stream itself has no such object (contract 2.5).
fn composed(run: &Json, collected: &Collected) -> Json {
    let mut blocks = Node::object();
    for (block, text) in &collected.blocks {
        blocks.set(block, text.as_str());
    }
    let mut object = Node::object();
    for name in ["success", "output"] {
        object.set(name, run.get(name).map_or(Node::Null, |value| Node::of(&value)));
    }
    object.set("blocks", blocks);
    for name in ["error", "status", "metadata"] {
        if let Some(value) = run.get(name).filter(|value| !value.value.is_null()) {
            object.set(name, Node::of(&value));
        }
    }
    Json::parse(&object.compact()).unwrap_or_else(|_| run.clone())
}

/// A stream without its last word, or left by the user. Nothing remote is cancelled by itself.
fn broken(
    error: anyhow::Error,
    printed: bool,
    collected: &Collected,
    workflow: &str,
    order: &Order,
) -> anyhow::Error {
    let stop = commands::cancel(workflow, &order.execution);
    match error.downcast::<Failure>() {
        Ok(failure) if matches!(failure.kind, Kind::Interrupted | Kind::Terminated) => {
            Failure::new(failure.kind, "the stream was closed, which stops the run on some servers only")
                .hint(stop)
                .into()
        }
        Ok(mut failure) => {
            if !printed && !collected.blocks.is_empty() {
                let run = Json::from(serde_json::json!({"success": false}));
                failure.details = Some(composed(&run, collected).value);
            }
            failure.hint(stop).into()
        }
        Err(error) => error,
    }
}
