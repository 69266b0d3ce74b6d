//! `ra recall log list` and `get`: V23, every filter, runs by their own ids, traces.

use super::{EX, WF, recall};
use crate::support::Reply;

const V23: &str = r#"{"data":[{"id":"log_7c2d","workflowId":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","deploymentVersionId":null,"level":"error","trigger":"api","startedAt":"2026-03-20T10:15:30.482Z","endedAt":"2026-03-20T10:15:30.625Z","totalDurationMs":143,"cost":{"total":0.0012},"files":null,"workflow":{"id":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","name":"Support triage","description":null,"deleted":false},"finalOutput":{"error":"Agent 1: Model not found"}}],"nextCursor":"eyJzdGFydGVkQXQiOiIyMDI2LTAzLTIwVDEwOjE1OjMwLjQ4MloiLCJpZCI6ImxvZ183YzJkIn0=","limits":{}}"#;

const LOG: &str = r#"{"data":{"id":"log_7c2d","workflowId":"b7e0","executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","level":"error","trigger":"api","startedAt":"2026-03-20T10:15:30.482Z","endedAt":"2026-03-20T10:15:31.425Z","totalDurationMs":943,"workflow":{"id":"b7e0","name":"Support triage"},"cost":{"total":0.0012},"executionData":{"error":"Agent 1: no key","finalOutput":{"error":"no key"},"traceSpans":[{"name":"Start","type":"start","duration":3,"status":"success"},{"name":"Agent 1","type":"agent","duration":812.4,"status":"error","error":"no key","cost":{"total":0.0012},"tokens":{"total":16},"children":[{"name":"gpt-4o","type":"model","duration":700,"status":"success","tokens":{"prompt":12,"completion":4}},{"name":"天気を調べる","type":"tool","duration":112,"status":"error","output":{"error":"no key"}}]}]}},"limits":{}}"#;

#[test]
fn v23_one_row() {
    let args =
        ["--workspace", "ws_1", "log", "list", "--level", "error", "--details", "full", "--final-output"];
    let more = ["--limit", "1", "--order", "desc"];
    let (run, server) = recall([Reply::json(200, V23)], &[&args[..], &more].concat());
    assert_eq!(
        server.request().line(),
        "GET /api/v1/logs?workspaceId=ws_1&level=error&details=full&includeFinalOutput=true&order=desc&limit=1"
    );
    assert_eq!(
        run.stdout,
        format!(
            "WHEN        LEVEL  WORKFLOW        TRIGGER  DURATION  COST     EXECUTION\n\
             2026-03-20  error  Support triage  api      143 ms    $0.0012  {EX}\n"
        )
    );
    run.ends(0).says("showing 1 of more; --limit 0 for all");
    let (run, _server) =
        recall([Reply::json(200, V23)], &["--workspace", "w", "log", "list", "--limit", "1", "-o", "id"]);
    assert_eq!(run.stdout, "log_7c2d\n");
}

#[test]
fn every_filter_is_sent_and_no_false() {
    let empty = r#"{"data":[],"limits":{}}"#;
    let args = [
        "--workspace",
        "ws_1",
        "log",
        "list",
        "--workflow",
        WF,
        "--workflow",
        "b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5e",
        "--folder",
        "f1",
        "--folder",
        "f2",
        "--trigger",
        "api",
        "--trigger",
        "schedule",
        "--since",
        "2026-03-01",
        "--until",
        "2026-03-02T01:02:03+01:00",
        "--execution",
        EX,
        "--min-duration",
        "1.5s",
        "--max-duration",
        "2m",
        "--min-cost",
        "0.10",
        "--max-cost",
        "5",
        "--model",
        "gpt-4o",
        "--trace",
        "--order",
        "asc",
        "--limit",
        "0",
    ];
    let (run, server) = recall([Reply::json(200, empty)], &args);
    run.ends(0);
    let query = format!(
        "workspaceId=ws_1&workflowIds={WF}%2Cb7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5e&folderIds=f1%2Cf2&triggers=api%2Cschedule\
         &startDate=2026-03-01T00%3A00%3A00.000Z&endDate=2026-03-02T00%3A02%3A03.000Z&executionId={EX}\
         &minDurationMs=1500&maxDurationMs=120000&minCost=0.10&maxCost=5&model=gpt-4o&includeTraceSpans=true\
         &order=asc&details=full&limit=1000"
    );
    assert_eq!(server.request().line(), format!("GET /api/v1/logs?{query}"));
    let (_run, server) =
        recall([Reply::json(200, empty)], &["--workspace", "w", "log", "list", "--details", "basic"]);
    assert_eq!(server.request().line(), "GET /api/v1/logs?workspaceId=w&details=basic&limit=100");
}

#[test]
fn unusable_filters_are_found_before_anything_is_sent() {
    let list = |flags: &[&str]| recall([], &[&["--workspace", "w", "log", "list"], flags].concat()).0.ends(2);
    list(&["--details", "basic", "--trace"]).says("--trace has no effect with --details basic");
    list(&["--min-duration", "soon"]).says("no duration");
    list(&["--min-cost", "cheap"]);
    list(&["--since", "yesterday-ish"]).says("a time is wanted");
    list(&["--level", "warn"]);
    recall([], &["log", "list"]).0.ends(2).says("no workspace");
}

#[test]
fn one_run_by_its_log_id() {
    let (run, server) = recall([Reply::json(200, LOG)], &["log", "get", "log_7c2d"]);
    assert_eq!(server.request().line(), "GET /api/v1/logs/log_7c2d");
    assert!(
        run.stdout.contains("workflow   Support triage\n") && run.stdout.contains("took       943 ms\n"),
        "{run:#?}"
    );
    assert!(
        run.stdout.contains("error      Agent 1: no key\n") && !run.stdout.contains("traceSpans"),
        "{run:#?}"
    );
    let (run, _server) =
        recall([Reply::json(200, LOG)], &["log", "get", "log_7c2d", "--trace", "-o", "json"]);
    assert_eq!(run.json()["executionData"]["traceSpans"][0]["name"], "Start");
}

#[test]
fn the_trace_is_a_tree() {
    let (run, _server) = recall([Reply::json(200, LOG)], &["log", "get", "log_7c2d", "--trace"]);
    let tree = run.stdout.split("\n\n").nth(1).unwrap();
    assert_eq!(
        tree,
        "Start                       3 ms\n\
         ✗ Agent 1 (agent)         812 ms  $0.0012  16 tokens\n\
         │  no key\n\
         ├─ gpt-4o (model)         700 ms           16 tokens\n\
         └─ ✗ 天気を調べる (tool)  112 ms\n\
         \x20    no key\n"
    );
    let none = LOG.replace("traceSpans", "other");
    recall([Reply::json(200, none)], &["log", "get", "log_7c2d", "--trace"])
        .0
        .ends(0)
        .says("there is no trace of this run");
}

#[test]
fn one_run_by_its_own_id() {
    let missing = || Reply::json(404, r#"{"error":"Log not found"}"#);
    let args = ["--workspace", "ws_1", "log", "get", EX, "-o", "id"];
    let (run, server) = recall([missing(), Reply::json(200, V23), Reply::json(200, LOG)], &args);
    assert_eq!(run.stdout, "log_7c2d\n");
    let list = format!("GET /api/v1/logs?workspaceId=ws_1&executionId={EX}&limit=1");
    assert_eq!(
        server.lines(),
        [format!("GET /api/v1/logs/{EX}"), list.clone(), "GET /api/v1/logs/log_7c2d".into()]
    );
    let args = ["--workspace", "ws_1", "log", "get", "--execution", EX];
    let (run, server) = recall([Reply::json(200, V23), Reply::json(200, LOG)], &args);
    run.ends(0);
    assert_eq!(server.lines(), [list, "GET /api/v1/logs/log_7c2d".into()]);
    let nothing = Reply::json(200, r#"{"data":[],"limits":{}}"#);
    let (run, _server) = recall([missing(), nothing], &["--workspace", "ws_1", "log", "get", "nope"]);
    run.ends(4).says("neither a log nor a run has the id `nope` (NOT_FOUND, HTTP 404)");
    // An outage is no reason to look elsewhere.
    let (run, _server) = recall([Reply::json(403, r#"{"error":"Access denied"}"#)], &["log", "get", "log_1"]);
    run.ends(3);
}

#[test]
fn without_a_workspace_there_are_times_and_cost() {
    let body = format!(
        r#"{{"executionId":"{EX}","workflowId":"{WF}","workflowState":{{"blocks":{{}}}},"executionMetadata":{{"trigger":"api","startedAt":"2026-03-20T10:15:30.482Z","totalDurationMs":143,"cost":{{"total":1.5}}}},"limits":{{}}}}"#
    );
    let (run, server) = recall([Reply::json(200, &body)], &["log", "get", "--execution", EX]);
    assert_eq!(server.request().line(), format!("GET /api/v1/logs/executions/{EX}"));
    assert_eq!(
        run.stdout,
        format!(
            "execution  {EX}\nworkflow   {WF}\ntrigger    api\nstarted    2026-03-20\ntook       143 ms\ncost       $1.50\n"
        )
    );
    run.ends(0).says("without --workspace there are only times and cost");
}
