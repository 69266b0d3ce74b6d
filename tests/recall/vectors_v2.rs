//! The newer API: V25.

use super::{EX, KEY, V01, WF, error, recall};
use crate::support::Reply;

const RUN: &[&str] = &["run", WF, "-f", "message=hi", "--api", "v2"];
const FAILED: &str = r#"{"data":{"runId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","status":"failed","output":{},"error":{"message":"Model not found","code":"BLOCK_EXECUTION_FAILED","blockId":"7b7735b9-19e5-4bd6-818b-46aae2596e9f","blockName":"Agent 1","blockType":"agent"},"startedAt":"2026-08-20T10:15:30.482Z","endedAt":"2026-08-20T10:15:30.625Z","durationMs":143}}"#;
const ACCEPTED: &str = r#"{"data":{"runId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","statusUrl":"https://tryrecall.com/api/v2/workflows/b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d/runs/9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19"}}"#;
const OFF: &str = r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#;
const LIMITED: &str = r#"{"error":{"code":"RATE_LIMITED","message":"API rate limit exceeded","details":{"retryAfter":"2026-08-20T10:16:00.000Z"}}}"#;
const UNKNOWN_KEY: &str = r#"{"error":{"code":"BAD_REQUEST","message":"Invalid request body","details":[{"code":"unrecognized_keys","keys":["message"],"path":[],"message":"Unrecognized key: \"message\""}]}}"#;

#[test]
fn v25_a_failure_though_the_status_is_200() {
    let (run, server) = recall([Reply::json(200, FAILED)], RUN);
    assert_eq!(run.stdout, "");
    run.ends(1).says("Model not found");
    let request = server.request();
    assert_eq!(request.line(), format!("POST /api/v2/workflows/{WF}/execute"));
    assert_eq!(request.body, r#"{"input":{"message":"hi"}}"#);
    assert_eq!(request.header("x-api-key"), Some(KEY));
    assert_eq!(request.header("x-execution-mode"), None);
}

#[test]
fn v25_a_run_in_the_background_is_asked_for_by_its_id() {
    let end = FAILED
        .replace("\"failed\"", "\"completed\"")
        .replace(r#""output":{}"#, r#""output":{"content":"done"}"#);
    let end = serde_json::from_str::<serde_json::Value>(&end).unwrap();
    let mut end = end;
    end["data"]["error"] = serde_json::Value::Null;
    let replies = [Reply::json(202, ACCEPTED), Reply::json(200, end.to_string())];
    let (run, server) = recall(replies, &[RUN, &["--async", "--poll", "--poll-interval", "10ms"]].concat());
    assert_eq!((run.stdout.as_str(), run.code), ("done\n", 0), "{run:#?}");
    assert_eq!(server.requests()[0].json(), serde_json::json!({"input": {"message": "hi"}, "async": true}));
    assert_eq!(server.lines()[1].split('?').next().unwrap(), format!("GET /api/v2/workflows/{WF}/runs/{EX}"));
}

#[test]
fn v25_a_server_that_has_the_newer_api_switched_off() {
    let (run, _server) = recall([Reply::json(404, OFF)], RUN);
    run.ends(4).says("/api/v2");
    // Left to itself, `ra` asks once and takes the older one.
    let args = ["run", WF, "-f", "message=hi", "--api", "auto"];
    let (run, server) = recall([Reply::json(404, OFF), Reply::json(200, V01)], &args);
    assert_eq!((run.stdout.as_str(), run.code), ("Hi there!\n", 0));
    assert_eq!(
        server.lines(),
        ["GET /api/v2/workspaces?limit=1".to_owned(), format!("POST /api/workflows/{WF}/execute")]
    );
}

#[test]
fn v25_limits_and_refusals() {
    let limited = Reply::json(429, LIMITED).header("Retry-After", "12");
    let (run, _server) = recall([limited], &[RUN, &["--max-wait", "1s", "-o", "json"]].concat());
    let error = error(&run.ends(5));
    assert_eq!((&error["code"], &error["retry_after_ms"]), (&"RATE_LIMIT_EXCEEDED".into(), &12_000.into()));
    let (run, _server) = recall([Reply::json(400, UNKNOWN_KEY)], RUN);
    run.ends(1)
        .says("error: Invalid request body (INVALID_REQUEST, HTTP 400)\n  Unrecognized key: \"message\"\n");
}
