//! Refusals of every shape (contract 1.4) and what `ra` calls them (1.5), rule by rule.

use super::refusal_rows::{Row, refused};
use super::{error, recall, started};
use crate::support::Reply;

const PLAIN: &[(&str, &str)] = &[];

/// In the order of the rules; a rule's place is tested where another one would fit too. Rules 1 to 3 (no answer, no
/// connection, a redirect) and 18 (no JSON) stand in `refusals.rs` and `whole.rs`.
const RULES: &[Row] = &[
    // 4: the key, whatever the status, also in the code that older servers make of the message
    (401, PLAIN, "", "UNAUTHORIZED", 3, 1),
    (401, PLAIN, r#"{"error":{"code":"UNAUTHORIZED","message":"Invalid API key"}}"#, "UNAUTHORIZED", 3, 1),
    (
        401,
        PLAIN,
        r#"{"error":"Unauthorized: Invalid API key","code":"UNAUTHORIZED:_INVALID_API_KEY"}"#,
        "UNAUTHORIZED",
        3,
        1,
    ),
    (
        403,
        PLAIN,
        r#"{"error":"Unauthorized: API key required","code":"UNAUTHORIZED:_API_KEY_REQUIRED"}"#,
        "UNAUTHORIZED",
        3,
        1,
    ),
    (403, PLAIN, r#"{"error":"Invalid API key","code":"INVALID_API_KEY"}"#, "UNAUTHORIZED", 3, 1),
    (400, PLAIN, r#"{"error":"Unauthorized","code":"UNAUTHORIZED"}"#, "UNAUTHORIZED", 3, 1),
    (
        400,
        PLAIN,
        r#"{"error":"Authentication required - provide session, API key, or internal JWT","code":"AUTHENTICATION_REQUIRED_-_PROVIDE_SESSION,_API_KEY,_OR_INTERNAL_JWT"}"#,
        "UNAUTHORIZED",
        3,
        1,
    ),
    // 4: an outage behind the check of the key
    (401, PLAIN, r#"{"error":"Rate limit check failed"}"#, "SERVICE_UNAVAILABLE", 7, 1),
    (401, PLAIN, r#"{"error":"Authentication failed"}"#, "SERVICE_UNAVAILABLE", 7, 1),
    (401, PLAIN, r#"{"error":"Authentication error"}"#, "SERVICE_UNAVAILABLE", 7, 1),
    // 4: a run's own words are not about our key
    (
        500,
        PLAIN,
        r#"{"success":false,"error":"API 1: Invalid API key","code":"INVALID_API_KEY"}"#,
        "EXECUTION_ERROR",
        1,
        1,
    ),
    // 5
    (402, PLAIN, r#"{"error":"no","code":"USAGE_LIMIT_EXCEEDED"}"#, "USAGE_LIMIT_EXCEEDED", 5, 1),
    (
        403,
        PLAIN,
        r#"{"error":"x","code":"EXECUTION_PAYER_HEADROOM_EXHAUSTED"}"#,
        "USAGE_LIMIT_EXCEEDED",
        5,
        1,
    ),
    (
        403,
        PLAIN,
        r#"{"error":{"code":"FORBIDDEN","message":"x","details":{"code":"EXECUTION_MEMBER_HEADROOM_EXHAUSTED"}}}"#,
        "USAGE_LIMIT_EXCEEDED",
        5,
        1,
    ),
    // 6: 429 whatever it says, and the codes whatever the status
    (429, PLAIN, "", "RATE_LIMIT_EXCEEDED", 5, 4),
    (429, PLAIN, "<html>slow</html>", "RATE_LIMIT_EXCEEDED", 5, 4),
    (
        429,
        &[("Retry-After", "12")],
        r#"{"error":{"code":"RATE_LIMITED","message":"API rate limit exceeded","details":{"retryAfter":"2026-08-20T10:16:00.000Z"}}}"#,
        "RATE_LIMIT_EXCEEDED",
        5,
        1,
    ),
    (400, PLAIN, r#"{"error":"x","code":"RATE_LIMITED"}"#, "RATE_LIMIT_EXCEEDED", 5, 1),
    (403, PLAIN, r#"{"error":"x","code":"RATE_LIMIT_EXCEEDED"}"#, "RATE_LIMIT_EXCEEDED", 5, 1),
    (503, PLAIN, r#"{"error":"x","code":"ADMISSION_GATE_CAPACITY"}"#, "RATE_LIMIT_EXCEEDED", 5, 1),
    (
        409,
        PLAIN,
        r#"{"error":{"code":"CONFLICT","message":"x","details":{"code":"EXECUTION_CONCURRENCY_LIMIT"}}}"#,
        "RATE_LIMIT_EXCEEDED",
        5,
        1,
    ),
    // 7
    (408, PLAIN, r#"{"error":{"code":"BAD_REQUEST","message":"Request timed out"}}"#, "TIMEOUT", 6, 1),
    (408, PLAIN, "", "TIMEOUT", 6, 1),
    // 8 and 9
    (
        403,
        PLAIN,
        r#"{"error":"Workflow is not deployed","code":"WORKFLOW_IS_NOT_DEPLOYED"}"#,
        "WORKFLOW_NOT_DEPLOYED",
        1,
        1,
    ),
    (
        403,
        PLAIN,
        r#"{"error":{"code":"FORBIDDEN","message":"x","details":{"code":"WORKFLOW_NOT_DEPLOYED"}}}"#,
        "WORKFLOW_NOT_DEPLOYED",
        1,
        1,
    ),
    (403, PLAIN, r#"{"error":"Access denied","code":"ACCESS_DENIED"}"#, "FORBIDDEN", 3, 1),
    (403, PLAIN, "", "FORBIDDEN", 3, 1),
    // 10 to 16
    (404, PLAIN, r#"{"error":"Task not found","code":"TASK_NOT_FOUND"}"#, "NOT_FOUND", 4, 1),
    (404, PLAIN, "<!DOCTYPE html><html><body>404</body></html>", "NOT_FOUND", 4, 1),
    (409, PLAIN, r#"{"error":{"code":"CONFLICT","message":"x"}}"#, "CONFLICT", 1, 1),
    (413, PLAIN, "", "PAYLOAD_TOO_LARGE", 1, 1),
    (400, PLAIN, r#"{"error":"bad","code":"INVALID_JSON_IN_REQUEST_BODY"}"#, "INVALID_JSON", 1, 1),
    (400, PLAIN, "", "INVALID_REQUEST", 1, 1),
    (415, PLAIN, r#"{"error":{"code":"UNSUPPORTED_MEDIA_TYPE","message":"x"}}"#, "INVALID_REQUEST", 1, 1),
    (422, PLAIN, r#"{"error":"x"}"#, "INVALID_REQUEST", 1, 1),
    (423, PLAIN, r#"{"error":{"code":"LOCKED","message":"x"}}"#, "LOCKED", 1, 1),
    (499, PLAIN, r#"{"error":{"code":"CLIENT_CLOSED_REQUEST","message":"x"}}"#, "CANCELLED", 9, 1),
    // 17
    (502, PLAIN, "<html>bad gateway</html>", "SERVICE_UNAVAILABLE", 7, 1),
    (503, PLAIN, r#"{"error":"down"}"#, "SERVICE_UNAVAILABLE", 7, 1),
    (504, PLAIN, "", "SERVICE_UNAVAILABLE", 7, 1),
    (500, PLAIN, r#"{"error":"x","code":"SERVICE_UNAVAILABLE"}"#, "SERVICE_UNAVAILABLE", 7, 1),
    // 19, but for 405, which is what older servers answer where they lack a route
    (405, PLAIN, "", "NOT_FOUND", 4, 1),
    (410, PLAIN, r#"{"error":"Gone"}"#, "EXECUTION_ERROR", 1, 1),
    (500, PLAIN, "", "EXECUTION_ERROR", 7, 1),
    (524, PLAIN, "<html>A timeout occurred</html>", "EXECUTION_ERROR", 7, 1),
];

#[test]
fn the_rules_in_their_order() {
    RULES.iter().for_each(|rule| refused(rule, &[]));
}

#[test]
fn what_can_be_said_is_said() {
    for (status, kind, body, said) in [
        (
            400,
            "application/json",
            r#"{"error":{"code":"X","message":"v2 says"}}"#,
            "v2 says (INVALID_REQUEST, HTTP 400)",
        ),
        (
            500,
            "application/json",
            r#"{"success":false,"error":"Agent 1: no"}"#,
            "Agent 1: no (EXECUTION_ERROR, HTTP 500)",
        ),
        (
            400,
            "application/json",
            r#"{"error":"Validation error","message":"name is needed"}"#,
            "Validation error: name is needed (",
        ),
        // Nothing of what it should be, and nothing at all.
        (400, "text/plain", "Bad\u{1b}[31m Request", "Bad"),
        (400, "application/json", r#"["a",1]"#, r#"["a",1] (INVALID_REQUEST"#),
        (400, "application/json", "\"only words\"", "\"only words\" (INVALID_REQUEST"),
        (
            400,
            "application/json",
            r#"{"error":5,"message":["x"]}"#,
            r#"{"error":5,"message":["x"]} (INVALID_REQUEST"#,
        ),
        (
            400,
            "application/json",
            r#"{"error":"no","details":"as text","code":7}"#,
            "no (INVALID_REQUEST, HTTP 400)",
        ),
        (400, "application/json", r#"{"err"#, r#"{"err (INVALID_REQUEST"#),
        (500, "application/json", "{}", "the server does not say why (EXECUTION_ERROR, HTTP 500)"),
        (
            500,
            "application/json",
            r#"{"error":{"message":""},"details":[]}"#,
            "the server does not say why (",
        ),
        (400, "application/json", "null", "the server does not say why ("),
        (
            500,
            "application/json",
            r#"{"success":false,"output":{}}"#,
            "the run failed, and the service does not say why (",
        ),
        (500, "", "", "the server answered without a word ("),
    ] {
        let (run, _server) = started([Reply::new(status, kind, body)], &[]);
        let run = run.says(&format!("error: {said}"));
        assert!(!run.stderr.contains('\u{1b}'), "{run:#?}");
    }
    let (run, _server) = started([Reply::json(400, "{}")], &["-o", "json"]);
    assert_eq!(error(&run)["details"], serde_json::json!({}));
}

/// Codes that other routes make of their messages; a question may be asked again after an outage.
#[test]
fn the_other_routes() {
    let unknown = r#"{"error":"Workflow not found","code":"WORKFLOW_NOT_FOUND"}"#;
    let task = r#"{"error":"Failed to fetch task status","code":"FAILED_TO_FETCH_TASK_STATUS"}"#;
    let status = r#"{"error":"Failed to get status","code":"FAILED_TO_GET_STATUS","requestId":"a1b2c3d4"}"#;
    let denied = r#"{"error":"Access denied","code":"ACCESS_DENIED"}"#;
    let key = r#"{"error":"Authentication required","code":"AUTHENTICATION_REQUIRED"}"#;
    for (args, answer, body, said, code) in [
        (&["workflow", "status", "w"][..], 404, unknown, "Workflow not found (NOT_FOUND, HTTP 404)", 4),
        (&["workflow", "validate", "w"], 500, status, "Failed to get status (EXECUTION_ERROR, HTTP 500)", 7),
        (&["job", "status", "j"], 500, task, "Failed to fetch task status (EXECUTION_ERROR, HTTP 500)", 7),
        (&["job", "status", "j"], 403, denied, "Access denied (FORBIDDEN, HTTP 403)", 3),
        (&["limits"], 401, key, "Authentication required (UNAUTHORIZED, HTTP 401)", 3),
    ] {
        let (run, _server) = recall([Reply::json(answer, body)], &[args, &["--max-retries", "0"]].concat());
        assert_eq!(run.stdout, "");
        let run = run.ends(code).says(&format!("error: {said}\n"));
        // A code made of the message says nothing new.
        assert!(!run.stderr.contains("the server's code"), "{run:#?}");
    }
    let (run, _server) =
        recall([Reply::json(500, status)], &["workflow", "status", "w", "--max-retries", "0"]);
    run.says("request id: a1b2c3d4\n");
}
