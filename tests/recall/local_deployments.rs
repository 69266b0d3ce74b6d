//! The local service's workflows: versions, what runs of them, and how they travel.

use serde_json::{Value, json};

use super::wire::{Service, names};

#[test]
fn a_draft_is_deployed_and_then_runs() {
    let service = Service::start(&[]);
    service.post("/api/workflows/draft/execute", json!({}), 403);
    let deployed = service.post("/api/v1/workflows/draft/deploy", json!({"name": "first"}), 200);
    let data = &deployed["data"];
    assert_eq!(
        names(data),
        [
            "id",
            "isDeployed",
            "deployedAt",
            "warnings",
            "activeDeployment",
            "latestDeploymentAttempt",
            "version"
        ]
    );
    assert_eq!((&data["isDeployed"], &data["version"]), (&json!(true), &json!(1)));
    assert_eq!(names(&data["activeDeployment"]), ["deploymentVersionId", "version", "deployedAt"]);
    assert_eq!(data["latestDeploymentAttempt"]["status"], "active");
    assert_eq!(deployed["limits"]["usage"]["plan"], "free");
    assert_eq!(service.post("/api/workflows/draft/execute", json!({}), 200)["output"]["result"], 42);
    let gone = service.ask("DELETE /api/v1/workflows/draft/deploy", Value::Null);
    assert_eq!(gone.json()["data"]["isDeployed"], false);
    assert_eq!(names(&gone.json()["data"]), ["id", "isDeployed", "deployedAt", "warnings"]);
    service.post("/api/workflows/draft/execute", json!({}), 403);
}

#[test]
fn a_change_needs_a_new_version_and_a_rollback_brings_the_old_one_back() {
    let service = Service::start(&[]);
    let status = || service.get("/api/workflows/hello/status")["needsRedeployment"].clone();
    let none = service.post("/api/v1/workflows/hello/rollback", Value::Null, 400);
    assert_eq!(none, json!({"error": "No previous deployment version to roll back to"}));
    assert_eq!(status(), false);
    let changed = service.ask("PATCH /api/v2/workflows/hello", json!({"description": "New words"}));
    assert_eq!((changed.status, changed.json()["data"]["description"].clone()), (200, json!("New words")));
    assert_eq!(status(), true);
    service.post("/api/v2/workflows/hello/deploy", json!({"name": "second"}), 200);
    assert_eq!(status(), false);
    let versions = service.get("/api/v2/workflows/hello/versions");
    let shown: Vec<_> = versions["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| (version["version"].as_i64().unwrap(), version["isActive"].as_bool().unwrap()))
        .collect();
    assert_eq!(shown, [(2, true), (1, false)]);
    assert_eq!(
        names(&versions["data"][0]),
        [
            "id",
            "version",
            "name",
            "description",
            "isActive",
            "createdAt",
            "deployedBy",
            "latestOperationStatus"
        ]
    );
    let back = service.post("/api/v1/workflows/hello/rollback", Value::Null, 200);
    assert_eq!(back["data"]["version"], 1);
    assert_eq!(back["data"]["latestDeploymentAttempt"]["action"], "activate");
    let deployment = service.get("/api/v2/workflows/hello/deployment");
    assert_eq!(deployment["data"]["needsRedeployment"], true);
    assert_eq!(
        service.post("/api/v1/workflows/hello/rollback", json!({"version": 2}), 200)["data"]["version"],
        2
    );
    service.post("/api/v1/workflows/hello/rollback", json!({"version": 9}), 404);
    service.post("/api/v1/workflows/hello/rollback", json!({"version": "x"}), 400);
    assert!(service.get("/api/v2/workflows/hello/versions/2")["data"]["state"]["blocks"].is_object());
}

#[test]
fn an_export_is_imported_as_a_new_workflow() {
    let service = Service::start(&[]);
    let state = json!({
        "blocks": {
            "b": {"id": "b", "type": "function", "name": "sum",
                "subBlocks": {"code": {"value": {"$sum": ["<start.n>", 1]}}, "apiKey": {"value": "sk-secret"}}},
            "a": {"id": "a", "type": "start_trigger", "name": "Start", "subBlocks": {
                "inputFormat": {"value": [{"name": "n", "type": "number", "value": 1}]}}},
        },
        "edges": [{"source": "a", "target": "b"}],
    });
    let import = |workflow: Value, name: Value| json!({"workspaceId": service.workspace, "workflow": workflow, "name": name});
    let made = service.post("/api/v1/workflows/import", import(json!({"state": state}), json!("adder")), 201);
    assert_eq!(
        names(&made["data"]),
        ["id", "name", "description", "workspaceId", "folderId", "createdAt", "updatedAt"]
    );
    let exported = service.get("/api/v1/workflows/adder/export")["data"].clone();
    assert_eq!(names(&exported), ["version", "exportedAt", "workflow", "state"]);
    assert_eq!(names(&exported["workflow"]), ["id", "name", "description", "workspaceId", "folderId"]);
    assert_eq!(names(&exported["state"]), ["blocks", "edges", "loops", "parallels", "metadata", "variables"]);
    assert!(!exported.to_string().contains("sk-secret"));
    assert_eq!(exported["state"]["blocks"].as_object().unwrap().len(), 2);
    service.post("/api/v1/workflows/adder/deploy", Value::Null, 200);
    assert_eq!(service.post("/api/workflows/adder/execute", json!({"n": 4}), 200)["output"]["result"], 5);
}

#[test]
fn what_was_imported_runs_once_it_is_deployed() {
    let service = Service::start(&[]);
    let exported = service.get("/api/v1/workflows/draft/export")["data"].to_string();
    let body = json!({"workspaceId": service.workspace, "workflow": exported});
    let made = service.post("/api/v2/workflows/import", body, 201);
    let id = made["data"]["id"].as_str().unwrap();
    assert_eq!((&made["data"]["name"], &made["data"]["isDeployed"]), (&json!("draft (1)"), &json!(false)));
    service.post(&format!("/api/workflows/{id}/execute"), json!({}), 403);
    service.post(&format!("/api/v1/workflows/{id}/deploy"), Value::Null, 200);
    let run = service.post(&format!("/api/workflows/{id}/execute"), json!({}), 200);
    assert_eq!(run["output"]["result"], 42);
    for (body, status) in [
        (json!({"workflow": {}}), 400),
        (json!({"workspaceId": "elsewhere", "workflow": {}}), 403),
        (json!({"workspaceId": service.workspace, "workflow": "{"}), 400),
        (json!({"workspaceId": service.workspace, "workflow": {}}), 400),
        (json!({"workspaceId": service.workspace, "workflow": {"blocks": {}}, "name": "x".repeat(201)}), 400),
    ] {
        service.post("/api/v1/workflows/import", body, status);
    }
}
