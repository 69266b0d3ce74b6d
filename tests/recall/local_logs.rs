//! The local service's logs: V22's pages, V23's rows, and the trace of a run.

use serde_json::{Value, json};

use super::wire::{Service, block, names};

#[test]
fn v22_workflows_come_in_pages() {
    let service = Service::start(&[]);
    let path = format!("/api/v1/workflows?workspaceId={}&limit=3", service.workspace);
    let first = service.ask(&format!("GET {path}"), Value::Null);
    for header in ["x-ratelimit-limit: 60", "x-ratelimit-remaining: 59", "x-ratelimit-reset: 20"] {
        assert!(first.head.contains(header), "{header}: {first:?}");
    }
    let mut page = first.json();
    assert_eq!(names(&page), ["data", "nextCursor", "limits"]);
    assert_eq!(
        names(&page["data"][0]),
        [
            "id",
            "name",
            "description",
            "folderId",
            "workspaceId",
            "isDeployed",
            "deployedAt",
            "runCount",
            "lastRunAt",
            "createdAt",
            "updatedAt"
        ]
    );
    let mut seen = Vec::new();
    loop {
        seen.extend(page["data"].as_array().unwrap().iter().map(|item| item["name"].clone()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        page = service.get(&format!("{path}&cursor={}", cursor.replace('=', "%3D")));
    }
    assert_eq!(seen, ["hello", "slow", "fails", "asks", "respond", "draft", "reads", "tools"]);
    assert_eq!(names(&page), ["data", "limits"]);
    // One that cannot be read starts the list again.
    assert_eq!(service.get(&format!("{path}&cursor=nonsense"))["data"][0]["name"], "hello");
}

#[test]
fn v23_a_row_for_each_run() {
    let service = Service::start(&[]);
    service.run("hello");
    service.post("/api/workflows/fails/execute", json!({}), 500);
    let list = format!("/api/v1/logs?workspaceId={}", service.workspace);
    let full =
        service.get(&format!("{list}&level=error&details=full&includeFinalOutput=true&limit=1&order=desc"));
    let row = &full["data"][0];
    assert_eq!(
        names(row),
        [
            "id",
            "workflowId",
            "executionId",
            "deploymentVersionId",
            "level",
            "trigger",
            "startedAt",
            "endedAt",
            "totalDurationMs",
            "cost",
            "files",
            "workflow",
            "finalOutput"
        ]
    );
    assert_eq!(row["finalOutput"], json!({"error": "Check: order 42 has no address"}));
    assert_eq!(
        row["workflow"],
        json!({"id": block("0a03"), "name": "fails", "description": "Its second block raises an error", "deleted": false})
    );
    assert_ne!(row["id"], row["executionId"]);
    assert_eq!(names(&full), ["data", "limits"]);
    let basic = service.get(&list);
    assert_eq!(names(&basic["data"][0]).last(), Some(&"files"));
    assert_eq!(basic["data"][1]["cost"].as_object().unwrap().len(), 1);
    let total = service.get("/api/users/me/usage-limits")["usage"]["currentPeriodCost"].as_f64().unwrap();
    let sum: f64 =
        basic["data"].as_array().unwrap().iter().map(|row| row["cost"]["total"].as_f64().unwrap()).sum();
    assert!((sum - total).abs() < 1e-9 && total > 0.0, "{sum} {total}");
}

#[test]
fn filters_orders_and_cursors() {
    let service = Service::start(&[]);
    let ids: Vec<String> = (0..3).map(|_| service.run("hello")).collect();
    service.post("/api/workflows/fails/execute", json!({}), 500);
    let list = format!("/api/v1/logs?workspaceId={}", service.workspace);
    let found = |more: &str| -> Vec<String> {
        let page = service.get(&format!("{list}&{more}"));
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["executionId"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("level=info&order=asc").len(), 3);
    assert_eq!(found(&format!("executionId={}", ids[1])), [ids[1].clone()]);
    assert_eq!(found("workflowIds=fails,nobody").len(), 1);
    assert_eq!(found(&format!("workflowIds={}&limit=0", block("0a01"))).len(), 1);
    assert_eq!(found("triggers=schedule").len(), 0);
    assert_eq!(found("model=local/talker").len(), 3);
    assert_eq!(found("minCost=1").len(), 0);
    assert_eq!(found("maxDurationMs=600000").len(), 4);
    assert_eq!(found("endDate=2026-01-01T00:00:00Z").len(), 0);
    assert_eq!(found("startDate=2026-01-01T00:00:00Z").len(), 4);
    let mut seen = Vec::new();
    let mut more = "order=asc&limit=2".to_owned();
    loop {
        let page = service.get(&format!("{list}&{more}"));
        let rows = page["data"].as_array().unwrap().iter();
        seen.extend(rows.map(|row| row["executionId"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        more = format!("order=asc&limit=2&cursor={}", cursor.replace('=', "%3D"));
    }
    assert_eq!((seen.len(), &seen[..3]), (4, &ids[..]));
    for odd in ["level=debug", "order=up", "minCost=x", "startDate=today", "cursor=nonsense"] {
        let answer = service.ask(&format!("GET {list}&{odd}"), Value::Null);
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("Invalid parameters")), "{odd}");
    }
    assert_eq!(service.ask("GET /api/v1/logs", Value::Null).status, 400);
    assert_eq!(service.ask("GET /api/v1/logs?workspaceId=other", Value::Null).status, 403);
}

#[test]
fn a_trace_tells_what_each_block_did() {
    let service = Service::start(&[]);
    service.post("/api/workflows/fails/execute", json!({}), 500);
    let run = service.run("tools");
    let list = format!(
        "/api/v1/logs?workspaceId={}&details=full&includeTraceSpans=true&order=asc",
        service.workspace
    );
    let rows = service.get(&list)["data"].clone();
    let failed = &rows[0]["traceSpans"][0];
    assert_eq!(
        (&failed["type"], &failed["status"], &failed["name"]),
        (&json!("workflow"), &json!("error"), &json!("fails"))
    );
    let told: Vec<_> = failed["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| (span["name"].as_str().unwrap(), span["status"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("prepare", "success"), ("Check", "error")]);
    assert_eq!(failed["children"][1]["output"], json!({"error": "order 42 has no address"}));
    assert_eq!(failed["children"][0]["input"], json!({"code": {"order": "42"}}));
    let agent = &rows[1]["traceSpans"][0]["children"][0];
    for field in ["id", "startTime", "endTime", "duration", "cost", "tokens", "model", "output"] {
        assert!(!agent[field].is_null(), "{field}: {agent}");
    }
    assert_eq!(rows[1]["cost"]["models"]["local/script"]["tokens"]["total"], agent["tokens"]["total"]);
    let whole = service.get(&format!("/api/v1/logs/{}", rows[1]["id"].as_str().unwrap()))["data"].clone();
    assert_eq!(whole["executionData"]["traceSpans"], rows[1]["traceSpans"]);
    assert_eq!(whole["executionId"], json!(run));
    assert_eq!(whole["workflow"]["userId"], "local");
    let by_run = service.get(&format!("/api/v1/logs/executions/{run}"));
    assert_eq!(names(&by_run), ["executionId", "workflowId", "workflowState", "executionMetadata", "limits"]);
    assert_eq!(by_run["workflowState"]["blocks"].as_object().unwrap().len(), 2);
    let unknown = service.ask(&format!("GET /api/v1/logs/{run}"), Value::Null);
    assert_eq!((unknown.status, unknown.json()), (404, json!({"error": "Log not found"})));
    let unknown = service.ask("GET /api/v1/logs/executions/nope", Value::Null);
    assert_eq!((unknown.status, unknown.json()), (404, json!({"error": "Workflow execution not found"})));
}

#[test]
fn a_run_has_its_row_while_it_goes_on() {
    let service = Service::start(&[]);
    let own = ["X-Execution-Mode: async", "X-Execution-Id: my-run"];
    let started = service.ask_with("POST /api/workflows/slow/execute", &own, "{\"seconds\":60}");
    assert_eq!(started.status, 202);
    let list = format!("/api/v1/logs?workspaceId={}&executionId=my-run", service.workspace);
    // It waits in the queue for a moment, and has no row there.
    assert_eq!(service.get(&list)["data"], json!([]));
    let row = (0..100)
        .find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            service.get(&list)["data"].get(0).cloned()
        })
        .unwrap();
    assert_eq!(
        (&row["endedAt"], &row["totalDurationMs"], &row["cost"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    service.post("/api/workflows/slow/executions/my-run/cancel", Value::Null, 200);
    assert!(service.get(&list)["data"][0]["endedAt"].is_string());
}
