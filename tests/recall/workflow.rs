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
