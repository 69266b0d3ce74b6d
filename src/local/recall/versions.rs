//! Deployments: numbered, frozen states of a workflow, of which one is what runs.

use serde_json::{Value, json};
use uuid::Uuid;

use super::document::{flag, moment, number, text};
use super::workflow::{self, Workflow};
use crate::local::store::{Result, Store};
use crate::local::time::{iso, now_ms};

/// Where versions are stored, by workflow and number.
const KIND: &str = "recall/version";

/// What a version freezes, and what a change is told by.
const CONTENT: [&str; 5] = ["name", "description", "inputs", "blocks", "variables"];

fn content(document: &Value) -> Value {
    CONTENT.iter().map(|field| ((*field).to_owned(), document[*field].clone())).collect()
}

fn key(workflow: &str, version: i64) -> String {
    format!("{workflow}:{version}")
}

/// Freezes the workflow as it stands and makes that what runs; gives the workflow's document after it.
pub fn deploy(store: &Store, id: &str, name: Option<&str>, description: Option<&str>) -> Result<Value> {
    let mut version = 0;
    let document = store.update(workflow::KIND, id, |document| {
        version = number(document, "latestVersion") + 1;
        document["latestVersion"] = json!(version);
    })?;
    let frozen = json!({
        "id": Uuid::new_v4().to_string(),
        "workflowId": id,
        "version": version,
        "name": name,
        "description": description,
        "createdAt": now_ms(),
        "state": content(&document.unwrap_or_default()),
    });
    store.put(KIND, &key(id, version), &frozen)?;
    activate(store, id, &frozen, "deploy")
}

/// Makes a version what runs.
pub fn activate(store: &Store, id: &str, version: &Value, action: &str) -> Result<Value> {
    let now = now_ms();
    let document = store.update(workflow::KIND, id, |document| {
        document["isDeployed"] = json!(true);
        document["deployedAt"] = json!(now);
        document["activeVersion"] = version["version"].clone();
        document["attempt"] = json!({
            "id": Uuid::new_v4().to_string(),
            "deploymentVersionId": version["id"],
            "version": version["version"],
            "action": action,
            "at": now,
        });
    })?;
    Ok(document.unwrap_or_default())
}

/// Stops a workflow from being run; its versions stay.
pub fn undeploy(store: &Store, id: &str) -> Result<Value> {
    let document = store.update(workflow::KIND, id, |document| {
        document["isDeployed"] = json!(false);
        for field in ["deployedAt", "activeVersion", "attempt"] {
            document[field] = Value::Null;
        }
    })?;
    Ok(document.unwrap_or_default())
}

/// All versions of a workflow, newest first.
pub fn of(store: &Store, id: &str) -> Result<Vec<Value>> {
    let mut versions = store.list(KIND)?;
    versions.retain(|version| text(version, "workflowId") == id);
    versions.reverse();
    Ok(versions)
}

/// One version.
pub fn find(store: &Store, id: &str, version: i64) -> Result<Option<Value>> {
    store.get(KIND, &key(id, version))
}

/// What a rollback without a number goes back to: the newest version before the one that runs.
pub fn previous(store: &Store, document: &Value) -> Result<Option<Value>> {
    let active = document["activeVersion"].as_i64().unwrap_or(i64::MAX);
    Ok(of(store, text(document, "id"))?.into_iter().find(|version| number(version, "version") < active))
}

/// Forgets all versions of a workflow.
pub fn forget(store: &Store, id: &str) -> Result<()> {
    for version in of(store, id)? {
        store.delete(KIND, &key(id, number(&version, "version")))?;
    }
    Ok(())
}

/// The workflow in the state of one of its versions; as it stands when it has no such version.
pub fn at(store: &Store, workflow: &Workflow, version: Option<i64>) -> Result<Workflow> {
    let Some(version) = version else { return Ok(workflow.clone()) };
    let Some(version) = find(store, workflow.id(), version)? else { return Ok(workflow.clone()) };
    let mut document = workflow.document.clone();
    for field in ["inputs", "blocks", "variables"] {
        document[field] = version["state"][field].clone();
    }
    document["runsVersion"] = version["version"].clone();
    document["runsVersionId"] = version["id"].clone();
    Ok(Workflow::read(document))
}

/// The workflow as it runs: its active version.
pub fn active(store: &Store, workflow: &Workflow) -> Result<Workflow> {
    at(store, workflow, workflow.document["activeVersion"].as_i64())
}

/// Whether the workflow was changed after what runs was frozen.
pub fn needs_redeployment(store: &Store, document: &Value) -> Result<bool> {
    let Some(active) = document["activeVersion"].as_i64().filter(|_| flag(document, "isDeployed")) else {
        return Ok(false);
    };
    let version = find(store, text(document, "id"), active)?;
    Ok(version.is_some_and(|version| version["state"] != content(document)))
}

/// The state of a workflow's deployment, as deploying and rolling back answer it.
pub fn view(store: &Store, document: &Value) -> Result<Value> {
    let deployed = flag(document, "isDeployed");
    let version = match document["activeVersion"].as_i64().filter(|_| deployed) {
        Some(active) => find(store, text(document, "id"), active)?,
        None => None,
    };
    let active = version.map(|version| {
        json!({
            "deploymentVersionId": version["id"],
            "version": version["version"],
            "deployedAt": moment(document, "deployedAt"),
        })
    });
    let attempt = &document["attempt"];
    let attempt = attempt.is_object().then(|| {
        // Locally there is nothing to prepare: an attempt that was accepted is done.
        json!({
            "id": attempt["id"],
            "deploymentVersionId": attempt["deploymentVersionId"],
            "version": attempt["version"],
            "action": attempt["action"],
            "status": "active",
            "isCurrent": true,
            "readiness": {"schedules": "ready", "webhooks": "ready"},
            "requestedAt": iso(number(attempt, "at")),
            "activatedAt": iso(number(attempt, "at")),
        })
    });
    Ok(json!({
        "id": document["id"],
        "isDeployed": deployed,
        "deployedAt": moment(document, "deployedAt"),
        "warnings": [],
        "activeDeployment": active,
        "latestDeploymentAttempt": attempt,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Store {
        let store = Store::memory().unwrap();
        let blocks = json!([{"id": "b", "name": "f", "type": "function", "code": 1}]);
        store.put(workflow::KIND, "w", &json!({"id": "w", "name": "w", "blocks": blocks})).unwrap();
        store
    }

    #[test]
    fn a_version_keeps_its_state_while_the_workflow_changes() {
        let store = store();
        deploy(&store, "w", None, None).unwrap();
        let changed = |document: &mut Value| document["blocks"] = json!([]);
        let document = store.update(workflow::KIND, "w", changed).unwrap().unwrap();
        assert!(needs_redeployment(&store, &document).unwrap());
        let workflow = Workflow::read(document);
        assert_eq!(active(&store, &workflow).unwrap().blocks.len(), 1);
        let document = deploy(&store, "w", Some("second"), None).unwrap();
        assert!(!needs_redeployment(&store, &document).unwrap());
        assert_eq!(active(&store, &Workflow::read(document)).unwrap().blocks.len(), 0);
    }

    #[test]
    fn a_rollback_goes_one_back_and_ends_at_the_first() {
        let store = store();
        deploy(&store, "w", None, None).unwrap();
        let document = deploy(&store, "w", None, None).unwrap();
        let first = previous(&store, &document).unwrap().unwrap();
        assert_eq!(first["version"], 1);
        let document = activate(&store, "w", &first, "activate").unwrap();
        assert_eq!(view(&store, &document).unwrap()["activeDeployment"]["version"], 1);
        assert!(previous(&store, &document).unwrap().is_none());
        let document = undeploy(&store, "w").unwrap();
        assert_eq!(view(&store, &document).unwrap()["activeDeployment"], Value::Null);
        assert_eq!(deploy(&store, "w", None, None).unwrap()["activeVersion"], 3);
    }
}
