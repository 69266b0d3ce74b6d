//! `ra recall job list`: what this machine remembers; the service is not asked.

use serde_json::json;

use super::{EX, JOB, WF, home, recall};
use crate::support::{Reply, Server};

#[test]
fn jobs_of_this_profile_and_address_newest_first() {
    let accepted = |job: &str| {
        Reply::json(202, json!({"success": true, "async": true, "jobId": job, "executionId": EX}).to_string())
    };
    let done = json!({"success": true, "taskId": JOB, "status": "completed", "output": {"content": "x"}});
    let server = Server::script([accepted(JOB), accepted("run_2"), Reply::json(200, done.to_string())]);
    let home = home(&server);
    home.run(["recall", "run", WF, "--async"]).ends(0);
    home.run(["recall", "run", WF, "--async"]).ends(0);
    home.run(["recall", "job", "wait", JOB]).ends(0);
    let list = |flags: &[&str]| home.run([&["recall", "job", "list"], flags].concat()).ends(0);
    let jobs = list(&["-o", "json"]).json();
    assert_eq!((&jobs[0]["job"], &jobs[0]["state"]), (&json!("run_2"), &json!(null)));
    assert_eq!((&jobs[1]["job"], &jobs[1]["state"]), (&json!(JOB), &json!("completed")));
    assert_eq!((&jobs[1]["workflow"], &jobs[1]["execution"]), (&json!(WF), &json!(EX)));
    assert_eq!(list(&["-o", "id"]).stdout, format!("run_2\n{JOB}\n"));
    assert_eq!(list(&["-o", "id", "--limit", "1"]).stdout, "run_2\n");
    assert!(list(&[]).stdout.lines().nth(2).unwrap().contains("completed"));
    // Looking at an older job does not make it the last one.
    let dry = home.run(["recall", "job", "status", "--last", "--dry-run"]).ends(0);
    assert!(dry.stdout.contains("/api/jobs/run_2"), "{dry:#?}");
    let other = home.env("RECALL_BASE_URL", "http://127.0.0.1:9").run(["recall", "job", "list"]).ends(0);
    assert_eq!(other.stdout, "");
}

#[test]
fn nothing_is_remembered() {
    let (run, server) = recall([], &["job", "list", "-o", "json"]);
    assert_eq!((run.stdout.as_str(), run.code), ("[]\n", 0));
    assert!(server.lines().is_empty());
}
