//! Ctrl-C and readers that leave.

use std::io::{BufRead as _, BufReader};

use serde_json::json;

use super::journal::written;
use super::{echo, given_back, numbers};
use crate::recall::{WF, home};
use crate::signals::{ended, signal};
use crate::support::{Reply, Server};

/// What the first line asks for.
const FIRST: &str = "{\"n\":0}";

/// A server that answers the first line and lets the others wait.
fn answers_one() -> Server {
    Server::answering(|request, _| {
        Some(if request.body == FIRST { given_back("0") } else { Reply::json(200, "").stall() })
    })
}

#[test]
fn ctrl_c_says_what_is_under_way_and_how_to_go_on() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let server = answers_one();
        let sandbox = home(&server);
        let lines = sandbox.file("lines.ndjson", numbers(50));
        let args = ["recall", "batch", &lines, "--workflow", WF, "--concurrency", "2"];
        let args = [&args[..], &["--output-file", "out.ndjson"]].concat();
        let child = sandbox.process(args).spawn().unwrap();
        while server.requests().len() < 3 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        signal(&child, name);
        let (ended, stderr) = ended(child);
        assert_eq!(ended, Some(code), "{stderr}");
        assert!(stderr.contains("stopped; 2 runs are under way and may go on\n  1 completed\n"), "{stderr}");
        // Two leave at once, so that the first line's is not always the first to arrive.
        for request in server.requests().iter().filter(|request| request.body != FIRST) {
            assert!(stderr.contains(request.header("x-execution-id").unwrap()), "{stderr}");
        }
        let hint =
            format!("hint: ra recall batch {lines} --workflow {WF} --output-file out.ndjson --resume\n");
        assert!(stderr.ends_with(&hint), "{stderr}");
        assert_eq!(server.requests().len(), 3);
        // What is under way stands there without a result, and nothing else does.
        let open = written(&sandbox).into_iter().filter(|line| line["status"] == "started").count();
        assert_eq!((open, written(&sandbox).len()), (3, 4));
    }
}

#[test]
fn without_a_file_the_commands_to_stop_runs_are_told() {
    let server = answers_one();
    let sandbox = home(&server);
    let lines = sandbox.file("lines.ndjson", numbers(2));
    let mut child = sandbox.process(["recall", "batch", &lines, "--workflow", WF]).spawn().unwrap();
    // The first line's result is out, the second line's request arrived.
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    while server.requests().len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    signal(&child, "INT");
    let (code, stderr) = ended(child);
    assert_eq!(code, Some(130));
    assert!(stderr.contains("stopped; 1 run is under way and may go on"), "{stderr}");
    assert!(
        stderr.contains(&format!("hint: ra recall job cancel --workflow {WF} --execution-id ")),
        "{stderr}"
    );
}

#[test]
fn who_waits_for_a_turn_writes_down_that_nothing_was_sent() {
    let server = Server::answering(|_, _| Some(Reply::json(429, "{}").header("Retry-After", "30")));
    let sandbox = home(&server);
    let lines = sandbox.file("lines.ndjson", numbers(9));
    let args =
        ["recall", "batch", &lines, "--workflow", WF, "--concurrency", "2", "--output-file", "out.ndjson"];
    let mut child = sandbox.process(args).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.contains("nothing is sent for 3"), "{line}");
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&child, "INT");
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(rest.starts_with("stopped; no run is under way\n"), "{rest}");
    let last: Vec<_> = written(&sandbox)
        .into_iter()
        .rev()
        .take(2)
        .map(|line| json!([line["status"], line["ran"]]))
        .collect();
    assert_eq!(json!(last), json!([["skipped", false], ["skipped", false]]));
}

#[test]
fn a_reader_that_has_enough_ends_it_without_a_word() {
    let server = echo();
    let sandbox = home(&server);
    let lines = sandbox.file("lines.ndjson", numbers(5000));
    let mut child = sandbox.process(["recall", "batch", &lines, "--workflow", WF]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (code, stderr) = ended(child);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(server.requests().len() < 5000);
}

#[test]
fn a_stdin_without_end_is_run_as_it_comes() {
    use std::io::Write as _;
    let server = echo();
    let sandbox = home(&server);
    let mut process = sandbox.process(["recall", "batch", "-", "--workflow", WF]);
    let mut child = process.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    for n in 0..3 {
        writeln!(stdin, "{{\"n\":{n}}}").unwrap();
        let line = stdout.next().unwrap().unwrap();
        assert!(line.ends_with(&format!("\"output\":{{\"n\":{n}}}}}")), "{line}");
    }
    // Ctrl-C does not wait for a line that may never come.
    signal(&child, "INT");
    assert_eq!(ended(child).0, Some(130));
    drop(stdin);
}
