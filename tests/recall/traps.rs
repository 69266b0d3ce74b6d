//! The traps of contract 7.2 that no other file springs. The others, by their numbers: 1 `usage.rs`; 3 `retries.rs`;
//! 4 `stream.rs`, `stream_ends.rs`; 5, 7 `vectors.rs`; 8 `files.rs`; 10 `bad_servers.rs`; 12 `limits.rs`; 13 `cancel.rs`;
//! 14, 16 `background.rs`, `vectors.rs`; 15 `refusals.rs`.

use serde_json::json;

use super::stream::{DONE, FINAL, chunk, frames};
use super::{BA, EX, JOB, WF, home, recall, started};
use crate::support::{Reply, Server};

/// 2: whatever is no control field is input, also where it looks like one. Nothing is lost, nothing is added.
#[test]
fn names_that_look_like_control_fields_are_input() {
    let input =
        r#"{"async":true,"inputs":{},"selected_outputs":["a.b"],"executionId":"x","includeThinking":1}"#;
    let (run, server) = started([Reply::json(200, r#"{"success":true,"output":1}"#)], &["--input", input]);
    run.ends(0);
    let request = server.request();
    assert_eq!(request.body, input);
    assert_eq!(request.header("x-execution-mode"), None);
}

/// 6: a job that the queue has forgotten looks queued for ever. The wait ends by itself, and can be taken up.
#[test]
fn a_dead_job_is_waited_for_until_our_own_deadline() {
    for word in ["queued", "pending", "delayed", "a state nobody knows", ""] {
        let server = Server::answering(move |_, _| {
            Some(Reply::json(
                200,
                json!({"success": true, "taskId": JOB, "status": word, "estimatedDuration": 180_000})
                    .to_string(),
            ))
        });
        let home = home(&server);
        let args = ["recall", "job", "wait", JOB, "--poll-interval", "20ms", "--poll-timeout", "1s"];
        let run = home.run(args).ends(6);
        assert_eq!(run.stdout, "");
        run.says(&format!("error: job {JOB} did not settle in time (TIMEOUT)\n"))
            .says(&format!("hint: ra recall job wait {JOB}\nhint: ra recall job cancel {JOB}\n"));
        assert!(server.lines().len() >= 2, "{:?}", server.lines());
    }
}

/// The deadline asks once more: a job that ended in the last pause is no failure.
#[test]
fn the_last_question_is_asked_at_the_deadline() {
    let job = |status: &str| {
        Reply::json(
            200,
            json!({"taskId": JOB, "status": status, "output": {"content": "just in time"}}).to_string(),
        )
    };
    let args = ["job", "wait", JOB, "--poll-interval", "1h", "--poll-timeout", "100ms"];
    let (run, _server) = recall([job("processing"), job("completed")], &args);
    assert_eq!((run.stdout.as_str(), run.code), ("just in time\n", 0));
}

/// A server that wants to be left alone for longer than `--max-wait` ends a wait; a shorter wish is obeyed.
#[test]
fn a_wait_keeps_to_the_longest_pause_allowed() {
    let refused =
        |wait: &str| Reply::json(429, r#"{"error":"Rate limit exceeded"}"#).header("Retry-After", wait);
    let args = ["job", "wait", JOB, "--poll-interval", "10ms"];
    let (run, _server) = recall([refused("61")], &args);
    run.ends(5)
        .says("hint: wait 61 s, or allow it with --max-wait\n")
        .says(&format!("hint: ra recall job wait {JOB}\n"));
    let (run, _server) = recall([refused("0.2")], &[&args[..], &["--max-wait", "100ms"]].concat());
    run.ends(5);
    let done = Reply::json(200, r#"{"status":"completed","output":1}"#);
    let began = std::time::Instant::now();
    let (run, _server) = recall([refused("0.2"), done], &args);
    assert_eq!((run.stdout.as_str(), run.code), ("1\n", 0));
    assert!(began.elapsed().as_millis() >= 200, "{:?}", began.elapsed());
}

/// 9: a Response block may answer anything; what looks like a refusal is read as one.
#[test]
fn a_workflow_may_answer_like_a_server() {
    for (status, body, code, said) in [
        (401, r#"{"error":"please sign in"}"#, 3, "please sign in (UNAUTHORIZED, HTTP 401)"),
        (404, r#"{"found":false}"#, 4, r#"{"found":false} (NOT_FOUND, HTTP 404)"#),
        (302, r#"{"moved":true}"#, 7, "(REDIRECT, HTTP 302)"),
        (202, r#"{"accepted":7}"#, 0, ""),
        (206, "[1,2]", 0, ""),
    ] {
        let (run, _server) = started([Reply::json(status, body)], &[]);
        let run = run.ends(code).says(said);
        assert_eq!(run.stdout.is_empty(), code != 0, "{run:#?}");
    }
    let answers = [Reply::json(429, r#"{"mine":1}"#), Reply::json(200, r#"{"mine":2}"#)];
    let (run, _server) = started(answers, &["--initial-delay", "1ms", "--jq", ".mine"]);
    assert_eq!((run.stdout.as_str(), run.code), ("2\n", 0));
}

/// What a service may put into any text to steer the terminal of who reads it.
const EVIL: &str = "x\u{1b}]0;PWN\u{7}\u{1b}[31m\u{9b}31m\u{202e}y";

/// 17: nothing steers a terminal, everything reaches a pipe.
#[test]
fn no_text_of_a_workflow_steers_the_terminal() {
    let steers = ["\u{1b}]", "\u{7}", "\u{1b}[31m", "\u{9b}", "\u{202e}"];
    let run = |output: serde_json::Value| {
        json!({"success": true, "executionId": EVIL, "output": output}).to_string()
    };
    let text = || Reply::json(200, run(json!({"content": EVIL})));
    let object = || Reply::json(200, run(json!({"a": EVIL, EVIL: 1})));
    let refusal = || {
        Reply::json(400, json!({"error": EVIL, "message": EVIL, "code": EVIL, "executionId": EVIL, "details": [{"path": EVIL, "message": EVIL}]}).to_string()).header("x-request-id", "r1")
    };
    let pause = || {
        Reply::json(
            200,
            run(
                json!({"_resume": {"uiUrl": EVIL, "contextId": EVIL, "executionId": EVIL, "workflowId": EVIL}}),
            ),
        )
    };
    let stream = || {
        let error = json!({"event": "stream_error", "blockId": EVIL, "error": EVIL}).to_string();
        let tool = json!({"event": "tool", "blockId": BA, "name": EVIL, "status": EVIL}).to_string();
        Reply::sse(frames([chunk(EVIL, EVIL).as_str(), &error, &tool, FINAL, DONE]))
    };
    let job = || {
        Reply::json(
            200,
            json!({"taskId": EVIL, "status": "failed", "error": EVIL, "metadata": {"startedAt": EVIL}})
                .to_string(),
        )
    };
    let accepted = || Reply::json(202, json!({"jobId": EVIL, "executionId": EVIL}).to_string());
    let cancel = || Reply::json(200, json!({"success": false, "reason": EVIL}).to_string());
    let status = || Reply::json(200, json!({"isDeployed": true, "deployedAt": EVIL, EVIL: EVIL}).to_string());
    let limits = || Reply::json(200, json!({"usage": {"plan": EVIL, "currentPeriodCost": 1}}).to_string());
    let cases: [(&dyn Fn() -> Reply, &[&str]); 12] = [
        (&text, &["run", "w"]),
        (&object, &["run", "w"]),
        (&object, &["run", "w", "-o", "json"]),
        (&refusal, &["run", "w"]),
        (&pause, &["run", "w"]),
        (&stream, &["run", "w", "--stream", "--select", "a.b", "-v"]),
        (&stream, &["run", "w", "--stream", "--events"]),
        (&job, &["job", "status", "j"]),
        (&job, &["job", "wait", "j"]),
        (&accepted, &["run", "w", "--async"]),
        (&cancel, &["job", "cancel", "--workflow", "w", "--execution-id", "e"]),
        (&status, &["workflow", "status", "w"]),
    ];
    for (reply, args) in cases.into_iter().chain([(&limits as &dyn Fn() -> Reply, &["limits"][..])]) {
        let server = Server::script([reply()]);
        let args = [&["recall"], args, &["--color", "never"]].concat();
        let (_, screen) = home(&server).terminal(&args).end();
        assert!(screen.contains('x'), "{args:?}: {screen:?}");
        assert!(steers.iter().all(|part| !screen.contains(part)), "{args:?}: {screen:?}");
    }
    let (piped, _server) = recall([text()], &["run", "w"]);
    assert_eq!(piped.stdout, format!("{EVIL}\n"));
    let (piped, _server) = recall([stream()], &["run", "w", "--stream", "--select", "a.b"]);
    assert_eq!(piped.stdout, format!("{EVIL}\n"));
}

/// 18: moments come in several spellings, and as words; none of them is worth a failure.
#[test]
fn moments_in_any_spelling() {
    for moment in ["2026-03-12T08:15:00Z", "2026-03-12T10:15:00+02:00", "2026-03-12 08:15:00", "soon", ""] {
        let status = json!({"isDeployed": true, "deployedAt": moment}).to_string();
        let (run, _server) = recall([Reply::json(200, &status)], &["workflow", "status", WF]);
        assert!(run.ends(0).stdout.starts_with("deployed"));
        let (run, _server) = recall([Reply::json(200, &status)], &["workflow", "status", WF, "-o", "ndjson"]);
        assert_eq!(run.stdout, format!("{status}\n"));
        let job = json!({"taskId": JOB, "status": "queued", "metadata": {"startedAt": moment}}).to_string();
        recall([Reply::json(200, &job)], &["job", "status", JOB]).0.ends(0);
        let window = json!({"isLimited": true, "limit": 1, "remaining": 0, "resetAt": moment});
        let limits = json!({"rateLimit": {"sync": window}}).to_string();
        recall([Reply::json(200, &limits)], &["limits"]).0.ends(0);
        let found = json!({"executionId": EX, "status": "completed", "startedAt": moment, "finalOutput": {"content": "x"}});
        let lost = [
            Reply::json(429, "{}"),
            Reply::json(409, r#"{"error":"x","code":"EXECUTION_ID_CONFLICT"}"#),
            Reply::json(200, found.to_string()),
        ];
        assert_eq!(started(lost, &["--initial-delay", "1ms"]).0.ends(0).stdout, "x\n");
    }
}
