//! `--resume`: after a crash nothing is lost and nothing is done twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::journal::written;
use super::{batch_in, given_back, numbers, results, statuses};
use crate::recall::{WF, home};
use crate::signals::signal;
use crate::support::{Reply, Run, Sandbox, Server};

const OUT: [&str; 5] = ["--workflow", WF, "--output-file", "out.ndjson", "--resume"];
const UNKNOWN: &str = r#"{"error":"Execution not found"}"#;
const CONFLICT: &str = r#"{"error":"Execution ID has already been used","code":"EXECUTION_ID_CONFLICT"}"#;

#[track_caller]
fn resumed(sandbox: &Sandbox, lines: &str, more: &[&str]) -> Run {
    batch_in(sandbox, lines, &[&OUT[..], more].concat())
}

fn started(id: u32) -> String {
    format!(
        "{{\"id\":{id},\"line\":{id},\"workflow\":\"{WF}\",\"execution_id\":\"e{id}\",\"status\":\"started\"}}\n"
    )
}

fn ran(status: &str, output: &str) -> Reply {
    Reply::json(
        200,
        format!(r#"{{"executionId":"x","status":"{status}","error":null,"finalOutput":{output}}}"#),
    )
}

/// A server of the newer kind: it remembers the runs it took, and tells of them.
fn remembering() -> (Server, Arc<Mutex<HashMap<String, String>>>) {
    let runs: Arc<Mutex<HashMap<String, String>>> = Arc::default();
    let known = runs.clone();
    let server = Server::answering(move |request, _| {
        let mut runs = known.lock().unwrap();
        if request.method == "GET" {
            let id = request.path.split(['/', '?']).nth(5).unwrap_or_default();
            return Some(match runs.get(id) {
                Some(body) => ran("completed", body),
                None => Reply::json(404, UNKNOWN),
            });
        }
        std::thread::sleep(Duration::from_millis(4));
        let id = request.header("x-execution-id")?.to_owned();
        Some(match runs.insert(id, request.body.clone()) {
            None => given_back(&request.body),
            Some(_) => Reply::json(409, CONFLICT),
        })
    });
    (server, runs)
}

#[test]
fn after_kill_9_every_line_ran_once() {
    let (server, runs) = remembering();
    let sandbox = home(&server);
    let lines = sandbox.file("lines", numbers(60));
    // More than one crash, each a little later.
    for after in [5, 25] {
        let args = [&["recall", "batch", &lines][..], &OUT, &["--concurrency", "4"]].concat();
        let mut child = sandbox.process(args).spawn().unwrap();
        while runs.lock().unwrap().len() < after {
            std::thread::sleep(Duration::from_millis(1));
        }
        signal(&child, "KILL");
        child.wait().unwrap();
    }
    let run = resumed(&sandbox, &numbers(60), &["--retry-unknown"]).ends(0);
    assert!(!results(&run).is_empty() && results(&run).len() < 60, "{run:#?}");
    let mut bodies: Vec<String> = runs.lock().unwrap().values().cloned().collect();
    bodies.sort();
    let mut expected: Vec<String> = (0..60).map(|n| format!("{{\"n\":{n}}}")).collect();
    expected.sort();
    assert_eq!(bodies, expected);
    let done = written(&sandbox).into_iter().filter(|line| line["status"] == "completed");
    let mut ids: Vec<u64> = done.filter_map(|line| line["id"].as_u64()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=60).collect::<Vec<_>>());
}

#[test]
fn runs_without_a_result_are_looked_up() {
    let server = Server::script([
        ran("completed", r#"{"n":1.10}"#),
        ran("running", "null"),
        ran("failed", "null"),
        given_back("{}"),
    ]);
    let sandbox = home(&server);
    let done = started(3).replace("started", "failed");
    sandbox.file("out.ndjson", [started(1), started(2), done].concat());
    let run = resumed(&sandbox, &numbers(4), &["--concurrency", "1"]).ends(10);
    assert_eq!(json!(statuses(&run)), json!([[1, "completed"], [2, "failed"], [4, "completed"]]));
    let first = &results(&run)[0];
    assert_eq!((&first["execution_id"], &first["attempts"]), (&json!("e1"), &json!(0)));
    assert!(run.stdout.contains(r#""output":{"n":1.10}}"#));
    assert_eq!(server.lines()[0], format!("GET /api/workflows/{WF}/executions/e1?includeOutput=true"));
    run.says("2 of 4 lines did not complete").says("1 not completed before");
}

#[test]
fn what_nobody_knows_is_sent_again_only_when_that_is_wanted() {
    let server = Server::script([Reply::json(404, UNKNOWN), Reply::json(404, UNKNOWN), given_back("{}")]);
    let sandbox = home(&server);
    sandbox.file("out.ndjson", started(1));
    let run = resumed(&sandbox, &numbers(1), &[]).ends(10);
    let result = &results(&run)[0];
    assert_eq!((&result["status"], &result["execution_id"]), (&json!("unknown"), &json!("e1")));
    assert_eq!(result["error"]["message"], "nobody knows whether it ran: the service cannot tell");
    run.says("--retry-unknown");
    // Its `unknown` is no result: it is looked up again, and then sent with the same id.
    let run = resumed(&sandbox, &numbers(1), &["--retry-unknown"]).ends(0);
    assert_eq!(json!(statuses(&run)), json!([[1, "completed"]]));
    assert_eq!(server.requests()[2].header("x-execution-id"), Some("e1"));
}

#[test]
fn a_conflict_proves_that_it_ran() {
    let server = Server::script([
        Reply::json(404, UNKNOWN),
        Reply::json(409, CONFLICT),
        ran("completed", "\"found\""),
        Reply::json(404, UNKNOWN),
        Reply::json(409, CONFLICT),
        Reply::json(404, UNKNOWN),
    ]);
    let sandbox = home(&server);
    sandbox.file("out.ndjson", [started(1), started(2)].concat());
    let run = resumed(&sandbox, &numbers(2), &["--retry-unknown", "--concurrency", "1"]).ends(10);
    assert_eq!(json!(statuses(&run)), json!([[1, "completed"], [2, "unknown"]]));
    assert_eq!(results(&run)[0]["output"], "found");
}

#[test]
fn a_refusal_does_not_prove_that_an_unknown_run_did_not_run() {
    let server = Server::script([Reply::json(404, UNKNOWN), Reply::json(429, "{}"), ran("completed", "1")]);
    let sandbox = home(&server);
    sandbox.file("out.ndjson", started(1));
    let run = resumed(&sandbox, &numbers(1), &["--retry-unknown", "--max-retries", "0"]).ends(10);
    assert_eq!(json!(statuses(&run)), json!([[1, "unknown"]]));
    // So the next batch asks first.
    let run = resumed(&sandbox, &numbers(1), &[]).ends(0);
    assert_eq!(json!(statuses(&run)), json!([[1, "completed"]]));
}

#[test]
fn what_was_refused_before_it_ran_is_sent_by_the_next_batch() {
    let server = Server::script([
        given_back("{}"),
        Reply::json(402, r#"{"error":"Usage limit exceeded"}"#),
        given_back("{}"),
        given_back("{}"),
    ]);
    let sandbox = home(&server);
    let run = resumed(&sandbox, &numbers(3), &["--concurrency", "1"]).ends(5);
    run.says(&format!("hint: ra recall batch - --workflow {WF} --output-file out.ndjson --resume\n"));
    let run = resumed(&sandbox, &numbers(3), &["--concurrency", "1"]).ends(0);
    assert_eq!(json!(statuses(&run)), json!([[2, "completed"], [3, "completed"]]));
    let ids: Vec<_> =
        server.requests().iter().map(|request| request.header("x-execution-id").map(str::to_owned)).collect();
    assert_ne!(ids[1], ids[2]);
}

#[test]
fn jobs_are_found_by_their_own_id_or_by_their_runs() {
    let job = |status: &str| {
        Reply::json(
            200,
            format!(r#"{{"success":true,"taskId":"j","status":"{status}","output":{{"content":"x"}}}}"#),
        )
    };
    let server = Server::script([
        Reply::json(405, ""),
        job("processing"),
        job("completed"),
        Reply::json(404, UNKNOWN),
        job("completed"),
    ]);
    let sandbox = home(&server);
    let with_job = started(1).replace("\"status\"", "\"job_id\":\"run_1\",\"status\"");
    sandbox.file("out.ndjson", [with_job, started(2)].concat());
    let args = ["--async", "--poll-interval", "10ms", "--concurrency", "1"];
    let run = resumed(&sandbox, &numbers(2), &args).ends(0);
    assert_eq!(json!(statuses(&run)), json!([[1, "completed"], [2, "completed"]]));
    assert_eq!(server.lines()[1], "GET /api/jobs/run_1");
    assert_eq!(server.lines()[4], "GET /api/jobs/workflow-execution%3Ae2");
}
