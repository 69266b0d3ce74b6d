//! `ra recall workflow status` and `validate`: V19.

use super::{WF, recall};
use crate::support::Reply;

#[test]
fn v19_status_and_validate() {
    let line = format!("GET /api/workflows/{WF}/status");
    let deployed = r#"{"isDeployed":true,"deployedAt":"2026-03-12T08:15:00.000Z","isPublished":false,"needsRedeployment":true}"#;
    let (run, server) = recall([Reply::json(200, deployed)], &["workflow", "status", WF]);
    assert!(run.stdout.starts_with("deployed            true\n"), "{run:#?}");
    run.ends(0).says("warning: the workflow was changed after it was deployed");
    assert_eq!(server.request().line(), line);
    let (run, _server) = recall([Reply::json(200, deployed)], &["workflow", "validate", WF]);
    assert_eq!(run.stdout, format!("{WF} is deployed\n"));
    run.ends(0).says("warning:");
    let (run, _server) = recall([Reply::json(200, deployed)], &["workflows", "status", WF, "-o", "json"]);
    assert_eq!(run.json()["needsRedeployment"], true);
    for body in [r#"{"isDeployed":false,"deployedAt":null,"needsRedeployment":false}"#, "{}"] {
        recall([Reply::json(200, body)], &["workflow", "status", WF]).0.ends(0);
        let (run, _server) = recall([Reply::json(200, body)], &["workflow", "validate", WF]);
        assert_eq!(run.stdout, "");
        run.ends(1).says("is not deployed (WORKFLOW_NOT_DEPLOYED)");
    }
    let unknown = || Reply::json(404, r#"{"error":"Workflow not found","code":"WORKFLOW_NOT_FOUND"}"#);
    recall([unknown()], &["workflow", "validate", WF])
        .0
        .ends(4)
        .says("Workflow not found (NOT_FOUND, HTTP 404)");
    let wrong = Reply::json(401, r#"{"error":"Authentication required","code":"AUTHENTICATION_REQUIRED"}"#);
    recall([wrong], &["workflow", "validate", WF]).0.ends(3);
}

#[test]
fn several_are_checked_at_once() {
    let deployed = r#"{"isDeployed":true,"deployedAt":"2026-03-12T08:15:00.000Z","needsRedeployment":true}"#;
    let script =
        || [Reply::json(200, deployed), Reply::json(200, r#"{"isDeployed":false,"deployedAt":null}"#)];
    let args = ["workflow", "validate", WF, "a1"];
    let (run, server) = recall(script(), &args);
    assert_eq!(
        server.lines(),
        [format!("GET /api/workflows/{WF}/status"), "GET /api/workflows/a1/status".into()]
    );
    assert!(run.stdout.contains("WORKFLOW") && run.stdout.contains("true"), "{run:#?}");
    run.ends(1)
        .says(&format!("warning: `{WF}` was changed after it was deployed"))
        .says("error: 1 of 2 workflows are not deployed: a1 (WORKFLOW_NOT_DEPLOYED)");
    let (run, _server) = recall(script(), &[&args[..], &["-o", "json"]].concat());
    assert_eq!(run.json()[1], serde_json::json!({"workflow": "a1", "isDeployed": false, "deployedAt": null}));
    let unknown = Reply::json(404, r#"{"error":"Workflow not found","code":"WORKFLOW_NOT_FOUND"}"#);
    let (run, _server) = recall([Reply::json(200, deployed), unknown], &args);
    run.ends(4).says("error: checking `a1`: Workflow not found");
}

#[test]
fn names_are_looked_up_in_the_workspace() {
    let list = format!(r#"{{"data":[{{"id":"{WF}","name":"Support triage"}}],"limits":{{}}}}"#);
    let replies = [Reply::json(200, list), Reply::json(200, r#"{"isDeployed":true}"#)];
    let (run, server) = recall(replies, &["--workspace", "ws_1", "workflow", "status", "support triage"]);
    run.ends(0);
    let lines = server.lines();
    assert!(lines[0].starts_with("GET /api/v1/workflows?workspaceId=ws_1&"), "{lines:?}");
    assert_eq!(lines[1], format!("GET /api/workflows/{WF}/status"));
}
