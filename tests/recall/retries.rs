//! What is sent again and what is not: V10, V11, V13.

use std::time::Instant;

use super::{EX, V01, WF, started};
use crate::support::{Reply, Server};

const BARE: &str = r#"{"error":"Rate limit exceeded. Please try again later."}"#;
const GATE: &str = r#"{"error":"Too many requests","message":"Server is at capacity. Please retry shortly.","code":"ADMISSION_GATE_CAPACITY","retryable":true,"retryAfterSeconds":5}"#;
const FAST: &[&str] = &["--initial-delay", "10ms"];

/// Every attempt of a call carries the same id and body.
#[track_caller]
fn same_run(server: &Server) {
    let requests = server.requests();
    for request in &requests {
        assert_eq!(request.header("x-execution-id"), requests[0].header("x-execution-id"));
        assert_eq!(request.body, requests[0].body);
    }
}

#[test]
fn v10_a_bare_429_is_tried_four_times() {
    let (run, server) = started((0..4).map(|_| Reply::json(429, BARE)), FAST);
    let run =
        run.ends(5).says("Rate limit exceeded. Please try again later. (RATE_LIMIT_EXCEEDED, HTTP 429)");
    assert!(run.stderr.contains("attempt 2 of 4") && run.stderr.contains("attempt 4 of 4"), "{run:#?}");
    assert_eq!(run.stdout, "");
    same_run(&server);
}

#[test]
fn v10_the_third_attempt_is_let_in() {
    let replies = [Reply::json(429, BARE), Reply::json(429, BARE), Reply::json(200, V01)];
    let (run, server) = started(replies, FAST);
    assert_eq!(run.ends(0).stdout, "Hi there!\n");
    same_run(&server);
}

#[test]
fn v10_one_attempt_when_told_so() {
    started([Reply::json(429, BARE)], &["--max-retries", "0"]).0.ends(5).says("hint: ra recall limits\n");
}

#[test]
fn the_pauses_follow_the_flags() {
    let began = Instant::now();
    let args = [
        "--initial-delay",
        "200ms",
        "--backoff-multiplier",
        "3",
        "--max-delay",
        "300ms",
        "--max-retries",
        "2",
    ];
    started((0..3).map(|_| Reply::json(429, BARE)), &args).0.ends(5);
    // 200 ms and 300 ms, each a quarter shorter at the least.
    assert!(began.elapsed().as_millis() >= 375, "{:?}", began.elapsed());
}

#[test]
fn v11_a_server_names_its_own_wait() {
    let reply = || Reply::json(429, GATE).header("Retry-After", "90");
    let (run, _server) = started([reply()], &[]);
    let run = run.ends(5).says("Too many requests: Server is at capacity. Please retry shortly.");
    run.says("--max-wait").says("the server's code: ADMISSION_GATE_CAPACITY");
    let (run, _server) = started([reply()], &["-o", "json"]);
    assert_eq!(super::error(&run)["retry_after_ms"], 90_000);
    // Nothing, then, means the usual pause; the body would name five seconds, and is believed.
    let zero = Reply::json(429, BARE).header("Retry-After", "0");
    let began = Instant::now();
    started([zero, Reply::json(200, V01)], FAST).0.ends(0);
    assert!(began.elapsed().as_secs() < 3);
}

#[test]
fn a_503_that_refused_is_tried_again() {
    for reply in [
        Reply::json(503, r#"{"error":"busy","code":"SERVICE_OVERLOADED"}"#),
        Reply::json(503, r#"{"error":"Service temporarily at capacity"}"#).header("Retry-After", "0"),
    ] {
        started([reply, Reply::json(200, V01)], FAST).0.ends(0);
    }
}

#[test]
fn v13_an_ambiguous_start_is_never_sent_again() {
    let body = r#"{"error":"Async execution queue acceptance could not be confirmed","code":"ASYNC_ENQUEUE_AMBIGUOUS","executionId":"my-run-1"}"#;
    let reply = Reply::json(503, body).header("X-Execution-Id", "my-run-1").header("Retry-After", "1");
    let (run, _server) =
        started([reply], &["--async", "--execution-id", "my-run-1", "--initial-delay", "10ms"]);
    let run = run.ends(7).says("SERVICE_UNAVAILABLE, HTTP 503").says("execution id: my-run-1");
    run.says(&format!("hint: ra recall job cancel --workflow {WF} --execution-id my-run-1\n"));
}

#[test]
fn a_lost_connection_is_never_sent_again() {
    started([Reply::json(200, V01).cut()], FAST).0.ends(7);
    started([Reply::json(500, r#"{"error":"Internal server error"}"#)], FAST).0.ends(7);
}

const CONFLICT: &str = r#"{"error":"Execution ID has already been used","code":"EXECUTION_ID_CONFLICT"}"#;

#[test]
fn a_conflict_after_a_retry_means_that_the_first_attempt_was_heard() {
    let replies = || [Reply::json(429, BARE), Reply::json(409, CONFLICT)];
    let found = r#"{"executionId":"EX","workflowId":"WF","status":"completed","error":null,"finalOutput":{"content":"found","n":1.10},"blockOutputs":null}"#;
    let args = ["--initial-delay", "10ms", "--execution-id", EX];
    let (run, server) = started(replies().into_iter().chain([Reply::json(200, found)]), &args);
    assert_eq!(run.ends(0).stdout, "found\n");
    assert_eq!(server.lines()[2], format!("GET /api/workflows/{WF}/executions/{EX}?includeOutput=true"));
    // Still running: it is waited for.
    let running = Reply::json(200, r#"{"executionId":"EX","status":"running"}"#);
    let failed = r#"{"executionId":"EX","status":"failed","error":"Check: no"}"#;
    let later = [running, Reply::json(200, failed)];
    started(replies().into_iter().chain(later), &args).0.ends(1).says("Check: no");
    // A server that cannot tell leaves the conflict.
    let unknown = Reply::json(404, r#"{"error":"Execution not found"}"#);
    started(replies().into_iter().chain([unknown]), &args).0.ends(1).says("CONFLICT");
    // On the first attempt the id is somebody else's.
    started([Reply::json(409, CONFLICT)], &args).0.ends(1).says("CONFLICT");
}

#[test]
fn a_stream_is_tried_again_before_its_first_byte_only() {
    let replies = [Reply::json(429, BARE), Reply::sse("data: {\"blockId\":\"b\",\"chunk\":\"x\"}\n\n")];
    let (run, server) = started(replies, &["--initial-delay", "10ms", "--stream"]);
    assert_eq!((run.stdout.as_str(), run.code), ("x\n", 7));
    same_run(&server);
}
