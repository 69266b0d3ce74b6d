//! `--output-file`: what stands in it and when, and files that are somebody else's.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{batch_in, echo, given_back, numbers, statuses};
use crate::recall::{WF, home};
use crate::support::{Reply, Sandbox, Server};

const OUT: [&str; 4] = ["--workflow", WF, "--output-file", "out.ndjson"];

/// What stands in the output file.
#[track_caller]
pub fn written(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.read("out.ndjson").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_run_stands_in_the_file_before_it_is_sent_and_its_result_before_it_is_shown() {
    let sandbox = Sandbox::new();
    let file = sandbox.home.path().join("out.ndjson");
    let missing = Arc::new(Mutex::new(Vec::new()));
    let (seen, path) = (missing.clone(), file.clone());
    let server = Server::answering(move |request, _| {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let id = request.header("x-execution-id").unwrap_or("none");
        let started = format!("\"execution_id\":\"{id}\",\"status\":\"started\"}}\n");
        if !text.contains(&started) {
            seen.lock().unwrap().push(id.to_owned());
        }
        Some(given_back(&request.body))
    });
    let sandbox = sandbox.env("RECALL_API_KEY", crate::recall::KEY).env("RECALL_BASE_URL", server.url());
    let run = batch_in(&sandbox, &numbers(30), &OUT).ends(0);
    assert_eq!(*missing.lock().unwrap(), Vec::<String>::new());
    assert_eq!(server.requests().len(), 30);
    let text = sandbox.read("out.ndjson");
    assert!(run.stdout.lines().count() == 30 && run.stdout.lines().all(|line| text.contains(line)));
    assert_eq!(text.lines().count(), 60);
    let first = &written(&sandbox)[0];
    assert_eq!(
        (&first["id"], &first["line"], &first["workflow"], &first["status"]),
        (&json!(1), &json!(1), &json!(WF), &json!("started"))
    );
}

#[test]
fn a_file_with_results_is_not_added_to_unasked() {
    let server = Server::script([given_back("{}")]);
    let sandbox = home(&server);
    sandbox.file("out.ndjson", "");
    batch_in(&sandbox, "{}", &OUT).ends(0);
    let before = sandbox.read("out.ndjson");
    let run = batch_in(&sandbox, "{}", &OUT).ends(2);
    run.says("`out.ndjson` holds an earlier batch's results").says("hint: add --resume");
    let run = batch_in(&sandbox, "{}", &[&OUT[..], &["--resume"]].concat()).ends(0);
    assert_eq!(run.stdout, "");
    run.says("0 completed, 1 completed before in ");
    assert_eq!(sandbox.read("out.ndjson"), before);
}

#[test]
fn somebody_elses_file_is_left_alone() {
    let server = Server::script([]);
    let sandbox = home(&server);
    for (content, line) in [("dear diary\n", 1), ("{\"id\":1,\"status\":\"completed\"}\nwhat\n{}\n", 2)] {
        sandbox.file("out.ndjson", content);
        let run = batch_in(&sandbox, "{}", &[&OUT[..], &["--resume"]].concat()).ends(2);
        run.says(&format!("line {line} of `out.ndjson` is no result of a batch"));
        assert_eq!(sandbox.read("out.ndjson"), content);
    }
    let to = |path: &str| batch_in(&sandbox, "{}", &["--workflow", "w", "--output-file", path]).ends(2);
    to("no/where.ndjson").says("cannot write `no/where.ndjson`");
    to("/dev/null").says("`/dev/null` is no regular file");
    to(".").says("`.` is no regular file");
}

#[test]
fn unusable_input_makes_no_file() {
    let server = Server::script([]);
    let sandbox = home(&server);
    sandbox.run(["recall", "batch", "nowhere", "--output-file", "out.ndjson"]).ends(2);
    assert!(!sandbox.home.path().join("out.ndjson").exists());
}

#[test]
fn a_torn_last_line_is_cut_off() {
    let server = echo();
    let sandbox = home(&server);
    let done = r#"{"id":1,"line":1,"execution_id":"e1","status":"completed","output":1}"#;
    for tail in [r#"{"id":2,"line":2,"workflow":"w","execution_id":"e2","sta"#, "\0\0\0\0\0\0"] {
        sandbox.file("out.ndjson", format!("{done}\n{tail}"));
        let run = batch_in(&sandbox, &numbers(2), &[&OUT[..], &["--resume"]].concat()).ends(0);
        assert_eq!(json!(statuses(&run)), json!([[2, "completed"]]), "{tail:?}");
        let text = sandbox.read("out.ndjson");
        assert!(text.starts_with(&format!("{done}\n{{\"id\":2,")), "{text}");
        assert_eq!(written(&sandbox).len(), 3);
    }
}

#[test]
fn two_batches_do_not_share_a_file() {
    let (open, gate) = std::sync::mpsc::channel();
    let mut gate = Some(gate);
    let server =
        Server::answering(move |_, _| Some(super::gated(r#"{"success":true,"output":1}"#, gate.take()?)));
    let sandbox = home(&server);
    let lines = sandbox.file("lines", "{}\n");
    let first = sandbox.process([&["recall", "batch", &lines][..], &OUT].concat()).spawn().unwrap();
    while server.requests().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    batch_in(&sandbox, "{}", &[&OUT[..], &["--resume"]].concat())
        .ends(2)
        .says("another ra writes `out.ndjson`");
    open.send(()).unwrap();
    assert!(first.wait_with_output().unwrap().status.success());
    assert_eq!(written(&sandbox).len(), 2);
}

#[test]
fn a_line_that_stands_twice_takes_nothing_back() {
    let server = Server::answering(|request, _| Some(given_back(&request.body)));
    let sandbox = home(&server);
    let lines = "{\"workflow\":\"w\",\"id\":\"a\"}\n{\"workflow\":\"w\",\"id\":\"a\"}\n";
    let args = ["--output-file", "out.ndjson", "--concurrency", "1"];
    batch_in(&sandbox, lines, &args).ends(10);
    batch_in(&sandbox, lines, &[&args[..], &["--resume"]].concat()).ends(10);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_job_is_written_down_with_its_id() {
    let server = Server::script([
        Reply::json(202, r#"{"success":true,"taskId":"run_1","status":"queued"}"#),
        Reply::json(
            200,
            r#"{"success":true,"taskId":"run_1","status":"completed","output":{"content":"x"}}"#,
        ),
    ]);
    let sandbox = home(&server);
    batch_in(&sandbox, "{}", &[&OUT[..], &["--async"]].concat()).ends(0);
    let lines = written(&sandbox);
    assert_eq!((&lines[1]["job_id"], &lines[1]["status"]), (&json!("run_1"), &json!("started")));
    assert_eq!((lines.len(), &lines[2]["status"]), (3, &json!("completed")));
}
