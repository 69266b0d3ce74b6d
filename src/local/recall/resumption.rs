//! The rest of a paused run: taken up once, under an id of its own.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::Refusal;
use super::document::{number, text};
use super::engine::Run;
use super::reference::{Scope, plain};
use super::trace::Trace;
use super::workflow::{self, Workflow};
use super::{deferred, execution, pause, versions};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// The pause of a run, once the run is there.
pub async fn wanted(world: &World, id: &str, execution: &str) -> Result<(Workflow, Value), Refusal> {
    let workflow = workflow::wanted(&world.store, id)?;
    deferred::settled(world, execution).await?;
    let pause = world.store.get(pause::KIND, execution)?;
    let pause = pause.filter(|pause| text(pause, "workflowId") == workflow.id());
    Ok((workflow, pause.unwrap_or_default()))
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
