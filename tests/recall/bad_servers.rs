//! Answers that are none, to every question that `ra recall` asks: a page, a redirect, an outage, half a document.

use serde_json::{Value, json};

use super::{EX, JOB, KEY, WF, error, recall};
use crate::support::{Reply, Run, Server};

/// Every command that asks, with few and short pauses.
const COMMANDS: &[&[&str]] = &[
    &["run", WF],
    &["run", WF, "--stream"],
    &["run", WF, "--async"],
    &["job", "status", JOB],
    &["job", "wait", JOB, "--poll-interval", "10ms", "--poll-timeout", "20s"],
    &["job", "cancel", "--workflow", WF, "--execution-id", EX],
    &["execution", "resume", WF, EX, "ctx"],
    &["workflow", "status", WF],
    &["workflow", "validate", WF],
    &["limits"],
];

/// Runs a command against a server that always answers so.
#[track_caller]
fn always(reply: impl Fn() -> Reply + Send + 'static, args: &[&str]) -> (Run, Server) {
    let server = Server::answering(move |_, _| Some(reply()));
    let flags = ["--max-retries", "0", "-o", "json"];
    let run = super::home(&server).run([&["recall"], args, &flags].concat());
    assert!(!format!("{run:?}").contains(KEY), "{run:#?}");
    (run, server)
}

/// The last error object on stderr; before it a wait tells what it bears.
#[track_caller]
fn last_error(run: &Run) -> Value {
    let line = run.stderr.lines().last().unwrap_or_default();
    let whole: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {run:#?}"));
    whole["error"].clone()
}

#[test]
fn no_answer_of_recalls() {
    let page = || Reply::new(200, "text/html", "<!DOCTYPE html><html><body>Sign in</body></html>");
    let mislabelled = || Reply::json(200, "<html><body>Sign in</body></html>");
    let nothing = || Reply::json(200, "");
    let half = || Reply::json(200, r#"{"success":true,"sta"#);
    let broken = || Reply::json(200, r#"{"success":true,"sta"#).cut();
    for args in COMMANDS {
        for reply in [page, mislabelled, nothing, half, broken] {
            let (run, _server) = always(reply, args);
            assert_eq!((run.stdout.as_str(), run.code), ("", 7), "{args:?} {run:#?}");
            assert_eq!(last_error(&run)["code"], "INVALID_RESPONSE", "{args:?}");
        }
    }
}

#[test]
fn a_redirect_is_followed_by_nobody() {
    for args in COMMANDS {
        for (status, place) in
            [(301, "https://elsewhere.example/x"), (302, "/login"), (307, ""), (308, "//h/x")]
        {
            let (run, server) = always(move || Reply::new(status, "", "").header("Location", place), args);
            assert_eq!((run.stdout.as_str(), run.code), ("", 7), "{args:?} {run:#?}");
            assert_eq!(last_error(&run)["code"], "REDIRECT", "{args:?}");
            assert!(server.requests().iter().all(|request| request.path.starts_with("/api/")), "{args:?}");
        }
    }
}

#[test]
fn a_401_that_is_an_outage() {
    for args in COMMANDS {
        // Rate headers stand on it too, and mean nothing.
        let (run, _server) = always(
            || {
                Reply::json(401, r#"{"error":"Rate limit check failed"}"#)
                    .header("X-RateLimit-Limit", "10")
                    .header("X-RateLimit-Remaining", "0")
                    .header("X-RateLimit-Reset", "2199-01-01T00:00:00.000Z")
            },
            args,
        );
        assert_eq!((run.stdout.as_str(), run.code), ("", 7), "{args:?} {run:#?}");
        assert_eq!(last_error(&run)["code"], "SERVICE_UNAVAILABLE", "{args:?}");
    }
}

#[test]
fn lists_and_words_where_an_object_should_be() {
    for args in COMMANDS.iter().filter(|args| args[0] != "run" && args[0] != "execution") {
        for body in ["[]", "[{}]", "5", "\"words\"", "true", "null"] {
            let (run, _server) = always(move || Reply::json(200, body), args);
            assert_eq!((run.stdout.as_str(), run.code), ("", 7), "{args:?} {body} {run:#?}");
            assert_eq!(last_error(&run)["code"], "INVALID_RESPONSE", "{args:?} {body}");
        }
        if !args.contains(&"cancel") {
            let (run, _server) = always(|| Reply::new(204, "", ""), args);
            assert_eq!((run.stdout.as_str(), run.code), ("", 7), "{args:?} {run:#?}");
        }
    }
}

/// A member of another kind than it should be costs that member, never the rest, and never the program.
#[test]
fn members_of_the_wrong_kind() {
    let odd = [json!(null), json!(-5.5), json!("x"), json!([1]), json!({"a": 1})];
    let shapes = [
        (
            COMMANDS[0],
            json!({"success": true, "executionId": EX, "output": {"content": "x", "data": {"_resume": {"contextId": "c"}}}, "metadata": {"duration": 1}, "error": null}),
        ),
        (
            COMMANDS[2],
            json!({"success": true, "taskId": JOB, "jobId": JOB, "executionId": EX, "status": "queued", "links": {"status": "/x"}}),
        ),
        (
            COMMANDS[3],
            json!({"success": true, "taskId": JOB, "status": "completed", "metadata": {"duration": 1, "startedAt": "x", "correlation": {"executionId": EX}}, "error": "e",
                "output": {"success": true, "workflowId": WF, "executionId": EX, "output": {"content": "x"}, "error": "e"}}),
        ),
        (
            COMMANDS[5],
            json!({"success": true, "executionId": EX, "redisAvailable": true, "reason": "recorded"}),
        ),
        (
            COMMANDS[7],
            json!({"isDeployed": true, "deployedAt": "2026-03-12T08:15:00.000Z", "isPublished": false, "needsRedeployment": true}),
        ),
        (
            COMMANDS[9],
            json!({"rateLimit": {"sync": {"isLimited": true, "limit": 1, "requestsPerMinute": 1, "maxBurst": 1, "remaining": 1, "resetAt": "x"}},
                "usage": {"currentPeriodCost": 1, "limit": 1, "plan": "free"}, "storage": {"usedBytes": 1, "limitBytes": 1}}),
        ),
    ];
    for (args, good) in shapes {
        for path in places(&good, "") {
            for value in &odd {
                let mut body = good.clone();
                *body.pointer_mut(&path).unwrap() = value.clone();
                let (run, _server) = recall([Reply::json(200, body.to_string())], args);
                assert!(matches!(run.code, 0 | 1 | 7 | 8), "{args:?} {path} = {value}: {run:#?}");
                assert!(!run.stderr.contains("panicked"), "{args:?} {path} = {value}: {run:#?}");
                assert_eq!(
                    run.code == 0,
                    run.stderr.lines().all(|line| !line.starts_with("error:")),
                    "{run:#?}"
                );
            }
        }
    }
}

/// The pointers to all members.
fn places(value: &Value, path: &str) -> Vec<String> {
    let members = value.as_object().into_iter().flatten();
    members
        .flat_map(|(name, inner)| {
            let path = format!("{path}/{name}");
            [vec![path.clone()], places(inner, &path)].concat()
        })
        .collect()
}

#[test]
fn ids_that_are_missing() {
    for body in [
        json!({"success": true, "async": true}),
        json!({"taskId": "", "jobId": null}),
        json!({"taskId": 5}),
        json!({"data": {"runId": ""}}),
        json!({"data": []}),
    ] {
        let (run, _server) =
            recall([Reply::json(202, body.to_string())], &["run", WF, "--async", "--execution-id", "mine"]);
        assert_eq!(run.stdout, "", "{body}");
        run.ends(7)
            .says("(INVALID_RESPONSE, HTTP 202)\n  it begins: ")
            .says("  the run may have been started; it is not sent again\n")
            .says(&format!("hint: ra recall job cancel --workflow {WF} --execution-id mine\n"));
    }
    // Without ids a run is still a run.
    let (run, _server) =
        recall([Reply::json(200, r#"{"success":true,"output":{"content":"x"}}"#)], &["run", WF]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("x\n", "", 0));
    let (run, _server) =
        recall([Reply::json(200, r#"{"success":true,"output":1}"#)], &["run", WF, "-o", "id"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", 0));
}

#[test]
fn a_job_that_says_nothing_of_itself() {
    let args = &["job", "wait", JOB, "--poll-interval", "10ms", "-o", "json"];
    for body in ["{}", r#"{"status":5}"#, r#"{"success":true,"taskId":"x"}"#] {
        let (run, server) = always(move || Reply::json(200, body), &args[..5]);
        assert_eq!((run.stdout.as_str(), run.code), ("", 7), "{run:#?}");
        assert_eq!(server.lines().len(), 6);
        let error = last_error(&run);
        assert_eq!(error["code"], "INVALID_RESPONSE");
        assert_eq!(error["hint"], format!("ra recall job wait {JOB}\nra recall job cancel {JOB}"));
    }
    // One such answer is an accident.
    let done = Reply::json(200, r#"{"status":"completed","output":{"content":"done"}}"#);
    let (run, _server) = recall([Reply::json(200, "{}"), done], &args[..5]);
    assert_eq!((run.stdout.as_str(), run.code), ("done\n", 0));
    let (run, _server) = recall([Reply::json(400, r#"{"error":"no"}"#)], args);
    assert_eq!(error(&run)["code"], "INVALID_REQUEST");
}
