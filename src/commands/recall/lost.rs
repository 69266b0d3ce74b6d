//! A run whose acceptance got lost: a retry was refused because its id was used, so the first attempt was heard.

use anyhow::Result;

use super::watch;
use crate::context::Context;
use crate::error::{Kind, unpack};
use crate::http::Answer;
use crate::services::fetch;
use crate::services::recall::Recall;
use crate::services::recall::outcome::{Outcome, of_execution};

/// Whether an answer says that an earlier attempt of the same call was accepted.
pub fn is(answer: &Answer) -> bool {
    let conflict = || {
        let body = answer.json()?.value;
        Some(body.get("code").or_else(|| body.pointer("/error/details/code"))?.as_str()?.to_owned())
    };
    // On the first attempt the id is really somebody else's.
    answer.status == 409
        && answer.attempt > 0
        && conflict().is_some_and(|code| code == "EXECUTION_ID_CONFLICT" || code == "RUN_ID_CONFLICT")
}

/// Stays with the accepted run until it ends; nothing when there is none, or the server cannot tell.
///
/// # Errors
/// Why it could not be followed.
pub async fn find(
    answer: &Answer,
    workflow: &str,
    execution: &str,
    ctx: &Context,
    recall: &Recall,
) -> Result<Option<Outcome>> {
    if !is(answer) {
        return Ok(None);
    }
    let request = recall.execution(workflow, execution);
    let seen = match fetch(recall, &request).await {
        Ok(seen) => seen,
        // Older servers know no such request.
        Err(error) if matches!(unpack(&error).0.kind, Kind::NotFound | Kind::Refused) => return Ok(None),
        Err(error) => return Err(error),
    };
    ctx.output.note(&format!("an earlier attempt was accepted: run {}", crate::text::line(execution)));
    if let Some(outcome) = of_execution(&seen) {
        return Ok(Some(outcome));
    }
    watch::execution(workflow, execution, watch::pace(), ctx, recall).await.map(Some)
}
