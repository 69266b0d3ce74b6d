//! `ra recall execution resume`: V06, and the answers of newer servers.

use serde_json::json;

use super::run_v2::v2;
use super::stream::{DONE, FINAL, chunk, frames};
use super::{BA, EX, JOB, WF, home, recall};
use crate::support::{Reply, Sandbox, Server};

const RESUME: &[&str] = &["execution", "resume", WF, EX, "ctx", "-F", "approved=true"];

/// How older servers say that a run goes on.
const STARTED: &str =
    r#"{"status":"started","executionId":"0b9c8d7e","message":"Resume execution started."}"#;

#[test]
fn v06_the_run_goes_on_under_a_new_id() {
    let (run, server) = recall([Reply::json(200, STARTED)], RESUME);
    assert_eq!((run.stdout.as_str(), run.code), ("0b9c8d7e\n", 0));
    let request = server.request();
    assert_eq!(request.line(), format!("POST /api/resume/{WF}/{EX}/ctx"));
    assert_eq!(request.json(), json!({"input": {"approved": true}}));
    let end = json!({"executionId": "0b9c8d7e", "status": "completed", "finalOutput": {"content": "bought"}});
    let replies = [Reply::json(200, STARTED), Reply::json(200, end.to_string())];
    let (run, server) = recall(replies, &[RESUME, &["--wait"]].concat());
    assert_eq!(run.ends(0).stdout, "bought\n");
    assert_eq!(server.lines()[1], format!("GET /api/workflows/{WF}/executions/0b9c8d7e?includeOutput=true"));
    let queued = r#"{"status":"queued","executionId":"0b9c8d7e","queuePosition":2}"#;
    let (run, _server) = recall([Reply::json(200, queued)], RESUME);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("0b9c8d7e\n", "queued at position 2\n"));
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
fn an_answer_that_says_nothing_is_no_success() {
    for body in ["[]", "{}", "taken"] {
        let (run, server) = recall([Reply::json(200, body)], RESUME);
        assert_eq!((run.stdout.as_str(), run.code, server.lines().len()), ("", 7, 1), "{body}");
        run.says("(INVALID_RESPONSE, HTTP 200)")
            .says("  the answer may have been taken, and the run may go on; it is not sent again\n")
            .says(&format!("hint: ra recall execution paused {WF} {EX}\n"));
    }
}

#[test]
fn hints_answer_with_the_fields_that_are_asked_for() {
    let fields = json!([{"name": "verdict", "type": "string"}, {"name": "amount", "type": "number"}]);
    let point =
        json!({"contextId": "a", "resumeStatus": "paused", "response": {"data": {"inputFormat": fields}}});
    let paused = json!({"executionId": EX, "workflowId": WF, "pausePoints": [point]});
    let (run, _server) = recall([Reply::json(200, paused.to_string())], &["execution", "paused", WF, EX]);
    let hint = format!(
        "hint: ra recall execution resume {WF} {EX} a --input '{{\"verdict\":\"...\",\"amount\":0}}'\n"
    );
    run.ends(0).says(&hint);
    let link = json!({"contextId": "a", "executionId": EX, "workflowId": WF});
    let output = json!({"data": {"inputFormat": fields, "_resume": link}});
    let ended = json!({"success": true, "executionId": EX, "output": output});
    recall([Reply::json(200, ended.to_string())], &["run", WF]).0.ends(8).says(&hint);
}

#[test]
fn v2_names_the_place_in_the_body() {
    let over = json!({"data": {"runId": "r2", "status": "completed", "output": {"content": "bought"}}});
    let (run, server) = v2([Reply::json(200, over.to_string())], RESUME);
    assert_eq!(run.ends(0).stdout, "bought\n");
    let request = server.request();
    assert_eq!(request.line(), format!("POST /api/v2/workflows/{WF}/runs/{EX}/resume"));
    assert_eq!(request.json(), json!({"contextId": "ctx", "input": {"approved": true}}));
    let queued = json!({"data": {"runId": "r2", "statusUrl": "https://h/x", "queuePosition": 1}}).to_string();
    let (run, server) =
        v2([Reply::json(202, queued), Reply::json(200, over.to_string())], &[RESUME, &["--wait"]].concat());
    assert_eq!(run.ends(0).stdout, "bought\n");
    assert_eq!(server.lines()[1], format!("GET /api/v2/workflows/{WF}/runs/r2?includeOutput=true"));
}

#[test]
fn a_pause_that_is_not_ready_is_tried_again() {
    let unready = || Reply::json(400, r#"{"error":"Snapshot not ready; execution still finalizing pause"}"#);
    let (run, server) = recall([unready(), unready(), Reply::json(200, STARTED)], RESUME);
    assert_eq!((run.stdout.as_str(), run.code), ("0b9c8d7e\n", 0));
    assert_eq!(run.stderr, "the pause is not ready to be answered yet; trying again\n");
    assert!(server.lines().iter().all(|line| *line == format!("POST /api/resume/{WF}/{EX}/ctx")));
}

/// A paused run with these places, each in its state.
fn paused(places: &[(&str, &str)]) -> Reply {
    let points: Vec<_> =
        places.iter().map(|(id, state)| json!({"contextId": id, "resumeStatus": state})).collect();
    Reply::json(200, json!({"executionId": EX, "workflowId": WF, "pausePoints": points}).to_string())
}

const SOMEWHERE: &[&str] = &["execution", "resume", WF, EX, "--input", "{\"approved\":true}"];

#[test]
fn the_place_may_be_left_out_when_there_is_one() {
    let (run, server) =
        recall([paused(&[("a", "resumed"), ("b", "paused")]), Reply::json(200, STARTED)], SOMEWHERE);
    assert_eq!(run.ends(0).stdout, "0b9c8d7e\n");
    let asked = format!("GET /api/workflows/{WF}/paused/{EX}");
    assert_eq!(server.lines(), [asked, format!("POST /api/resume/{WF}/{EX}/b")]);
    let (run, _server) = recall([paused(&[("a", "paused"), ("b", "paused")])], SOMEWHERE);
    run.ends(2)
        .says("waits at 2 places; say which")
        .says(&format!("hint: ra recall execution resume {WF} {EX} a "))
        .says(&format!("hint: ra recall execution resume {WF} {EX} b "));
    let (run, _server) = recall([paused(&[("a", "resumed")])], SOMEWHERE);
    run.ends(1).says("does not wait for anybody (NOT_PAUSED)").says("hint: ra recall execution get");
    let (run, _server) = recall([Reply::json(404, r#"{"error":"Paused execution not found"}"#)], SOMEWHERE);
    run.ends(4).says(&format!("hint: ra recall execution get {WF} {EX}\n"));
}

#[test]
fn older_servers_are_followed_by_their_log() {
    let missing = || Reply::new(404, "text/html", "<html>no</html>");
    let row = |ended: Option<&str>| {
        let row = json!({"executionId": "0b9c8d7e", "workflowId": WF, "level": "info", "endedAt": ended, "finalOutput": {"content": "bought"}});
        Reply::json(200, json!({"data": [row], "limits": {}}).to_string())
    };
    let none = Reply::json(200, r#"{"data":[],"limits":{}}"#);
    let replies = [Reply::json(200, STARTED), missing(), none, row(None), row(Some("2026-03-20T10:15:30Z"))];
    let wait = [&["--workspace", "ws_1"], RESUME, &["--wait", "--poll-interval", "10ms"]].concat();
    let (run, server) = recall(replies, &wait);
    assert_eq!(run.ends(0).stdout, "bought\n");
    let log =
        "GET /api/v1/logs?workspaceId=ws_1&executionId=0b9c8d7e&details=full&includeFinalOutput=true&limit=1";
    assert_eq!(server.lines()[2..], [log, log, log]);
    let failed = json!({"data": [{"executionId": "0b9c8d7e", "level": "error", "endedAt": "2026", "finalOutput": {"error": "Agent 1: no"}}]});
    let (run, _server) =
        recall([Reply::json(200, STARTED), missing(), Reply::json(200, failed.to_string())], &wait);
    run.ends(1).says("error: Agent 1: no");
    let (run, _server) = recall([Reply::json(200, STARTED), missing()], &[RESUME, &["--wait"]].concat());
    run.ends(4).says("ra recall log list --execution 0b9c8d7e --details full").says("--workspace ID");
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

#[test]
fn the_last_pause_is_remembered() {
    let sandbox = Sandbox::new();
    let local = |words: &str| sandbox.run(["--local", "recall"].into_iter().chain(words.split_whitespace()));
    local("execution resume --last").ends(2).says("is remembered here");
    for run in [
        "run asks",
        "run asks --stream --select decision.result",
        "run asks --async --poll --poll-interval 20ms",
    ] {
        local(run).ends(8);
        local("execution get --last").ends(0).says("warning: the run is paused");
        let run = local("execution resume --last -F approved=true --wait --poll-interval 20ms").ends(0);
        assert!(run.stdout.contains("\"approved\": true"), "{run:#?}");
        assert_eq!(local("execution get --last --jq .status").stdout, "completed\n");
        let id = local("execution get --last -o id").ends(0).stdout;
        // A run that is no job answers to the words of jobs too.
        assert_eq!(local(&format!("job status {id} --jq .status")).ends(0).stdout, "completed\n");
    }
}

#[test]
fn wrong_usage() {
    let server = Server::script([]);
    for (args, part) in [
        (vec!["resume"], "<WORKFLOW>"),
        (vec!["resume", WF], "<EXECUTION>"),
        (vec!["resume", WF, EX, "--last"], "cannot be used with"),
        (vec!["resume", WF, EX, "c", "--poll-timeout", "1m"], "go with --wait"),
        (vec!["resume", WF, "..", "c"], "execution id"),
        (vec!["get", WF], "<EXECUTION>"),
        (vec!["cancel", "--last"], "is remembered here"),
        (vec!["paused", WF, "--status", "asleep"], "asleep"),
    ] {
        home(&server).run([&["recall", "execution"], args.as_slice()].concat()).ends(2).says(part);
    }
}
