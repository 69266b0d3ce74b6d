//! The contract's vectors with their own bytes where no other file holds them: V06, V11, V16, V17, V20, V21.

use serde_json::{Value, json};

use super::{EX, JOB, KEY, WF, error, home, recall, started};
use crate::support::{Reply, Server};

const V06: &str = r#"{"success":true,"executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","output":{"data":{"operation":"human","responseStructure":[],"inputFormat":[{"name":"approved","type":"boolean"}],"submission":null,"_resume":{"apiUrl":"https://tryrecall.com/api/resume/b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d/9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19/c2f1a0de-8e1b-4b55-9a57-1d0a6f2e4b33","uiUrl":"https://tryrecall.com/resume/b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d/9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","contextId":"c2f1a0de-8e1b-4b55-9a57-1d0a6f2e4b33","executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d"}},"status":200,"headers":{"Content-Type":"application/json"}},"metadata":{"duration":55,"startTime":"2026-03-20T10:15:30.000Z","endTime":"2026-03-20T10:15:30.055Z"}}"#;

/// The hint of the pause, typed as it stands, is the vector's second request, to our address and not to the link's.
#[test]
fn v06_from_the_pause_to_the_resume() {
    let resumed = r#"{"status":"started","executionId":"0b9c8d7e-6f5a-4b3c-9d2e-1f0a9b8c7d6e","message":"Resume execution started."}"#;
    let server = Server::script([Reply::json(200, V06), Reply::json(200, resumed)]);
    let home = home(&server);
    let paused = home.run(["recall", "run", WF]).ends(8);
    let hint = paused.stderr.lines().find_map(|line| line.strip_prefix("hint: ra ")).unwrap();
    let run = home.run(shlex::split(hint).unwrap());
    assert_eq!((run.stdout.as_str(), run.code), ("0b9c8d7e-6f5a-4b3c-9d2e-1f0a9b8c7d6e\n", 0));
    let request = &server.requests()[1];
    assert_eq!(request.line(), format!("POST /api/resume/{WF}/{EX}/c2f1a0de-8e1b-4b55-9a57-1d0a6f2e4b33"));
    assert_eq!(request.body, r#"{"input":{"approved":true}}"#);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-api-key"), Some(KEY));
    // For machines the pause comes as the service told of it.
    let (run, _server) = started([Reply::json(200, V06)], &["-o", "ndjson"]);
    assert_eq!((run.stdout, run.code), (format!("{V06}\n"), 8));
}

const GATE: &str = r#"{"error":"Too many requests","message":"Server is at capacity. Please retry shortly.","code":"ADMISSION_GATE_CAPACITY","retryable":true,"retryAfterSeconds":5}"#;

#[test]
fn v11_where_the_wait_is_named() {
    for reply in [
        Reply::json(429, GATE).header("Retry-After", "5"),
        Reply::json(429, GATE),
        Reply::json(429, GATE).header("Retry-After", "soon"),
    ] {
        let (run, _server) = started([reply], &["--max-wait", "1s", "-o", "json"]);
        let error = error(&run.ends(5));
        assert_eq!((&error["code"], &error["retry_after_ms"]), (&json!("RATE_LIMIT_EXCEEDED"), &json!(5000)));
        assert_eq!(error["message"], "Too many requests: Server is at capacity. Please retry shortly.");
    }
}

const C: &str = r#"{"workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","userId":"u1","correlation":{"executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","requestId":"a1b2c3d4","source":"workflow","workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","triggerType":"api"}}"#;
const ENVELOPE: &str = r#"{"success":true,"workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","output":{"content":"done"},"executedAt":"2026-03-20T10:15:41.480Z"}"#;
const TOOK: &str =
    r#"{"startedAt":"2026-03-20T10:15:32.000Z","completedAt":"2026-03-20T10:15:41.500Z","duration":9500}"#;

fn job(status: &str, metadata: &str, more: &str) -> Reply {
    Reply::json(
        200,
        format!(r#"{{"success":true,"taskId":"{JOB}","status":"{status}","metadata":{metadata}{more}}}"#),
    )
}

#[test]
fn v16_three_dialects_one_result() {
    let started = r#"{"startedAt":"2026-03-20T10:15:32.000Z"}"#;
    let ahead = r#","estimatedDuration":300000"#;
    let wrapped = format!(r#","output":{ENVELOPE}"#);
    let bare = r#","output":{"content":"done"}"#;
    let b =
        || [job("queued", "{}", ahead), job("processing", started, ahead), job("completed", TOOK, &wrapped)];
    let c = || [job("pending", C, ""), job("processing", C, ""), job("completed", C, &wrapped)];
    let seed =
        || [job("queued", "{}", ahead), job("processing", started, ahead), job("completed", TOOK, bare)];
    for (replies, duration) in [(b(), json!(9500)), (c(), Value::Null), (seed(), json!(9500))] {
        let args = ["job", "wait", JOB, "--poll-interval", "10ms", "-o", "json"];
        let (run, server) = recall(replies, &args);
        let whole = run.ends(0).json();
        assert_eq!(whole["output"], json!({"content": "done"}));
        assert_eq!(whole["metadata"]["duration"], duration);
        assert_eq!(whole["taskId"], JOB);
        assert_eq!(server.lines(), [(); 3].map(|()| format!("GET /api/jobs/{JOB}")));
    }
    for replies in [b(), c(), seed()] {
        let (run, _server) = recall(replies, &["job", "wait", JOB, "--poll-interval", "10ms"]);
        assert_eq!((run.stdout.as_str(), run.code), ("done\n", 0));
        assert!(run.stderr.contains("queued") && run.stderr.contains("processing"), "{run:#?}");
    }
}

#[test]
fn v17_the_five_bad_ends() {
    let started = r#"{"startedAt":"2026-03-20T10:15:32.000Z"}"#;
    let inner = format!(
        r#","output":{{"success":false,"workflowId":"{WF}","executionId":"{EX}","output":{{}},"executedAt":"2026-03-20T11:45:30.000Z"}}"#
    );
    let took = r#"{"startedAt":"2026-03-20T10:15:32.000Z","completedAt":"2026-03-20T10:15:33.000Z","duration":1000}"#;
    for (reply, said, code) in [
        (
            job("failed", took, r#","error":"Agent 1: Model not found""#),
            "error: Agent 1: Model not found (EXECUTION_ERROR)\n",
            1,
        ),
        (
            job("failed", started, ""),
            "error: the job failed, and the service does not say why (EXECUTION_ERROR)\n",
            1,
        ),
        (
            job("completed", "{}", &inner),
            "error: the run failed, and the service does not say why (EXECUTION_ERROR)\n  a run that was cancelled from elsewhere ends like this too\nhint: ra recall log list --execution 9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19 --details full\n",
            1,
        ),
        (job("cancelled", "{}", ""), "error: the job was cancelled (CANCELLED)\n", 9),
        (
            job("failed", "{}", r#","error":"Rate limit exceeded. Please try again later.""#),
            "error: Rate limit exceeded. Please try again later. (RATE_LIMIT_EXCEEDED)\n",
            5,
        ),
    ] {
        let (run, _server) = recall([reply], &["job", "wait", JOB]);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("", said, code));
    }
}

#[test]
fn v20_the_newer_shape() {
    let body = r#"{"success":true,
 "rateLimit":{"sync":{"isLimited":false,"requestsPerMinute":50,"maxBurst":100,"remaining":97,"resetAt":"2026-03-20T10:16:00.000Z"},
              "async":{"isLimited":false,"requestsPerMinute":200,"maxBurst":400,"remaining":400,"resetAt":"2026-03-20T10:16:00.000Z"},
              "authType":"api"},
 "usage":{"currentPeriodCost":1.2375,"limit":10,"plan":"free"},
 "storage":{"usedBytes":1048576,"limitBytes":5368709120,"percentUsed":0.01953125}}"#;
    let (run, _server) = recall([Reply::json(200, body)], &["limits"]);
    assert!(run.stdout.contains("usage    $1.24 of $10.00"), "{run:#?}");
    assert_eq!((run.stderr.as_str(), run.code), ("", 0));
    let (run, _server) = recall([Reply::json(200, body)], &["limits", "-o", "json"]);
    assert_eq!(run.json(), serde_json::from_str::<Value>(body).unwrap());
}

#[test]
fn v21_why_a_run_was_not_cancelled() {
    let args = ["job", "cancel", "--workflow", WF, "--execution-id", EX];
    let answer = |success: bool, reason: &str| {
        Reply::json(200, json!({"success": success, "executionId": EX, "redisAvailable": success, "durablyRecorded": success,
            "locallyAborted": false, "pausedCancelled": false, "reason": reason}).to_string())
    };
    for reason in [
        "redis_unavailable",
        "redis_write_failed",
        "paused_event_publish_failed",
        "paused_database_cancel_failed",
        "active_resume_signal_failed",
        "cancellation_not_finalized",
    ] {
        let (run, _server) = recall([answer(false, reason)], &args);
        assert_eq!(run.stdout, "");
        run.ends(1).says(&format!("error: the run was not cancelled: {reason}")).says("(EXECUTION_ERROR)\n");
    }
    for (reason, said) in [
        ("recorded", format!("cancelled {EX}\n")),
        ("queue_cancelled", format!("cancelled {EX}\n")),
        ("already_cancelled", format!("{EX} was cancelled already\n")),
        ("already_completed", format!("{EX} was completed already\n")),
        ("already_failed", format!("{EX} had failed already\n")),
    ] {
        let (run, _server) = recall([answer(true, reason)], &args);
        assert_eq!((run.stdout, run.stderr.as_str(), run.code), (said, "", 0));
    }
}
