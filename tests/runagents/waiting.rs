//! `ra runagents deploy` after the service has accepted: build, agent, failures, time, Ctrl-C (V12).

use serde_json::json;

use super::deploy::{INSTANT, deploy};
use super::{BASE, sandbox};
use crate::support::{Reply, Server};

const ANSWER: &str = r#"{"agent":"billing-agent","namespace":"default","tools_created":["stripe-api"],"build_id":"build-a1b2c3","image_uri":"registry.example.com/billing-agent:a1b2c3","execution_mode":"FAST_OVERLAY","build_required":true,"build_profile":"fast_overlay","decision_reason":"Detected framework runtime overlay path"}"#;
const BUILDING: &str = r#"{"id":"build-a1b2c3","status":"BUILDING","image":"registry.runagents.io/my-agent:a1b2c3d4","created_at":"2026-02-23T10:00:00Z"}"#;
const BUILT: &str = r#"{"id":"build-a1b2c3","status":"SUCCEEDED","image":"i:1"}"#;

fn agent(phase: &str) -> Reply {
    Reply::json(
        200,
        json!({"name": "billing-agent", "status": {"phase": phase, "message": "no memory left"}}).to_string(),
    )
}

const IMAGE: [&str; 4] = ["--name", "billing-agent", "--image", "i:1"];

#[test]
fn waits_for_build_and_agent() {
    let server = Server::script([
        Reply::json(201, ANSWER),
        Reply::json(404, r#"{"error":"build not found"}"#),
        Reply::json(200, BUILDING),
        Reply::json(200, BUILT),
        agent("Pending"),
        agent("Running"),
    ]);
    let run = deploy(&sandbox(&server), &IMAGE).ends(0);
    assert_eq!(
        server.lines()[1..],
        [
            format!("GET {BASE}/builds/build-a1b2c3"),
            format!("GET {BASE}/builds/build-a1b2c3"),
            format!("GET {BASE}/builds/build-a1b2c3"),
            format!("GET {BASE}/agents/billing-agent"),
            format!("GET {BASE}/agents/billing-agent"),
        ]
    );
    for part in ["billing-agent", "Running", "build-a1b2c3", &format!("{BASE}/agents/billing-agent/invoke")] {
        assert!(run.stdout.contains(part), "{part}: {run:#?}");
    }
    run.says("build build-a1b2c3: BUILDING")
        .says("agent billing-agent: Pending")
        .says("agent invoke billing-agent");
}

#[test]
fn quiet_json_is_the_servers_answer_alone() {
    let server = Server::script([Reply::json(201, ANSWER), Reply::json(200, BUILT), agent("Running")]);
    let run =
        deploy(&sandbox(&server), &["--name", "billing-agent", "--image", "i", "-o", "json", "-q"]).ends(0);
    assert_eq!(
        (run.json(), run.stderr.as_str()),
        (serde_json::from_str(ANSWER).unwrap(), "build build-a1b2c3\n")
    );
}

#[test]
fn v12_a_failed_build() {
    let failed = r#"{"id":"build-a1b2c3","status":"FAILED","image":"i","error":"pip install failed: no matching distribution found for nonexistent-package"}"#;
    let server =
        Server::script([Reply::json(201, ANSWER), Reply::json(200, BUILDING), Reply::json(200, failed)]);
    let run = deploy(&sandbox(&server), &IMAGE).ends(1).says("nonexistent-package");
    assert_eq!(run.stdout, "");
}

#[test]
fn a_failed_agent() {
    let server = Server::script([Reply::json(201, INSTANT), agent("Failed")]);
    deploy(&sandbox(&server), &IMAGE).ends(1).says("no memory left").says("hint: ra runagents agent get a");
}

#[test]
fn a_build_that_never_ends() {
    let server = Server::answering(|request, _| {
        Some(if request.method == "POST" { Reply::json(201, ANSWER) } else { Reply::json(200, BUILDING) })
    });
    let mut args = IMAGE.to_vec();
    args.extend(["--wait-timeout", "50ms"]);
    deploy(&sandbox(&server), &args).ends(6).says("hint: ra runagents build get build-a1b2c3");
    assert_eq!(server.lines().iter().filter(|line| line.starts_with("POST")).count(), 1);
}

#[test]
fn a_server_without_builds_still_has_the_agent() {
    let server = Server::answering(|request, _| {
        Some(match request.path.contains("/builds/") {
            _ if request.method == "POST" => Reply::json(201, ANSWER),
            true => Reply::json(404, r#"{"error":"not found"}"#),
            false => agent("Running"),
        })
    });
    deploy(&sandbox(&server), &IMAGE).ends(0).says("unknown to the service");
}

#[test]
fn what_may_have_been_done_is_not_sent_again() {
    let server = Server::script([Reply::json(500, r#"{"error":"boom"}"#)]);
    deploy(&sandbox(&server), &IMAGE).ends(7).says("boom").says("ra runagents agent get billing-agent");
    let server = Server::script([Reply::json(400, r#"{"error":"unknown tool"}"#)]);
    let run = deploy(&sandbox(&server), &IMAGE).ends(1).says("unknown tool");
    assert!(!run.stderr.contains("agent get"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_deployment_alone() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let server = Server::answering(|request, _| {
        Some(if request.method == "POST" { Reply::json(201, ANSWER) } else { Reply::json(200, BUILDING) })
    });
    let sandbox = sandbox(&server);
    let args = ["runagents", "deploy", "--name", "billing-agent", "--image", "i", "--poll-interval", "10ms"];
    let mut child = sandbox.process(args).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("BUILDING") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "ended too early");
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(rest.contains("still deploying") && rest.contains("hint: ra runagents build get"), "{rest}");
}
