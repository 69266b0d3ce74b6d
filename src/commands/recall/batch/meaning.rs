//! What an attempt's end means for its line and for the others: run or not, known or not, hopeless for all or not.

use anyhow::Result;

use super::record::Status;
use crate::error::{Failure, Kind, unpack};
use crate::http::{Answer, Trouble};
use crate::services::recall::errors;

/// What an attempt's failure is to the rules of repeating; nothing for a success.
pub fn trouble(answer: &Result<Answer>) -> Option<Trouble<'_>> {
    match answer {
        Ok(answer) => (!answer.ok()).then_some(Trouble::Answered(answer)),
        Err(error) => {
            let failure = error.downcast_ref::<Failure>()?;
            let unsent = !failure.sent && failure.code.as_deref() == Some("CONNECTION_ERROR");
            Some(if unsent { Trouble::Unsent } else { Trouble::Lost })
        }
    }
}

/// Why nothing may be sent for a while, in a word.
pub fn reason(answer: &Result<Answer>) -> String {
    match answer {
        Ok(answer) => format!("HTTP {}", answer.status),
        Err(_) => "no connection".to_owned(),
    }
}

/// The failure that an attempt without success stands for.
pub fn failure_of(answer: &Result<Answer>) -> Failure {
    match answer {
        Ok(answer) => errors::failure(answer),
        Err(error) => unpack(error).0,
    }
}

/// Whether a failure would meet all other lines too: a bad key, an empty account.
pub fn stops_all(failure: &Failure) -> bool {
    match failure.code.as_deref() {
        Some("UNAUTHORIZED") => failure.status == Some(401),
        Some("USAGE_LIMIT_EXCEEDED") => true,
        _ => false,
    }
}

/// Whether a failure means that the workflow was not touched. A server without the route has done nothing.
pub fn never_ran(failure: &Failure) -> bool {
    let admission = ["USAGE_LIMIT_EXCEEDED", "RATE_LIMIT_EXCEEDED", "WORKFLOW_NOT_DEPLOYED"];
    let code = failure.code.as_deref().unwrap_or_default();
    let unsent = !failure.sent && (code == "CONNECTION_ERROR" || failure.kind == Kind::Usage);
    stops_all(failure) || admission.contains(&code) || unsent || failure.route_missing
}

/// The status of a run without a report of its own.
pub fn status_of(failure: &Failure, ran: bool) -> Status {
    let verdict = failure.details.as_ref().is_some_and(|said| said.get("success") == Some(&false.into()));
    let unheard = failure.sent
        || failure.status.is_none_or(|status| status >= 500)
        || failure.code.as_deref() == Some("INVALID_RESPONSE");
    match failure.kind {
        Kind::Cancelled => Status::Cancelled,
        // It was sent, and what came back says nothing about it.
        Kind::Unavailable | Kind::Timeout if ran && unheard && !verdict => Status::Unknown,
        _ => Status::Failed,
    }
}
