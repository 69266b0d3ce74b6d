//! A run in step: one answer with everything in it.

use anyhow::Result;

use super::background;
use crate::commands::Exit;
use crate::commands::recall::{lost, result, watch};
use crate::context::Context;
use crate::http::{Answer, Opened};
use crate::services::recall::acceptance::accepted_in_step;
use crate::services::recall::execute::Order;
use crate::services::recall::outcome::{Pause, Verdict};
use crate::services::recall::{NAME, Recall, outcome};
use crate::services::unreadable;
use crate::text;

/// Shows what the run came to.
///
/// # Errors
/// What the service says, or how the run ended.
pub async fn show(
    opened: Opened,
    include: bool,
    workflow: &str,
    order: &Order,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    match opened {
        Opened::Answer(answer) => {
            if include {
                head(&answer, ctx)?;
            }
            answered(&answer, workflow, order, ctx, recall).await
        }
        Opened::Stream(stream) => {
            let headers = stream.headers;
            let answer =
                Answer { request: String::new(), status: 200, headers, body: "data:".into(), attempt: 0 };
            Err(unreadable(NAME, &answer, "recall.base_url").into())
        }
    }
}

/// Shows a whole answer; a stream's request may get one too.
///
/// # Errors
/// What the service says, or how the run ended.
pub async fn answered(
    answer: &Answer,
    workflow: &str,
    order: &Order,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    if let Some(found) = lost::find(answer, workflow, &order.execution, ctx, recall).await? {
        return result::show(&found, workflow, ctx);
    }
    if let Some(job) = accepted_in_step(answer) {
        ctx.output.warning("the service did not run the workflow at once, it started a job");
        return background::keep(&job, workflow, ctx, recall);
    }
    let end = outcome::read(answer)?;
    if let Verdict::Paused(pause) = &end.verdict {
        paused(pause, workflow, order, ctx, recall)?;
    }
    result::show(&end, workflow, ctx)
}

/// The status line and the headers: before the body for people, beside the data of the machine forms.
fn head(answer: &Answer, ctx: &Context) -> Result<()> {
    let head = ctx.without_secrets(&answer.head());
    if ctx.output.is_human() {
        let head = if ctx.output.is_terminal() { text::disarmed(&head) } else { head };
        return ctx.output.print(head.as_bytes());
    }
    head.trim_end().lines().for_each(|line| ctx.output.aside(&text::line(line)));
    Ok(())
}

/// Writes a paused run down, so that `execution resume --last` finds it.
pub fn paused(pause: &Pause, workflow: &str, order: &Order, ctx: &Context, recall: &Recall) -> Result<()> {
    let execution = pause.execution.as_deref().unwrap_or(&order.execution);
    let workflow = pause.workflow.as_deref().unwrap_or(workflow);
    watch::remember("", workflow, Some(execution), ctx, recall)
}
