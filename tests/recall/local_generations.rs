//! The local service as other generations of servers: period B, and period D with v2 switched off.

use serde_json::{Value, json};

use super::wire::{Service, block, frames};

#[test]
fn b_lacks_what_came_later() {
    let service = Service::start(&["--recall-generation", "b"]);
    for line in [
        "POST /api/v1/workflows/hello/deploy",
        "POST /api/v1/workflows/hello/rollback",
        "GET /api/v1/workflows/hello/export",
        "GET /api/workflows/hello/executions/x",
        "GET /api/v2/workspaces",
    ] {
        let answer = service.ask(line, Value::Null);
        assert_eq!(answer.status, 404, "{line}: {answer:?}");
        assert!(answer.head.contains("content-type: text/html"), "{line}: {answer:?}");
    }
    let nobody = service.ask_as_nobody("POST /api/workflows/hello/execute", &[]);
    let text = "Authentication required - provide session, API key, or internal JWT";
    assert_eq!((nobody.status, nobody.json()), (401, json!({"error": text})));
}

#[test]
fn b_reads_requests_its_own_way() {
    let service = Service::start(&["--recall-generation", "b"]);
    let ask =
        |headers: &[&str], body: &str| service.ask_with("POST /api/workflows/fails/execute", headers, body);
    // What cannot be read is an empty body, and a failed run says its error twice.
    let failed = ask(&[], "{");
    assert_eq!(failed.status, 500);
    assert_eq!(failed.json()["output"], json!({"error": "Check: order 42 has no address"}));
    for _ in 0..2 {
        assert_eq!(ask(&["X-Execution-Id: mine"], "{}").status, 500);
    }
    let anything = service.post("/api/workflows/fails/executions/nope/cancel", Value::Null, 200);
    assert_eq!(anything, json!({"success": true, "executionId": "nope", "redisAvailable": true}));
    let answer = service.ask("GET /api/workflows/asks/paused", Value::Null);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["details"][0]["message"], "Invalid input: expected string, received null");
    let list = format!("/api/v1/workflows?workspaceId={}", service.workspace);
    let deployed = service.get(&format!("{list}&deployedOnly=false"));
    assert!(deployed["data"].as_array().unwrap().iter().all(|item| item["isDeployed"] == true));
    let logs = format!("/api/v1/logs?workspaceId={}&cursor=nonsense", service.workspace);
    assert_eq!(service.get(&logs)["data"].as_array().unwrap().len(), 3);
}

#[test]
fn s9_b_sends_values_as_chunks_and_again_at_the_end() {
    let service = Service::start(&["--recall-generation", "b"]);
    let stream = |workflow: &str, selected: Value| {
        let body = json!({"stream": true, "selectedOutputs": selected});
        frames(&service.ask(&format!("POST /api/workflows/{workflow}/execute"), body))
    };
    service.post("/api/workflows/hello/execute", json!({}), 200);
    let told = stream("slow", json!(["pause.status", "pause", "report.content"]));
    assert_eq!(told[0], json!({"blockId": block("2a01"), "chunk": "completed"}));
    assert_eq!(told[1], json!({"blockId": block("2a02"), "chunk": "\n\nDone "}));
    let end = &told[told.len() - 2..];
    let value = json!({block("2a01"): {"status": "completed"}});
    assert_eq!(end[0], json!({"event": "final", "data": {"success": true, "output": value}}));
    assert_eq!(end[1], "[DONE]");
    // S2a: after an error there is nothing more.
    let failed = stream("fails", json!(["prepare.result"]));
    assert_eq!(
        failed,
        [
            json!({"blockId": block("3a01"), "chunk": "{\n  \"order\": \"42\"\n}"}),
            json!({"event": "error", "error": "Check: order 42 has no address"}),
        ]
    );
}

#[test]
fn v16_b_answers_jobs_with_times_and_resumes_elsewhere() {
    let service = Service::start(&["--recall-generation", "b"]);
    let started =
        service.ask_with("POST /api/workflows/slow/execute", &["X-Execution-Mode: async"], "{\"seconds\":0}");
    let id = started.json()["jobId"].as_str().unwrap().to_owned();
    assert!(id.starts_with("run_") && id.len() == 24, "{id}");
    let path = format!("/api/jobs/{id}");
    assert_eq!(
        service.get(&path),
        json!({"success": true, "taskId": id, "status": "queued", "metadata": {}, "estimatedDuration": 300_000})
    );
    let done = service.settled(&path, "/status");
    for field in ["startedAt", "completedAt", "duration"] {
        assert!(!done["metadata"][field].is_null(), "{field}: {done}");
    }
    let paused = service.run("asks");
    let line = format!("/api/resume/asks/{paused}/{}", block("4a01"));
    let resumed = service.post(&line, json!({"input": {"approved": true}}), 200);
    assert_eq!(
        (&resumed["status"], &resumed["message"]),
        (&json!("started"), &json!("Resume execution started."))
    );
    assert_ne!(resumed["executionId"], json!(paused));
}

#[test]
fn in_b_a_worker_asks_for_admission_again() {
    let service = Service::start(&["--recall-generation", "b"]);
    let mut jobs = Vec::new();
    for _ in 0..100 {
        let headers = ["X-Execution-Mode: async"];
        let answer = service.ask_with("POST /api/workflows/draft/execute", &headers, "{}");
        assert_eq!(answer.status, 403);
        let answer = service.ask_with("POST /api/workflows/slow/execute", &headers, "{\"seconds\":0}");
        if answer.status == 429 {
            break;
        }
        jobs.push(answer.json()["jobId"].as_str().unwrap().to_owned());
    }
    let last = service.settled(&format!("/api/jobs/{}", jobs.last().unwrap()), "/status");
    assert_eq!(
        (&last["status"], &last["error"]),
        (&json!("failed"), &json!("Rate limit exceeded. Please try again later."))
    );
}

#[test]
fn d_has_v2_switched_off() {
    let service = Service::start(&["--recall-generation", "d"]);
    for line in ["GET /api/v2/workspaces?limit=1", "POST /api/v2/workflows/hello/execute", "GET /api/v2"] {
        let answer = service.ask(line, Value::Null);
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#),
            "{line}"
        );
    }
    service.post("/api/v1/workflows/draft/deploy", Value::Null, 200);
    assert_eq!(service.ask("GET /api/workflows/hello/executions/x", Value::Null).status, 404);
}
