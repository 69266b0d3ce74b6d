//! The local service's runs on the legacy routes: files, tools, jobs, pauses, V21's cancels.

use serde_json::{Value, json};

use super::wire::{Service, block, frames};

const FILE: &str =
    r#"{"type":"file","data":"data:text/plain;base64,aGVsbG8Kd29ybGQK","name":"a.txt","mime":"text/plain"}"#;

fn reads(more: &str) -> String {
    format!("{{\"documents\":[{FILE}]{more}}}")
}

#[test]
fn v24_a_file_is_stored_and_told_of() {
    let service = Service::start(&[]);
    let run = |body: &str| {
        let answer = service.ask_with("POST /api/workflows/reads/execute", &[], body);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["output"].clone()
    };
    let output = run(&reads(""));
    assert_eq!(output["content"], "a.txt: 12 bytes, text/plain, 2 lines");
    let file = &output["files"][0];
    for field in ["id", "name", "url", "size", "type", "key"] {
        assert!(!file[field].is_null(), "{field}: {file}");
    }
    assert_eq!(file["base64"], "aGVsbG8Kd29ybGQK");
    let path = file["url"].as_str().unwrap().split_once("/recall").unwrap().1;
    assert_eq!(service.ask(&format!("GET {path}"), Value::Null).body, "hello\nworld\n");
    assert_eq!(service.ask_as_nobody(&format!("GET {path}"), &[]).status, 401);
    assert_eq!(run(&reads(",\"includeFileBase64\":false"))["files"][0].get("base64"), None);
    assert_eq!(run(&reads(",\"base64MaxBytes\":11"))["files"][0].get("base64"), None);
    // One object will do; an address is not fetched; what cannot be read is skipped.
    assert_eq!(run(&format!("{{\"documents\":{FILE}}}"))["content"], output["content"]);
    let url = r#"{"documents":[{"type":"url","data":"https://example.com/a.pdf","name":"a.pdf","mime":"application/pdf"}]}"#;
    assert_eq!(run(url)["content"], "a.pdf: application/pdf, at https://example.com/a.pdf");
    assert_eq!(run(r#"{"documents":[{"type":"file","data":"data:broken","name":"b"}]}"#)["files"], json!([]));
    // Below `input` it is no declared field's value.
    assert_eq!(
        run(&format!("{{\"input\":{}}}", reads("")))["content"],
        "a.txt: not stored, so it cannot be read"
    );
}

#[test]
fn a_background_run_sees_its_files_as_they_were_sent() {
    let service = Service::start(&[]);
    let started =
        service.ask_with("POST /api/workflows/reads/execute", &["X-Execution-Mode: async"], &reads(""));
    let job = started.json()["jobId"].as_str().unwrap().to_owned();
    let done = service.settled(&format!("/api/jobs/{job}"), "/status");
    assert_eq!(done["output"]["output"]["files"], json!([serde_json::from_str::<Value>(FILE).unwrap()]));
}

#[test]
fn s7_an_agent_thinks_and_calls_a_tool() {
    let service = Service::start(&[]);
    let ask = |headers: &[&str], more: &str| {
        let body = format!("{{\"stream\":true,\"selectedOutputs\":[\"counter.content\"]{more}}}");
        service.ask_with("POST /api/workflows/tools/execute", headers, &body)
    };
    let protocol = ["X-Sim-Stream-Protocol: agent-events-v1"];
    let both = ",\"includeThinking\":true,\"includeToolCalls\":true";
    let answer = ask(&protocol, both);
    assert!(answer.head.contains("x-sim-stream-protocol: agent-events-v1"), "{answer:?}");
    let all = frames(&answer);
    let kinds: Vec<&str> = all
        .iter()
        .map(|frame| frame["event"].as_str().unwrap_or(if frame.is_string() { "done" } else { "chunk" }))
        .collect();
    let mut order = kinds.clone();
    order.dedup();
    assert_eq!(order, ["thinking", "chunk", "tool", "chunk_reset", "tool", "chunk", "final", "done"]);
    let tools: Vec<&Value> = all.iter().filter(|frame| frame["event"] == "tool").collect();
    assert_eq!((&tools[0]["phase"], &tools[0]["name"]), (&json!("start"), &json!("count_words")));
    assert_eq!((&tools[1]["phase"], &tools[1]["status"]), (&json!("end"), &json!("success")));
    assert_eq!(tools[0]["id"], tools[1]["id"]);
    let text = |frames: &[Value]| -> String {
        let from = frames.iter().rposition(|frame| frame["event"] == "chunk_reset").unwrap_or(0);
        frames[from..].iter().filter_map(|frame| frame["chunk"].as_str()).collect()
    };
    assert_eq!(text(&all), "The text has 4 words.");
    let quiet = frames(&ask(&protocol, ""));
    assert!(quiet.iter().all(|frame| frame["event"] != "thinking" && frame["event"] != "tool"), "{quiet:?}");
    // Without the protocol there is only the answer.
    let plain = frames(&ask(&[], ""));
    assert_eq!(text(&plain), "The text has 4 words.");
    assert!(plain.iter().all(|frame| frame["event"].is_null() || frame["event"] == "final"), "{plain:?}");
    let refused = ask(&[], both);
    assert_eq!(refused.status, 400);
    assert!(refused.json()["error"].as_str().unwrap().contains("X-Sim-Stream-Protocol"), "{refused:?}");
}

#[test]
fn a_second_output_begins_with_an_empty_line() {
    let service = Service::start(&[]);
    let body = r#"{"stream":true,"selectedOutputs":["agent1.content","agent2.content"]}"#;
    let all = frames(&service.ask_with("POST /api/workflows/hello/execute", &[], body));
    let first = |end: &str| {
        let id = block(end);
        let chunk = all.iter().find(|frame| frame["blockId"] == json!(id)).unwrap();
        chunk["chunk"].as_str().unwrap().starts_with("\n\n")
    };
    assert!(!first("1a01") && first("1a02"));
    assert_eq!(all.last(), Some(&json!("[DONE]")));
}

#[test]
fn jobs_end_in_every_state() {
    let service = Service::start(&[]);
    let start = |workflow: &str, input: &str, id: &str| {
        let own = format!("X-Execution-Id: {id}");
        let headers = ["X-Execution-Mode: async", own.as_str()];
        let path = format!("POST /api/workflows/{workflow}/execute");
        let answer = service.ask_with(&path, &headers, input);
        assert_eq!(answer.status, 202, "{answer:?}");
        format!("/api/jobs/{}", answer.json()["jobId"].as_str().unwrap())
    };
    let remaining =
        || service.get("/api/users/me/usage-limits")["rateLimit"]["sync"]["remaining"].as_i64().unwrap();
    let before = remaining();
    let jobs = [
        start("slow", "{\"seconds\":0}", "r1"),
        start("fails", "{}", "r2"),
        start("asks", "{}", "r3"),
        start("slow", "{\"seconds\":60}", "r4"),
    ];
    assert_eq!(before - remaining(), 4);
    let waiting = service.get(&jobs[3]);
    assert_eq!((&waiting["status"], &waiting["output"]), (&json!("pending"), &Value::Null));
    assert_eq!(waiting["metadata"]["correlation"]["executionId"], "r4");
    let cancelled = service.post("/api/workflows/slow/executions/r4/cancel", Value::Null, 200);
    assert_eq!(cancelled["reason"], "queue_cancelled");
    let ends: Vec<Value> = jobs.iter().map(|job| service.settled(job, "/status")).collect();
    let states: Vec<&str> = ends.iter().map(|end| end["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["completed", "failed", "completed", "cancelled"]);
    assert!(ends.iter().all(|end| end["success"] == true));
    assert_eq!(ends[0]["output"]["output"]["content"], "Done after 0 s.");
    assert_eq!(ends[1]["error"], "Check: order 42 has no address");
    assert!(ends[2]["output"]["output"]["data"]["_resume"]["contextId"].is_string());
    assert_eq!((&ends[3]["error"], &ends[3]["output"]), (&json!("Cancelled"), &Value::Null));
    let unknown = service.ask("GET /api/jobs/workflow-execution:nope", Value::Null);
    assert_eq!(
        (unknown.status, unknown.json()),
        (404, json!({"error": "Task not found", "code": "TASK_NOT_FOUND"}))
    );
}

#[test]
fn v21_a_run_is_cancelled_once() {
    let service = Service::start(&[]);
    let headers = ["X-Execution-Mode: async", "X-Execution-Id: mine"];
    assert_eq!(
        service.ask_with("POST /api/workflows/slow/execute", &headers, "{\"seconds\":60}").status,
        202
    );
    let cancel = |id: &str, status| {
        service.post(&format!("/api/workflows/slow/executions/{id}/cancel"), Value::Null, status)
    };
    let first = cancel("mine", 200);
    assert_eq!((&first["success"], &first["durablyRecorded"]), (&json!(true), &json!(true)));
    assert_eq!(
        cancel("mine", 200),
        json!({
            "success": true, "executionId": "mine", "redisAvailable": true, "durablyRecorded": false,
            "locallyAborted": false, "pausedCancelled": false, "reason": "already_cancelled",
        })
    );
    let done =
        service.ask_with("POST /api/workflows/slow/execute", &["X-Execution-Id: done"], "{\"seconds\":0}");
    assert_eq!(done.status, 200);
    assert_eq!(cancel("done", 409), json!({"error": "Execution cannot be cancelled while completed"}));
    assert_eq!(cancel("nope", 404), json!({"error": "Execution not found"}));
    let again = service.ask_with("POST /api/workflows/slow/execute", &["X-Execution-Id: done"], "{}");
    assert_eq!((again.status, &again.json()["code"]), (409, &json!("EXECUTION_ID_CONFLICT")));
}

#[test]
fn a_pause_goes_on_in_the_way_it_began() {
    let service = Service::start(&[]);
    let context = block("4a01");
    let resume = |id: &str| {
        let line = format!("POST /api/resume/asks/{id}/{context}");
        service.ask_with(&line, &[], "{\"input\":{\"approved\":true}}")
    };
    let start = |id: &str, header: &str, body: &str| {
        let own = format!("X-Execution-Id: {id}");
        service.ask_with("POST /api/workflows/asks/execute", &[own.as_str(), header], body)
    };
    assert_eq!(start("whole", "X-Nothing: 1", "{}").status, 200);
    let whole = resume("whole").json();
    assert_eq!(
        (&whole["status"], &whole["output"]["result"]["approved"]),
        (&json!("completed"), &json!(true))
    );
    assert_eq!(start("told", "X-Stream-Response: true", "{}").status, 200);
    let told = frames(&resume("told"));
    assert_eq!(told[0]["data"]["output"]["result"]["approved"], true);
    assert_eq!(start("queued", "X-Execution-Mode: async", "{}").status, 202);
    service.settled("/api/workflows/asks/executions/queued", "/status");
    let queued = resume("queued");
    assert_eq!((queued.status, &queued.json()["message"]), (202, &json!("Resume execution queued")));
    let end = service.settled("/api/workflows/asks/executions/queued?includeOutput=true", "/status");
    assert_eq!(end["finalOutput"]["result"]["approved"], true);
    let again = resume("whole");
    assert_eq!(
        (again.status, again.json()),
        (400, json!({"error": "Pause point already resumed or in progress"}))
    );
}
