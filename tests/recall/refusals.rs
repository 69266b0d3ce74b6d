//! What refusals mean: V07–V09, V13, V14, and the shapes of a running server.

use super::{WF, error, recall, started};
use crate::support::Reply;

/// Status, body, code, exit code.
const TABLE: &[(u16, &str, &str, i32)] = &[
    // V07
    (401, r#"{"error":"Invalid API key"}"#, "UNAUTHORIZED", 3),
    (
        401,
        r#"{"error":"Unauthorized: Invalid API key","code":"UNAUTHORIZED:_INVALID_API_KEY"}"#,
        "UNAUTHORIZED",
        3,
    ),
    (401, r#"{"error":{"code":"UNAUTHORIZED","message":"Invalid API key"}}"#, "UNAUTHORIZED", 3),
    (401, "", "UNAUTHORIZED", 3),
    (401, r#"{"error":"Rate limit check failed"}"#, "SERVICE_UNAVAILABLE", 7),
    (401, r#"{"error":"Authentication error"}"#, "SERVICE_UNAVAILABLE", 7),
    // V08
    (402, r#"{"error":"Usage limit exceeded: $10.42 used of $10.00 limit."}"#, "USAGE_LIMIT_EXCEEDED", 5),
    (402, r#"{"error":"no","code":"USAGE_LIMIT_EXCEEDED"}"#, "USAGE_LIMIT_EXCEEDED", 5),
    (403, r#"{"error":"x","code":"EXECUTION_PAYER_HEADROOM_EXHAUSTED"}"#, "USAGE_LIMIT_EXCEEDED", 5),
    // V09
    (403, r#"{"error":"Workflow is not deployed"}"#, "WORKFLOW_NOT_DEPLOYED", 1),
    (
        403,
        r#"{"error":{"code":"FORBIDDEN","message":"x","details":{"code":"WORKFLOW_NOT_DEPLOYED"}}}"#,
        "WORKFLOW_NOT_DEPLOYED",
        1,
    ),
    (404, r#"{"error":"Workflow not found"}"#, "NOT_FOUND", 4),
    (403, "", "FORBIDDEN", 3),
    (403, r#"{"error":"Access denied","code":"ACCESS_DENIED"}"#, "FORBIDDEN", 3),
    // V13
    (413, r#"{"error":"Workflow execution request body exceeds maximum size"}"#, "PAYLOAD_TOO_LARGE", 1),
    (413, "<html><h1>413</h1></html>", "PAYLOAD_TOO_LARGE", 1),
    (
        409,
        r#"{"error":"Execution ID has already been used","code":"EXECUTION_ID_CONFLICT","executionId":"my-run-1"}"#,
        "CONFLICT",
        1,
    ),
    // the others of 1.5
    (
        400,
        r#"{"error":"Invalid JSON in request body","code":"INVALID_JSON_IN_REQUEST_BODY"}"#,
        "INVALID_JSON",
        1,
    ),
    (400, r#"{"error":"File processing failed: Failed to upload file: a.txt"}"#, "INVALID_REQUEST", 1),
    (422, r#"{"error":"x"}"#, "INVALID_REQUEST", 1),
    (423, r#"{"error":{"code":"LOCKED","message":"x"}}"#, "LOCKED", 1),
    (499, r#"{"success":false,"error":"Client cancelled request"}"#, "CANCELLED", 9),
    (405, "", "NOT_FOUND", 4),
    (500, r#"{"error":"Internal server error","requestId":"r1"}"#, "EXECUTION_ERROR", 7),
    (500, "", "EXECUTION_ERROR", 7),
    (502, "<html>", "SERVICE_UNAVAILABLE", 7),
    (503, r#"{"error":"down"}"#, "SERVICE_UNAVAILABLE", 7),
    (503, r#"{"success":false,"output":{},"error":"Agent 1: down"}"#, "SERVICE_UNAVAILABLE", 1),
];

#[test]
fn codes_and_exit_codes() {
    for (status, body, code, exit) in TABLE {
        let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
        let kind = if body.is_empty() { "" } else { kind };
        let (run, _server) = started([Reply::new(*status, kind, body)], &["-o", "json"]);
        assert_eq!((run.stdout.as_str(), run.code), ("", *exit), "{status} {body} {run:#?}");
        let error = error(&run);
        assert_eq!(error["code"], *code, "{status} {body}");
        assert_eq!((&error["service"], &error["status"]), (&"recall".into(), &(*status).into()));
        let message = error["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains('<') && !message.contains('{'), "{message}");
    }
}

#[test]
fn what_to_do_next() {
    for (reply, hint) in [
        (Reply::json(401, r#"{"error":"Invalid API key"}"#), "hint: ra auth login recall\n".to_owned()),
        (Reply::json(402, r#"{"error":"Usage limit exceeded"}"#), "hint: ra recall limits\n".to_owned()),
        (
            Reply::json(403, r#"{"error":"Workflow is not deployed"}"#),
            format!("hint: ra recall workflow status {WF}\n"),
        ),
        (
            Reply::json(409, r#"{"error":"x","code":"EXECUTION_ID_CONFLICT"}"#),
            "hint: give another --execution-id, or none\n".to_owned(),
        ),
        (Reply::new(404, "text/html", "<html>"), "check recall.base_url".to_owned()),
        (Reply::new(405, "", ""), "method not allowed".to_owned()),
        (Reply::new(403, "", ""), "blocks this client".to_owned()),
    ] {
        started([reply], &[]).0.says(&hint);
    }
}

#[test]
fn issues_are_told_one_a_line() {
    let body = r#"{"error":"Invalid request body","details":[{"path":"stream","message":"expected boolean"},{"path":["a",0],"message":"no"}]}"#;
    let (run, _server) = started([Reply::json(400, body)], &[]);
    run.ends(1).says("  stream: expected boolean\n  a.0: no\n");
}

#[test]
fn v14_a_proxy_gave_up() {
    let page = "<html><head><title>504 Gateway Time-out</title></head><body><h1>504</h1></body></html>";
    let (run, _server) = started([Reply::new(504, "text/html", page)], &["--initial-delay", "10ms"]);
    let run = run.ends(7).says("504 Gateway Time-out 504 (SERVICE_UNAVAILABLE, HTTP 504)");
    assert!(!run.stderr.contains('<'), "{run:#?}");
    run.says(&format!("hint: ra recall run {WF} --async --poll\n"));
}

#[test]
fn a_redirect_is_not_followed() {
    let reply = Reply::new(308, "", "").header("Location", "https://elsewhere.example/api");
    let (run, _server) = started([reply], &[]);
    run.ends(7).says("(REDIRECT, HTTP 308)").says("https://elsewhere.example");
    let reply = Reply::new(308, "text/plain", "/x").header("Location", "/api/workflows/x/execute");
    started([reply], &[]).0.ends(7).says("REDIRECT");
}

#[test]
fn the_key_is_missing_or_not_wanted() {
    let server = crate::support::Server::script([Reply::json(200, super::V01)]);
    let bare = crate::support::Sandbox::new().env("RECALL_BASE_URL", server.url());
    bare.run(["recall", "run", WF]).ends(3).says("RECALL_API_KEY");
    bare.run(["recall", "run", WF, "--no-auth"]).ends(0);
    assert_eq!(server.request().header("x-api-key"), None);
    let (run, server) =
        recall([Reply::json(200, super::V01)], &["run", WF, "--api-key", "other_key_1234567"]);
    run.ends(0);
    assert_eq!(server.request().header("x-api-key"), Some("other_key_1234567"));
}

#[test]
fn nobody_there() {
    let sandbox = crate::support::Sandbox::new()
        .env("RECALL_API_KEY", super::KEY)
        .env("RECALL_BASE_URL", "http://127.0.0.1:1");
    let run = sandbox.run(["recall", "run", WF, "-o", "json", "--max-retries", "0"]).ends(7);
    assert_eq!(error(&run)["code"], "CONNECTION_ERROR");
}

#[test]
fn no_answer_in_time() {
    let (run, _server) =
        started([Reply::json(200, "{").stall()], &["--timeout", "300ms", "--execution-id", "mine"]);
    let run = run.ends(6).says("no answer within 0.3 s (TIMEOUT)").says("the run may have been started");
    run.says(&format!("hint: ra recall job cancel --workflow {WF} --execution-id mine\n"));
}
