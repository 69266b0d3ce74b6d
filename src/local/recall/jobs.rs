//! Background runs as jobs: accepted with an id, asked after with `GET /api/jobs/{id}`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{Answer, refuse};
use super::document::{number, text};
use super::engine::Run;
use super::gate::RequestId;
use super::{BASE, auth, deferred, execute, execution, job};
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
        Style::Guide => job::view(&id, &run, now, 180_000),
        Style::B => job::view(&id, &run, now, 300_000),
        Style::Present => job::present(&id, &run, now),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_jobs_are_forgotten() {
        assert!(!is_forgotten(&json!({"endedAt": 0}), DAY));
        assert!(is_forgotten(&json!({"endedAt": 0}), DAY + 1));
        assert!(!is_forgotten(&json!({"startedAt": 0}), 2 * DAY));
        assert!(is_forgotten(&json!({"startedAt": 0}), 2 * DAY + 1));
    }
}
