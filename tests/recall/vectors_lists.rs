//! The contract's vectors of lists: V12, V22, V23.

use std::collections::BTreeSet;

use super::{EX, WF, error, recall};
use crate::support::{Received, Reply};

const CURSOR: &str = "eyJzb3J0T3JkZXIiOjEsImNyZWF0ZWRBdCI6IjIwMjYtMDMtMDJUMTA6MDA6MDAuMDAwWiIsImlkIjoiM2YxYzJhNzctOGYxZS00YTZlLTlkMGItNmMxYjZjMGI5YTExIn0=";
const V22: &str = r#"{"data":[{"id":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","name":"Support triage","description":null,"folderId":null,"workspaceId":"ws_1","isDeployed":true,"deployedAt":"2026-03-12T08:15:00.000Z","runCount":17,"lastRunAt":"2026-03-20T10:15:31.294Z","createdAt":"2026-03-01T09:00:00.000Z","updatedAt":"2026-03-12T08:15:00.000Z"},{"id":"3f1c2a77-8f1e-4a6e-9d0b-6c1b6c0b9a11","name":"Digest","description":"Nightly","folderId":"f1","workspaceId":"ws_1","isDeployed":false,"deployedAt":null,"runCount":0,"lastRunAt":null,"createdAt":"2026-03-02T10:00:00.000Z","updatedAt":"2026-03-02T10:00:00.000Z"}],"nextCursor":"eyJzb3J0T3JkZXIiOjEsImNyZWF0ZWRBdCI6IjIwMjYtMDMtMDJUMTA6MDA6MDAuMDAwWiIsImlkIjoiM2YxYzJhNzctOGYxZS00YTZlLTlkMGItNmMxYjZjMGI5YTExIn0=","limits":{"workflowExecutionRateLimit":{"sync":{"requestsPerMinute":50,"maxBurst":100,"remaining":97,"resetAt":"2026-03-20T10:16:00.000Z"},"async":{"requestsPerMinute":200,"maxBurst":400,"remaining":400,"resetAt":"2026-03-20T10:16:00.000Z"}},"usage":{"currentPeriodCost":1.2375,"limit":10,"plan":"free","isExceeded":false}}}"#;
const LAST: &str = r#"{"data":[{"id":"last-1","name":"Last"}],"limits":{}}"#;
const LIST: &[&str] = &["workflow", "list", "--workspace", "ws_1", "--page-size", "2"];

/// A page with what is left of the budget, which may be more than its limit.
fn page(body: &str) -> Reply {
    Reply::json(200, body)
        .header("X-RateLimit-Limit", "30")
        .header("X-RateLimit-Remaining", "58")
        .header("X-RateLimit-Reset", "2026-03-20T10:16:00.000Z")
}

/// The path and the parameters of a request, which may stand in any order.
fn asked(request: &Received) -> (&str, BTreeSet<&str>) {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    (path, query.split('&').collect())
}

#[test]
fn v22_two_pages() {
    let (run, server) = recall([page(V22), page(LAST)], &[LIST, &["-o", "id"]].concat());
    assert_eq!(
        (run.stdout, run.stderr.as_str(), run.code),
        (format!("{WF}\n3f1c2a77-8f1e-4a6e-9d0b-6c1b6c0b9a11\nlast-1\n"), "", 0)
    );
    let requests = server.requests();
    let first = BTreeSet::from(["workspaceId=ws_1", "limit=2"]);
    assert_eq!(asked(&requests[0]), ("/api/v1/workflows", first.clone()));
    let cursor = format!("cursor={}", CURSOR.replace('=', "%3D"));
    assert_eq!(
        asked(&requests[1]),
        ("/api/v1/workflows", first.into_iter().chain([cursor.as_str()]).collect())
    );
    // The items as the service wrote them, without what stands around them.
    let (run, _server) = recall([page(V22), page(LAST)], &[LIST, &["-o", "ndjson"]].concat());
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines.len() == 3 && V22.contains(lines[0]) && V22.contains(lines[1]) && LAST.contains(lines[2]),
        "{run:#?}"
    );
    let (run, _server) =
        recall([page(V22)], &[LIST, &["--limit", "2", "-o", "json", "--jq", "length"]].concat());
    assert_eq!((run.stdout.as_str(), run.code), ("2\n", 0));
}

#[test]
fn v22_a_cursor_that_comes_back_ends_the_walk() {
    let (run, server) = recall([page(V22), page(V22)], LIST);
    assert_eq!(server.lines().len(), 2);
    assert!(run.stdout.contains("Support triage"), "{run:#?}");
    run.ends(1).says("error: the list starts again instead of going on").says("(PAGE_REPEATS)");
}

#[test]
fn v12_a_limit_with_all_its_headers() {
    let body = r#"{"error":"Rate limit exceeded","message":"API rate limit exceeded. Please retry after 2026-03-20T10:16:00.000Z","retryAfter":1774001760000}"#;
    let reply = Reply::json(429, body)
        .header("X-RateLimit-Limit", "30")
        .header("X-RateLimit-Remaining", "0")
        .header("X-RateLimit-Reset", "2026-03-20T10:16:00.000Z")
        .header("Retry-After", "23");
    let args =
        ["workflow", "list", "--workspace", "ws_1", "--page-size", "50", "--max-wait", "1s", "-o", "json"];
    let (run, server) = recall([reply], &args);
    assert_eq!(
        asked(&server.request()),
        ("/api/v1/workflows", BTreeSet::from(["workspaceId=ws_1", "limit=50"]))
    );
    let error = error(&run.ends(5));
    assert_eq!((&error["code"], &error["retry_after_ms"]), (&"RATE_LIMIT_EXCEEDED".into(), &23_000.into()));
    // A reset that is no moment upsets nothing.
    let odd = Reply::json(429, "{}").header("X-RateLimit-Remaining", "0").header("X-RateLimit-Reset", "soon");
    recall([odd], &[LIST, &["--max-retries", "0"]].concat()).0.ends(5);
}

const V23: &str = r#"{"data":[{"id":"log_7c2d","workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","deploymentVersionId":null,"level":"error","trigger":"api","startedAt":"2026-03-20T10:15:30.482Z","endedAt":"2026-03-20T10:15:30.625Z","totalDurationMs":143,"cost":{"total":0.0012},"files":null,"workflow":{"id":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","name":"Support triage","description":null,"deleted":false},"finalOutput":{"error":"Agent 1: Model not found"}}],"nextCursor":"eyJzdGFydGVkQXQiOiIyMDI2LTAzLTIwVDEwOjE1OjMwLjQ4MloiLCJpZCI6ImxvZ183YzJkIn0=","limits":{}}"#;

#[test]
fn v23_one_log_and_no_second_question() {
    let args = [
        "log",
        "list",
        "--workspace",
        "ws_1",
        "--level",
        "error",
        "--final-output",
        "--limit",
        "1",
        "--order",
        "desc",
    ];
    let (run, server) = recall([Reply::json(200, V23)], &[&args[..], &["-o", "ndjson"]].concat());
    assert!(V23.contains(run.stdout.trim_end()) && run.stdout.contains(EX), "{run:#?}");
    let parameters = [
        "workspaceId=ws_1",
        "level=error",
        "details=full",
        "includeFinalOutput=true",
        "limit=1",
        "order=desc",
    ];
    assert_eq!(asked(&server.request()), ("/api/v1/logs", BTreeSet::from(parameters)));
    let (run, _server) = recall([Reply::json(200, V23)], &args);
    assert!(run.ends(0).stdout.contains("Support triage"));
}
