//! A Response block's answer as it is: V05, with and without `--include`; names; the hint of a paused run (V06).

use serde_json::json;

use super::{EX, V01, WF, error, home, recall, started};
use crate::support::{Reply, Server};

#[test]
fn v05_any_body_as_it_is() {
    let (run, _server) = started([Reply::json(201, r#"{"orderId":42,"content":"not the whole"}"#)], &[]);
    assert_eq!(run.ends(0).stdout, "{\n  \"orderId\": 42,\n  \"content\": \"not the whole\"\n}\n");
    for body in ["\"pong\"", "pong"] {
        let reply = || Reply::new(200, "text/plain", body);
        assert_eq!(started([reply()], &[]).0.ends(0).stdout, "pong\n");
        assert_eq!(started([reply()], &["-o", "json"]).0.ends(0).stdout, "\"pong\"\n");
    }
    // The author's own `data` is no envelope of the service's.
    let own = r#"{"data":{"runId":7,"status":"completed"}}"#;
    assert_eq!(started([Reply::json(200, own)], &["-o", "json"]).0.ends(0).json()["data"]["runId"], 7);
}

#[test]
fn v05_a_refusal_shows_its_body() {
    let (run, _server) = started([Reply::json(418, r#"{"teapot":true}"#)], &[]);
    run.ends(1).says("{\"teapot\":true} (EXECUTION_ERROR, HTTP 418)");
    let (run, _server) = started([Reply::json(500, r#"{"error":"mine"}"#)], &[]);
    run.ends(7).says("error: mine (EXECUTION_ERROR, HTTP 500)");
    let (run, _server) = started([Reply::json(418, r#"{"teapot":true}"#)], &["-o", "json"]);
    assert_eq!(error(&run)["details"], json!({"teapot": true}));
}

#[test]
fn include_shows_the_head_as_curl_does() {
    let made = || Reply::json(201, r#"{"orderId":42}"#).header("X-Custom", "yes");
    let (run, _server) = started([made()], &["--include"]);
    let head = run.stdout.strip_suffix("\n\n{\n  \"orderId\": 42\n}\n").unwrap_or_else(|| panic!("{run:#?}"));
    assert!(head.starts_with("HTTP/1.1 201 Created\n"), "{head}");
    assert!(head.lines().any(|line| line == "x-custom: yes"), "{head}");
    let (run, _server) = started([made()], &["-i", "-o", "json"]);
    assert_eq!(run.json(), json!({"orderId": 42}));
    run.says("HTTP/1.1 201 Created\n").says("x-custom: yes\n");
    let (run, _server) = started([Reply::json(418, r#"{"teapot":true}"#)], &["-i"]);
    assert!(run.stdout.starts_with("HTTP/1.1 418 I'm a teapot\n"), "{run:#?}");
    run.ends(1).says("{\"teapot\":true}");
}

#[test]
fn several_pauses_have_a_hint_each() {
    let link = |context: &str| json!({"resumeLinks": {"contextId": context, "executionId": EX, "workflowId": WF, "uiUrl": "https://h/r"}});
    let paused = json!({"success": true, "executionId": EX, "output": {"pausedBlocks": [link("one"), link("two")], "pauseCount": 2}});
    let (run, _server) = started([Reply::json(200, paused.to_string())], &[]);
    assert_eq!(run.stdout, "");
    run.ends(8)
        .says("answer it at https://h/r\n")
        .says(&format!("hint: ra recall execution resume {WF} {EX} one --input '{{\"approved\":true}}'\nhint: ra recall execution resume {WF} {EX} two "));
    let (run, _server) = started(
        [Reply::json(
            200,
            json!({"success": true, "status": "paused", "executionId": EX, "output": {}}).to_string(),
        )],
        &[],
    );
    run.ends(8).says(&format!("hint: ra recall execution paused {WF} {EX}\n"));
}

#[test]
fn a_workflow_by_its_name() {
    let page = |names: &[(&str, &str)]| {
        let list: Vec<_> = names.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
        Reply::json(200, json!({"data": list, "limits": {}}).to_string())
    };
    let ask = "GET /api/v1/workflows?workspaceId=ws_1&limit=100";
    let named = ["--workspace", "ws_1", "run", "Support triage"];
    let (run, server) =
        recall([page(&[(WF, "Support triage"), ("x", "Digest")]), Reply::json(200, V01)], &named);
    assert_eq!(run.ends(0).stdout, "Hi there!\n");
    assert_eq!(server.lines(), [ask.to_owned(), format!("POST /api/workflows/{WF}/execute")]);
    let (run, _server) = recall([page(&[("a", "support triage"), ("b", "Support Triage")])], &named);
    run.ends(2).says("give one of their ids");
    let (run, _server) = recall([page(&[(WF, "Support trial")])], &named);
    run.ends(4).says("did you mean `Support trial`?");
    // An id costs no question, and without a workspace a word is an id.
    let (_, server) = recall([Reply::json(200, V01)], &["--workspace", "ws_1", "run", WF]);
    assert_eq!(server.lines().len(), 1);
    let (_, server) = recall([Reply::json(200, V01)], &["run", "digest"]);
    assert_eq!(server.lines(), ["POST /api/workflows/digest/execute"]);
}

#[test]
fn controls_beside_the_input() {
    let flags = ["-f", "a=b", "--include-file-base64", "--base64-max-bytes", "1024"];
    let (_, server) = started([Reply::json(200, V01)], &flags);
    assert_eq!(server.request().json(), json!({"a": "b", "includeFileBase64": true, "base64MaxBytes": 1024}));
    let accepted = json!({"success": true, "async": true, "jobId": "j", "executionId": EX}).to_string();
    let (_, server) = started([Reply::json(202, accepted)], &["--async", "--async-timeout", "90s"]);
    assert_eq!(server.request().header("x-execution-timeout-seconds"), Some("90"));
    assert_eq!(server.request().json(), json!({}));
}

#[test]
fn files_in_the_web_are_named_not_fetched() {
    let (_, server) = started(
        [Reply::json(200, V01)],
        &["--file", "d=https://h.example/a%20b.pdf?x=1", "--file", "d=@http://h.example/c;text/csv"],
    );
    let file =
        |data: &str, name: &str, mime: &str| json!({"type": "url", "data": data, "name": name, "mime": mime});
    assert_eq!(
        server.request().json(),
        json!({"d": [file("https://h.example/a%20b.pdf?x=1", "a b.pdf", "application/pdf"), file("http://h.example/c", "c", "text/csv")]})
    );
}

#[test]
fn the_size_of_files_is_told_before_they_are_refused() {
    let refused = r#"{"error":"Workflow execution request body exceeds maximum size"}"#;
    let server = Server::script([Reply::json(413, refused)]);
    let home = home(&server);
    home.file("big.bin", vec![b'x'; 8 * 1024 * 1024]);
    let run = home.run(["recall", "run", WF, "--file", "d=@big.bin"]).ends(1);
    run.says("warning: the body is larger than the 10 MiB that newer servers take")
        .says("(PAYLOAD_TOO_LARGE, HTTP 413)");
}
