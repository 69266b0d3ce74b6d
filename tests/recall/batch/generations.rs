//! Batches through v2 and `auto`, and workflows by name.

use serde_json::{Value, json};

use super::{batch_in, given_back, results, statuses};
use crate::recall::{EX, WF, home};
use crate::support::{Reply, Server};

/// A server of v2: a run gives its input back, a background run is over at the second look.
fn v2() -> Server {
    let mut looks = 0;
    Server::answering(move |request, _| {
        let run = request.header("x-run-id").unwrap_or(EX).to_owned();
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let done = |output: &Value| json!({"data": {"runId": run, "status": "completed", "output": output}});
        Some(match (request.method.as_str(), body["async"].as_bool()) {
            ("POST", Some(true)) => {
                Reply::json(202, json!({"data": {"runId": run, "statusUrl": "u"}}).to_string())
            }
            ("POST", _) => Reply::json(200, done(&body["input"]).to_string()),
            _ if request.path.starts_with("/api/v2/workspaces") => Reply::json(200, r#"{"data":[]}"#),
            _ => {
                looks += 1;
                let running = json!({"data": {"runId": EX, "status": "running"}});
                let seen = if looks == 1 { running } else { done(&json!("done")) };
                Reply::json(200, seen.to_string())
            }
        })
    })
}

#[test]
fn v2_takes_the_whole_input_under_a_name_of_its_own() {
    for (api, lead) in [("v2", 0), ("auto", 1)] {
        let server = v2();
        let lines = "{\"stream\":1}\n[2]\n";
        let run = batch_in(&home(&server), lines, &["--workflow", WF, "--api", api, "--concurrency", "1"]);
        let outputs: Vec<_> = results(&run.ends(0)).iter().map(|line| line["output"].clone()).collect();
        assert_eq!(json!(outputs), json!([{"stream": 1}, {"input": [2]}]));
        let requests = &server.requests()[lead..];
        assert_eq!(requests.len(), 2);
        for request in requests {
            assert_eq!(request.line(), format!("POST /api/v2/workflows/{WF}/execute"));
            assert!(request.header("x-run-id").is_some() && request.header("x-execution-id").is_none());
        }
        assert_eq!(requests[0].body, r#"{"input":{"stream":1}}"#);
    }
}

#[test]
fn in_v2_background_runs_are_asked_after_by_their_own_id() {
    let server = v2();
    let args = ["--workflow", WF, "--api", "v2", "--async", "--poll-interval", "1ms"];
    let run = batch_in(&home(&server), "{}\n", &args).ends(0);
    assert_eq!(results(&run)[0]["output"], "done");
    let started = server.requests()[0].header("x-run-id").unwrap().to_owned();
    assert_eq!(server.requests()[0].body, r#"{"async":true}"#);
    let look = format!("GET /api/v2/workflows/{WF}/runs/{started}?includeOutput=true");
    assert_eq!(server.lines()[1..], [look.clone(), look]);
}

#[test]
fn a_server_without_v2_stops_the_batch() {
    let off = || Reply::json(404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#);
    let server = Server::script([off()]);
    let args = ["--workflow", WF, "--api", "v2", "--concurrency", "1"];
    let run = batch_in(&home(&server), "{}\n{}\n", &args).ends(4);
    assert_eq!(results(&run)[0]["ran"], false);
    run.says("does not offer v2").says("--api legacy");
    assert_eq!(server.lines().len(), 1);
}

#[test]
fn names_of_workflows_are_looked_up_once() {
    let server = Server::answering(|request, _| {
        Some(if request.method == "GET" {
            Reply::json(
                200,
                json!({"data": [{"id": WF, "name": "Triage"}, {"id": EX, "name": "Digest"}]}).to_string(),
            )
        } else {
            given_back(&request.body)
        })
    });
    let lines = "{\"workflow\":\"triage\"}\n{\"workflow\":\"Digest\"}\n{\"workflow\":\"Digets\"}\n";
    let run = batch_in(&home(&server), lines, &["--workspace", "ws", "--ordered"]);
    assert_eq!(json!(statuses(&run)), json!([[1, "completed"], [2, "completed"], [3, "invalid"]]));
    let last = &results(&run)[2];
    assert_eq!(last["ran"], false);
    assert_eq!(last["error"]["message"], "not run: no workflow is called `Digets`; did you mean `Digest`?");
    run.ends(10);
    let mut asked = server.lines();
    asked[1..].sort();
    let mut execute = [WF, EX].map(|id| format!("POST /api/workflows/{id}/execute"));
    execute.sort();
    assert_eq!(asked[0], "GET /api/v1/workflows?workspaceId=ws&limit=100");
    assert_eq!(asked[1..], execute);

    let run = batch_in(&home(&server), "{}\n", &["--workspace", "ws", "--workflow", "digest"]).ends(0);
    assert_eq!(results(&run)[0]["workflow"], EX);
    let run = batch_in(&home(&server), "{}\n", &["--workspace", "ws", "--workflow", "digets"]).ends(4);
    run.says("did you mean `Digest`?");
}
