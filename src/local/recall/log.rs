//! Logs: what is kept of every run, one row each, found by filters.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::cursor::{Key, Place};
use super::document::{moment, plain_number, text};
use super::executions::{self, status};
use super::limits::dollars;
use super::{deferred, trace, workflow};
use crate::local::World;
use crate::local::store::Result;
use crate::local::time::{iso, now_ms};

/// The row of one run.
pub struct Row {
    /// The run that began.
    pub run: Arc<Value>,
    /// The run that it is now: another one when it was resumed after a pause.
    pub now: Arc<Value>,
    /// Its workflow; nothing when that is gone.
    pub workflow: Option<Arc<Value>>,
    at: i64,
}

/// Every run, in no order.
pub async fn all(world: &World) -> Result<Vec<Row>> {
    let runs: Vec<Arc<Value>> = deferred::settle_all(world).await?.into_iter().map(Arc::new).collect();
    let by_id: HashMap<&str, &Arc<Value>> = runs.iter().map(|run| (text(run, "executionId"), run)).collect();
    let workflows = world.store.list(workflow::KIND)?.into_iter();
    let workflows: HashMap<String, Arc<Value>> =
        workflows.map(|document| (text(&document, "id").to_owned(), Arc::new(document))).collect();
    let at = now_ms();
    let rows = runs.iter().map(|run| {
        let mut now = run;
        while let Some(next) = now["resumedBy"].as_str().and_then(|next| by_id.get(next)) {
            now = next;
        }
        let workflow = workflows.get(text(run, "workflowId")).cloned();
        Row { run: run.clone(), now: now.clone(), workflow, at }
    });
    Ok(rows.collect())
}

/// The row of one run, once it has begun; found without looking at all the others.
pub async fn of(world: &World, execution: &str) -> Result<Option<Row>> {
    let Some(run) = deferred::settled(world, execution).await? else { return Ok(None) };
    let now = executions::latest(world, &run).await?;
    let workflow = world.store.get(workflow::KIND, text(&run, "workflowId"))?;
    let row = Row { run: run.into(), now: now.into(), workflow: workflow.map(Arc::new), at: now_ms() };
    Ok(Some(row).filter(Row::has_begun))
}

/// The rows of this run alone, or of all runs, that have begun.
pub async fn begun(world: &World, execution: Option<&str>) -> Result<Vec<Row>> {
    match execution {
        Some(execution) => Ok(of(world, execution).await?.into_iter().collect()),
        None => Ok(all(world).await?.into_iter().filter(Row::has_begun).collect()),
    }
}

/// The log id of a run: another one than the run's, and always the same.
fn id_of(execution: &str) -> String {
    let space = Uuid::from_u128(0x5e0f_2c1a_7d34_4b8e_9a61_0c2d_8e4f_6b11);
    Uuid::new_v5(&space, execution.as_bytes()).to_string()
}

impl Row {
    /// The row of this run, long after it, for tests.
    #[cfg(test)]
    pub fn of(run: &Value) -> Self {
        let workflow = json!({"id": "w", "name": "My Flow"});
        let run = Arc::new(run.clone());
        Self { now: run.clone(), run, workflow: Some(workflow.into()), at: 100 }
    }

    /// The log id.
    pub fn id(&self) -> String {
        id_of(self.execution())
    }

    /// The id of the run.
    pub fn execution(&self) -> &str {
        text(&self.run, "executionId")
    }

    /// Where the run stands.
    pub fn status(&self) -> &str {
        status(&self.now, self.at)
    }

    /// `error` for a failed run, else `info`.
    pub fn level(&self) -> &'static str {
        if self.status() == "failed" { "error" } else { "info" }
    }

    /// Whether it has a row among the logs: one that waits in the queue has none yet.
    pub fn has_begun(&self) -> bool {
        self.status() != "queued"
    }

    /// When it began.
    pub fn began(&self) -> i64 {
        trace::began(&self.run)
    }

    fn ended(&self) -> Option<i64> {
        let over = matches!(self.status(), "completed" | "failed" | "cancelled");
        self.now["endedAt"].as_i64().filter(|_| over)
    }

    /// How long it took, when it is over.
    pub fn duration(&self) -> Option<i64> {
        self.ended().map(|ended| (ended - self.began()).max(0))
    }

    /// Its place in lists by age.
    pub fn place(&self) -> Place {
        (Key::Number(self.began()), self.id())
    }

    /// The fields that both APIs show alike.
    pub fn facts(&self) -> Value {
        json!({
            "workflowId": self.run["workflowId"],
            "deploymentVersionId": self.run["deploymentVersionId"],
            "level": self.level(),
            "trigger": self.run["trigger"],
            "startedAt": iso(self.began()),
            "endedAt": self.ended().map(iso),
            "totalDurationMs": self.duration(),
            "cost": self.total(),
            "files": self.run["files"],
        })
    }

    /// What it cost in all; nothing while it goes on.
    pub fn total(&self) -> Value {
        let micros = self.now["costMicros"].as_i64();
        micros.map_or(Value::Null, |micros| json!({"total": plain_number(dollars(micros))}))
    }

    /// What it cost, model by model; nothing while it goes on.
    pub fn cost(&self) -> Value {
        if self.now["costMicros"].is_i64() { trace::cost(&self.now) } else { Value::Null }
    }

    /// Its workflow in short; one that is gone has a name that says so.
    pub fn workflow(&self) -> Value {
        match &self.workflow {
            Some(workflow) => json!({
                "id": workflow["id"],
                "name": workflow["name"],
                "description": workflow["description"],
                "deleted": false,
            }),
            None => json!({
                "id": self.run["workflowId"], "name": "Deleted Workflow", "description": null, "deleted": true,
            }),
        }
    }

    /// Its workflow with everything that a single log tells of it.
    pub fn whole_workflow(&self) -> Value {
        let mut shown = self.workflow();
        let nothing = Value::Null;
        let document = self.workflow.as_deref().unwrap_or(&nothing);
        shown["color"] = json!("#3972F6");
        shown["folderId"] = document["folderId"].clone();
        shown["userId"] = json!("local");
        shown["workspaceId"] = self.run["workspaceId"].clone();
        shown["createdAt"] = moment(document, "createdAt");
        shown["updatedAt"] = moment(document, "updatedAt");
        shown
    }

    /// What the run gave in the end, be it an error.
    pub fn final_output(&self) -> Value {
        match self.status() {
            "failed" => json!({"error": self.now["error"]}),
            "completed" | "paused" => self.now["output"].clone(),
            _ => Value::Null,
        }
    }

    /// What its blocks did.
    pub fn spans(&self) -> Value {
        let name = self.workflow();
        trace::spans(&self.now, text(&name, "name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_goes_on_has_no_end() {
        let row =
            Row::of(&json!({"executionId": "e", "status": "running", "startedAt": 50, "deadlineAt": 200}));
        let facts = row.facts();
        assert_eq!((&facts["endedAt"], &facts["cost"], row.duration()), (&Value::Null, &Value::Null, None));
        assert!(row.id() != "e" && row.id() == id_of("e"));
    }
}
