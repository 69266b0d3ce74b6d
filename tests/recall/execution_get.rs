//! `ra recall execution get` and `cancel`: a run by its own id, in both generations (contract 2.6, 3.3).

use serde_json::json;

use super::run_v2::v2;
use super::{EX, WF, recall};
use crate::support::Reply;

fn execution() -> serde_json::Value {
    json!({"executionId": EX, "workflowId": WF, "status": "completed", "trigger": "api", "level": "info",
        "startedAt": "2026-03-20T10:15:30.482Z", "endedAt": "2026-03-20T10:15:31.294Z", "totalDurationMs": 812,
        "paused": null, "cost": {"total": 0.0123}, "error": null, "finalOutput": {"content": "Hi"}})
}

const GET: &[&str] = &["execution", "get", WF, EX];

#[test]
fn a_run_as_it_stands() {
    let (run, server) = recall([Reply::json(200, execution().to_string())], &[GET, &["-o", "json"]].concat());
    assert_eq!(run.json(), execution());
    assert_eq!(server.lines(), [format!("GET /api/workflows/{WF}/executions/{EX}?includeOutput=true")]);
    let (run, server) = recall(
        [Reply::json(200, execution().to_string())],
        &[GET, &["--select", "a.b", "--select", "c.d"]].concat(),
    );
    assert!(
        server.lines()[0].ends_with("?includeOutput=true&selectedOutputs=a.b%2Cc.d"),
        "{:?}",
        server.lines()
    );
    assert!(run.stdout.starts_with(&format!("execution   {EX}\nstatus      completed\n")), "{run:#?}");
    assert!(
        run.stdout.contains("took        812 ms\n") && run.stdout.contains("{\"content\":\"Hi\"}"),
        "{run:#?}"
    );
    let theirs = json!({"data": {"runId": EX, "workflowId": WF, "status": "failed", "error": {"message": "no", "code": "X"}, "output": {}, "durationMs": 3}});
    let (run, server) = v2([Reply::json(200, theirs.to_string())], &[GET, &["-o", "json"]].concat());
    assert_eq!(run.ends(0).json(), theirs["data"]);
    assert_eq!(server.lines(), [format!("GET /api/v2/workflows/{WF}/runs/{EX}?includeOutput=true")]);
}

#[test]
fn a_paused_run_says_how_to_answer_it() {
    let mut paused = execution();
    paused["status"] = json!("paused");
    paused["paused"] = json!({"contextId": "ctx", "pauseKind": "human"});
    paused["finalOutput"] = json!(null);
    let (run, _server) = recall([Reply::json(200, paused.to_string())], GET);
    run.ends(0)
        .says("warning: the run is paused")
        .says(&format!("hint: ra recall execution resume {WF} {EX} ctx"));
}

#[test]
fn where_the_route_is_missing_the_log_helps() {
    for reply in [Reply::new(404, "text/html", "<html>no</html>"), Reply::new(405, "text/plain", "")] {
        let (run, _server) = recall([reply], GET);
        run.ends(4)
            .says("error: this server cannot be asked for a run")
            .says(&format!("hint: ra recall log list --execution {EX} --details full"))
            .says("hint: --workspace ID");
    }
    let (run, _server) = recall([Reply::json(404, r#"{"error":"Execution not found"}"#)], GET);
    let run = run.ends(4).says("Execution not found");
    assert!(!run.stderr.contains("log list"), "{run:#?}");
}

#[test]
fn every_answer_to_a_cancel() {
    let cancel = |body: serde_json::Value| {
        recall([Reply::json(200, body.to_string())], &["execution", "cancel", WF, EX])
    };
    let yes =
        |reason: &str| json!({"success": true, "executionId": EX, "redisAvailable": true, "reason": reason});
    for (reason, said) in [
        ("recorded", format!("cancelled {EX}\n")),
        ("queue_cancelled", format!("cancelled {EX}\n")),
        ("already_cancelled", format!("{EX} was cancelled already\n")),
        ("already_completed", format!("{EX} was completed already\n")),
        ("already_failed", format!("{EX} had failed already\n")),
    ] {
        let (run, server) = cancel(yes(reason));
        assert_eq!((run.stdout, run.code), (said, 0));
        let request = server.request();
        assert_eq!(request.line(), format!("POST /api/workflows/{WF}/executions/{EX}/cancel"));
        assert_eq!((request.body.as_str(), request.header("content-length")), ("", Some("0")));
    }
    for (reason, part) in [
        ("redis_write_failed", "redis_write_failed (the service's signal store is down; try again)"),
        ("paused_event_publish_failed", "could not close the wait"),
        ("paused_database_cancel_failed", "could not close the wait"),
        ("active_resume_signal_failed", "it is being resumed"),
        ("cancellation_not_finalized", "has not finished; look again"),
        ("already_failed", "already_failed (it had failed before)"),
        ("something_new", "not cancelled: something_new"),
        ("", "the service does not say why"),
    ] {
        cancel(json!({"success": false, "executionId": EX, "reason": reason})).0.ends(1).says(part);
    }
    let unsure = json!({"success": true, "executionId": EX, "redisAvailable": false});
    cancel(unsure).0.ends(0).says("warning: the service may not have passed it on");
    let theirs = json!({"data": {"success": true, "runId": EX, "reason": "recorded"}}).to_string();
    let (run, server) = v2([Reply::json(200, theirs)], &["execution", "cancel", WF, EX, "-o", "json"]);
    assert_eq!(run.json()["runId"], EX);
    assert_eq!(server.lines(), [format!("POST /api/v2/workflows/{WF}/runs/{EX}/cancel")]);
}
