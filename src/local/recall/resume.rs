//! Routes for people: which runs wait for them, what they are asked, and how they answer.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Answer, Refusal, invalid_field, refuse};
use super::document::{moment, number, text};
use super::engine::{Run, Silent};
use super::files::Inlining;
use super::live::Live;
use super::reference::{Scope, plain};
use super::stream::Telling;
use super::trace::Trace;
use super::workflow::{self, Workflow};
use super::{auth, deferred, execute, execution, jobs, order, pause, stream, versions};
use crate::local::World;
use crate::local::time::{iso, now_ms};

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

/// The pause of a run, once the run is there.
async fn wanted(world: &World, id: &str, execution: &str) -> Result<(Workflow, Value), Refusal> {
    let workflow = workflow::wanted(&world.store, id)?;
    deferred::settled(world, execution).await?;
    let pause = world.store.get(pause::KIND, execution)?;
    let pause = pause.filter(|pause| text(pause, "workflowId") == workflow.id());
    Ok((workflow, pause.unwrap_or_default()))
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

/// The rest of a paused run, ready to begin.
pub struct Resumed {
    /// What is to run.
    pub run: Run,
    /// Its document, not stored yet.
    pub document: Value,
    /// The workflow in the state in which it began.
    pub workflow: Workflow,
    /// How the paused run began: `sync`, `stream` or `async`.
    pub mode: String,
}

/// Why a pause cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// There is none.
    Missing,
    /// The run waits at another point.
    OtherPoint,
    /// Somebody answered already.
    Taken,
}

impl Denied {
    /// In the service's words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Missing => "Paused execution not found or already resumed",
            Self::OtherPoint => "Pause point not found for execution",
            Self::Taken => "Pause point already resumed or in progress",
        }
    }
}

/// Answers a pause, once, and prepares the rest of its run.
///
/// # Errors
/// When there is no such workflow or the state cannot be read; the inner error is why the pause is not
/// answered.
pub async fn take_up(
    world: &World,
    id: &str,
    execution: &str,
    context: &str,
    input: Value,
) -> Result<Result<Resumed, Denied>, Refusal> {
    let (workflow, pause) = wanted(world, id, execution).await?;
    if pause.is_null() || text(&pause, "status") == "cancelled" {
        return Ok(Err(Denied::Missing));
    }
    if text(&pause, "contextId") != context {
        return Ok(Err(Denied::OtherPoint));
    }
    let next = Uuid::new_v4().to_string();
    if !take(world, execution, &next, &input)? {
        return Ok(Err(Denied::Taken));
    }
    let parent = world.store.get(execution::KIND, execution)?.unwrap_or_default();
    let workflow = versions::at(&world.store, &workflow, parent["deploymentVersion"].as_i64())?;
    let run = continued(&workflow, &pause, &next, input);
    let mode = text(&parent, "mode").to_owned();
    let mut document = execution::new(&run, &workflow, &mode);
    document["parentExecutionId"] = json!(execution);
    document["selected"] = parent["selected"].clone();
    world.store.update(execution::KIND, execution, |parent| parent["resumedBy"] = json!(next))?;
    Ok(Ok(Resumed { run, document, workflow, mode }))
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

/// Marks a pause as answered; false when somebody was faster.
fn take(world: &World, execution: &str, next: &str, input: &Value) -> Result<bool, Refusal> {
    let mut taken = false;
    let now = now_ms();
    world.store.update(pause::KIND, execution, |pause| {
        taken = text(pause, "status") == "paused";
        if taken {
            pause["queue"] = json!([{
                "id": Uuid::new_v4().to_string(),
                "pausedExecutionId": pause["id"],
                "parentExecutionId": execution,
                "newExecutionId": next,
                "contextId": pause["contextId"],
                "resumeInput": input,
                "status": "completed",
                "queuedAt": iso(now),
                "claimedAt": iso(now),
                "completedAt": iso(now),
                "failureReason": null,
            }]);
            pause["status"] = "fully_resumed".into();
            pause["updatedAt"] = json!(now);
        }
    })?;
    Ok(taken)
}

/// The rest of a paused run. The block that asked gives what the person sent, its fields also by
/// themselves, so that later blocks can say `<approval.approved>`.
fn continued(workflow: &Workflow, pause: &Value, id: &str, input: Value) -> Run {
    let mut answer: Map<String, Value> = input.as_object().cloned().unwrap_or_default();
    answer.insert("submission".into(), input);
    let mut outputs = pause["outputs"].as_object().cloned().unwrap_or_default();
    outputs.insert(plain(text(pause, "blockName")), Value::Object(answer));
    Run {
        execution_id: id.to_owned(),
        blocks: workflow.blocks.clone(),
        position: usize::try_from(number(pause, "position")).unwrap_or_default() + 1,
        scope: Scope { start: pause["start"].clone(), outputs },
        trace: Trace::default(),
    }
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
