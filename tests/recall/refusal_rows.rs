//! Every way in which a run can be refused (contract 1.6), row by row: `ra`'s code, exit code, and how often it asks.

use super::{error, started};
use crate::support::Reply;

/// Status, headers, body; `ra`'s code, the exit code, the number of requests.
pub type Row = (u16, &'static [(&'static str, &'static str)], &'static str, &'static str, i32, usize);

const PLAIN: &[(&str, &str)] = &[];

const ROWS: &[Row] = &[
    (400, PLAIN, r#"{"error":"Invalid JSON in request body"}"#, "INVALID_JSON", 1, 1),
    (
        400,
        PLAIN,
        r#"{"error":"Invalid request body","details":[{"path":"stream","message":"Expected boolean, received string"}]}"#,
        "INVALID_REQUEST",
        1,
        1,
    ),
    (
        400,
        PLAIN,
        r#"{"error":"Async execution does not support draft or override execution controls"}"#,
        "INVALID_REQUEST",
        1,
        1,
    ),
    (400, PLAIN, r#"{"error":"API key callers cannot set isClientSession"}"#, "INVALID_REQUEST", 1, 1),
    (
        400,
        PLAIN,
        r#"{"error":"API key callers cannot provide workflowStateOverride"}"#,
        "INVALID_REQUEST",
        1,
        1,
    ),
    (
        400,
        PLAIN,
        r#"{"error":"API key callers cannot execute draft workflow state"}"#,
        "INVALID_REQUEST",
        1,
        1,
    ),
    (400, PLAIN, r#"{"error":"External callers cannot override triggerType"}"#, "INVALID_REQUEST", 1, 1),
    (
        400,
        PLAIN,
        r#"{"error":"File processing failed: Failed to upload file: a.txt"}"#,
        "INVALID_REQUEST",
        1,
        1,
    ),
    (400, PLAIN, r#"{"error":"Invalid execution ID header"}"#, "INVALID_REQUEST", 1, 1),
    (400, PLAIN, r#"{"error":"Invalid execution timeout header"}"#, "INVALID_REQUEST", 1, 1),
    (
        400,
        PLAIN,
        r#"{"error":"X-Execution-Timeout-Seconds is supported only for async runs"}"#,
        "INVALID_REQUEST",
        1,
        1,
    ),
    (401, PLAIN, r#"{"error":"Invalid API key"}"#, "UNAUTHORIZED", 3, 1),
    (
        401,
        PLAIN,
        r#"{"error":"Authentication required - provide session, API key, or internal JWT"}"#,
        "UNAUTHORIZED",
        3,
        1,
    ),
    (401, PLAIN, r#"{"error":"Unauthorized"}"#, "UNAUTHORIZED", 3, 1),
    (401, PLAIN, r#"{"error":"API key required"}"#, "UNAUTHORIZED", 3, 1),
    (
        402,
        PLAIN,
        r#"{"error":"Usage limit exceeded: $10.42 used of $10.00 limit. Please upgrade your plan to continue."}"#,
        "USAGE_LIMIT_EXCEEDED",
        5,
        1,
    ),
    (402, PLAIN, r#"{"error":"Organization limit reached"}"#, "USAGE_LIMIT_EXCEEDED", 5, 1),
    (403, PLAIN, r#"{"error":"Workflow is not deployed"}"#, "WORKFLOW_NOT_DEPLOYED", 1, 1),
    (403, PLAIN, r#"{"error":"API key is not authorized for this workspace"}"#, "FORBIDDEN", 3, 1),
    (403, PLAIN, r#"{"error":"Personal API keys are not allowed for this workspace"}"#, "FORBIDDEN", 3, 1),
    (403, PLAIN, r#"{"error":"Access denied"}"#, "FORBIDDEN", 3, 1),
    (403, PLAIN, r#"{"error":"Account suspended"}"#, "FORBIDDEN", 3, 1),
    (404, PLAIN, r#"{"error":"Workflow not found"}"#, "NOT_FOUND", 4, 1),
    (
        408,
        PLAIN,
        r#"{"success":false,"output":{},"error":"Execution timed out after 5 minutes","metadata":{"duration":300012}}"#,
        "TIMEOUT",
        6,
        1,
    ),
    (409, PLAIN, r#"{"error":"Maximum workflow call chain depth (25) exceeded"}"#, "CONFLICT", 1, 1),
    (
        409,
        PLAIN,
        r#"{"error":"Execution ID has already been used","code":"EXECUTION_ID_CONFLICT","executionId":"my-run-1"}"#,
        "CONFLICT",
        1,
        1,
    ),
    (
        413,
        PLAIN,
        r#"{"error":"Workflow execution request body exceeds maximum size"}"#,
        "PAYLOAD_TOO_LARGE",
        1,
        1,
    ),
    (
        413,
        PLAIN,
        "<html><head><title>413</title></head><body>Too large</body></html>",
        "PAYLOAD_TOO_LARGE",
        1,
        1,
    ),
    (429, PLAIN, r#"{"error":"Rate limit exceeded. Please try again later."}"#, "RATE_LIMIT_EXCEEDED", 5, 4),
    (429, PLAIN, r#"{"error":"Too many concurrent executions. Please wait."}"#, "RATE_LIMIT_EXCEEDED", 5, 4),
    // Five seconds are more than the one that the tests allow.
    (
        429,
        &[("Retry-After", "5")],
        r#"{"error":"Too many requests","message":"Server is at capacity. Please retry shortly.","code":"ADMISSION_GATE_CAPACITY","retryable":true,"retryAfterSeconds":5}"#,
        "RATE_LIMIT_EXCEEDED",
        5,
        1,
    ),
    (
        429,
        PLAIN,
        r#"{"error":"Rate limit exceeded","message":"Too many","remaining":0,"resetAt":"2026-03-20T10:16:00.000Z"}"#,
        "RATE_LIMIT_EXCEEDED",
        5,
        4,
    ),
    (
        429,
        PLAIN,
        r#"{"error":"Rate limit exceeded","message":"Too many","remaining":0,"resetAt":"2199-03-20T10:16:00.000Z"}"#,
        "RATE_LIMIT_EXCEEDED",
        5,
        1,
    ),
    (429, PLAIN, r#"{"error":"Slow down","code":"RATE_LIMIT_EXCEEDED"}"#, "RATE_LIMIT_EXCEEDED", 5, 4),
    (499, PLAIN, r#"{"success":false,"error":"Client cancelled request"}"#, "CANCELLED", 9, 1),
    (499, PLAIN, "", "CANCELLED", 9, 1),
    (
        500,
        PLAIN,
        r#"{"success":false,"output":{},"error":"Agent 1: Model not found","metadata":{}}"#,
        "EXECUTION_ERROR",
        1,
        1,
    ),
    // Newer servers forward some failures of a run with the status they came with.
    (503, PLAIN, r#"{"success":false,"output":{},"error":"Agent 1: down"}"#, "SERVICE_UNAVAILABLE", 1, 1),
    (422, PLAIN, r#"{"success":false,"output":{},"error":"Agent 1: bad schema"}"#, "INVALID_REQUEST", 1, 1),
    (
        500,
        PLAIN,
        r#"{"error":"Failed to queue async execution: connection refused"}"#,
        "EXECUTION_ERROR",
        7,
        1,
    ),
    (500, PLAIN, r#"{"error":"Workflow has no associated workspace"}"#, "EXECUTION_ERROR", 7, 1),
    (
        500,
        PLAIN,
        r#"{"error":"Unable to determine usage limits. Execution blocked for security."}"#,
        "EXECUTION_ERROR",
        7,
        1,
    ),
    (500, PLAIN, r#"{"error":"Error checking rate limits"}"#, "EXECUTION_ERROR", 7, 1),
    (500, PLAIN, r#"{"error":"Internal server error","requestId":"a1b2c3d4"}"#, "EXECUTION_ERROR", 7, 1),
    (
        503,
        &[("Retry-After", "10")],
        r#"{"error":"Service temporarily at capacity","message":"Please retry shortly.","retryAfterSeconds":10}"#,
        "SERVICE_UNAVAILABLE",
        7,
        1,
    ),
    (
        503,
        &[("Retry-After", "0.01")],
        r#"{"error":"Service temporarily at capacity","message":"Please retry shortly."}"#,
        "SERVICE_UNAVAILABLE",
        7,
        4,
    ),
    (503, PLAIN, r#"{"error":"Overloaded","code":"SERVICE_OVERLOADED"}"#, "SERVICE_UNAVAILABLE", 7, 4),
    (
        503,
        &[("X-Execution-Id", "my-run-1"), ("Retry-After", "0.01")],
        r#"{"error":"Async execution queue acceptance could not be confirmed","code":"ASYNC_ENQUEUE_AMBIGUOUS","executionId":"my-run-1"}"#,
        "SERVICE_UNAVAILABLE",
        7,
        1,
    ),
];

#[test]
fn every_row_of_the_list() {
    for (number, row) in ROWS.iter().enumerate() {
        refused(row, &[]);
        // A refusal comes before anything is streamed or queued, and means the same.
        refused(row, if number % 2 == 0 { &["--async"] } else { &["--stream"] });
    }
}

/// Asserts what becomes of a refusal, and that as many requests were sent as it allows.
#[track_caller]
pub fn refused(row: &Row, flags: &[&str]) {
    let (status, headers, body, code, exit, requests) = row;
    let reply = || {
        let kind = match body.as_bytes().first() {
            None => "",
            Some(b'<') => "text/html",
            Some(_) => "application/json",
        };
        headers.iter().fold(Reply::new(*status, kind, body), |reply, (name, value)| reply.header(name, value))
    };
    let patience = ["-o", "json", "--initial-delay", "1ms", "--max-wait", "1s"];
    // The scripted server complains of one request more or less.
    let (run, _server) = started((0..*requests).map(|_| reply()), &[&patience, flags].concat());
    assert_eq!((run.stdout.as_str(), run.code), ("", *exit), "{status} {body} {flags:?} {run:#?}");
    let last = run.stderr.find("{\"error\"").unwrap_or_else(|| panic!("{run:#?}"));
    let error = error(&crate::support::Run { stderr: run.stderr[last..].to_owned(), ..run });
    assert_eq!(error["code"], *code, "{status} {body} {flags:?}");
    assert_eq!((&error["service"], &error["status"]), (&"recall".into(), &(*status).into()));
    let message = error["message"].as_str().unwrap();
    assert!(!message.is_empty() && !message.contains('<') && !message.contains('{'), "{message}");
}
