//! Runs on the local service's `/api/v2`: in the background, streamed, listed, cancelled, resumed.

use serde_json::{Value, json};

use super::wire::{Service, block, frames, names};

#[test]
fn runs_in_the_background_streamed_and_in_part() {
    let service = Service::start(&[]);
    let execute = |workflow: &str, body: Value| {
        service.ask(&format!("POST /api/v2/workflows/{workflow}/execute"), body)
    };
    let queued = execute("slow", json!({"async": true, "input": {"seconds": 0}}));
    assert_eq!(queued.status, 202);
    let data = queued.json()["data"].clone();
    let run = data["runId"].as_str().unwrap();
    assert!(queued.head.contains(&format!("x-run-id: {run}")), "{queued:?}");
    let path = data["statusUrl"].as_str().unwrap().split_once("/recall").unwrap().1;
    let end = service.settled(
        &format!("{path}?includeOutput=true&selectedOutputs={},report.content", block("2a01")),
        "/data/status",
    );
    assert_eq!(
        names(&end["data"]),
        [
            "runId",
            "workflowId",
            "status",
            "trigger",
            "startedAt",
            "endedAt",
            "durationMs",
            "paused",
            "cost",
            "error",
            "output",
            "blockOutputs"
        ]
    );
    assert_eq!(end["data"]["output"]["content"], "Done after 0 s.");
    let selected = execute("slow", json!({"input": {"seconds": 0}, "selectedOutputs": ["report.content"]}));
    assert_eq!(selected.json()["data"]["output"], json!({block("2a02"): {"content": "Done after 0 s."}}));
    let stream = execute(
        "slow",
        json!({"input": {"seconds": 0}, "stream": true, "selectedOutputs": ["report.content"]}),
    );
    assert!(!stream.head.contains("x-run-id") && stream.head.contains("text/event-stream"), "{stream:?}");
    assert_eq!(frames(&stream).last(), Some(&json!("[DONE]")));
    // What its workflow answers by itself elsewhere is data here.
    let respond = execute("respond", json!({}));
    assert_eq!((respond.status, &respond.json()["data"]["output"]["status"]), (200, &json!(201)));
}

#[test]
fn runs_are_listed_cancelled_and_resumed() {
    let service = Service::start(&[]);
    let run = |workflow: &str, body: Value| {
        service.ask(&format!("POST /api/v2/workflows/{workflow}/execute"), body).json()["data"].clone()
    };
    let slow = run("slow", json!({"async": true, "input": {"seconds": 60}}));
    let cancel = format!("/api/v2/workflows/slow/runs/{}/cancel", slow["runId"].as_str().unwrap());
    let first = service.post(&cancel, Value::Null, 200);
    assert_eq!(
        names(&first["data"]),
        [
            "success",
            "runId",
            "redisAvailable",
            "durablyRecorded",
            "locallyAborted",
            "pausedCancelled",
            "reason"
        ]
    );
    let again = service.post(&cancel, Value::Null, 200);
    assert_eq!(
        (&again["data"]["durablyRecorded"], &again["data"]["reason"]),
        (&json!(false), &json!("already_cancelled"))
    );
    let runs = service.get("/api/v2/workflows/slow/runs?status=cancelled,failed");
    assert_eq!(
        names(&runs["data"][0]),
        ["runId", "workflowId", "status", "trigger", "startedAt", "endedAt", "durationMs", "cost"]
    );
    let ended = service.get(cancel.strip_suffix("/cancel").unwrap());
    assert_eq!(ended["data"]["error"]["code"], "CANCELLED");
    assert_eq!(
        service.get("/api/v2/workflows/slow/runs?status=failed"),
        json!({"data": [], "nextCursor": null})
    );
    let paused = run("asks", json!({}));
    assert_eq!((&paused["status"], &paused["error"]), (&json!("paused"), &Value::Null));
    let resume = format!("/api/v2/workflows/asks/runs/{}/resume", paused["runId"].as_str().unwrap());
    service.post(&resume, json!({"contextId": "elsewhere"}), 404);
    service.post(&resume, json!({"input": {}}), 400);
    let body = json!({"contextId": block("4a01"), "input": {"approved": false}});
    let done = service.post(&resume, body.clone(), 200);
    assert_eq!(done["data"]["output"]["result"]["approved"], false);
    assert_eq!(service.post(&resume, body, 409)["error"]["code"], "CONFLICT");
    let path = resume.strip_suffix("/resume").unwrap();
    assert_eq!(service.get(path)["data"]["status"], "completed");
}
