//! What to type after a refusal.

use percent_encoding::percent_decode_str;

use super::said::Said;
use crate::error::{Failure, Kind};
use crate::http::Answer;
use crate::services::recall::commands;

/// Adds the next commands to a failure.
pub fn add(mut failure: Failure, answer: &Answer, said: &Said) -> Failure {
    let no_route = (answer.status == 404 && answer.is_html()) || answer.status == 405;
    failure.route_missing = no_route || is_v2_switched_off(answer, said);
    let workflow = workflow(&answer.request);
    let started = answer.request.starts_with("POST ") && answer.request.ends_with("/execute");
    let code = failure.code.clone().unwrap_or_default();
    // Whoever answered so may have passed the request on before.
    let doubtful = matches!(answer.status, 500 | 502 | 504 | 520..=529);
    let failure = if started && doubtful && failure.kind == Kind::Unavailable {
        failure.note("the run may have been started; it is not sent again")
    } else {
        failure
    };
    match (code.as_str(), workflow) {
        ("UNAUTHORIZED", _) => failure.hint("ra auth login recall").hint(
            "ra config list --origin   # where the key came from; RECALL_API_KEY wins over a stored one",
        ),
        ("FORBIDDEN", _) => failure.hint("ra auth status recall"),
        ("USAGE_LIMIT_EXCEEDED", _) => failure.hint("ra recall limits"),
        ("RATE_LIMIT_EXCEEDED", _) => patience(failure).hint("ra recall limits"),
        ("WORKFLOW_NOT_DEPLOYED", Some(workflow)) => failure.hint(commands::status(&workflow)),
        ("CONFLICT", _) if said.has(&["EXECUTION_ID_CONFLICT"]) => {
            failure.hint("give another --execution-id, or none")
        }
        ("SERVICE_UNAVAILABLE", Some(workflow)) if said.has(&["ASYNC_ENQUEUE_AMBIGUOUS"]) => {
            let failure = failure.note("the run may have been started; it is not sent again");
            match &said.execution {
                Some(id) => failure.hint(commands::cancel(&workflow, id)),
                None => failure,
            }
        }
        ("SERVICE_UNAVAILABLE", _) if failure.retry_after.is_some() => patience(failure),
        // Proxies give up long before a workflow does, some with numbers of their own.
        ("TIMEOUT" | "SERVICE_UNAVAILABLE", Some(workflow)) if started => {
            failure.hint(commands::in_background(&workflow))
        }
        ("EXECUTION_ERROR", Some(workflow)) if started && matches!(answer.status, 520..=529) => {
            failure.hint(commands::in_background(&workflow))
        }
        ("NOT_FOUND", _) if is_v2_switched_off(answer, said) => {
            failure.note("this server does not offer /api/v2").hint("ra config set recall.api legacy")
        }
        ("NOT_FOUND", _) if answer.is_html() => failure.hint("ra config list --origin"),
        _ => failure,
    }
}

/// When the service wants to be asked again.
fn patience(failure: Failure) -> Failure {
    match failure.retry_after {
        Some(wait) => {
            let seconds = wait.as_secs_f64().ceil();
            failure.hint(format!("wait {seconds} s, or allow it with --max-wait"))
        }
        None => failure,
    }
}

/// The exact answer of a server whose newer API is there but off (contract 1.7).
fn is_v2_switched_off(answer: &Answer, said: &Said) -> bool {
    answer.request.contains(" /api/v2/")
        && said.has(&["NOT_FOUND"])
        && said.message.as_deref() == Some("Not found")
}

/// The workflow that a request line speaks of.
fn workflow(request: &str) -> Option<String> {
    let (_, rest) = request.split_once("/api/workflows/")?;
    let segment = rest.split(['/', '?']).next()?;
    Some(percent_decode_str(segment).decode_utf8_lossy().into_owned())
}
