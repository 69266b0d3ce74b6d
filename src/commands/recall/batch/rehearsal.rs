//! `--dry-run`: the first request, and a word about the lines that could not be run.

use anyhow::Result;

use super::source::Source;
use super::{BatchArgs, mode};
use crate::commands::{Exit, resource};
use crate::context::Context;
use crate::error::Failure;
use crate::services::Service as _;
use crate::services::recall::Recall;
use crate::services::recall::execute::Order;
use crate::services::recall::operations::WORKFLOW_NAMES;

/// Reads all lines, sends nothing, touches no file.
///
/// # Errors
/// What would be sent first; exit 2 when no line can be run.
pub async fn show(source: Source, args: &BatchArgs, ctx: &Context, recall: &Recall) -> Result<Exit> {
    let (mut first, mut fit, mut unfit) = (None, 0, 0);
    for read in source {
        match read? {
            Ok(line) => {
                fit += 1;
                first.get_or_insert(line);
            }
            Err(line) => {
                unfit += 1;
                ctx.output.warning(&crate::text::line(&line.reason.message));
            }
        }
    }
    ctx.output.note(&format!("{fit} lines would be sent, {unfit} cannot be run; the first request:"));
    let Some(line) = first else { return Err(Failure::usage("no line can be run").into()) };
    // The workflow of all lines was looked up already.
    let workflow = match &args.workflow {
        Some(_) => line.workflow,
        None => resource::resolve(ctx, recall, &WORKFLOW_NAMES, &line.workflow).await?,
    };
    if args.validate {
        recall.http().plans(&recall.status(&workflow));
    }
    let execution = uuid::Uuid::new_v4().to_string();
    let order = Order { body: line.body, mode: mode(args), execution };
    recall.http().send(&recall.execute(&workflow, &order)).await?;
    Ok(0)
}
