//! `ra recall job cancel`: V21, and where workflow and run come from.

use serde_json::json;

use super::{EX, JOB, WF, home, recall};
use crate::support::{Reply, Server};

fn line() -> String {
    format!("POST /api/workflows/{WF}/executions/{EX}/cancel")
}

const NAMED: &[&str] = &["job", "cancel", "--workflow", WF, "--execution-id", EX];

#[test]
fn v21_the_answers() {
    let yes = json!({"success": true, "executionId": EX, "redisAvailable": true}).to_string();
    let (run, server) = recall([Reply::json(200, &yes)], NAMED);
    assert_eq!((run.stdout, run.stderr.as_str(), run.code), (format!("cancelled {EX}\n"), "", 0));
    let request = server.request();
    assert_eq!((request.line(), request.body.as_str()), (line(), ""));
    assert_eq!(request.header("content-length"), Some("0"));
    let no =
        json!({"success": false, "executionId": EX, "redisAvailable": false, "reason": "redis_unavailable"});
    recall([Reply::json(200, no.to_string())], NAMED).0.ends(1).says("not cancelled: redis_unavailable");
    let over = r#"{"error":"Execution cannot be cancelled while completed"}"#;
    recall([Reply::json(409, over)], NAMED).0.ends(1).says("(CONFLICT, HTTP 409)");
    recall([Reply::json(404, r#"{"error":"Execution not found"}"#)], NAMED).0.ends(4);
    let short = ["job", "cancel", "--workflow", WF, "--execution", EX];
    recall([Reply::json(404, r#"{"error":"Execution not found"}"#)], &short).0.ends(4);
    let again = json!({"success": true, "executionId": EX, "reason": "already_cancelled"}).to_string();
    assert_eq!(recall([Reply::json(200, again)], NAMED).0.stdout, format!("{EX} was cancelled already\n"));
    let unsure = json!({"success": true, "executionId": EX, "redisAvailable": false}).to_string();
    recall([Reply::json(200, unsure)], NAMED)
        .0
        .ends(0)
        .says("warning: the service may not have passed it on");
    let (run, _server) = recall([Reply::json(200, &yes)], &[NAMED, &["-o", "json"]].concat());
    assert_eq!(run.json()["success"], true);
}

#[test]
fn a_remembered_job_needs_nothing_more() {
    let accepted = json!({"success": true, "async": true, "jobId": JOB, "executionId": EX}).to_string();
    let yes = || Reply::json(200, r#"{"success":true}"#);
    let server = Server::script([Reply::json(202, accepted), yes(), yes(), yes()]);
    let home = home(&server);
    home.run(["recall", "run", WF, "--async"]).ends(0);
    home.run(["recall", "job", "cancel", "--last"]).ends(0);
    home.run(["recall", "job", "cancel", JOB]).ends(0);
    home.run(["recall", "job", "cancel", EX]).ends(0);
    assert!(server.lines()[1..].iter().all(|sent| *sent == line()), "{:?}", server.lines());
}

#[test]
fn another_job_is_asked() {
    let newer = json!({"success": true, "taskId": JOB, "status": "processing", "metadata": {"workflowId": WF, "correlation": {"executionId": EX}}});
    let older = json!({"success": true, "taskId": JOB, "status": "completed", "metadata": {}, "output": {"success": true, "workflowId": WF, "executionId": EX}});
    for job in [newer, older] {
        let replies = [Reply::json(200, job.to_string()), Reply::json(200, r#"{"success":true}"#)];
        let (run, server) = recall(replies, &["job", "cancel", JOB]);
        run.ends(0);
        assert_eq!(server.lines(), [format!("GET /api/jobs/{JOB}"), line()]);
    }
    let bare = json!({"success": true, "taskId": JOB, "status": "processing", "metadata": {}}).to_string();
    let (run, _server) = recall([Reply::json(200, &bare)], &["job", "cancel", JOB]);
    run.ends(2).says("give --workflow and --execution-id");
    let (run, _server) = recall([Reply::json(200, &bare)], &["job", "cancel", JOB, "--workflow", WF]);
    run.ends(2).says("give --execution-id");
    recall([], &["job", "cancel"]).0.ends(2).says("--last");
    recall([], &["job", "cancel", "--last"]).0.ends(2).says("no job was started from here");
}
