//! A run as a background job: its id at once, its output when it is waited for.

use anyhow::Result;

use super::RunArgs;
use crate::commands::Exit;
use crate::commands::recall::{lost, result, watch};
use crate::context::Context;
use crate::error::Failure;
use crate::http::{Answer, Opened};
use crate::services::recall::acceptance::{self, Accepted, Started};
use crate::services::recall::execute::Order;
use crate::services::recall::{Generation, NAME, Recall, commands, errors};
use crate::text;

/// Takes the acceptance, and waits for the end when that is wanted.
///
/// # Errors
/// What the service says, how the run ended, or how the wait did.
pub async fn go_on(
    opened: Opened,
    args: &RunArgs,
    workflow: &str,
    order: &Order,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    let Opened::Answer(answer) = opened else {
        return Err(Failure::unavailable("the service streams instead of starting a job")
            .service(NAME)
            .code("INVALID_RESPONSE")
            .hint(commands::cancel(workflow, &order.execution))
            .into());
    };
    if lost::is(&answer) {
        return accepted_before(&answer, args, workflow, order, ctx, recall).await;
    }
    let job = match acceptance::started(&answer) {
        Ok(Started::Job(job)) => job,
        Ok(Started::Over(end)) => {
            ctx.output.warning("the service did not start a job, it ran the workflow at once");
            return result::show(&end, workflow, ctx);
        }
        // It said yes to something.
        Err(failure) if answer.ok() => {
            let failure = failure.note("the run may have been started; it is not sent again");
            return Err(failure.hint(commands::cancel(workflow, &order.execution)).into());
        }
        Err(failure) => return Err(failure.into()),
    };
    watch::remember(&job.job, workflow, job.execution.as_deref(), ctx, recall)?;
    if args.poll { wait(&job, args, workflow, ctx, recall).await } else { started(&job, ctx) }
}

/// A job that is remembered and left to itself.
///
/// # Errors
/// When the configuration is broken or stdout cannot be written.
pub fn keep(job: &Accepted, workflow: &str, ctx: &Context, recall: &Recall) -> Result<Exit> {
    watch::remember(&job.job, workflow, job.execution.as_deref(), ctx, recall)?;
    started(job, ctx)
}

/// The id on stdout, how to go on on stderr.
fn started(job: &Accepted, ctx: &Context) -> Result<Exit> {
    let view = crate::columns::View { id: "taskId|jobId|task_id|job_id|data.runId", ..result::VIEW };
    ctx.output.emit_text(&format!("{}\n", text::line(&job.job)), &job.whole, view)?;
    ctx.output.hint(&commands::wait(&job.job));
    Ok(0)
}

async fn wait(
    job: &Accepted,
    args: &RunArgs,
    workflow: &str,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    // Also with --quiet: without its id a job that was lost sight of is lost.
    ctx.output.aside(&format!("job {}", text::line(&job.job)));
    let end = watch::started(&job.job, args.wait.pace(watch::LIMIT), ctx, recall).await?;
    result::show(&end, workflow, ctx)
}

/// An earlier attempt was accepted, and its job's id went with the lost answer.
async fn accepted_before(
    answer: &Answer,
    args: &RunArgs,
    workflow: &str,
    order: &Order,
    ctx: &Context,
    recall: &Recall,
) -> Result<Exit> {
    // Newer servers, the only ones that know of our id, name the job after it; in v2 the run is all there is.
    let job = match recall.generation {
        Generation::Legacy => format!("workflow-execution:{}", order.execution),
        Generation::V2 => order.execution.clone(),
    };
    watch::remember(&job, workflow, Some(&order.execution), ctx, recall)?;
    if !args.poll {
        let whole = serde_json::json!({"jobId": job, "executionId": order.execution});
        return started(&Accepted { job, execution: None, whole: whole.into() }, ctx);
    }
    match lost::find(answer, workflow, &order.execution, ctx, recall).await? {
        Some(end) => result::show(&end, workflow, ctx),
        None => Err(errors::failure(answer).into()),
    }
}
