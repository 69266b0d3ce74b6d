//! What RunAgents's refusals mean (contract 1.10): the status decides, the body explains. It may be
//! `{"error": text}`, hold its code in `error`, be plain text, a web page, or nothing.

use jiff::Timestamp;
use serde_json::Value;

use super::{ADDRESS, NAME};
use crate::error::{Failure, Kind};
use crate::http::Answer;
use crate::services::redirected;
use crate::text;

/// The failure that an answer other than a success stands for.
pub fn failure(answer: &Answer) -> Failure {
    if (300..400).contains(&answer.status) {
        return redirected(NAME, answer, ADDRESS);
    }
    let body = answer.json().map_or(Value::Null, |json| json.value);
    // Some gateways put an object there.
    let error = body.get("error").filter(|error| error.is_object()).unwrap_or(&body);
    let field = |name: &str| {
        let value = error.get(name).or_else(|| body.get(name))?.as_str()?;
        Some(text::line(value)).filter(|text| !text.is_empty())
    };
    let plain = body.get("error").and_then(Value::as_str).map(text::line).filter(|text| !text.is_empty());
    let in_error = plain.clone().filter(|word| is_code(word));
    let code = field("code").or_else(|| in_error.clone());
    let said = plain.filter(|_| in_error.is_none()).or_else(|| field("message")).or_else(|| field("detail"));
    let kind = kind(answer.status, code.as_deref(), &body);
    let message = said.or(in_error).unwrap_or_else(|| silent(answer));
    let mut failure = Failure::new(kind, message).service(NAME).status(answer.status);
    failure.code = code;
    failure.request = Some(answer.request.clone());
    failure.request_id = answer.request_id().or_else(|| field("request_id"));
    failure.retry_after = crate::http::server_wait(answer, Timestamp::now());
    failure.details = body.is_object().then(|| body.clone());
    for (name, title) in
        [("detail", "detail"), ("tool", "tool"), ("action_id", "action"), ("authorization_url", "address")]
    {
        if let Some(value) = field(name).filter(|value| *value != failure.message) {
            failure.notes.push(format!("{title}: {value}"));
        }
    }
    hints(failure, answer)
}

/// A code is one word of capitals; a sentence is not.
fn is_code(text: &str) -> bool {
    text.len() > 2
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn kind(status: u16, code: Option<&str>, body: &Value) -> Kind {
    match (status, code) {
        (403, Some("APPROVAL_REQUIRED" | "CONSENT_REQUIRED")) => Kind::Paused,
        (401 | 403, _) => Kind::Auth,
        (402 | 429, _) => Kind::Limit,
        (404, _) => Kind::NotFound,
        (408, _) => Kind::Timeout,
        // The service's own word on a run that failed is a verdict, not an outage.
        (500.., _) if body.get("success") == Some(&Value::Bool(false)) => Kind::Refused,
        (500.., _) => Kind::Unavailable,
        _ => Kind::Refused,
    }
}

fn silent(answer: &Answer) -> String {
    match (answer.body.is_empty(), answer.is_html()) {
        (true, _) => "the service answered without a word".to_owned(),
        (_, true) => format!("the endpoint answered with a web page, not JSON; check {ADDRESS}"),
        _ => answer.excerpt(),
    }
}

fn hints(failure: Failure, answer: &Answer) -> Failure {
    match (answer.status, failure.code.as_deref()) {
        (403, Some("APPROVAL_REQUIRED")) => failure.hint("ra runagents approval list"),
        (403, Some("CONSENT_REQUIRED")) => failure.note("open the address, agree, and ask again"),
        (401, _) => failure.hint("ra auth login runagents").hint(
            "ra config list --origin   # where the key came from; RUNAGENTS_API_KEY wins over a stored one",
        ),
        (403, _) => failure.hint("ra config list --origin   # is it the key of this workspace?"),
        (404, _) => {
            let lists = [
                ("/agents/", "ra runagents agent list"),
                ("/tools/", "ra runagents tool list"),
                ("/runs/", "ra runagents run list"),
            ];
            match lists.iter().find(|(route, _)| answer.request.contains(route)) {
                Some((_, list)) => failure.hint(*list),
                None if answer.json().is_none() => {
                    failure.hint(format!("ra config list --origin   # is {ADDRESS} right?"))
                }
                None => failure,
            }
        }
        (502, _) if answer.request.contains("/invoke") => {
            failure.hint("ra runagents agent list   # does the agent run?")
        }
        (405, _) => failure
            .note("this host has no such route")
            .hint(format!("ra config list --origin   # is {ADDRESS} right?")),
        (429, _) => match failure.retry_after {
            Some(wait) => {
                let seconds = wait.as_secs_f64().ceil();
                failure.hint(format!("wait {seconds} s, or allow it with --max-wait"))
            }
            None => failure,
        },
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    fn of(status: u16, content_type: &str, body: &str) -> Failure {
        failure(&Answer {
            request: "GET /agents/nope".into(),
            status,
            headers: Headers::of(&[("content-type", content_type)]),
            body: body.to_owned().into(),
            attempt: 0,
        })
    }

    #[test]
    fn bodies_of_every_shape() {
        const JSON: &str = "application/json";
        for (status, kind_of, body, kind, message, code) in [
            (404, JSON, r#"{"error":"agent nope not found"}"#, Kind::NotFound, "agent nope not found", None),
            (401, JSON, r#"{"error":"invalid key"}"#, Kind::Auth, "invalid key", None),
            (403, JSON, r#"{"error":"forbidden"}"#, Kind::Auth, "forbidden", None),
            (
                403,
                JSON,
                r#"{"error":"approval required","code":"APPROVAL_REQUIRED","action_id":"act-1"}"#,
                Kind::Paused,
                "approval required",
                Some("APPROVAL_REQUIRED"),
            ),
            (
                403,
                JSON,
                r#"{"error":"CONSENT_REQUIRED","authorization_url":"https://e/o"}"#,
                Kind::Paused,
                "CONSENT_REQUIRED",
                Some("CONSENT_REQUIRED"),
            ),
            (
                409,
                JSON,
                r#"{"error":"request is not pending"}"#,
                Kind::Refused,
                "request is not pending",
                None,
            ),
            (405, "text/plain", "Method not allowed\n", Kind::Refused, "Method not allowed", None),
            (
                502,
                JSON,
                r#"{"error":"failed to reach agent: timeout"}"#,
                Kind::Unavailable,
                "failed to reach agent: timeout",
                None,
            ),
            (
                400,
                JSON,
                r#"{"error":{"message":"bad name","code":"invalid"}}"#,
                Kind::Refused,
                "bad name",
                Some("invalid"),
            ),
            (500, "", "", Kind::Unavailable, "the service answered without a word", None),
            (429, JSON, r#"{"error":"slow down"}"#, Kind::Limit, "slow down", None),
        ] {
            let failure = of(status, kind_of, body);
            assert_eq!(
                (failure.kind, failure.message.as_str(), failure.code.as_deref()),
                (kind, message, code),
                "{status} {body}"
            );
        }
        assert!(of(502, "text/html", "<html>oops").message.contains("web page"));
        assert!(
            of(403, JSON, r#"{"error":"CONSENT_REQUIRED","authorization_url":"https://e/o"}"#).notes[0]
                .contains("https://e/o")
        );
    }
}
