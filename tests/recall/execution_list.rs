//! `ra recall execution list`: from v2, and from the log of older servers.

use serde_json::json;

use super::run_v2::v2;
use super::{EX, WF, recall};
use crate::support::Reply;

const LIST: &[&str] = &["execution", "list", WF];

#[test]
fn v2_lists_runs() {
    let page = |id: &str, next: Option<&str>| {
        let run = json!({"runId": id, "workflowId": WF, "status": "completed", "trigger": "api", "durationMs": 143});
        Reply::json(200, json!({"data": [run], "nextCursor": next}).to_string())
    };
    let filters = [
        "--status",
        "completed",
        "--trigger",
        "api",
        "--since",
        "2026-03-20",
        "--until",
        "2026-03-21",
        "--order",
        "asc",
    ];
    let (run, server) =
        v2([page("r1", Some("c=")), page("r2", None)], &[LIST, &filters, &["-o", "tsv"]].concat());
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!((lines.len(), run.code), (2, 0));
    assert!(lines[0].starts_with("r1\tcompleted\tapi\t"), "{run:#?}");
    let query = "status=completed&trigger=api&startDate=2026-03-20T00%3A00%3A00.000Z&endDate=2026-03-21T00%3A00%3A00.000Z&order=asc&limit=100";
    assert_eq!(
        server.lines(),
        ["", "&cursor=c%3D"].map(|more| format!("GET /api/v2/workflows/{WF}/runs?{query}{more}"))
    );
}

#[test]
fn older_servers_have_them_in_the_log() {
    let row = json!({"id": "log_1", "executionId": EX, "workflowId": WF, "level": "error", "trigger": "api", "totalDurationMs": 143, "cost": null});
    let page = || Reply::json(200, json!({"data": [row], "limits": {}}).to_string());
    let filters = ["--workspace", "ws_1", "--status", "failed", "--trigger", "api", "--limit", "1"];
    let (run, server) = recall([page()], &[LIST, &filters, &["-o", "id"]].concat());
    assert_eq!(run.ends(0).stdout, format!("{EX}\n"));
    let query = format!("workspaceId=ws_1&level=error&workflowIds={WF}&triggers=api&limit=1");
    assert_eq!(server.lines(), [format!("GET /api/v1/logs?{query}")]);
    let (run, _server) = recall([page()], &[LIST, &["--workspace", "ws_1", "-o", "json"]].concat());
    assert_eq!(run.json(), json!([row]));
    let (run, _server) = recall([], LIST);
    run.ends(2).says("hint: --workspace ID").says(&format!("hint: ra recall --api v2 execution list {WF}\n"));
    let (run, _server) = recall([], &[LIST, &["--workspace", "ws_1", "--status", "paused"]].concat());
    run.ends(2).says("does not know which runs are `paused`").says("--status paused");
}
