//! `--api v2`: V25, and what newer servers do otherwise.

use serde_json::{Value, json};

use super::stream::{DONE, FINAL, chunk, frames};
use super::{BA, EX, WF, error, recall};
use crate::support::Reply;

/// `ra recall --api v2 …`
#[track_caller]
pub fn v2(
    replies: impl IntoIterator<Item = Reply>,
    args: &[&str],
) -> (crate::support::Run, crate::support::Server) {
    recall(replies, &[&["--api", "v2"], args].concat())
}

fn run(status: &str, more: Value) -> String {
    let mut run = json!({"runId": EX, "workflowId": WF, "status": status, "output": {}, "error": null,
        "startedAt": "2026-08-20T10:15:30.482Z", "endedAt": "2026-08-20T10:15:30.625Z", "durationMs": 143});
    run.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"data": run}).to_string()
}

const EXECUTE: &str = "POST /api/v2/workflows/b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d/execute";

#[test]
fn the_input_always_stands_under_input() {
    let done = || Reply::json(200, run("completed", json!({"output": {"content": "Hi"}})));
    for (args, body) in [
        (vec![], json!({})),
        (vec!["-f", "message=hi"], json!({"input": {"message": "hi"}})),
        (vec!["--input", "5"], json!({"input": {"input": 5}})),
        (vec!["--input", "[1]"], json!({"input": {"input": [1]}})),
        // Nothing collides there, and nothing is wrapped twice.
        (vec!["--input", r#"{"stream":1}"#], json!({"input": {"stream": 1}})),
        (vec!["--input", r#"{"a":1}"#, "--wrap-input"], json!({"input": {"a": 1}})),
        (
            vec!["--select", "writer.content", "--no-file-base64", "--base64-max-bytes", "9"],
            json!({"selectedOutputs": ["writer.content"], "includeFileBase64": false, "base64MaxBytes": 9}),
        ),
        (
            vec!["--file", "d=https://h/a.pdf"],
            json!({"input": {"d": [{"type": "url", "data": "https://h/a.pdf", "name": "a.pdf", "mime": "application/pdf"}]}}),
        ),
    ] {
        let (ran, server) = v2([done()], &[&["run", WF, "--execution-id", "mine"], args.as_slice()].concat());
        assert_eq!(ran.ends(0).stdout, "Hi\n");
        let request = server.request();
        assert_eq!((request.line().as_str(), request.json()), (EXECUTE, body));
        assert_eq!((request.header("x-run-id"), request.header("x-execution-id")), (Some("mine"), None));
    }
    let (ran, _server) = v2([done()], &["run", WF, "-o", "json"]);
    assert_eq!(
        ran.json(),
        serde_json::from_str::<Value>(&run("completed", json!({"output": {"content": "Hi"}}))).unwrap()["data"]
    );
    let (ran, _server) = v2([done()], &["run", WF, "-o", "id"]);
    assert_eq!(ran.stdout, format!("{EX}\n"));
}

#[test]
fn v25_a_failed_run_is_a_failure_although_http_200() {
    let failed = json!({"error": {"message": "Model not found", "code": "BLOCK_EXECUTION_FAILED", "blockId": BA,
        "blockName": "Agent 1", "blockType": "agent"}});
    let (ran, _server) = v2([Reply::json(200, run("failed", failed.clone()))], &["run", WF]);
    ran.ends(1)
        .says("error: Agent 1: Model not found (EXECUTION_ERROR)\n")
        .says(&format!("block id: {BA}"))
        .says(&format!("run id: {EX}"));
    let (ran, _server) = v2([Reply::json(200, run("failed", failed))], &["run", WF, "-o", "json"]);
    assert_eq!(error(&ran.ends(1))["details"]["error"]["blockName"], "Agent 1");
    let code = |code: &str| json!({"error": {"message": "no", "code": code}});
    for (status, more, exit, part) in [
        ("cancelled", json!({}), 9, "the run was cancelled (CANCELLED)"),
        ("cancelled", code("CANCELLED"), 9, "(CANCELLED)"),
        ("failed", code("TIMEOUT"), 6, "(TIMEOUT)"),
        ("failed", code("USAGE_LIMIT_EXCEEDED"), 5, "(USAGE_LIMIT_EXCEEDED)"),
        ("failed", json!({}), 1, "does not say why"),
        ("dreaming", json!({}), 7, "`dreaming`"),
    ] {
        v2([Reply::json(200, run(status, more))], &["run", WF]).0.ends(exit).says(part);
    }
    let (ran, _server) =
        v2([Reply::json(200, run("paused", json!({"paused": {"contextId": "ctx"}})))], &["run", WF]);
    ran.ends(8).says(&format!("hint: ra recall execution resume {WF} {EX} ctx"));
}

#[test]
fn v25_refusals() {
    let unknown = r#"{"error":{"code":"BAD_REQUEST","message":"Invalid request body","details":[{"code":"unrecognized_keys","keys":["message"],"path":[],"message":"Unrecognized key: \"message\""}]}}"#;
    v2([Reply::json(400, unknown)], &["run", WF])
        .0
        .ends(1)
        .says("(INVALID_REQUEST, HTTP 400)")
        .says("Unrecognized key");
    let limited = r#"{"error":{"code":"RATE_LIMITED","message":"API rate limit exceeded","details":{"retryAfter":"2026-08-20T10:16:00.000Z"}}}"#;
    let (ran, _server) = v2(
        [Reply::json(429, limited).header("Retry-After", "12")],
        &["--max-retries", "0", "run", WF, "-o", "json"],
    );
    let told = error(&ran.ends(5));
    assert_eq!((&told["code"], &told["retry_after_ms"]), (&json!("RATE_LIMIT_EXCEEDED"), &json!(12000)));
}

#[test]
fn a_server_without_v2_says_so() {
    let off = r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#;
    for reply in [
        Reply::json(404, off),
        Reply::new(404, "text/html", "<html>no</html>"),
        Reply::new(405, "text/plain", ""),
    ] {
        let (ran, server) = v2([reply], &["run", WF]);
        ran.ends(4).says("error: this server does not offer v2 of the API").says("hint: add --api legacy");
        assert_eq!(server.lines(), [EXECUTE]);
    }
    let (ran, _server) = v2([Reply::json(404, off)], &["execution", "list", WF]);
    ran.ends(4).says("does not offer v2").says("hint: add --api legacy");
    let gone = r#"{"error":{"code":"NOT_FOUND","message":"Workflow not found"}}"#;
    v2([Reply::json(404, gone)], &["run", WF]).0.ends(4).says("error: Workflow not found");
}

#[test]
fn streams_have_the_same_frames() {
    let body = frames([chunk(BA, "Hi").as_str(), FINAL, DONE]);
    let (ran, server) =
        v2([Reply::sse(body)], &["run", WF, "-f", "a=b", "--stream", "--select", "agent1.content"]);
    assert_eq!((ran.stdout.as_str(), ran.code), ("Hi\n", 0));
    let request = server.request();
    assert_eq!(request.line(), EXECUTE);
    assert_eq!(
        request.json(),
        json!({"input": {"a": "b"}, "stream": true, "selectedOutputs": ["agent1.content"]})
    );
}

fn accepted() -> Reply {
    let link = "https://tryrecall.com/api/v2/workflows/w/runs/r";
    Reply::json(202, json!({"data": {"runId": EX, "statusUrl": link}}).to_string())
}

#[test]
fn v25_a_background_run_is_followed_by_its_own_id() {
    let state = |status: &str| Reply::json(200, run(status, json!({"output": {"content": "done"}})));
    let server = crate::support::Server::script([
        accepted(),
        state("running"),
        state("redacting"),
        state("completed"),
        state("completed"),
        Reply::json(
            200,
            json!({"data": {"success": true, "runId": EX, "reason": "already_completed"}}).to_string(),
        ),
    ]);
    let home = super::home(&server);
    let flags = ["--async", "--execution-timeout", "2h", "--poll", "--poll-interval", "10ms"];
    let ran =
        home.run([&["recall", "--api", "v2", "run", WF, "-f", "a=b"], flags.as_slice()].concat()).ends(0);
    assert_eq!(ran.stdout, "done\n");
    let asked = format!("GET /api/v2/workflows/{WF}/runs/{EX}?includeOutput=true");
    assert_eq!(server.lines()[1..4], [(); 3].map(|()| asked.clone()));
    assert_eq!(
        server.requests()[0].json(),
        json!({"input": {"a": "b"}, "async": true, "executionTimeoutSeconds": 7200})
    );
    assert_eq!(server.requests()[0].header("x-execution-mode"), None);
    // Without --api: what was started through v2 is looked after there.
    let status = home.run(["recall", "job", "status", EX, "-o", "json"]).ends(0).json();
    assert_eq!((&status["runId"], &status["output"]["content"]), (&json!(EX), &json!("done")));
    let stopped = home.run(["recall", "job", "cancel", "--last"]).ends(0);
    assert_eq!(stopped.stdout, format!("{EX} was completed already\n"));
    assert_eq!(server.lines()[4], asked);
    assert_eq!(server.lines()[5], format!("POST /api/v2/workflows/{WF}/runs/{EX}/cancel"));
    let jobs = home.run(["recall", "job", "list", "-o", "json"]).ends(0).json();
    assert_eq!((&jobs[0]["api"], &jobs[0]["state"]), (&json!("v2"), &json!("completed")));
}

#[test]
fn an_unknown_run_wants_its_workflow() {
    let (ran, _server) = v2([Reply::json(404, r#"{"error":"Task not found"}"#)], &["job", "status", EX]);
    ran.ends(4).says(&format!("hint: ra recall execution get WORKFLOW {EX}"));
}

#[test]
fn a_conflict_after_a_retry_means_that_the_first_attempt_was_heard() {
    let limited = || Reply::json(429, r#"{"error":{"code":"RATE_LIMITED","message":"slow down"}}"#);
    let used = || {
        let error = json!({"code": "CONFLICT", "message": "used", "details": {"code": "RUN_ID_CONFLICT"}});
        Reply::json(409, json!({"error": error}).to_string())
    };
    let found = || Reply::json(200, run("completed", json!({"output": {"content": "found"}})));
    let args = ["run", WF, "--initial-delay", "10ms", "--execution-id", EX];
    let (ran, server) = v2([limited(), used(), found()], &args);
    assert_eq!(ran.ends(0).stdout, "found\n");
    assert_eq!(server.lines()[2], format!("GET /api/v2/workflows/{WF}/runs/{EX}?includeOutput=true"));
    // As a background run it is named by its own id.
    let (ran, _server) = v2([limited(), used()], &[&args, ["--async"].as_slice()].concat());
    assert_eq!(ran.ends(0).stdout, format!("{EX}\n"));
    let (ran, _server) = v2([used()], &args);
    ran.ends(1).says("CONFLICT");
}

#[test]
fn an_answer_of_v2_is_understood_on_the_old_route_too() {
    let over = || Reply::json(200, run("completed", json!({"output": {"content": "Hi"}})));
    assert_eq!(super::started([over()], &[]).0.ends(0).stdout, "Hi\n");
    let (ran, _server) = super::started([over()], &["--async"]);
    assert_eq!(ran.stdout, "Hi\n");
    ran.ends(0).says("warning: the service did not start a job");
    let failed = run("failed", json!({"error": {"message": "no", "code": "X"}}));
    super::started([Reply::json(200, failed)], &[]).0.ends(1).says("error: no (EXECUTION_ERROR)");
}

#[test]
fn a_lost_connection_is_never_sent_again() {
    let (ran, server) = v2([Reply::json(200, run("completed", json!({}))).cut()], &["run", WF]);
    ran.ends(7).says("the run may have been started");
    assert_eq!(server.lines(), [EXECUTE]);
}
