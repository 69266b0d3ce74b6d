//! `ra recall execution paused`: who waits, where, and for what.

use serde_json::json;

use super::{BA, EX, WF, recall};
use crate::support::{Reply, Sandbox};

fn paused() -> serde_json::Value {
    json!({"id": "p1", "workflowId": WF, "executionId": EX, "status": "paused", "totalPauseCount": 1, "resumedCount": 0,
        "pausedAt": "2026-03-20T10:15:30.000Z", "expiresAt": null, "pausePoints": [
            {"contextId": "ctx", "blockId": BA, "resumeStatus": "paused", "registeredAt": "2026-03-20T10:15:30.000Z",
             "response": {"data": {"inputFormat": [{"name": "approved", "type": "boolean"}], "responseStructure": []}},
             "resumeLinks": {"uiUrl": "https://h/resume/x"}}]})
}

#[test]
fn the_state_is_always_named() {
    let list = || Reply::json(200, json!({"pausedExecutions": [paused()]}).to_string());
    let (run, server) = recall([list()], &["execution", "paused", WF]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{run:#?}");
    for part in [EX, "ctx", BA, "approved: boolean", "https://h/resume/x"] {
        assert!(lines[1].contains(part), "{run:#?}");
    }
    let asked = format!("GET /api/workflows/{WF}/paused?status=");
    assert_eq!(server.lines(), [format!("{asked}paused%2Cpartially_resumed")]);
    let states = ["--status", "cancelled", "--status", "fully_resumed", "-o", "json"];
    let (run, server) = recall([list()], &[&["execution", "paused", WF], states.as_slice()].concat());
    assert_eq!(run.json(), json!([paused()]));
    assert_eq!(server.lines(), [format!("{asked}cancelled%2Cfully_resumed")]);
    let (run, _server) = recall([list()], &["execution", "paused", WF, "-o", "id"]);
    assert_eq!(run.stdout, format!("{EX}\n"));
}

#[test]
fn one_run_has_its_places_and_their_answers() {
    let detail = || Reply::json(200, paused().to_string());
    let (run, server) = recall([detail()], &["execution", "paused", WF, EX]);
    assert_eq!(server.lines(), [format!("GET /api/workflows/{WF}/paused/{EX}")]);
    let run = run.ends(0).says(&format!("hint: ra recall execution resume {WF} {EX} ctx"));
    assert!(run.stdout.contains("approved: boolean"), "{run:#?}");
    let (run, _server) = recall([detail()], &["execution", "paused", WF, EX, "-o", "json"]);
    assert_eq!(run.json(), paused());
    let (run, _server) = recall([detail()], &["execution", "paused", WF, EX, "-o", "id"]);
    assert_eq!(run.stdout, "ctx\n");
}

#[test]
fn locally() {
    let sandbox = Sandbox::new();
    let local = |words: &str| sandbox.run(["--local", "recall"].into_iter().chain(words.split_whitespace()));
    let run = local("execution paused asks").ends(0);
    assert_eq!(run.stdout, "");
    local("run asks").ends(8);
    assert!(local("execution paused asks").ends(0).stdout.contains("approved: boolean"));
    let id = local("execution paused asks -o id").ends(0).stdout;
    local(&format!("execution paused asks {}", id.trim())).ends(0).says("execution resume");
    local(&format!("execution cancel asks {}", id.trim())).ends(0);
    assert_eq!(local("execution paused asks").ends(0).stdout, "");
}
