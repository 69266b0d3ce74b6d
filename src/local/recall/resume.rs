//! Routes for people: which runs wait for them, what they are asked, and how they answer.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, invalid_field, refuse};
use super::document::{moment, number, text};
use super::files::Inlining;
use super::listener::Silent;
use super::live::Live;
use super::resumption::{take_up, wanted};
use super::stream::Telling;
use super::{auth, deferred, execute, execution, jobs, order, pause, stream, workflow};
use crate::local::World;

const STATES: [&str; 5] = ["paused", "partially_resumed", "fully_resumed", "cancelling", "cancelled"];

/// `GET /api/workflows/{id}/paused?status=`
pub async fn paused(
    State(world): State<World>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let workflow = workflow::wanted(&world.store, &id)?;
    if world.generation.is_b() && !query.contains_key("status") {
        let message = "Invalid input: expected string, received null";
        return Err(invalid_field("Invalid query parameters", "status", message));
    }
    let wanted = query.get("status").map(String::as_str).unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').map(str::trim).filter(|state| !state.is_empty()).collect();
    if let Some(odd) = wanted.iter().find(|state| !STATES.contains(state)) {
        return Err(invalid_field("Invalid query parameters", "status", &format!("Invalid status: {odd}")));
    }
    deferred::settle_all(&world).await?;
    let mut pauses = world.store.list(pause::KIND)?;
    pauses.reverse();
    pauses.retain(|pause| {
        text(pause, "workflowId") == workflow.id()
            && (wanted.is_empty() || wanted.contains(&text(pause, "status")))
    });
    let list: Vec<Value> = pauses.iter().map(|pause| Value::Object(pause::short(pause))).collect();
    Ok(Json(json!({"pausedExecutions": list})).into_response())
}

/// `GET /api/workflows/{id}/paused/{executionId}` and `GET /api/resume/{id}/{executionId}`
pub async fn detail(
    State(world): State<World>,
    Path((id, execution)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let (_, pause) = wanted(&world, &id, &execution).await?;
    if pause.is_null() {
        return Err(refuse(StatusCode::NOT_FOUND, "Paused execution not found"));
    }
    Ok(Json(pause::detail(&pause)).into_response())
}

/// `GET /api/resume/{id}/{executionId}/{contextId}`
pub async fn context(
    State(world): State<World>,
    Path((id, execution, context)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let (_, pause) = wanted(&world, &id, &execution).await?;
    if pause.is_null() || text(&pause, "contextId") != context {
        return Err(refuse(StatusCode::NOT_FOUND, "Pause context not found"));
    }
    let body = json!({
        "execution": pause::short(&pause),
        "pausePoint": pause::point(&pause),
        "queue": pause["queue"],
        "activeResumeEntry": null,
    });
    Ok(Json(body).into_response())
}

/// `POST /api/resume/{id}/{executionId}/{contextId}`
///
/// The rest of the run gets an id of its own; neither rate nor cost is checked. Early servers let it go on by
/// itself, present ones answer in the way in which the run began.
pub async fn resume(
    State(world): State<World>,
    Path((id, execution, context)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let input = submission(&body)?;
    let mut resumed = match take_up(&world, &id, &execution, &context, input).await? {
        Ok(resumed) => resumed,
        Err(denied) => return Err(refuse(StatusCode::BAD_REQUEST, denied.text())),
    };
    let next = resumed.run.execution_id.clone();
    if world.generation.is_b() {
        resumed.document["plan"] = deferred::planned(&resumed.run, world.pace, 0, None, None);
        execution::begin(&world, &resumed.document)?;
        let body = json!({"status": "started", "executionId": next, "message": "Resume execution started."});
        return Ok(Json(body).into_response());
    }
    match resumed.mode.as_str() {
        "sync" => {
            let live = Live::begin(&world, resumed.run, resumed.document)?;
            let ended = live.ok_or_else(|| execute::used_before(&next))?.finish(&mut Silent).await?;
            Ok(Json(whole(&ended.document)).into_response())
        }
        "stream" => {
            let selected = order::strings(resumed.document.get("selected"));
            let live = Live::begin(&world, resumed.run, resumed.document)?;
            let live = live.ok_or_else(|| execute::used_before(&next))?;
            let files = Inlining { wanted: true, most: u64::MAX };
            Ok(stream::answer(&world, live, &resumed.workflow, Telling { selected, events: None, files }))
        }
        _ => {
            jobs::enqueue(&world, &resumed.run, resumed.document, None)?;
            jobs::accepted(&world, &next, "Resume execution queued")
        }
    }
}

/// The answer of present servers when the rest of a run is over.
fn whole(document: &Value) -> Value {
    let status = text(document, "status");
    json!({
        "success": matches!(status, "completed" | "paused"),
        "status": status,
        "executionId": document["executionId"],
        "output": document["output"],
        "error": document["error"],
        "metadata": {
            "duration": number(document, "endedAt") - number(document, "startedAt"),
            "startTime": moment(document, "startedAt"),
            "endTime": moment(document, "endedAt"),
        },
    })
}

/// What the person sent: the value of `input`, else the whole body, else nothing.
fn submission(body: &[u8]) -> Result<Value, Refusal> {
    if body.trim_ascii().is_empty() {
        return Ok(json!({}));
    }
    let mut body: Value = serde_json::from_slice(body)
        .map_err(|_| refuse(StatusCode::BAD_REQUEST, "Invalid JSON in request body"))?;
    Ok(match body.as_object_mut().and_then(|fields| fields.remove("input")) {
        Some(input) => input,
        None => body,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_comes_with_or_without_input_around_it() {
        assert_eq!(submission(b"{\"input\":{\"ok\":true}}").unwrap(), json!({"ok": true}));
        assert_eq!(submission(b"{\"ok\":true}").unwrap(), json!({"ok": true}));
        assert_eq!(submission(b"").unwrap(), json!({}));
        assert!(submission(b"{").is_err());
    }
}
