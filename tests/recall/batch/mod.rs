//! `ra recall batch`: lines in, results out, and what happens in between.

mod forms;
mod generations;
mod journal;
mod leaving;
mod limits;
mod lines;
mod resume;

use serde_json::{Value, json};

use super::{KEY, WF, home};
use crate::support::{Reply, Run, Sandbox, Server};

/// A server whose workflow gives its input back.
fn echo() -> Server {
    Server::answering(|request, _| Some(given_back(&request.body)))
}

fn given_back(body: &str) -> Reply {
    Reply::json(200, format!(r#"{{"success":true,"executionId":"e","output":{body}}}"#))
}

/// A JSON answer whose body waits for a message.
fn gated(body: &str, gate: std::sync::mpsc::Receiver<()>) -> Reply {
    Reply::sse_pieces(["", body]).relabelled("application/json").gated(gate)
}

/// Lines of `{"n":0}`, `{"n":1}` and so on.
fn numbers(count: usize) -> String {
    (0..count).map(|n| format!("{{\"n\":{n}}}\n")).collect()
}

/// Runs `ra recall batch` over lines on stdin; the key may show nowhere.
#[track_caller]
fn batch_in(sandbox: &Sandbox, lines: &str, args: &[&str]) -> Run {
    let run = sandbox.pipe([&["recall", "batch", "-"], args].concat(), lines);
    assert!(!format!("{run:?}").contains(KEY), "{run:#?}");
    run
}

/// The same in a fresh home, for one workflow.
#[track_caller]
fn batch(server: &Server, lines: &str, args: &[&str]) -> Run {
    batch_in(&home(server), lines, &[&["--workflow", WF], args].concat())
}

/// The results on stdout.
#[track_caller]
fn results(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `[id, status]` of each result.
#[track_caller]
fn statuses(run: &Run) -> Vec<Value> {
    results(run).iter().map(|result| json!([result["id"], result["status"]])).collect()
}
