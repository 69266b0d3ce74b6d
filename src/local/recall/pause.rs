//! Pauses: runs that wait for a person, as documents and in the shapes of the wire.

use serde_json::{Map, Value, json};

use super::BASE;
use super::block::Work;
use super::document::{moment, text};
use super::engine::Run;
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::now_ms;

/// Where pauses are stored, by the id of the paused run.
pub const KIND: &str = "recall/pause";

/// Where a pause is answered.
fn links(world: &World, run: &Run, workflow: &str, context: &str) -> Value {
    let (origin, execution) = (world.origin(), &run.execution_id);
    json!({
        "apiUrl": format!("{origin}{BASE}/api/resume/{workflow}/{execution}/{context}"),
        "uiUrl": format!("{origin}{BASE}/resume/{workflow}/{execution}"),
        "contextId": context,
        "executionId": execution,
        "workflowId": workflow,
    })
}

/// The output of a run that stopped at the block at `position`.
pub fn output(world: &World, run: &Run, workflow: &str, position: usize) -> Value {
    let Some(block) = run.blocks.get(position) else { return json!({}) };
    let fields = match &block.work {
        Work::Human(fields) => run.scope.fill(fields),
        _ => json!([]),
    };
    json!({
        "data": {
            "operation": "human",
            "responseStructure": [],
            "inputFormat": fields,
            "submission": null,
            "_resume": links(world, run, workflow, &block.id),
        },
        "status": 200,
        "headers": {"Content-Type": "application/json"},
    })
}

/// Stores the pause of a run that was just stored as paused.
pub fn open(world: &World, run: &Run, stored: &Value, position: usize) -> Result<()> {
    let Some(block) = run.blocks.get(position) else { return Ok(()) };
    let pause = json!({
        "id": uuid::Uuid::new_v4().to_string(),
        "workflowId": stored["workflowId"],
        "executionId": run.execution_id,
        "status": "paused",
        "pausedAt": stored["endedAt"],
        "updatedAt": stored["endedAt"],
        "contextId": block.id,
        "blockName": block.name,
        "position": position,
        "response": stored["output"],
        "links": stored["output"]["data"]["_resume"],
        "start": run.scope.start,
        "outputs": run.scope.outputs,
        "queue": [],
    });
    world.store.put(KIND, &run.execution_id, &pause)
}

/// Ends a pause with `status`.
pub fn close(store: &Store, execution: &str, status: &str) -> Result<()> {
    store
        .update(KIND, execution, |pause| {
            pause["status"] = status.into();
            pause["updatedAt"] = json!(now_ms());
        })
        .map(|_| ())
}

/// The pause as a run's status shows it; null when the run never paused.
pub fn summary(store: &Store, run: &Value) -> Result<Value> {
    let Some(pause) = store.get(KIND, text(run, "executionId"))? else { return Ok(Value::Null) };
    Ok(json!({
        "contextId": pause["contextId"],
        "pausedAt": moment(&pause, "pausedAt"),
        "resumeAt": null,
        "pauseKind": "human",
        "blockedOnBlockId": pause["contextId"],
        "automaticResumeWaitingReason": null,
        "pausedExecutionId": pause["executionId"],
        "pausePointCount": 1,
        "resumedCount": resumed(&pause),
    }))
}

fn resumed(pause: &Value) -> usize {
    usize::from(text(pause, "status") == "fully_resumed")
}

/// A pause in the short form of lists.
pub fn short(pause: &Value) -> Map<String, Value> {
    let fields = [
        ("id", pause["id"].clone()),
        ("workflowId", pause["workflowId"].clone()),
        ("executionId", pause["executionId"].clone()),
        ("status", pause["status"].clone()),
        ("totalPauseCount", json!(1)),
        ("resumedCount", json!(resumed(pause))),
        ("pausedAt", moment(pause, "pausedAt")),
        ("updatedAt", moment(pause, "updatedAt")),
        ("expiresAt", Value::Null),
        ("metadata", json!({"pauseScope": "execution", "triggerIds": []})),
        ("triggerIds", json!([])),
        ("pausePoints", json!([point(pause)])),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A pause with everything that is known of it.
pub fn detail(pause: &Value) -> Value {
    let mut fields = short(pause);
    let snapshot =
        json!({"start": pause["start"], "outputs": pause["outputs"], "position": pause["position"]});
    fields.insert("executionSnapshot".into(), json!({"snapshot": snapshot.to_string(), "triggerIds": []}));
    fields.insert("queue".into(), pause["queue"].clone());
    Value::Object(fields)
}

/// The one point at which a run waits.
pub fn point(pause: &Value) -> Value {
    let status = if text(pause, "status") == "fully_resumed" { "resumed" } else { "paused" };
    json!({
        "contextId": pause["contextId"],
        "blockId": pause["contextId"],
        "response": pause["response"],
        "registeredAt": moment(pause, "pausedAt"),
        "resumeStatus": status,
        "snapshotReady": true,
        "resumeLinks": pause["links"],
        "queuePosition": null,
        "latestResumeEntry": pause["queue"].as_array().and_then(|queue| queue.last()),
    })
}
