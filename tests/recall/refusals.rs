//! What to do after a refusal, and answers that are none: V07–V09, V14, redirects, silence.

use super::{WF, error, recall, started};
use crate::support::Reply;

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
        (
            Reply::json(503, r#"{"error":"Service temporarily at capacity"}"#).header("Retry-After", "90"),
            "hint: wait 90 s, or allow it with --max-wait\n".to_owned(),
        ),
        (Reply::new(404, "text/html", "<html>"), "check recall.base_url".to_owned()),
        (Reply::new(405, "", ""), "method not allowed".to_owned()),
        (Reply::new(403, "", ""), "blocks this client".to_owned()),
    ] {
        started([reply], &[]).0.says(&hint);
    }
}

#[test]
fn an_unknown_workflow_and_where_the_known_ones_stand() {
    let missing = || Reply::json(404, r#"{"error":"Workflow not found"}"#);
    let hint = "hint: ra recall workflow list\n";
    let set = "hint: ra config set recall.workspace_id ID   # names work then too\n";
    started([missing()], &[]).0.ends(4).says(&format!("{set}{hint}"));
    let (run, _server) = recall([missing()], &["--workspace", "ws_1", "run", WF]);
    let run = run.ends(4).says(hint);
    assert!(!run.stderr.contains("config set"), "{run:#?}");
}

#[test]
fn a_failure_without_a_word_points_at_the_log() {
    let body = r#"{"success":false,"executionId":"e1","output":{},"error":null}"#;
    started([Reply::json(200, body)], &[])
        .0
        .ends(1)
        .says("the service does not say why")
        .says("hint: ra recall log list --execution e1 --details full\n");
}

#[test]
fn a_job_that_nobody_asked_for() {
    let body = r#"{"success":true,"async":true,"jobId":"j1","executionId":"e1","message":"queued"}"#;
    let (run, server) = started([Reply::json(202, body)], &[]);
    assert_eq!((run.stdout.as_str(), run.code, server.lines().len()), ("j1\n", 0, 1), "{run:#?}");
    run.says("warning: the service did not run the workflow at once, it started a job\n")
        .says("hint: ra recall job wait j1\n");
    // What a Response block answers is nobody's job.
    let (run, _server) = started([Reply::json(202, r#"{"jobId":"theirs"}"#)], &[]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("{\n  \"jobId\": \"theirs\"\n}\n", ""));
}

#[test]
fn issues_are_told_one_a_line() {
    let body = r#"{"error":"Invalid request body","details":[{"path":"stream","message":"expected boolean"},{"path":["a",0],"message":"no"}]}"#;
    let (run, _server) = started([Reply::json(400, body)], &[]);
    run.ends(1).says("  stream: expected boolean\n  a.0: no\n");
    // As the newer API words it (V25).
    let body = r#"{"error":{"code":"BAD_REQUEST","message":"Invalid request body","details":[{"code":"unrecognized_keys","keys":["message"],"path":[],"message":"Unrecognized key: \"message\""}]}}"#;
    let (run, _server) = started([Reply::json(400, body)], &[]);
    run.ends(1)
        .says("error: Invalid request body (INVALID_REQUEST, HTTP 400)\n  Unrecognized key: \"message\"\n");
}

#[test]
fn v14_a_proxy_gave_up() {
    let page = "<html><head><title>504 Gateway Time-out</title></head><body><h1>504</h1></body></html>";
    let (run, _server) = started([Reply::new(504, "text/html", page)], &["--initial-delay", "10ms"]);
    let run = run.ends(7).says("504 Gateway Time-out 504 (SERVICE_UNAVAILABLE, HTTP 504)");
    assert!(!run.stderr.contains('<'), "{run:#?}");
    run.says(&format!("hint: ra recall run {WF} --async --poll\n"));
    // A number of one proxy's own, which is nobody else's.
    let page = "<html><head><title>524: A timeout occurred</title></head></html>";
    let (run, _server) = started([Reply::new(524, "text/html", page)], &[]);
    run.ends(7)
        .says("  the run may have been started; it is not sent again\n")
        .says("something before the server answered with a web page: 524: A timeout occurred")
        .says(&format!("hint: ra recall run {WF} --async --poll\n"));
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
