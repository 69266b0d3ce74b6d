//! Background runs: V15–V18, and what a wait leaves behind when it ends early.

use std::io::{BufRead, BufReader, Read};

use serde_json::json;

use super::{EX, JOB, KEY, V01, WF, error, home, recall, started};
use crate::support::{Reply, Run, Server};

const B: &str = r#"{"success":true,"async":true,"jobId":"run_4f1d2c3b4a5968778695","executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","message":"Workflow execution queued","statusUrl":"https://evil.example/api/jobs/run_4f1d2c3b4a5968778695"}"#;
const SEED: &str = r#"{"success":true,"taskId":"run_4f1d2c3b4a5968778695","status":"queued","createdAt":"2026-03-20T10:15:30.482Z","links":{"status":"/api/jobs/run_4f1d2c3b4a5968778695"}}"#;
const V2: &str = r#"{"data":{"runId":"run_4f1d2c3b4a5968778695","statusUrl":"https://tryrecall.com/api/v2/workflows/w/runs/r"}}"#;
const DONE: &str = r#"{"success":true,"taskId":"run_4f1d2c3b4a5968778695","status":"completed","metadata":{"startedAt":"2026-03-20T10:15:32.000Z","completedAt":"2026-03-20T10:15:41.500Z","duration":9500},"output":{"success":true,"workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","output":{"content":"done","n":1.10},"executedAt":"2026-03-20T10:15:41.480Z"}}"#;

fn job(status: &str) -> Reply {
    Reply::json(
        200,
        json!({"success": true, "taskId": JOB, "status": status, "metadata": {}, "output": null}).to_string(),
    )
}

fn done() -> Reply {
    Reply::json(200, DONE)
}

const POLL: &[&str] = &["--async", "--poll", "--poll-interval", "10ms"];

/// Starts a job that is waited for; these are the answers to the questions.
#[track_caller]
fn polled(answers: impl IntoIterator<Item = Reply>, flags: &[&str]) -> (Run, Server) {
    started([Reply::json(202, B)].into_iter().chain(answers), &[POLL, flags].concat())
}

/// Waits for a job that was started elsewhere.
#[track_caller]
fn waited(answers: impl IntoIterator<Item = Reply>, flags: &[&str]) -> (Run, Server) {
    recall(answers, &[&["job", "wait", JOB, "--poll-interval", "10ms"], flags].concat())
}

#[test]
fn v15_the_id_in_all_shapes() {
    for (status, body) in [(202, B), (200, B), (202, SEED), (202, V2)] {
        let (run, server) =
            started([Reply::json(status, body)], &["--async", "--input", r#"{"data":"large dataset"}"#]);
        assert_eq!((run.stdout, run.code), (format!("{JOB}\n"), 0));
        assert_eq!(run.stderr, format!("hint: ra recall job wait {JOB}\n"));
        let request = server.request();
        assert_eq!(request.header("x-execution-mode"), Some("async"));
        assert_eq!(request.body, r#"{"data":"large dataset"}"#);
        let (run, _server) = started([Reply::json(status, body)], &["--async", "-o", "json", "-q"]);
        assert_eq!(run.json(), serde_json::from_str::<serde_json::Value>(body).unwrap());
        assert_eq!(run.stderr, "");
        let (run, _server) = started([Reply::json(status, body)], &["--async", "-o", "id"]);
        assert_eq!(run.stdout, format!("{JOB}\n"));
    }
}

#[test]
fn an_acceptance_that_is_none() {
    let (run, _server) = started([Reply::json(202, "{}")], &["--async"]);
    run.ends(7)
        .says("the run may have been started; it is not sent again")
        .says("ra recall job cancel --workflow");
    let (run, _server) = started([Reply::json(200, V01)], &["--async"]);
    assert_eq!(run.stdout, "Hi there!\n");
    run.ends(0).says("warning: the service did not start a job");
}

#[test]
fn v16_three_questions_to_the_end() {
    for states in [["queued", "processing"], ["pending", "processing"], ["unknown", "Active"]] {
        let (run, server) = polled([job(states[0]), job(states[1]), done()], &[]);
        assert_eq!((run.stdout.as_str(), run.code), ("done\n", 0));
        assert!(run.stderr.starts_with(&format!("job {JOB}\njob {JOB}: ")), "{run:#?}");
        // The server's own link points elsewhere; the key stays here.
        assert_eq!(server.lines()[1..], [(); 3].map(|()| format!("GET /api/jobs/{JOB}")));
        assert!(server.requests().iter().all(|request| request.header("x-api-key") == Some(KEY)));
    }
    let bare = json!({"success": true, "taskId": JOB, "status": "completed", "output": {"content": "bare"}});
    assert_eq!(polled([Reply::json(200, bare.to_string())], &[]).0.stdout, "bare\n");
}

#[test]
fn the_id_is_said_also_when_nothing_else_is() {
    let (run, _server) = polled([job("queued"), done()], &["-q", "--wait-timeout", "1m"]);
    assert_eq!((run.stdout.as_str(), run.stderr), ("done\n", format!("job {JOB}\n")));
    let (run, _server) = started([Reply::json(202, B), done()], &["--async", "--wait", "-q"]);
    assert_eq!(run.stdout, "done\n");
}

#[test]
fn the_run_comes_out_of_its_envelope() {
    let (run, _server) = polled([done()], &["-o", "json"]);
    let whole = run.json();
    assert_eq!(whole["output"]["content"], "done");
    assert!(run.stdout.contains("1.10"));
    assert_eq!((&whole["executionId"], &whole["metadata"]["duration"]), (&json!(EX), &json!(9500)));
    assert_eq!((&whole["status"], &whole["success"]), (&json!("completed"), &json!(true)));
    let (run, _server) = waited([done()], &["--jq", ".output.content"]);
    assert_eq!(run.stdout, "done\n");
    let (run, _server) = recall([done()], &["job", "status", JOB, "-o", "json"]);
    assert_eq!(
        (&run.json()["output"]["content"], &run.json()["status"]),
        (&json!("done"), &json!("completed"))
    );
}

#[test]
fn v17_ends_that_are_not_good() {
    let body = |status: &str, more: serde_json::Value| {
        let mut body = json!({"success": true, "taskId": JOB, "status": status, "metadata": {}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let inner = |more: serde_json::Value| {
        let mut run = json!({"success": false, "workflowId": WF, "executionId": EX, "output": {}});
        run.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body("completed", json!({"output": run}))
    };
    let pause =
        json!({"success": true, "output": {"data": {"_resume": {"uiUrl": "https://h/x", "contextId": "c"}}}});
    for (body, code, exit, part) in [
        (
            body("failed", json!({"error": "Agent 1: Model not found"})),
            "EXECUTION_ERROR",
            1,
            "Agent 1: Model not found",
        ),
        (body("failed", json!({"error": {"message": "an object"}})), "EXECUTION_ERROR", 1, "an object"),
        (body("failed", json!({})), "EXECUTION_ERROR", 1, "does not say why"),
        (inner(json!({})), "EXECUTION_ERROR", 1, "does not say why"),
        (inner(json!({"error": "Boom: no"})), "EXECUTION_ERROR", 1, "Boom: no"),
        (body("cancelled", json!({"output": null, "error": "Cancelled"})), "CANCELLED", 9, "cancelled"),
        (body("canceled", json!({})), "CANCELLED", 9, "cancelled"),
        (
            body("failed", json!({"error": "Rate limit exceeded. Please try again later."})),
            "RATE_LIMIT_EXCEEDED",
            5,
            "Rate",
        ),
        (body("failed", json!({"error": "Usage limit exceeded: $1"})), "USAGE_LIMIT_EXCEEDED", 5, "Usage"),
        (body("failed", json!({"error": "Workflow timed out after 5400 s"})), "TIMEOUT", 6, "timed out"),
        (
            body("failed", json!({"error": "Workflow is not deployed"})),
            "WORKFLOW_NOT_DEPLOYED",
            1,
            "deployed",
        ),
        (inner(pause), "PAUSED", 8, "waits for a person"),
        (body("paused", json!({})), "PAUSED", 8, "waits for a person"),
    ] {
        let (run, _server) = waited([Reply::json(200, &body)], &["-o", "json"]);
        let run = run.ends(exit).says(part);
        assert_eq!(error(&run)["code"], code, "{body}");
    }
}

#[test]
fn v18_an_unknown_job() {
    let unknown = || Reply::json(404, r#"{"error":"Task not found","code":"TASK_NOT_FOUND"}"#);
    recall([unknown()], &["job", "status", JOB]).0.ends(4).says("Task not found (NOT_FOUND, HTTP 404)");
    let (run, _server) = waited([unknown(), unknown(), done()], &[]);
    assert_eq!(run.ends(0).stdout, "done\n");
    waited([unknown(), unknown(), unknown(), unknown()], &[]).0.ends(4);
    let (_, server) = recall([done()], &["job", "status", "workflow-execution:9d3c"]);
    assert_eq!(server.request().line(), "GET /api/jobs/workflow-execution%3A9d3c");
}

#[test]
fn outages_are_borne_and_a_bad_key_is_not() {
    let outages = [
        Reply::json(503, "{}"),
        Reply::new(502, "text/html", "<html>"),
        Reply::json(429, r#"{"error":"slow"}"#),
        Reply::new(425, "", ""),
        Reply::json(200, r#"{"succ"#).cut(),
        done(),
    ];
    assert_eq!(waited(outages, &[]).0.ends(0).stdout, "done\n");
    waited([Reply::json(401, r#"{"error":"Invalid API key"}"#)], &[]).0.ends(3);
}

#[test]
fn a_wait_has_an_end_of_its_own() {
    let server =
        Server::answering(|_, number| Some(if number == 0 { Reply::json(202, B) } else { job("queued") }));
    let run = home(&server).run([
        "recall",
        "run",
        WF,
        "--async",
        "--poll",
        "--poll-interval",
        "10ms",
        "--poll-timeout",
        "150ms",
    ]);
    let run =
        run.ends(6).says(&format!("hint: ra recall job wait {JOB}\nhint: ra recall job cancel {JOB}\n"));
    assert_eq!(run.stdout, "");
    // A question that stalls ends there too.
    let (run, _server) = waited([job("queued").stall()], &["--wait-timeout", "300ms"]);
    run.ends(6).says("TIMEOUT");
}

#[cfg(unix)]
#[test]
fn ctrl_c_detaches() {
    let server = Server::answering(|_, number| {
        Some(if number == 0 { Reply::json(202, B) } else { job("processing") })
    });
    let home = home(&server);
    let mut child = home.process(["recall", "run", WF, "--async", "--poll"]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("processing") {
        assert!(stderr.read_line(&mut lines).unwrap() > 0, "{lines}");
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    stderr.read_to_string(&mut lines).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{lines}");
    assert!(lines.contains("is still running"), "{lines}");
    assert!(
        lines.contains(&format!("hint: ra recall job wait {JOB}\nhint: ra recall job cancel {JOB}\n")),
        "{lines}"
    );
    assert!(server.lines().iter().all(|line| !line.ends_with("/cancel")));
}

#[test]
fn last_works_after_a_killed_process() {
    let server = Server::answering(|_, number| match number {
        0 => Some(Reply::json(202, B)),
        1 => Some(job("processing")),
        _ => Some(done()),
    });
    let home = home(&server);
    let mut child = home.process(["recall", "run", WF, "--async", "--poll"]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("processing") {
        assert!(stderr.read_line(&mut lines).unwrap() > 0, "{lines}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(home.run(["recall", "job", "wait", "--last"]).ends(0).stdout, "done\n");
    assert_eq!(server.lines().last().unwrap(), &format!("GET /api/jobs/{JOB}"));
    // Another address has no last job.
    let other = Server::script([]);
    home.env("RECALL_BASE_URL", other.url()).run(["recall", "job", "status", "--last"]).ends(2);
}
