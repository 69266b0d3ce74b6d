//! The words of a refusal, out of the five envelopes they come in (contract 1.4).

use serde_json::Value;

use crate::http::Answer;
use crate::text;

/// What an error's body says.
#[derive(Debug, Default)]
pub struct Said {
    /// Everything it says, for a reader: `error`, and `message` where that adds something.
    pub message: Option<String>,
    /// The text of `error` alone.
    pub error: Option<String>,
    /// The server's own codes, the plain one and the refined one.
    codes: Vec<String>,
    /// The body is a run's own report: `success` is false.
    pub verdict: bool,
    /// The run it speaks of.
    pub execution: Option<String>,
    /// The correlation id in the body.
    pub request_id: Option<String>,
    /// The body, when it is an object.
    pub body: Option<Value>,
    issues: Vec<String>,
}

impl Said {
    /// Reads an answer's body, whatever it is.
    pub fn read(answer: &Answer) -> Self {
        let Some(body) = answer.json().map(|json| json.value).filter(Value::is_object) else {
            return Self::default();
        };
        let member = |object: &Value, name: &str| {
            object.get(name).and_then(Value::as_str).map(text::line).filter(|text| !text.is_empty())
        };
        let error = body.get("error").unwrap_or(&Value::Null);
        // A newer server puts an object there.
        let holder = if error.is_object() { error } else { &body };
        let details = holder.get("details").unwrap_or(&Value::Null);
        let text = error.as_str().map(text::line).filter(|text| !text.is_empty());
        let more = member(holder, "message");
        let message = match (&text, more) {
            (Some(text), Some(more)) if !text.contains(&more) => Some(format!("{text}: {more}")),
            (Some(text), _) => Some(text.clone()),
            (None, more) => more,
        };
        let execution =
            member(holder, "executionId").or_else(|| answer.headers.get("x-execution-id").map(text::line));
        Self {
            message,
            error: text,
            codes: [member(holder, "code"), member(details, "code")].into_iter().flatten().collect(),
            verdict: body.get("success") == Some(&Value::Bool(false)),
            execution,
            request_id: member(&body, "requestId"),
            issues: details.as_array().map(|issues| issues.iter().map(issue).collect()).unwrap_or_default(),
            body: Some(body),
        }
    }

    /// Whether the server's own code is one of these.
    pub fn has(&self, codes: &[&str]) -> bool {
        self.codes.iter().any(|code| codes.contains(&code.as_str()))
    }

    /// Whether the server's own code begins so.
    pub fn begins(&self, start: &str) -> bool {
        self.codes.iter().any(|code| code.starts_with(start))
    }

    /// Whether the server's own code is about a missing or wrong key.
    pub fn is_about_the_key(&self) -> bool {
        self.has(&["UNAUTHORIZED", "INVALID_API_KEY"])
            || self.begins("UNAUTHORIZED:_")
            || self.begins("AUTHENTICATION_REQUIRED")
    }

    /// Further facts: field errors one a line, the server's own code where it says more than ours.
    pub fn notes(&self, code: &str) -> Vec<String> {
        let mut notes = self.issues.clone();
        let derived = self.error.as_deref().map(derived);
        let own = self.codes.iter().filter(|own| *own != code && Some(*own) != derived.as_ref());
        notes.extend(own.map(|own| format!("the server's code: {own}")));
        notes.extend(self.execution.as_ref().map(|id| format!("execution id: {id}")));
        notes
    }
}

/// Older servers make a code of the message: upper case, blanks become `_`. Such a code says nothing new.
fn derived(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join("_").to_uppercase()
}

/// One entry of `details`: `path: message`, the path a dotted text or a list of keys.
fn issue(issue: &Value) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let path = match issue.get("path") {
        Some(Value::Array(keys)) => keys.iter().map(plain).collect::<Vec<_>>().join("."),
        Some(other) => plain(other),
        None => String::new(),
    };
    let message = issue.get("message").map_or_else(|| plain(issue), plain);
    text::line(&if path.is_empty() { message } else { format!("{path}: {message}") })
}
