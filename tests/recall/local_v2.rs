//! The local service's `/api/v2`: V25, strict requests, workflows, logs, billing.

use serde_json::{Value, json};

use super::wire::{Service, block, names};

#[test]
fn v25_a_failed_run_is_an_answer() {
    let service = Service::start(&[]);
    let answer = service.ask_with(
        "POST /api/v2/workflows/fails/execute",
        &["X-Run-Id: mine"],
        "{\"input\":{\"order\":\"7\"}}",
    );
    assert_eq!(answer.status, 200);
    for header in [
        "x-run-id: mine",
        "cache-control: private, no-store",
        "x-ratelimit-limit: 100",
        "x-ratelimit-remaining: 99",
    ] {
        assert!(answer.head.contains(header), "{header}: {answer:?}");
    }
    let data = answer.json()["data"].clone();
    assert_eq!(
        names(&data),
        ["runId", "workflowId", "status", "output", "error", "startedAt", "endedAt", "durationMs"]
    );
    assert_eq!((&data["status"], &data["output"]), (&json!("failed"), &json!({})));
    assert_eq!(
        data["error"],
        json!({
            "message": "order 7 has no address", "code": "BLOCK_EXECUTION_FAILED",
            "blockId": block("3a02"), "blockName": "Check", "blockType": "fail",
        })
    );
    let again = service.ask_with("POST /api/v2/workflows/fails/execute", &["X-Run-Id: mine"], "{}");
    assert_eq!((again.status, &again.json()["error"]["details"]["code"]), (409, &json!("RUN_ID_CONFLICT")));
}

#[test]
fn v25_requests_are_read_to_the_letter() {
    let service = Service::start(&[]);
    assert_eq!(
        service.post("/api/v2/workflows/hello/execute", json!({"message": "hi"}), 400),
        json!({"error": {"code": "BAD_REQUEST", "message": "Invalid request body", "details": [
            {"code": "unrecognized_keys", "keys": ["message"], "path": [], "message": "Unrecognized key: \"message\""}
        ]}})
    );
    for body in [
        json!({"input": "text"}),
        json!({"stream": "yes"}),
        json!({"async": true, "stream": true}),
        json!({"async": true, "selectedOutputs": ["a.b"]}),
        json!({"executionTimeoutSeconds": 5}),
        json!({"async": true, "executionTimeoutSeconds": 0}),
        json!({"base64MaxBytes": 10_485_761}),
        json!({"includeThinking": true}),
        json!([1]),
        Value::Null,
    ] {
        let refused = service.post("/api/v2/workflows/hello/execute", body.clone(), 400);
        assert_eq!(refused["error"]["code"], "BAD_REQUEST", "{body}");
    }
    let list = format!("/api/v2/workflows?workspaceId={}", service.workspace);
    for odd in
        ["nope=1", "limit=", "limit=1&limit=2", "limit=101", "deployedOnly=1", "sortBy=age", "cursor=x"]
    {
        let answer = service.ask(&format!("GET {list}&{odd}"), Value::Null);
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!("BAD_REQUEST")), "{odd}");
        assert!(answer.head.contains("x-ratelimit-limit: 60"), "{answer:?}");
    }
    let missing = service.ask("GET /api/v2/workflows/nobody", Value::Null);
    assert_eq!(
        (missing.status, missing.json()),
        (404, json!({"error": {"code": "NOT_FOUND", "message": "Workflow not found"}}))
    );
    let draft = service.post("/api/v2/workflows/draft/execute", json!({}), 403);
    assert_eq!(
        (&draft["error"]["code"], &draft["error"]["details"]["code"]),
        (&json!("FORBIDDEN"), &json!("WORKFLOW_NOT_DEPLOYED"))
    );
    let nobody = service.ask_as_nobody("GET /api/v2/workspaces", &[]);
    assert_eq!((nobody.status, &nobody.json()["error"]["code"]), (401, &json!("UNAUTHORIZED")));
    assert!(
        nobody.head.contains("www-authenticate: simapikey realm=\"sim api\", header=\"x-api-key\""),
        "{nobody:?}"
    );
    let wrong = service.ask_as_nobody("GET /api/v2/workspaces", &["X-API-Key: wrong"]);
    assert_eq!(wrong.json()["error"]["message"], "Invalid API key");
}

#[test]
fn faults_speak_v2_too() {
    let service = Service::start(&["--fault", "recall:503=5"]);
    let struck = service.ask("GET /api/v2/workspaces", Value::Null);
    assert_eq!((struck.status, &struck.json()["error"]["code"]), (503, &json!("SERVICE_UNAVAILABLE")));
    assert!(struck.head.contains("retry-after: 5"), "{struck:?}");
}

#[test]
fn v25_a_used_up_window_says_when_to_come_back() {
    let service = Service::start(&[]);
    let mut last = None;
    for _ in 0..121 {
        let answer = service.ask("GET /api/v2/workspaces?limit=1", Value::Null);
        if answer.status == 429 {
            last = Some(answer);
            break;
        }
    }
    let answer = last.unwrap();
    let error = answer.json()["error"].clone();
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!("RATE_LIMITED"), &json!("API rate limit exceeded"))
    );
    assert!(error["details"]["retryAfter"].as_str().unwrap().ends_with('Z'));
    let wait = answer.head.lines().find_map(|line| line.strip_prefix("retry-after: ")).unwrap();
    assert!((1..=61).contains(&wait.parse::<i64>().unwrap()), "{answer:?}");
    assert!(answer.head.contains("x-ratelimit-remaining: 0"), "{answer:?}");
}

#[test]
fn workflows_are_made_changed_listed_and_deleted() {
    let service = Service::start(&[]);
    let made = service.post(
        "/api/v2/workflows",
        json!({"workspaceId": service.workspace, "name": "Mine", "folderPath": "Reports/Q1"}),
        201,
    );
    let item = &made["data"];
    assert_eq!(
        (&item["folderPath"], &item["isDeployed"], item.get("folderId")),
        (&json!("/Reports/Q1"), &json!(false), None)
    );
    let list = format!("/api/v2/workflows?workspaceId={}", service.workspace);
    let found = |more: &str| -> Vec<String> {
        let page = service.get(&format!("{list}&{more}"));
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(found("folderPath=/Reports/Q1"), ["Mine"]);
    assert_eq!(found("search=MIN"), ["Mine"]);
    assert_eq!(found("sortBy=name&sortOrder=desc&limit=2"), ["tools", "slow"]);
    assert!(!found("deployedOnly=true").contains(&"draft".to_owned()));
    let first = service.get(&format!("{list}&sortBy=name&limit=2"));
    let cursor = first["nextCursor"].as_str().unwrap().replace('=', "%3D");
    assert_eq!(found(&format!("sortBy=name&limit=1&cursor={cursor}")), ["fails"]);
    // A cursor belongs to its order and filters.
    assert_eq!(service.ask(&format!("GET {list}&sortBy=runCount&cursor={cursor}"), Value::Null).status, 400);
    assert_eq!(service.get("/api/v2/workflows/hello")["data"]["inputs"][0]["name"], "name");
    service.post("/api/v2/workflows", json!({"workspaceId": "other", "name": "x"}), 404);
    let gone = service.ask("DELETE /api/v2/workflows/Mine", Value::Null).json();
    assert_eq!(gone, json!({"data": {"id": item["id"], "deleted": true}}));
    assert_eq!(service.ask("GET /api/v2/workflows/Mine", Value::Null).status, 404);
}

#[test]
fn logs_and_bills_know_runs() {
    let service = Service::start(&[]);
    let run = service.run("hello");
    let list = format!("/api/v2/logs?workspaceId={}&runId={run}", service.workspace);
    let row = service.get(&format!("{list}&details=full&includeFinalOutput=true"))["data"][0].clone();
    assert_eq!((&row["runId"], &row["status"]), (&json!(run), &json!("completed")));
    assert!(row["finalOutput"]["content"].is_string() && row.get("executionId").is_none(), "{row}");
    let whole = service.get(&format!("/api/v2/logs/{run}"))["data"].clone();
    assert_eq!(whole["traceSpans"][0]["children"].as_array().unwrap().len(), 2);
    assert!(whole["workflowState"]["blocks"].is_object());
    // The logs of a workflow that is gone stay, without its name.
    service.ask("DELETE /api/v2/workflows/hello", Value::Null);
    let row = service.get(&format!("{list}&details=full"))["data"][0].clone();
    assert_eq!(
        (&row["workflow"]["name"], &row["workflow"]["deleted"]),
        (&json!("Deleted Workflow"), &json!(true))
    );
    let bill = service.get("/api/v2/billing/status")["data"].clone();
    assert_eq!((&bill["plan"], &bill["status"]), (&json!("free"), &json!("active")));
    let entry = service.get("/api/v2/billing/logs?period=1d&limit=5")["data"][0].clone();
    assert_eq!((&entry["runId"], &entry["creditCost"]), (&json!(run), &bill["credits"]["used"]));
    let spaces = service.get("/api/v2/workspaces?limit=1");
    assert_eq!(spaces["data"][0]["id"], json!(service.workspace));
    let members = service.get(&format!("/api/v2/workspaces/{}/members", service.workspace));
    assert_eq!(members["data"].as_array().unwrap().len(), 1);
}

#[test]
fn folders_are_made_moved_and_deleted() {
    let service = Service::start(&[]);
    let folders = "/api/v2/workflows/folders";
    let made = service.post(folders, json!({"workspaceId": service.workspace, "path": "/a"}), 201);
    assert_eq!(names(&made["data"]), ["name", "path", "parentPath", "createdAt", "updatedAt", "locked"]);
    service.post(folders, json!({"workspaceId": service.workspace, "path": "a/"}), 409);
    let mine = json!({"workspaceId": service.workspace, "name": "Mine", "folderPath": "/a/b"});
    service.post("/api/v2/workflows", mine, 201);
    let paths = || -> Vec<String> {
        let page = service.get(&format!("{folders}?workspaceId={}", service.workspace));
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["path"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(paths(), ["/a", "/a/b"]);
    let change = json!({"workspaceId": service.workspace, "path": "/a", "destinationPath": "/c/d"});
    assert_eq!(service.ask(&format!("PATCH {folders}"), change).json()["data"]["parentPath"], "/c");
    assert_eq!(paths(), ["/c", "/c/d", "/c/d/b"]);
    assert_eq!(service.get("/api/v2/workflows/Mine")["data"]["folderPath"], "/c/d/b");
    let delete = format!("DELETE {folders}?workspaceId={}&path=/c", service.workspace);
    assert_eq!(service.ask(&delete, Value::Null).status, 409);
    let gone = service.ask(&format!("{delete}&recursive=true"), Value::Null).json();
    assert_eq!(
        gone["data"],
        json!({"path": "/c", "deleted": true, "deletedItems": {"folders": 3, "workflows": 1}})
    );
    assert_eq!(service.ask("GET /api/v2/workflows/Mine", Value::Null).status, 404);
}
