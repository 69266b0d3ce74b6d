//! Runs as documents: begun, finished once, cancelled from anywhere.

use serde_json::{Map, Value, json};

use super::document::{number, text};
use super::engine::{Failure, Outcome, Run};
use super::reference::Scope;
use super::trace::Trace;
use super::workflow::{self, Workflow};
use super::{limits, pause};
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::now_ms;

/// Where runs are stored.
pub const KIND: &str = "recall/execution";

/// The document of a run that begins now. Callers add what is particular to theirs.
pub fn new(run: &Run, workflow: &Workflow, mode: &str) -> Value {
    json!({
        "executionId": run.execution_id,
        "workflowId": workflow.id(),
        "workspaceId": workflow.document["workspaceId"],
        "trigger": "api",
        "mode": mode,
        "status": "running",
        "start": run.scope.start,
        "outputs": run.scope.outputs,
        "position": run.position,
        "deploymentVersion": workflow.document["runsVersion"],
        "deploymentVersionId": workflow.document["runsVersionId"],
        "startedAt": now_ms(),
    })
}

/// Stores a new run; false when its id was used before.
pub fn begin(world: &World, document: &Value) -> Result<bool> {
    if !world.store.insert(KIND, text(document, "executionId"), document)? {
        return Ok(false);
    }
    world.store.update(workflow::KIND, text(document, "workflowId"), |workflow| {
        workflow["runCount"] = json!(number(workflow, "runCount") + 1);
        workflow["lastRunAt"] = document["startedAt"].clone();
    })?;
    Ok(true)
}

/// A stored run of this workflow.
pub fn of_workflow(store: &Store, workflow: &Workflow, id: &str) -> Result<Option<Value>> {
    Ok(store.get(KIND, id)?.filter(|document| text(document, "workflowId") == workflow.id()))
}

/// The run that a document describes, ready to go on from where it stands.
pub fn restored(document: &Value, workflow: &Workflow) -> Run {
    let scope = Scope {
        start: document["start"].clone(),
        outputs: document["outputs"].as_object().cloned().unwrap_or_default(),
    };
    let position = usize::try_from(number(document, "position")).unwrap_or_default();
    let execution_id = text(document, "executionId").to_owned();
    // Only a run whose time has passed is taken up again; its blocks ran when the plan says.
    let trace = Trace::planned(document["plan"]["startsAt"].as_i64().unwrap_or_else(now_ms));
    Run { execution_id, blocks: workflow.blocks.clone(), position, scope, trace }
}

/// Whether somebody has stopped the run. A state file that cannot be read stops nothing.
pub fn is_cancelled(store: &Store, id: &str) -> bool {
    store.get(KIND, id).ok().flatten().is_some_and(|document| text(&document, "status") == "cancelled")
}

/// Stores how a run ended, unless it has ended already (cancelled meanwhile, or settled by another
/// process), and gives what is stored then.
pub fn finish(world: &World, run: &Run, outcome: &Outcome, ended: i64) -> Result<Value> {
    let Some(before) = world.store.get(KIND, &run.execution_id)? else { return Ok(Value::Null) };
    let mut end = Map::new();
    match outcome {
        Outcome::Completed { output, responded } => {
            end.insert("status".into(), "completed".into());
            end.insert("output".into(), output.clone());
            end.insert("responded".into(), json!(responded));
        }
        Outcome::Failed(failure) => {
            end.insert("status".into(), "failed".into());
            end.insert("output".into(), json!({}));
            end.insert("error".into(), json!(failure.text()));
            end.insert("failure".into(), described(failure));
        }
        Outcome::Paused { position } => {
            end.insert("status".into(), "paused".into());
            end.insert("output".into(), pause::output(world, run, text(&before, "workflowId"), *position));
            end.insert("pausedAtPosition".into(), json!(position));
        }
        Outcome::Cancelled => {
            end.insert("status".into(), "cancelled".into());
            end.insert("output".into(), json!({}));
        }
    }
    let cost = limits::cost_of(&run.scope);
    end.insert("costMicros".into(), json!(cost));
    end.insert("endedAt".into(), json!(ended));
    end.insert("outputs".into(), Value::Object(run.scope.outputs.clone()));
    end.insert("trace".into(), Value::Array(run.trace.blocks.clone()));
    let mut first = false;
    let stored = world.store.update(KIND, &run.execution_id, |document| {
        first = text(document, "status") == "running";
        if let (true, Some(fields)) = (first, document.as_object_mut()) {
            fields.append(&mut end);
        } else if text(document, "status") == "cancelled" && document["trace"].is_null() {
            // Cancelled from elsewhere: what it did until then is known only here.
            document["trace"] = Value::Array(run.trace.blocks.clone());
        }
    })?;
    let stored = stored.unwrap_or_default();
    if first {
        limits::charge(&world.store, cost)?;
        if let Outcome::Paused { position } = outcome {
            pause::open(world, run, &stored, *position)?;
        }
    }
    Ok(stored)
}

/// A failure as `/api/v2` describes it.
fn described(failure: &Failure) -> Value {
    let mut shown = json!({"message": failure.message, "code": failure.code});
    if let Some(block) = &failure.block {
        shown["blockId"] = json!(block.id);
        shown["blockName"] = json!(block.name);
        shown["blockType"] = block.described["type"].clone();
    }
    shown
}

/// Stops a run or a pause; gives the state it was in before.
pub fn cancel(store: &Store, id: &str) -> Result<String> {
    let mut before = String::new();
    store.update(KIND, id, |document| {
        text(document, "status").clone_into(&mut before);
        if before == "running" || before == "paused" {
            document["status"] = "cancelled".into();
            document["output"] = json!({});
            document["endedAt"] = json!(now_ms());
            // What it had cost by then: a run is never free.
            document["costMicros"] = json!(limits::BASE_COST);
        }
    })?;
    if before == "running" {
        limits::charge(store, limits::BASE_COST)?;
    }
    if before == "paused" {
        pause::close(store, id, "cancelled")?;
    }
    Ok(before)
}
