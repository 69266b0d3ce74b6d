//! Runs in step: V01–V06, and what a running server was seen to answer.

use serde_json::json;

use super::{EX, KEY, V01, WF, error, home, started};
use crate::support::{Reply, Server};

#[test]
fn v01_object_input_and_success() {
    let (run, server) = started([Reply::json(200, V01)], &["--input", r#"{"message":"Hello, world!"}"#]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("Hi there!\n", "", 0));
    let request = server.request();
    assert_eq!(request.line(), format!("POST /api/workflows/{WF}/execute"));
    assert_eq!(request.body, r#"{"message":"Hello, world!"}"#);
    assert_eq!(request.header("x-api-key"), Some(KEY));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("x-execution-mode"), None);
    assert!(request.header("user-agent").unwrap().starts_with("ra/"));
    let id = request.header("x-execution-id").unwrap();
    assert_eq!(uuid::Uuid::try_parse(id).unwrap().get_version_num(), 4);
}

#[test]
fn json_is_the_servers_own_object() {
    let (run, _server) = started([Reply::json(200, V01)], &["-o", "json"]);
    assert_eq!(run.json(), serde_json::from_str::<serde_json::Value>(V01).unwrap());
    assert!(run.stdout.contains("812.4375"));
    let body = r#"{"success":true,"output":{"n":1.10,"id":12345678901234567890123}}"#;
    let (run, _server) = started([Reply::json(200, body)], &["-o", "json"]);
    assert!(run.stdout.contains("1.10") && run.stdout.contains("12345678901234567890123"), "{run:#?}");
    let (run, _server) = started([Reply::json(200, body)], &[]);
    assert_eq!(run.stdout, "{\n  \"n\": 1.10,\n  \"id\": 12345678901234567890123\n}\n");
    let (run, _server) = started([Reply::json(200, V01)], &["--jq", ".output.content"]);
    assert_eq!(run.stdout, "Hi there!\n");
    let (run, _server) = started([Reply::json(200, V01)], &["-o", "id"]);
    assert_eq!(run.stdout, format!("{EX}\n"));
}

#[test]
fn v02_other_inputs() {
    for (args, body) in [
        (vec!["--input", "\"ping\""], r#"{"input":"ping"}"#),
        (vec!["--input", "[1,2]"], r#"{"input":[1,2]}"#),
        (vec![], "{}"),
        (vec!["--input", r#"{"a":1}"#, "--wrap-input"], r#"{"input":{"a":1}}"#),
        (vec!["-f", "a.b=x", "-F", "n=1.10"], r#"{"a":{"b":"x"},"n":1.10}"#),
        (
            vec!["--input", r#"{"a":1.0}"#, "-F", "b=12345678901234567890123"],
            r#"{"a":1.0,"b":12345678901234567890123}"#,
        ),
        (vec!["--input", r#"{"stream":true}"#, "--wrap-input"], r#"{"input":{"stream":true}}"#),
    ] {
        let (run, server) = started([Reply::json(200, r#"{"success":true,"output":null}"#)], &args);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("null\n", "", 0));
        assert_eq!(server.request().body, body);
    }
    let server = Server::script([Reply::json(200, V01)]);
    home(&server).pipe(["recall", "run", WF, "--input", "-"], "{\"a\":1}\n").ends(0);
    assert_eq!(server.request().body, r#"{"a":1}"#);
}

const V03: &str = r#"{"success":false,"output":{"error":"Agent 1: Model not found"},"error":"Agent 1: Model not found","metadata":{"duration":143.2,"startTime":"2026-03-20T10:15:30.000Z","endTime":"2026-03-20T10:15:30.143Z"}}"#;

#[test]
fn names_that_stand_twice_and_bytes_that_are_none() {
    let body = r#"{"success":true,"output":{"a":1,"a":2},"executionId":"x","executionId":"y"}"#;
    let (run, _server) = started([Reply::json(200, body)], &["-o", "ndjson"]);
    assert_eq!(run.stdout, format!("{body}\n"));
    // Where one has to be chosen it is the last, as in JavaScript.
    assert_eq!(started([Reply::json(200, body)], &["-o", "id"]).0.stdout, "y\n");
    assert_eq!(started([Reply::json(200, body)], &["--jq", ".output.a"]).0.stdout, "2\n");
    let bytes = b"\xef\xbb\xbf{\"success\":true,\"output\":\"caf\xe9\"}";
    let (run, _server) = started([Reply::new(200, "application/json", bytes)], &[]);
    assert_eq!((run.stdout.as_str(), run.code), ("caf\u{fffd}\n", 0));
}

#[test]
fn v03_a_failed_run_is_a_verdict_whatever_its_status() {
    for status in [500, 200] {
        let (run, _server) = started([Reply::json(status, V03)], &["-o", "json"]);
        assert_eq!((run.stdout.as_str(), run.code), ("", 1), "{status}");
        let error = error(&run);
        assert_eq!(error["code"], "EXECUTION_ERROR");
        assert_eq!(error["status"], status);
        assert_eq!(error["message"], "Agent 1: Model not found");
        assert_eq!(error["details"]["metadata"]["duration"], 143.2);
    }
    let reply = Reply::json(500, V03).header("x-request-id", "1097b66a");
    let (run, _server) = started([reply], &[]);
    assert_eq!(
        run.stderr,
        format!(
            "error: Agent 1: Model not found (EXECUTION_ERROR, HTTP 500)\n  recall POST /api/workflows/{WF}/execute\nrequest id: 1097b66a\n"
        )
    );
}

#[test]
fn a_run_cancelled_elsewhere_has_no_error() {
    let body = json!({"success": false, "executionId": EX, "output": {}}).to_string();
    let (run, _server) = started([Reply::json(200, body)], &[]);
    run.ends(1).says("does not say why").says("cancelled from elsewhere");
}

#[test]
fn v04_the_servers_own_time_limit() {
    let body = r#"{"success":false,"output":{},"error":"Execution timed out after 5 minutes","metadata":{"duration":300012}}"#;
    let (run, _server) = started([Reply::json(408, body)], &["--initial-delay", "10ms"]);
    let run = run.ends(6).says("Execution timed out after 5 minutes (TIMEOUT, HTTP 408)");
    run.says(&format!("hint: ra recall run {WF} --async --poll\n"));
}

#[test]
fn v05_a_response_block_is_the_answer() {
    let body = r#"{"orderId":42,"items":["a","b"]}"#;
    for args in [vec![], vec!["-o", "json"]] {
        let (run, _server) = started([Reply::json(201, body).header("X-Custom", "yes")], &args);
        assert_eq!((run.json(), run.code), (json!({"orderId": 42, "items": ["a", "b"]}), 0));
    }
    for body in ["\"pong\"", "pong"] {
        let (run, _server) = started([Reply::new(200, "text/plain", body)], &[]);
        assert_eq!((run.stdout.as_str(), run.code), ("pong\n", 0));
        let (run, _server) = started([Reply::new(200, "text/plain", body)], &["-o", "json"]);
        assert_eq!(run.json(), "pong");
    }
    let (run, _server) = started([Reply::new(204, "", "")], &["-o", "json"]);
    assert_eq!((run.stdout.as_str(), run.code), ("null\n", 0));
    let (run, _server) = started([Reply::json(418, r#"{"teapot":true}"#)], &[]);
    run.ends(1).says(r#"{"teapot":true} (EXECUTION_ERROR, HTTP 418)"#);
    // A 500 of the author's cannot be told from an outage.
    let (run, _server) = started([Reply::json(500, r#"{"error":"mine"}"#)], &[]);
    run.ends(7).says("mine (EXECUTION_ERROR, HTTP 500)");
}

fn paused(success: bool) -> String {
    json!({"success": success, "executionId": EX, "output": {"data": {
        "operation": "human", "inputFormat": [{"name": "approved", "type": "boolean"}], "submission": null,
        "_resume": {
            "apiUrl": format!("https://tryrecall.com/api/resume/{WF}/{EX}/ctx"),
            "uiUrl": format!("https://tryrecall.com/resume/{WF}/{EX}"),
            "contextId": "ctx", "executionId": EX, "workflowId": WF,
        }}, "status": 200}, "metadata": {"duration": 55}})
    .to_string()
}

#[test]
fn v06_a_paused_run_waits_for_a_person() {
    for success in [true, false] {
        let (run, _server) = started([Reply::json(200, paused(success))], &[]);
        assert_eq!((run.stdout.as_str(), run.code), ("", 8));
        assert_eq!(
            run.stderr,
            format!(
                "error: the run is paused: it waits for a person (PAUSED)\n  answer it at https://tryrecall.com/resume/{WF}/{EX}\nhint: ra recall execution resume {WF} {EX} ctx --input '{{\"approved\":true}}'\n"
            )
        );
        let (run, _server) = started([Reply::json(200, paused(success))], &["-o", "json"]);
        assert_eq!(run.json()["output"]["data"]["_resume"]["contextId"], "ctx");
        assert_eq!(error(&run)["code"], "PAUSED");
    }
    for output in [
        json!({"response": {"data": {"resume": {"apiUrl": "x", "contextId": "c"}}}}),
        json!({"pausedBlocks": [{"contextId": "c"}, {"contextId": "d"}], "pauseCount": 2}),
    ] {
        let body = json!({"success": true, "output": output}).to_string();
        started([Reply::json(200, body)], &[]).0.ends(8);
    }
    started([Reply::json(200, r#"{"success":true,"status":"paused","output":null}"#)], &[]).0.ends(8);
    // A word like any other.
    started([Reply::json(200, r#"{"success":true,"output":{"resume":{"name":"CV"}}}"#)], &[]).0.ends(0);
}

#[test]
fn an_answer_that_is_none() {
    for (reply, part) in [
        (
            Reply::new(200, "text/html", "<html><body>Sign in</body></html>"),
            "web page, not JSON; check recall.base_url",
        ),
        (Reply::json(200, ""), "  it may have been carried out all the same; it is not sent again\n"),
        (Reply::json(200, ""), "the answer is empty"),
        (
            Reply::json(
                200,
                format!(r#"{{"success":true,"output":{}{}}}"#, "[".repeat(200), "]".repeat(200)),
            ),
            "error: the answer is nested too deeply: ra reads 127 levels (INVALID_RESPONSE, HTTP 200)\n",
        ),
        (Reply::json(200, r#"{"success":true,"out"#), "the answer is not JSON"),
        (Reply::json(200, r#"{"success":true"#).cut(), "broke off"),
    ] {
        let (run, _server) = started([reply], &[]);
        let run = run.ends(7).says(part);
        assert_eq!(run.stdout, "");
    }
}
