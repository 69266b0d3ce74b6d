//! What Recall's refusals mean (contract 1.4–1.6): servers of different ages word them differently, the code that
//! comes out is the same.

mod hints;
mod said;

use jiff::Timestamp;
use serde_json::Value;

use self::said::Said;
use super::NAME;
use crate::error::{Failure, Kind};
use crate::http::Answer;
use crate::services::redirected;
use crate::text;

/// The failure that an answer other than a success stands for.
pub fn failure(answer: &Answer) -> Failure {
    if (300..400).contains(&answer.status) {
        return redirected(NAME, answer, "recall.base_url");
    }
    let said = Said::read(answer);
    let code = normalised(answer.status, &said);
    let mut failure = Failure::new(kind(code, answer.status, &said), message(answer, &said))
        .service(NAME)
        .status(answer.status)
        .code(code);
    failure.request = Some(answer.request.clone());
    failure.request_id = answer.request_id().or_else(|| said.request_id.clone());
    failure.retry_after = crate::http::server_wait(answer, Timestamp::now());
    failure.notes = said.notes(code);
    failure.details = said.body.clone();
    hints::add(failure, answer, &said)
}

/// The failure of a run that the service reports as not successful: the status was fine, the run was not.
/// `error` is a text, an object with `message` and `code`, or nothing.
pub fn run_failure(error: &Value, in_job: bool) -> Failure {
    let text = error.as_str().or_else(|| error.get("message")?.as_str()).map(text::line);
    let code = error.get("code").and_then(Value::as_str).unwrap_or_default();
    let said = text.as_deref().unwrap_or_default();
    // The worker repeats the checks of admission, so a job can fail of them long after it was accepted.
    let (code, kind) = match code {
        "CANCELLED" => ("CANCELLED", Kind::Cancelled),
        "TIMEOUT" => ("TIMEOUT", Kind::Timeout),
        "USAGE_LIMIT_EXCEEDED" => ("USAGE_LIMIT_EXCEEDED", Kind::Limit),
        _ if said.eq_ignore_ascii_case("cancelled")
            || said.starts_with("Workflow execution was cancelled") =>
        {
            ("CANCELLED", Kind::Cancelled)
        }
        _ if said.starts_with("Execution timed out after")
            || (in_job && said.contains("timed out after")) =>
        {
            ("TIMEOUT", Kind::Timeout)
        }
        _ if in_job && said.starts_with("Rate limit exceeded") => ("RATE_LIMIT_EXCEEDED", Kind::Limit),
        _ if in_job && said.starts_with("Usage limit exceeded") => ("USAGE_LIMIT_EXCEEDED", Kind::Limit),
        _ if in_job && said == "Workflow is not deployed" => ("WORKFLOW_NOT_DEPLOYED", Kind::Refused),
        _ => ("EXECUTION_ERROR", Kind::Refused),
    };
    let text = text.filter(|text| !text.is_empty());
    Failure::new(kind, text.unwrap_or_else(|| "the run failed, and the service does not say why".to_owned()))
        .service(NAME)
        .code(code)
}

/// `ra`'s own code; the first that fits counts (contract 1.5).
fn normalised(status: u16, said: &Said) -> &'static str {
    let message = said.message.as_deref().unwrap_or_default();
    let outage = ["Rate limit check failed", "Authentication failed", "Authentication error"];
    let not_deployed = said.has(&["WORKFLOW_NOT_DEPLOYED", "WORKFLOW_IS_NOT_DEPLOYED"])
        || message.to_lowercase().contains("not deployed");
    match status {
        401 if said.error.as_deref().is_some_and(|error| outage.contains(&error)) => "SERVICE_UNAVAILABLE",
        401 => "UNAUTHORIZED",
        // A run's own words decide nothing about the caller.
        _ if !said.verdict && said.is_about_the_key() => "UNAUTHORIZED",
        402 => "USAGE_LIMIT_EXCEEDED",
        _ if said.has(&[
            "USAGE_LIMIT_EXCEEDED",
            "EXECUTION_PAYER_HEADROOM_EXHAUSTED",
            "EXECUTION_MEMBER_HEADROOM_EXHAUSTED",
        ]) =>
        {
            "USAGE_LIMIT_EXCEEDED"
        }
        429 => "RATE_LIMIT_EXCEEDED",
        _ if said.has(&[
            "RATE_LIMITED",
            "RATE_LIMIT_EXCEEDED",
            "ADMISSION_GATE_CAPACITY",
            "EXECUTION_CONCURRENCY_LIMIT",
        ]) =>
        {
            "RATE_LIMIT_EXCEEDED"
        }
        408 => "TIMEOUT",
        403 if not_deployed => "WORKFLOW_NOT_DEPLOYED",
        _ if said.has(&["WORKFLOW_NOT_DEPLOYED"]) => "WORKFLOW_NOT_DEPLOYED",
        403 => "FORBIDDEN",
        // 405: the path is there and the verb is not, as on servers that are older than the route.
        404 | 405 => "NOT_FOUND",
        409 => "CONFLICT",
        413 => "PAYLOAD_TOO_LARGE",
        400 if message.starts_with("Invalid JSON") || said.begins("INVALID_JSON") => "INVALID_JSON",
        400 | 415 | 422 => "INVALID_REQUEST",
        423 => "LOCKED",
        499 => "CANCELLED",
        502..=504 => "SERVICE_UNAVAILABLE",
        _ if said.has(&["SERVICE_OVERLOADED", "SERVICE_UNAVAILABLE"]) => "SERVICE_UNAVAILABLE",
        _ => "EXECUTION_ERROR",
    }
}

fn kind(code: &str, status: u16, said: &Said) -> Kind {
    match code {
        "UNAUTHORIZED" | "FORBIDDEN" => Kind::Auth,
        "USAGE_LIMIT_EXCEEDED" | "RATE_LIMIT_EXCEEDED" => Kind::Limit,
        "TIMEOUT" => Kind::Timeout,
        "NOT_FOUND" => Kind::NotFound,
        "CANCELLED" => Kind::Cancelled,
        // The service speaks of the run itself: that is a verdict, not an outage.
        _ if said.verdict => Kind::Refused,
        "SERVICE_UNAVAILABLE" => Kind::Unavailable,
        _ if status >= 500 => Kind::Unavailable,
        _ => Kind::Refused,
    }
}

/// An envelope around nothing: `{}`, `{"error":null}`.
fn says_nothing(body: &Value) -> bool {
    match body {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(says_nothing),
        Value::Object(members) => members.values().all(says_nothing),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn message(answer: &Answer, said: &Said) -> String {
    if let Some(message) = &said.message {
        return message.clone();
    }
    match (answer.status, answer.body.is_empty()) {
        (405, true) => "this server does not know this request (method not allowed)".to_owned(),
        (403, true) => {
            "refused without a word: the server, or something before it, blocks this client".to_owned()
        }
        (_, true) => "the server answered without a word".to_owned(),
        _ if said.verdict => "the run failed, and the service does not say why".to_owned(),
        _ if answer.json().is_some_and(|body| says_nothing(&body.value)) => {
            "the server does not say why".to_owned()
        }
        _ if !answer.is_html() => answer.excerpt(),
        (404, _) => {
            "this server has no such route: it answered with a web page; check recall.base_url".to_owned()
        }
        (502..=504 | 520..=529, _) => {
            format!("something before the server answered with a web page: {}", answer.excerpt())
        }
        _ => format!(
            "the endpoint answered with a web page, not JSON ({}); check recall.base_url",
            answer.excerpt()
        ),
    }
}
