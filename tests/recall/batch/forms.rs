//! In which order and form results come.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::{Value, json};

use super::{batch, echo, gated, given_back, numbers, results};
use crate::recall::{JOB, WF, error, home};
use crate::support::{Reply, Sandbox, Server};

/// The first line's answer waits for a message, the others come at once.
fn slow_first() -> (Server, std::sync::mpsc::Sender<()>) {
    let (open, gate) = channel();
    let mut gate = Some(gate);
    let server = Server::answering(move |request, _| {
        let slow = request.body == "{\"n\":0}";
        let whole = r#"{"success":true,"output":"slow"}"#;
        Some(if slow { gated(whole, gate.take()?) } else { given_back(&request.body) })
    });
    (server, open)
}

fn started(sandbox: &Sandbox, lines: &str, args: &[&str]) -> std::process::Child {
    let mut process = sandbox.process([&["recall", "batch", "-", "--workflow", WF], args].concat());
    let mut child = process.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child
}

#[test]
fn results_come_as_they_are_ready() {
    let (server, open) = slow_first();
    let sandbox = home(&server);
    let mut child = started(&sandbox, &numbers(3), &["--concurrency", "2"]);
    let lines: Vec<String> = {
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let early = [stdout.next().unwrap().unwrap(), stdout.next().unwrap().unwrap()];
        open.send(()).unwrap();
        early.into_iter().chain(stdout.map(Result::unwrap)).collect()
    };
    let ids: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!(json!(ids), json!([2, 3, 1]));
    assert!(child.wait().unwrap().success());
}

#[test]
fn ordered_results_wait_for_the_first_but_not_without_end() {
    let (server, open) = slow_first();
    let sandbox = home(&server);
    let child = started(&sandbox, &numbers(20), &["--concurrency", "2", "--ordered"]);
    // Eight may be on their way or done: four for each of two.
    while server.requests().len() < 8 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(server.requests().len(), 8);
    open.send(()).unwrap();
    let output = child.wait_with_output().unwrap();
    let ids: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone())
        .collect();
    assert_eq!(json!(ids), json!((1..=20).collect::<Vec<_>>()));
}

#[test]
fn machine_forms_take_one_result_at_a_time() {
    let server = echo();
    let run = |flags: &[&str]| {
        let run = batch(&server, &numbers(2), &[flags, &["--ordered", "-q"]].concat()).ends(0);
        assert_eq!(run.stderr, "");
        run.stdout
    };
    let array: Value = serde_json::from_str(&run(&["-o", "json"])).unwrap();
    assert_eq!((array[0]["output"]["n"].clone(), array[1]["id"].clone()), (json!(0), json!(2)));
    assert_eq!(run(&["--jq", ".output.n + 40"]), "40\n41\n");
    assert_eq!(run(&["-o", "id"]), "1\n2\n");
    assert!(run(&["-o", "yaml"]).starts_with("- id: 1\n  line: 1\n"));
    let csv = run(&["-o", "csv"]);
    assert_eq!(csv.matches("id,status,").count(), 1, "{csv}");
    assert!(
        csv.starts_with("id,status,") && csv.contains("\n1,completed,") && csv.contains("\n2,completed,")
    );
    assert_eq!(run(&["-o", "tsv"]).lines().count(), 2);
    let nothing = batch(&server, "", &["-o", "json", "-q"]).ends(0);
    assert_eq!(nothing.stdout, "[]\n");
}

#[test]
fn failures_are_told_as_data_too() {
    let server = Server::script([Reply::json(500, r#"{"success":false,"output":{},"error":"Check: no"}"#)]);
    let run = batch(&server, "{}", &["-o", "json"]).ends(10);
    assert_eq!(run.json()[0]["error"]["message"], "Check: no");
    let whole = error(&run);
    assert_eq!((&whole["code"], &whole["details"]["failed"]), (&json!("BATCH_INCOMPLETE"), &json!(1)));
}

#[test]
fn jobs_are_waited_for() {
    let started = format!(r#"{{"success":true,"async":true,"jobId":"{JOB}","executionId":"e"}}"#);
    let job = |status: &str, more: &str| {
        Reply::json(200, format!(r#"{{"success":true,"taskId":"{JOB}","status":"{status}"{more}}}"#))
    };
    let end = r#","output":{"success":true,"workflowId":"w","executionId":"e","output":{"n":1.10}}"#;
    let server = Server::script([Reply::json(202, started), job("processing", ""), job("completed", end)]);
    let run = batch(&server, "{}", &["--async", "--poll-interval", "10ms"]).ends(0);
    assert!(run.stdout.ends_with(",\"output\":{\"n\":1.10}}\n"), "{run:#?}");
    assert_eq!(server.requests()[0].header("x-execution-mode"), Some("async"));
    assert_eq!(server.lines()[1..], [(); 2].map(|()| format!("GET /api/jobs/{JOB}")));
    assert_eq!(results(&run)[0]["attempts"], 1);
}

#[test]
fn a_person_sees_a_line_for_each_and_a_bar() {
    let (server, open) = slow_first();
    let sandbox = home(&server);
    let file = sandbox.file("lines.ndjson", numbers(3) + "nope\n");
    let mut terminal = sandbox.terminal(&["recall", "batch", &file, "--workflow", WF, "--concurrency", "2"]);
    terminal.expect("completed");
    terminal.expect("invalid");
    terminal.expect("3 of 4");
    open.send(()).unwrap();
    terminal.expect("slow");
    let (code, rest) = terminal.end();
    assert_eq!(code, 10);
    assert!(rest.contains("1 of 4 lines did not complete"), "{rest:?}");
}
