//! `POST /api/v2/workflows/{id}/execute`: in step, as a stream or in the background, as the body says.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::bucket::SYNC;
use super::super::execute::prepared;
use super::super::files::{self, Inlining};
use super::super::limits::{self, Admission};
use super::super::listener::Silent;
use super::super::live::Live;
use super::super::order::{Mode, Order, is_execution_id, is_true, strings};
use super::super::protocol::{Events, NEEDS_PROTOCOL};
use super::super::reference::Scope;
use super::super::stream::{self, Telling};
use super::super::workflow::{self, Workflow};
use super::super::{BASE, jobs, selection, versions};

use super::strict::{self, Query};
use super::{Answer, Refusal, runs, single};
use crate::local::World;
use crate::local::time::now_ms;

/// The largest body that is read.
const LARGEST: usize = 10 * 1024 * 1024;

/// Runs a workflow. A run that fails is an answer like any other.
pub async fn execute(
    State(world): State<World>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // The window's state goes with every answer, refusals included.
    let (admission, level) = match limits::admission(&world.store) {
        Ok(Admission::Granted(level)) => (Ok(()), level),
        Ok(Admission::Limited(level)) => {
            let (text, code) = ("Rate limit exceeded. Please try again later.", "RATE_LIMIT_EXCEEDED");
            (Err(Refusal::limited(text, Some(code), &level, now_ms())), level)
        }
        Ok(Admission::Spent(text, level)) => (Err(Refusal::new(StatusCode::PAYMENT_REQUIRED, &text)), level),
        Err(error) => return Refusal::from(error).into_response(),
    };
    let answer = match admission {
        Ok(()) => begin(&world, &id, &uri, &headers, &body).await,
        Err(refusal) => Err(refusal),
    };
    limits::with_rate(answer.into_response(), SYNC.burst(), &level)
}

async fn begin(world: &World, id: &str, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Answer {
    Query::read(uri, &[])?;
    if body.len() > LARGEST {
        let text = "Workflow execution request body exceeds maximum size";
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    let mut order = read(headers, body)?;
    let workflow = workflow::wanted(&world.store, id)?;
    if !workflow.is_deployed() {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "Workflow is not deployed")
            .with(json!({"code": "WORKFLOW_NOT_DEPLOYED"})));
    }
    let workflow = versions::active(&world.store, &workflow)?;
    let (run, document) = prepared(world, &workflow, &mut order)?;
    let run_id = order.execution_id.clone();
    let used = || {
        Refusal::new(StatusCode::CONFLICT, "Run ID has already been used")
            .with(json!({"code": "RUN_ID_CONFLICT", "runId": run_id}))
    };
    if order.mode == Mode::Async {
        if !jobs::enqueue(world, &run, document, order.limit_seconds)? {
            return Err(used());
        }
        return Ok(named(queued(world, workflow.id(), &run_id), &run_id));
    }
    let live = Live::begin(world, run, document)?.ok_or_else(used)?;
    if order.mode == Mode::Stream {
        return Ok(stream::answer(world, live, &workflow, Telling::of(&order)));
    }
    let ended = live.finish(&mut Silent).await?.document;
    let mut data = runs::outcome(&ended, &ended);
    if !order.selected.is_empty() && ended["status"] == "completed" {
        data["output"] = selected(&order.selected, &workflow, &ended);
    }
    data["output"] = files::inlined(world, &data["output"], order.files);
    Ok(named(single(StatusCode::OK, data), &run_id))
}

/// The 202 of a queued run.
pub fn queued(world: &World, workflow: &str, run: &str) -> Response {
    let url = format!("{}{BASE}/api/v2/workflows/{workflow}/runs/{run}", world.origin());
    single(StatusCode::ACCEPTED, json!({"runId": run, "statusUrl": url}))
}

/// An answer that names its run in a header.
pub fn named(mut response: Response, run: &str) -> Response {
    if let Ok(run) = HeaderValue::from_str(run) {
        response.headers_mut().insert("x-run-id", run);
    }
    response
}

fn selected(wanted: &[String], workflow: &Workflow, document: &Value) -> Value {
    let outputs = document["outputs"].as_object().cloned().unwrap_or_default();
    let scope = Scope { start: Value::Null, outputs };
    selection::values(&selection::read(wanted, workflow), workflow, &scope, |_| false)
}

const FIELDS: [&str; 9] = [
    "input",
    "async",
    "executionTimeoutSeconds",
    "stream",
    "selectedOutputs",
    "includeThinking",
    "includeToolCalls",
    "includeFileBase64",
    "base64MaxBytes",
];

/// What is asked.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Order, Refusal> {
    let fields = strict::body(body, &FIELDS, false)?;
    check_types(&fields)?;
    let mode = match (is_true(&fields, "async"), is_true(&fields, "stream")) {
        (true, _) => Mode::Async,
        (false, true) => Mode::Stream,
        (false, false) => Mode::Sync,
    };
    let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_null() && *value != json!([]));
    if mode == Mode::Async {
        for name in ["selectedOutputs", "includeFileBase64", "base64MaxBytes"] {
            if has(name) {
                return Err(strict::refused(name, &format!("{name} is not supported for async runs")));
            }
        }
        if is_true(&fields, "stream") {
            return Err(strict::refused("stream", "stream is not supported for async runs"));
        }
    } else if has("executionTimeoutSeconds") {
        let why = "executionTimeoutSeconds is supported only for async runs";
        return Err(strict::refused("executionTimeoutSeconds", why));
    }
    let execution_id = match headers.get("x-run-id").map(|id| id.to_str().unwrap_or_default()) {
        Some(id) if is_execution_id(id) => id.to_owned(),
        Some(_) => return Err(Refusal::new(StatusCode::BAD_REQUEST, "Invalid run ID header")),
        None => Uuid::new_v4().to_string(),
    };
    let events = Events::negotiated(headers, &fields)
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, NEEDS_PROTOCOL))?;
    Ok(Order {
        mode,
        execution_id,
        selected: strings(fields.get("selectedOutputs")),
        limit_seconds: fields.get("executionTimeoutSeconds").and_then(Value::as_i64),
        events,
        files: Inlining::read(&fields),
        input: fields.get("input").and_then(Value::as_object).cloned().unwrap_or_default(),
    })
}

fn check_types(fields: &Map<String, Value>) -> Result<(), Refusal> {
    let within = |value: &Value, most: u64| value.as_u64().is_some_and(|number| (1..=most).contains(&number));
    for (name, value) in fields {
        let (fits, kind) = match name.as_str() {
            "input" => (value.is_object(), "object"),
            "executionTimeoutSeconds" => (within(value, 604_800), "integer from 1 to 604800"),
            "base64MaxBytes" => (within(value, 10_485_760), "integer from 1 to 10485760"),
            "selectedOutputs" => (
                value
                    .as_array()
                    .is_some_and(|items| items.len() <= 100 && items.iter().all(Value::is_string)),
                "array of at most 100 strings",
            ),
            _ => (value.is_boolean(), "boolean"),
        };
        if !fits {
            return Err(strict::refused(name, &format!("Invalid input: expected {kind}")));
        }
    }
    Ok(())
}
