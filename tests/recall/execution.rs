//! `ra recall execution resume`: V06, and the answers of newer servers.

use serde_json::json;

use super::stream::{DONE, FINAL, chunk, frames};
use super::{BA, EX, JOB, WF, recall};
use crate::support::{Reply, Sandbox};

const RESUME: &[&str] = &["execution", "resume", WF, EX, "ctx", "-F", "approved=true"];

#[test]
fn v06_the_run_goes_on_under_a_new_id() {
    let body = r#"{"status":"started","executionId":"0b9c8d7e","message":"Resume execution started."}"#;
    let (run, server) = recall([Reply::json(200, body)], RESUME);
    assert_eq!((run.stdout.as_str(), run.code), ("0b9c8d7e\n", 0));
    let request = server.request();
    assert_eq!(request.line(), format!("POST /api/resume/{WF}/{EX}/ctx"));
    assert_eq!(request.json(), json!({"input": {"approved": true}}));
    let end = json!({"executionId": "0b9c8d7e", "status": "completed", "finalOutput": {"content": "bought"}});
    let replies = [Reply::json(200, body), Reply::json(200, end.to_string())];
    let (run, server) = recall(replies, &[RESUME, &["--wait"]].concat());
    assert_eq!(run.ends(0).stdout, "bought\n");
    assert_eq!(server.lines()[1], format!("GET /api/workflows/{WF}/executions/0b9c8d7e?includeOutput=true"));
}

#[test]
fn newer_servers_answer_with_the_end() {
    let end = |success: bool| {
        json!({"success": success, "status": if success { "completed" } else { "failed" }, "executionId": "e",
            "output": {"content": "bought"}, "error": if success { None } else { Some("Boom: no") }})
        .to_string()
    };
    assert_eq!(recall([Reply::json(200, end(true))], RESUME).0.ends(0).stdout, "bought\n");
    recall([Reply::json(200, end(false))], RESUME).0.ends(1).says("Boom: no (EXECUTION_ERROR");
    let stream = frames([chunk(BA, "bought").as_str(), FINAL, DONE]);
    assert_eq!(recall([Reply::sse(stream)], RESUME).0.ends(0).stdout, "bought\n");
    let job = json!({"success": true, "async": true, "jobId": JOB, "executionId": "e"}).to_string();
    assert_eq!(recall([Reply::json(202, job)], RESUME).0.ends(0).stdout, format!("{JOB}\n"));
    let refused = r#"{"error":"Pause point already resumed or in progress"}"#;
    recall([Reply::json(400, refused)], RESUME)
        .0
        .ends(1)
        .says("already resumed or in progress (INVALID_REQUEST");
}

#[test]
fn the_hint_of_a_pause_works_as_it_stands() {
    let sandbox = Sandbox::new();
    let paused = sandbox.run(["--local", "recall", "run", "asks"]).ends(8);
    let hint = paused.stderr.lines().find_map(|line| line.strip_prefix("hint: ra ")).unwrap().to_owned();
    let mut words = shlex::split(&hint).unwrap();
    words.push("--wait".to_owned());
    let run = sandbox.run(words).ends(0);
    assert!(run.stdout.contains("\"approved\": true"), "{run:#?}");
}
