//! `POST /api/workflows/{id}/execute`: checks, admission, and the answer in one piece.

use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, refuse};
use super::document::{flag, moment, text};
use super::engine::Run;
use super::files::Inlining;
use super::gate::RequestId;
use super::listener::Silent;
use super::live::{Ended, Live};
use super::order::{Mode, Order};
use super::reference::{Scope, spoken};
use super::stream::Telling;
use super::trace::Trace;
use super::workflow::{self, Workflow};
use super::{auth, execution, files, input, jobs, limits, stream, versions};
use crate::local::World;

/// The largest body that is read.
const LARGEST: usize = 10 * 1024 * 1024;

/// Runs a workflow in the way its headers and body ask for.
pub async fn execute(
    State(world): State<World>,
    Path(id): Path<String>,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let found = workflow::find(&world.store, &id)?;
    auth::for_runs(&world, &headers, found.as_ref().is_some_and(Workflow::is_public))?;
    let body = to_bytes(body, LARGEST).await.map_err(|_| {
        refuse(StatusCode::PAYLOAD_TOO_LARGE, "Workflow execution request body exceeds maximum size")
    })?;
    let mut order = Order::read(&headers, &body, world.generation)?;
    let workflow = found.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "Workflow not found"))?;
    if !workflow.is_deployed() {
        return Err(refuse(StatusCode::FORBIDDEN, "Workflow is not deployed"));
    }
    limits::admit(&world.store)?;
    let workflow = versions::active(&world.store, &workflow)?;
    let (run, document) = prepared(&world, &workflow, &mut order)?;
    if order.mode == Mode::Async {
        return jobs::start(&world, run, document, order.limit_seconds, &request);
    }
    let began = Instant::now();
    let live = Live::begin(&world, run, document)?;
    let live = live.ok_or_else(|| used_before(&order.execution_id))?;
    if order.mode == Mode::Stream {
        return Ok(stream::answer(&world, live, &workflow, Telling::of(&order)));
    }
    let ended = live.finish(&mut Silent).await?;
    Ok(whole(&world, &ended, began, order.files))
}

/// The run that an order asks for, and its document; files are stored for it when somebody waits.
pub fn prepared(world: &World, workflow: &Workflow, order: &mut Order) -> Result<(Run, Value), Refusal> {
    let given = if order.mode == Mode::Async {
        Vec::new()
    } else {
        files::take(world, workflow.inputs(), &mut order.input, (workflow.id(), &order.execution_id))?
    };
    let run = Run {
        execution_id: order.execution_id.clone(),
        blocks: workflow.blocks.clone(),
        position: 0,
        scope: Scope { start: input::start(workflow.inputs(), &order.input), outputs: Map::new() },
        trace: Trace::default(),
    };
    let mut document = execution::new(&run, workflow, order.mode.name());
    document["selected"] = json!(order.selected);
    if !given.is_empty() {
        document["files"] = Value::Array(given);
    }
    Ok((run, document))
}

/// The refusal of a run id that was used before.
pub fn used_before(id: &str) -> Refusal {
    refuse(StatusCode::CONFLICT, "Execution ID has already been used")
        .with("code", "EXECUTION_ID_CONFLICT")
        .with("executionId", id)
}

/// The answer to somebody who waited for the end.
fn whole(world: &World, ended: &Ended, began: Instant, inlining: Inlining) -> Response {
    let document = &ended.document;
    let status = text(document, "status");
    if status == "completed" && flag(document, "responded") {
        return authored(&document["output"]);
    }
    let mut body = Map::new();
    body.insert("success".into(), json!(matches!(status, "completed" | "paused")));
    if status != "failed" {
        body.insert("executionId".into(), document["executionId"].clone());
    }
    let output = if status == "failed" && world.generation.is_b() {
        json!({"error": document["error"]})
    } else {
        files::inlined(world, &document["output"], inlining)
    };
    body.insert("output".into(), output);
    if status == "failed" {
        body.insert("error".into(), document["error"].clone());
    }
    body.insert(
        "metadata".into(),
        json!({
            "duration": began.elapsed().as_secs_f64() * 1000.0,
            "startTime": moment(document, "startedAt"),
            "endTime": moment(document, "endedAt"),
        }),
    );
    let code = match status {
        "failed" if ended.timed_out => StatusCode::REQUEST_TIMEOUT,
        "failed" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::OK,
    };
    (code, Json(Value::Object(body))).into_response()
}

/// A Response block's own answer: the author's status, headers and data, and nothing of ours.
fn authored(output: &Value) -> Response {
    let status = output["status"].as_u64().and_then(|code| u16::try_from(code).ok());
    // A status below 200 is no answer at all.
    let status = status.filter(|code| *code >= 200);
    let status = status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
    let mut answer = (status, Json(&output["data"])).into_response();
    for (name, value) in output["headers"].as_object().into_iter().flatten() {
        let (name, value) = (HeaderName::try_from(name), HeaderValue::try_from(spoken(value)));
        // Framing is the server's: an author's length would cut the body.
        if let (Ok(name), Ok(value)) = (name, value)
            && name != header::CONTENT_LENGTH
            && name != header::TRANSFER_ENCODING
        {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
