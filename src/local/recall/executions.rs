//! Routes over single runs: `GET …/executions/{id}` and `POST …/executions/{id}/cancel`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, refuse};
use super::deferred::{self, Phase};
use super::document::{moment, number, text};
use super::reference::Scope;
use super::workflow::{self, Workflow};
use super::{auth, execution, limits, pause, selection};
use crate::local::World;
use crate::local::time::now_ms;

async fn wanted(world: &World, workflow: &Workflow, id: &str) -> Result<Value, Refusal> {
    let unknown = || refuse(StatusCode::NOT_FOUND, "Execution not found");
    execution::of_workflow(&world.store, workflow, id)?.ok_or_else(unknown)?;
    deferred::settled(world, id).await?.ok_or_else(unknown)
}

/// Where a run goes on: one that was resumed after a pause lives on under another id, and what becomes of
/// that is what becomes of it.
async fn latest(world: &World, run: &Value) -> Result<Value, Refusal> {
    let mut run = run.clone();
    while let Some(next) = run["resumedBy"].as_str() {
        match deferred::settled(world, next).await? {
            Some(next) => run = next,
            None => break,
        }
    }
    Ok(run)
}

/// `GET /api/workflows/{id}/executions/{executionId}`
pub async fn get(
    State(world): State<World>,
    Path((workflow, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let workflow = workflow::wanted(&world.store, &workflow)?;
    let first = wanted(&world, &workflow, &id).await?;
    let run = latest(&world, &first).await?;
    let include = query.get("includeOutput").is_some_and(|value| value == "true");
    let selected: Vec<String> = query
        .get("selectedOutputs")
        .map(|list| list.split(',').map(|name| name.trim().to_owned()).collect())
        .unwrap_or_default();
    let mut body = view(&first, &run, include, now_ms());
    body["paused"] = pause::summary(&world.store, &run)?;
    if !selected.is_empty() {
        let outputs = run["outputs"].as_object().cloned().unwrap_or_default();
        let scope = Scope { start: Value::Null, outputs };
        let selections = selection::read(&selected, &workflow);
        body["blockOutputs"] = selection::values(&selections, &workflow, &scope, |_| false);
    }
    Ok(Json(body).into_response())
}

/// A run as the wire shows it: begun by `first`, standing where `run` stands.
fn view(first: &Value, run: &Value, include_output: bool, now: i64) -> Value {
    let status = match (deferred::phase(run, now), text(run, "status")) {
        (Phase::Queued, _) => "queued",
        (Phase::Running | Phase::Due, _) => "running",
        (Phase::Settled, status) => status,
    };
    let over = matches!(status, "completed" | "failed" | "cancelled");
    let (began, ended) = (number(first, "startedAt"), run["endedAt"].as_i64().filter(|_| over));
    let cost = run["costMicros"].as_i64().map(|micros| json!({"total": limits::dollars(micros)}));
    json!({
        "executionId": first["executionId"],
        "workflowId": first["workflowId"],
        "status": status,
        "trigger": first["trigger"],
        "level": if status == "failed" { "error" } else { "info" },
        "startedAt": moment(first, "startedAt"),
        "endedAt": if over { moment(run, "endedAt") } else { Value::Null },
        "totalDurationMs": ended.map(|ended| ended - began),
        "paused": null,
        "cost": cost,
        "error": run["error"],
        "finalOutput": if include_output && status == "completed" { run["output"].clone() } else { Value::Null },
        "blockOutputs": null,
    })
}

/// `POST /api/workflows/{id}/executions/{executionId}/cancel`
pub async fn cancel(
    State(world): State<World>,
    Path((workflow, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let workflow = workflow::wanted(&world.store, &workflow)?;
    let run = latest(&world, &wanted(&world, &workflow, &id).await?).await?;
    let queued = deferred::phase(&run, now_ms()) == Phase::Queued;
    let before = execution::cancel(&world.store, text(&run, "executionId"))?;
    let (recorded, paused, reason) = match before.as_str() {
        "running" if queued => (true, false, "queue_cancelled"),
        "running" => (true, false, "recorded"),
        "paused" => (true, true, "recorded"),
        "cancelled" => (false, false, "already_cancelled"),
        other => {
            let text = format!("Execution cannot be cancelled while {other}");
            return Err(refuse(StatusCode::CONFLICT, &text));
        }
    };
    let body = json!({
        "success": true,
        "executionId": id,
        "redisAvailable": true,
        "durablyRecorded": recorded,
        "locallyAborted": false,
        "pausedCancelled": paused,
        "reason": reason,
    });
    Ok(Json(body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_shows_its_end_only_when_it_has_one() {
        let run = json!({"executionId": "e", "status": "running", "startedAt": 0, "deadlineAt": 10});
        let running = view(&run, &run, true, 5);
        assert_eq!((&running["status"], &running["endedAt"]), (&json!("running"), &Value::Null));
        let run = json!({
            "status": "completed", "startedAt": 0, "endedAt": 1500, "output": {"a": 1}, "costMicros": 5000,
        });
        let completed = view(&run, &run, true, 5);
        assert_eq!(completed["totalDurationMs"], 1500);
        assert_eq!(
            (&completed["finalOutput"], &completed["cost"]),
            (&json!({"a": 1}), &json!({"total": 0.005}))
        );
        assert_eq!(view(&run, &run, false, 5)["finalOutput"], Value::Null);
    }
}
