//! What Recursiv's refusals mean (contract 3.4). The status decides, the body explains: it may be an object, hold a
//! string, be empty, or be a web page.

use jiff::Timestamp;
use serde_json::Value;

use super::operations;
use crate::error::{Failure, Kind};
use crate::http::Answer;
use crate::services::redirected;
use crate::text;

/// The failure that an answer other than a success stands for.
pub fn failure(answer: &Answer) -> Failure {
    if (300..400).contains(&answer.status) {
        return redirected(super::NAME, answer, "recursiv.base_url");
    }
    let body = answer.json().map_or(Value::Null, |json| json.value);
    // Sign-in routes answer flat: `{"message", "code"}`.
    let error = body.get("error").unwrap_or(&body);
    let field = |name: &str| error.get(name).and_then(Value::as_str).map(text::line);
    let code = field("code");
    let said = error.as_str().map(text::line).or_else(|| field("message"));
    let kind = match answer.status {
        401 => Kind::Auth,
        403 => Kind::Auth,
        402 | 429 => Kind::Limit,
        404 => Kind::NotFound,
        408 => Kind::Timeout,
        status if status >= 500 => Kind::Unavailable,
        _ => Kind::Refused,
    };
    let message = said.unwrap_or_else(|| match (answer.body.is_empty(), answer.is_html()) {
        (true, _) => "the service answered without a word".to_owned(),
        (_, true) => "the endpoint answered with a web page, not JSON; check recursiv.base_url".to_owned(),
        _ => answer.excerpt(),
    });
    let mut failure = Failure::new(kind, message).service(super::NAME).status(answer.status);
    failure.code = code;
    failure.request = Some(answer.request.clone());
    failure.request_id = answer.request_id();
    failure.retry_after = crate::http::server_wait(answer, Timestamp::now());
    failure.details = error.get("details").filter(|details| !details.is_null()).cloned();
    failure.notes = details(error);
    failure.notes.extend(extras(error));
    hints(failure, answer, error)
}

/// What the service says beyond its sentence: field errors one a line, or whatever shape it is as compact JSON.
fn details(error: &Value) -> Vec<String> {
    let Some(details) = error.get("details").filter(|details| !details.is_null()) else { return Vec::new() };
    let fields = details.get("fieldErrors").and_then(Value::as_object);
    match (fields, details) {
        (Some(fields), _) => fields
            .iter()
            .flat_map(|(field, reasons)| {
                let reasons = match reasons {
                    Value::Array(reasons) => reasons.clone(),
                    one => vec![one.clone()],
                };
                reasons.into_iter().map(move |reason| format!("{}: {}", text::line(field), words(&reason)))
            })
            .collect(),
        (None, Value::Array(items)) => items.iter().map(words).collect(),
        (None, other) => vec![words(other)],
    }
}

fn words(value: &Value) -> String {
    text::line(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Further texts beside the usual ones: `hint`, `upgrade_url`, `docs_url`, `dashboard_url`.
fn extras(error: &Value) -> Vec<String> {
    let Some(members) = error.as_object() else { return Vec::new() };
    let usual = ["type", "code", "message", "details", "error"];
    members
        .iter()
        .filter(|(name, _)| !usual.contains(&name.as_str()))
        .filter_map(|(name, value)| {
            Some(format!("{}: {}", text::line(&name.replace('_', " ")), text::line(value.as_str()?)))
        })
        .collect()
}

fn hints(failure: Failure, answer: &Answer, error: &Value) -> Failure {
    match answer.status {
        401 => failure
            .hint("ra auth login recursiv")
            .hint("ra config list --origin   # where the key came from; RECURSIV_API_KEY wins over a stored one")
            .hint("keys are made at https://recursiv.io/account/api-keys"),
        403 => match operations::scope_of(&answer.request) {
            Some(scope) => failure.hint(format!("the key needs the scope {scope}")),
            None => failure.hint("the key lacks a scope, or you are no member of what it names"),
        },
        // A string means the route is unknown to this host, an object that the thing is (contract 13.17).
        404 if error.is_string() => failure.hint("this host has no such route; recursiv.base_url should end in /api/v1"),
        429 => match failure.retry_after {
            Some(wait) => {
                let hint = format!("wait {} s, or allow it with --max-wait", wait.as_secs_f64().ceil());
                failure.hint(hint)
            }
            None => failure.hint("ra recursiv limits"),
        },
        400 if failure.message.contains("organization_id") => failure.hint("name an organization with --org"),
        400 if failure.message.contains("username") => failure.hint("give one with --username"),
        _ => failure,
    }
}
