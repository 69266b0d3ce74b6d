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
use super::gate::RequestId;
use super::{BASE, auth, execute, execution};
use crate::local::JobDialect;
use crate::local::World;
use crate::local::store::Result;
use crate::local::time::{iso, now_ms};

/// Where job ids of early servers are stored.
pub const KIND: &str = "recall/job";
/// How long a run stays in the queue, in milliseconds.
const QUEUED: i64 = 300;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What a job id of present servers begins with; the execution id follows.
const PREFIX: &str = "workflow-execution:";

/// How this server writes jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// As the guide documents: `taskId`, and a forecast of three minutes.
    Guide,
    /// As period B: `jobId`, and a forecast of five.
    B,
    /// As present servers: the execution in the id, the run in `metadata`.
    Present,
}

fn style(world: &World) -> Style {
    match world.dialect {
        JobDialect::Documented => Style::Guide,
        JobDialect::Current if world.generation.is_b() => Style::B,
        JobDialect::Current => Style::Present,
    }
}

/// Stores a run that a worker will take up; its id was used before when this is false.
pub fn enqueue(world: &World, run: &Run, mut document: Value, limit_seconds: Option<i64>) -> Result<bool> {
    let fault = world.faults.job("recall");
    document["plan"] = deferred::planned(run, world.pace, QUEUED, limit_seconds, fault);
    execution::begin(world, &document)
}

/// Queues a run and answers 202.
pub fn start(
    world: &World,
    run: Run,
    mut document: Value,
    limit_seconds: Option<i64>,
    request: &RequestId,
) -> Answer {
    document["requestId"] = json!(request.0);
    if !enqueue(world, &run, document, limit_seconds)? {
        return Err(execute::used_before(&run.execution_id));
    }
    accepted(world, &run.execution_id, "Workflow execution queued")
}

/// The 202 of a queued run, which gets its job with it.
pub fn accepted(world: &World, execution: &str, message: &str) -> Answer {
    let style = style(world);
    let created = now_ms();
    let id = if style == Style::Present {
        format!("{PREFIX}{execution}")
    } else {
        let id = format!("run_{}", &Uuid::new_v4().simple().to_string()[..20]);
        let job = json!({"jobId": id, "executionId": execution, "createdAt": created});
        world.store.insert(KIND, &id, &job)?;
        id
    };
    let body = match style {
        Style::Guide => json!({
            "success": true,
            "taskId": id,
            "status": "queued",
            "createdAt": iso(created),
            "links": {"status": format!("/api/jobs/{id}")},
        }),
        Style::B | Style::Present => json!({
            "success": true,
            "async": true,
            "jobId": id,
            "executionId": execution,
            "message": message,
            "statusUrl": format!("{}{BASE}/api/jobs/{id}", world.origin()),
        }),
    };
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

/// `GET /api/jobs/{id}`
pub async fn get(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    auth::for_jobs(&world, &headers)?;
    let unknown = || refuse(StatusCode::NOT_FOUND, "Task not found").coded();
    // A job that was spelled otherwise when it began is still found.
    let execution = match (id.strip_prefix(PREFIX), world.store.get(KIND, &id)?) {
        (Some(execution), _) => execution.to_owned(),
        (None, Some(job)) => text(&job, "executionId").to_owned(),
        (None, None) => return Err(unknown()),
    };
    let run = deferred::settled(&world, &execution).await?.ok_or_else(unknown)?;
    let now = now_ms();
    if run["plan"].is_null() || is_forgotten(&run, now) {
        return Err(unknown());
    }
    let body = match style(&world) {
        Style::Guide => view(&id, &run, now, 180_000),
        Style::B => view(&id, &run, now, 300_000),
        Style::Present => present(&id, &run, now),
    };
    Ok(Json(body).into_response())
}

/// Finished jobs are kept for a day, the others for two.
fn is_forgotten(run: &Value, now: i64) -> bool {
    match run["endedAt"].as_i64() {
        Some(ended) => now - ended > DAY,
        None => now - number(run, "startedAt") > 2 * DAY,
    }
}

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
fn present(id: &str, run: &Value, now: i64) -> Value {
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
fn view(id: &str, run: &Value, now: i64, expected: i64) -> Value {
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
    fn old_jobs_are_forgotten() {
        assert!(!is_forgotten(&json!({"endedAt": 0}), DAY));
        assert!(is_forgotten(&json!({"endedAt": 0}), DAY + 1));
        assert!(!is_forgotten(&json!({"startedAt": 0}), 2 * DAY));
        assert!(is_forgotten(&json!({"startedAt": 0}), 2 * DAY + 1));
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
