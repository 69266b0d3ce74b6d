//! A run in step: one answer with everything in it.

use anyhow::Result;

use crate::commands::Exit;
use crate::commands::recall::{lost, result};
use crate::context::Context;
use crate::http::{Answer, Opened};
use crate::services::recall::execute::Order;
use crate::services::recall::{NAME, Recall, outcome};
use crate::services::unreadable;

/// Shows what the run came to.
///
/// # Errors
/// What the service says, or how the run ended.
pub async fn show(
    opened: Opened,
    workflow: &str,
    order: &Order,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    match opened {
        Opened::Answer(answer) => answered(&answer, workflow, order, ctx, recall).await,
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
    result::show(&outcome::read(answer)?, workflow, ctx)
}
