//! What an execute request asks for: how to run, under which id, and with which input.

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::answer::{Refusal, invalid_field, refuse};
use super::files::Inlining;
use super::generation::Generation;
use super::input;
use super::protocol::Events;

/// How the run is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One answer at the end.
    Sync,
    /// Frames while it runs.
    Stream,
    /// A job id at once.
    Async,
}

impl Mode {
    /// Its name in a run's document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Stream => "stream",
            Self::Async => "async",
        }
    }
}

/// A read and checked execute request.
#[derive(Debug)]
pub struct Order {
    /// How it is to be answered.
    pub mode: Mode,
    /// The run's id: the caller's own, or a new one.
    pub execution_id: String,
    /// Which outputs are to be streamed.
    pub selected: Vec<String>,
    /// How long a background run may take.
    pub limit_seconds: Option<i64>,
    /// Which frames of `agent-events-v1` a stream is to have; none when that was not negotiated.
    pub events: Option<Events>,
    /// How output files are answered.
    pub files: Inlining,
    /// What the workflow is given.
    pub input: Map<String, Value>,
}

impl Order {
    /// Reads headers and body as servers of this generation do.
    ///
    /// # Errors
    /// The service's 400s.
    pub fn read(headers: &HeaderMap, body: &[u8], generation: Generation) -> Result<Self, Refusal> {
        let early = generation.is_b();
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let body = object(body, early)?;
        check_types(&body)?;
        check_rights(&body, early)?;
        // Early servers know neither these frames nor ids and limits of the caller's own.
        let events = if early { None } else { Events::negotiated(headers, &body).map_err(bad)? };
        // The header beats the body: a background run is never streamed.
        let mode = if header("x-execution-mode") == Some("async") {
            Mode::Async
        } else if is_true(&body, "stream") || header("x-stream-response") == Some("true") {
            Mode::Stream
        } else {
            Mode::Sync
        };
        let selected = strings(body.get("selectedOutputs"));
        if mode == Mode::Async && (!selected.is_empty() || has_overrides(&body)) {
            return Err(bad("Async execution does not support draft or override execution controls"));
        }
        let execution_id = match header("x-execution-id").filter(|_| !early) {
            Some(id) if is_execution_id(id) => id.to_owned(),
            Some(_) => return Err(bad("Invalid execution ID header")),
            None => Uuid::new_v4().to_string(),
        };
        let limit_seconds = limit(header("x-execution-timeout-seconds").filter(|_| !early), mode)?;
        let files = Inlining::read(&body);
        Ok(Self { mode, execution_id, selected, limit_seconds, events, files, input: input::strip(body) })
    }
}

fn bad(error: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, error)
}

/// Early servers take what they cannot read for an empty body.
fn object(body: &[u8], early: bool) -> Result<Map<String, Value>, Refusal> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(invalid_field("Invalid request body", "", "Invalid input: expected object")),
        Err(_) if early => Ok(Map::new()),
        Err(_) => Err(bad("Invalid JSON in request body")),
    }
}

/// A control field, what it must be, and whether a value is that.
type Rule<'a> = (&'a str, &'a str, &'a dyn Fn(&Value) -> bool);

fn check_types(body: &Map<String, Value>) -> Result<(), Refusal> {
    let strings = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    let positive = |value: &Value| value.as_u64().is_some_and(|number| number > 0);
    let rules: [Rule; 8] = [
        ("stream", "boolean", &Value::is_boolean),
        ("includeFileBase64", "boolean", &Value::is_boolean),
        ("useDraftState", "boolean", &Value::is_boolean),
        ("includeThinking", "boolean", &Value::is_boolean),
        ("includeToolCalls", "boolean", &Value::is_boolean),
        ("selectedOutputs", "array of strings", &strings),
        ("base64MaxBytes", "positive integer", &positive),
        ("triggerType", "string", &Value::is_string),
    ];
    for (name, kind, fits) in rules {
        if body.get(name).is_some_and(|value| !fits(value)) {
            return Err(invalid_field(
                "Invalid request body",
                name,
                &format!("Invalid input: expected {kind}"),
            ));
        }
    }
    Ok(())
}

/// What only the editor may ask for.
fn check_rights(body: &Map<String, Value>, early: bool) -> Result<(), Refusal> {
    if is_true(body, "isClientSession") {
        return Err(bad("API key callers cannot set isClientSession"));
    }
    if body.get("workflowStateOverride").is_some_and(|value| !value.is_null()) {
        return Err(bad("API key callers cannot provide workflowStateOverride"));
    }
    if is_true(body, "useDraftState") {
        return Err(bad("API key callers cannot execute draft workflow state"));
    }
    if !early && body.get("triggerType").is_some_and(|value| value != "api") {
        return Err(bad("External callers cannot override triggerType"));
    }
    Ok(())
}

fn has_overrides(body: &Map<String, Value>) -> bool {
    const OVERRIDES: [&str; 5] =
        ["includeFileBase64", "base64MaxBytes", "stopAfterBlockId", "runFromBlock", "useDraftState"];
    OVERRIDES.iter().any(|name| body.get(*name).is_some_and(|value| !value.is_null()))
}

/// Whether a field is `true`.
pub fn is_true(body: &Map<String, Value>, name: &str) -> bool {
    body.get(name) == Some(&Value::Bool(true))
}

/// The texts of a list.
pub fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `^[A-Za-z0-9._:-]{1,128}$`
pub fn is_execution_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
}

fn limit(header: Option<&str>, mode: Mode) -> Result<Option<i64>, Refusal> {
    let Some(header) = header else { return Ok(None) };
    if mode != Mode::Async {
        return Err(bad("X-Execution-Timeout-Seconds is supported only for async runs"));
    }
    let seconds = header.parse().ok().filter(|seconds| (1..=604_800).contains(seconds));
    seconds.map(Some).ok_or_else(|| bad("Invalid execution timeout header"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn order(headers: &[(&'static str, &'static str)], body: &str) -> Result<Order, Refusal> {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        Order::read(&headers.collect(), body.as_bytes(), Generation::V2)
    }

    #[test]
    fn the_async_header_beats_the_stream_field() {
        let order = order(&[("x-execution-mode", "async")], "{\"stream\":true,\"a\":1}").unwrap();
        assert_eq!(order.mode, Mode::Async);
        assert_eq!(Value::Object(order.input), serde_json::json!({"a": 1}));
    }

    #[test]
    fn own_ids_are_checked() {
        assert_eq!(order(&[("x-execution-id", "my-run:1")], "").unwrap().execution_id, "my-run:1");
        assert!(order(&[("x-execution-id", "a b")], "").is_err());
    }

    #[test]
    fn what_callers_may_not_ask_is_refused() {
        for body in
            ["{", "[1]", "{\"stream\":\"yes\"}", "{\"useDraftState\":true}", "{\"selectedOutputs\":[1]}"]
        {
            assert!(order(&[], body).is_err(), "{body}");
        }
        assert!(order(&[("x-execution-mode", "async")], "{\"selectedOutputs\":[\"a.b\"]}").is_err());
        assert!(order(&[("x-execution-timeout-seconds", "5")], "{}").is_err());
        assert!(order(&[("x-execution-mode", "async"), ("x-execution-timeout-seconds", "5")], "{}").is_ok());
    }
}
