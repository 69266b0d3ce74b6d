//! How a background run is shown as a job, in the words of each generation.

use serde_json::{Map, Value, json};

use super::deferred::{self, Phase};
use super::document::{moment, number, text};
use crate::local::time::iso;

/// The state of a job; `waiting` is this server's word for the queue.
fn state<'a>(run: &'a Value, now: i64, waiting: &'a str) -> &'a str {
    match (deferred::phase(run, now), text(run, "status")) {
        (Phase::Queued, _) => waiting,
        (Phase::Running | Phase::Due, _) => "processing",
        // A run that waits for a person has done its job.
        (Phase::Settled, "paused") => "completed",
        (Phase::Settled, other) => other,
    }
}

/// What a completed job gives: the run in an envelope.
fn envelope(run: &Value) -> Value {
    json!({
        "success": true,
        "workflowId": run["workflowId"],
        "executionId": run["executionId"],
        "output": run["output"],
        "executedAt": moment(run, "endedAt"),
    })
}

/// A job as present servers show it at `now`.
pub fn present(id: &str, run: &Value, now: i64) -> Value {
    let status = state(run, now, "pending");
    let mut body = json!({
        "success": true,
        "taskId": id,
        "status": status,
        "metadata": {
            "workflowId": run["workflowId"],
            "workspaceId": run["workspaceId"],
            "userId": "local",
            "correlation": {
                "executionId": run["executionId"],
                "requestId": run["requestId"],
                "source": "workflow",
                "workflowId": run["workflowId"],
                "triggerType": run["trigger"],
            },
        },
        "output": if status == "completed" { envelope(run) } else { Value::Null },
    });
    match status {
        "failed" => body["error"] = run["error"].clone(),
        "cancelled" => body["error"] = json!("Cancelled"),
        _ => {}
    }
    body
}

/// A job as the guide and period B show it at `now`.
pub fn view(id: &str, run: &Value, now: i64, expected: i64) -> Value {
    let phase = deferred::phase(run, now);
    let status = state(run, now, "queued");
    let mut metadata = Map::new();
    // One that was cancelled in the queue never started.
    let began = number(&run["plan"], "startsAt");
    let ended = run["endedAt"].as_i64();
    if phase != Phase::Queued && ended.is_none_or(|ended| ended >= began) {
        metadata.insert("startedAt".into(), moment(&run["plan"], "startsAt"));
        if let Some(ended) = ended {
            metadata.insert("completedAt".into(), json!(iso(ended)));
            metadata.insert("duration".into(), json!(ended - began));
        }
    }
    let mut body = Map::new();
    body.insert("success".into(), json!(true));
    body.insert("taskId".into(), json!(id));
    body.insert("status".into(), json!(status));
    body.insert("metadata".into(), Value::Object(metadata));
    match status {
        "queued" | "processing" => {
            body.insert("estimatedDuration".into(), json!(expected));
        }
        "completed" => {
            body.insert("output".into(), envelope(run));
        }
        "failed" => {
            body.insert("error".into(), run["error"].clone());
        }
        _ => {
            body.insert("error".into(), json!("Cancelled"));
        }
    }
    Value::Object(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(status: &str, ended: Option<i64>) -> Value {
        json!({
            "executionId": "e", "workflowId": "w", "status": status, "output": {"n": 1}, "error": "Boom: no",
            "plan": {"startsAt": 1_000, "endsAt": 4_000}, "endedAt": ended,
        })
    }

    #[test]
    fn a_job_goes_from_queued_to_completed() {
        let queued = view("run_1", &run("running", None), 999, 300_000);
        assert_eq!(queued["status"], "queued");
        assert_eq!((&queued["metadata"], &queued["estimatedDuration"]), (&json!({}), &json!(300_000)));
        let processing = view("run_1", &run("running", None), 1_000, 300_000);
        assert_eq!(processing["status"], "processing");
        assert_eq!(processing["metadata"], json!({"startedAt": "1970-01-01T00:00:01.000Z"}));
        let completed = view("run_1", &run("completed", Some(4_000)), 9_000, 300_000);
        assert_eq!(completed["metadata"]["duration"], 3_000);
        assert_eq!(completed["output"]["output"], json!({"n": 1}));
        assert!(completed.get("estimatedDuration").is_none());
    }

    #[test]
    fn failures_and_cancellations_say_why() {
        assert_eq!(view("r", &run("failed", Some(4_000)), 5_000, 0)["error"], "Boom: no");
        let cancelled = view("r", &run("cancelled", Some(500)), 5_000, 0);
        assert_eq!((&cancelled["status"], &cancelled["error"]), (&json!("cancelled"), &json!("Cancelled")));
        assert_eq!(cancelled["metadata"], json!({}));
        assert_eq!(view("r", &run("paused", Some(4_000)), 5_000, 0)["status"], "completed");
    }

    #[test]
    fn present_servers_tell_the_run_and_keep_an_empty_output() {
        let waiting = present("workflow-execution:e", &run("running", None), 999);
        assert_eq!((&waiting["status"], &waiting["output"]), (&json!("pending"), &Value::Null));
        assert_eq!(waiting["metadata"]["correlation"]["executionId"], "e");
        let failed = present("workflow-execution:e", &run("failed", Some(4_000)), 5_000);
        assert_eq!((&failed["error"], &failed["output"]), (&json!("Boom: no"), &Value::Null));
        let completed = present("workflow-execution:e", &run("completed", Some(4_000)), 5_000);
        assert_eq!((&completed["output"]["output"], completed.get("error")), (&json!({"n": 1}), None));
    }
}
