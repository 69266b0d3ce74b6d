//! Background runs as jobs: accepted with an id, asked after with `GET /api/jobs/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Answer, refuse};
use super::deferred::{self, Phase};
use super::document::{moment, number, text};
use super::engine::Run;
use super::workflow::Workflow;
use super::{BASE, auth, execute, execution};
use crate::local::JobDialect;
use crate::local::World;
use crate::local::time::{iso, now_ms};

const KIND: &str = "recall/job";
/// How long a run stays in the queue, in milliseconds.
const QUEUED: i64 = 300;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Queues a run and answers 202.
pub fn start(world: &World, workflow: &Workflow, run: Run, limit_seconds: Option<i64>) -> Answer {
    let mut document = execution::new(&run, workflow, "async");
    let fault = world.faults.job("recall");
    document["plan"] = deferred::planned(&run, world.pace, QUEUED, limit_seconds, fault);
    if !execution::begin(world, &document)? {
        return Err(execute::used_before(&run.execution_id));
    }
    let id = format!("run_{}", &Uuid::new_v4().simple().to_string()[..20]);
    let created = now_ms();
    let job = json!({"jobId": id, "executionId": run.execution_id, "createdAt": created});
    world.store.insert(KIND, &id, &job)?;
    let body = match world.dialect {
        JobDialect::Current => json!({
            "success": true,
            "async": true,
            "jobId": id,
            "executionId": run.execution_id,
            "message": "Workflow execution queued",
            "statusUrl": format!("{}{BASE}/api/jobs/{id}", world.origin()),
        }),
        JobDialect::Documented => json!({
            "success": true,
            "taskId": id,
            "status": "queued",
            "createdAt": iso(created),
            "links": {"status": format!("/api/jobs/{id}")},
        }),
    };
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

/// `GET /api/jobs/{id}`
pub async fn get(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    auth::for_jobs(&world, &headers)?;
    let unknown = || refuse(StatusCode::NOT_FOUND, "Task not found").coded();
    let job = world.store.get(KIND, &id)?.ok_or_else(unknown)?;
    let run = deferred::settled(&world, text(&job, "executionId")).await?.ok_or_else(unknown)?;
    let now = now_ms();
    if is_forgotten(&job, &run, now) {
        return Err(unknown());
    }
    let expected = if world.dialect == JobDialect::Current { 300_000 } else { 180_000 };
    Ok(Json(view(&id, &run, now, expected)).into_response())
}

/// Finished jobs are kept for a day, the others for two.
fn is_forgotten(job: &Value, run: &Value, now: i64) -> bool {
    match run["endedAt"].as_i64() {
        Some(ended) => now - ended > DAY,
        None => now - number(job, "createdAt") > 2 * DAY,
    }
}

/// A job as the wire shows it at `now`.
fn view(id: &str, run: &Value, now: i64, expected: i64) -> Value {
    let phase = deferred::phase(run, now);
    let status = match (phase, text(run, "status")) {
        (Phase::Queued, _) => "queued",
        (Phase::Running | Phase::Due, _) => "processing",
        // A run that waits for a person has done its job.
        (Phase::Settled, "paused") => "completed",
        (Phase::Settled, other) => other,
    };
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
            let envelope = json!({
                "success": true,
                "workflowId": run["workflowId"],
                "executionId": run["executionId"],
                "output": run["output"],
                "executedAt": moment(run, "endedAt"),
            });
            body.insert("output".into(), envelope);
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
    fn old_jobs_are_forgotten() {
        let job = json!({"createdAt": 0});
        assert!(!is_forgotten(&job, &json!({"endedAt": 0}), DAY));
        assert!(is_forgotten(&job, &json!({"endedAt": 0}), DAY + 1));
        assert!(!is_forgotten(&job, &json!({}), 2 * DAY));
        assert!(is_forgotten(&job, &json!({}), 2 * DAY + 1));
    }
}
