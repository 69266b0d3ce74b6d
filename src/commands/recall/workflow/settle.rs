//! A deployment that was accepted, until it is in service (contract 5.3: success means accepted).

use std::cell::Cell;

use anyhow::Result;

use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::json::Json;
use crate::live::{self, Pace, Step};
use crate::services::fetch;
use crate::services::recall::workflows::Attempt;
use crate::services::recall::{NAME, Recall};
use crate::text;

/// Stays with the attempt that an answer tells of; gives the last thing the service said.
///
/// # Errors
/// Exit 1 when it failed or another took its place, 6 when the time is up, 130 after Ctrl-C, or what the service says.
pub async fn settled(
    accepted: Json,
    workflow: &str,
    pace: Pace,
    ctx: &Context,
    recall: &Recall,
) -> Result<Json> {
    let Attempt::Open(state) = Attempt::of(&accepted.value) else { return judged(accepted) };
    let what = format!("the deployment of {}", text::line(workflow));
    let hint = format!("ra recall workflow deployment {}", text::word(workflow));
    let progress = ctx.output.progress(&format!("{what}: {state}"));
    let once = recall.through(ctx.http_once());
    let request = once.deployment(workflow);
    // The first look comes after a pause: how it stands now was told with the answer.
    let first = Cell::new(true);
    let ask = async || {
        if first.take() {
            return Ok(Step::Pending { seen: None, again_in: None });
        }
        let seen = match fetch(&once, &request).await {
            Ok(seen) => seen,
            // A server that deploys in v1 may have v2 switched off: then nobody can tell.
            Err(error) if unpack(&error).0.route_missing => return Ok(Step::Settled(None)),
            Err(error) => return Err(error),
        };
        Ok(match Attempt::of(&seen.value) {
            Attempt::Open(state) => {
                progress.set(&format!("{what}: {state}"));
                Step::Pending { seen: None, again_in: None }
            }
            _ => Step::Settled(Some(seen)),
        })
    };
    let waited = live::wait(pace, ctx.interrupt(), ask, |_| {}).await?;
    drop(progress);
    match waited.settled(&what, &[hint])? {
        Some(end) => judged(end),
        None => {
            ctx.output.warning("it is accepted; this server cannot be asked how it goes on");
            ctx.output.hint(&format!("ra recall workflow status {}", text::word(workflow)));
            Ok(accepted)
        }
    }
}

fn judged(end: Json) -> Result<Json> {
    let failure = match Attempt::of(&end.value) {
        Attempt::None | Attempt::Active | Attempt::Open(_) => return Ok(end),
        Attempt::Failed(why) => {
            let why = why.unwrap_or_else(|| "the service does not say why".to_owned());
            Failure::new(Kind::Refused, format!("the deployment failed: {why}")).code("DEPLOYMENT_FAILED")
        }
        Attempt::Superseded => Failure::new(
            Kind::Refused,
            "a later deployment took the place of this one before it was in service",
        )
        .code("DEPLOYMENT_SUPERSEDED"),
    };
    let mut failure = failure.service(NAME);
    failure.details = Some(end.value);
    Err(failure.into())
}
