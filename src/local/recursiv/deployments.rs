//! Deployments: stored once when asked for; how far they are follows from the clock.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::projects;
use crate::local::World;
use crate::local::time::{iso, now_ms};

const KIND: &str = "recursiv/deployment";

/// The steps of a build: after how many milliseconds, and what the log says then.
const STEPS: [(i64, &str); 6] = [
    (0, "queued"),
    (500, "fetching the source"),
    (900, "installing dependencies"),
    (1600, "building"),
    (2400, "starting the new version"),
    (3000, "healthy; the deployment is complete"),
];
const QUEUED_MS: i64 = 500;
const BUILT_MS: i64 = 3000;

/// The routes below `/deployments` and `/projects/{id}/deploy…`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/projects/{id}/deploy", routing::post(deploy))
        .route("/projects/{id}/deployments", routing::get(of_project))
        .route("/projects/{id}/deployments/{deployment}", routing::get(get))
        .route("/projects/{id}/deployments/{deployment}/logs", routing::get(logs))
        .route("/deployments", routing::get(list).post(create))
        .route("/deployments/{id}/status", routing::get(status))
        .route("/deployments/{id}/cancel", routing::post(cancel))
}

/// Milliseconds from a deployment's begin to its end or to now.
fn age(plan: &Value) -> i64 {
    let began = plan["began_ms"].as_i64().unwrap_or_default();
    plan["cancelled_ms"].as_i64().unwrap_or_else(now_ms) - began
}

/// A stored plan as it looks at this moment.
fn shown(plan: &Value) -> Value {
    let (age, began) = (age(plan), plan["began_ms"].as_i64().unwrap_or_default());
    let cancelled = plan["cancelled_ms"].as_i64();
    let status = match age {
        _ if cancelled.is_some() => "cancelled",
        ..QUEUED_MS => "queued",
        QUEUED_MS..BUILT_MS => "building",
        _ => "completed",
    };
    let completed = cancelled.or((age >= BUILT_MS).then_some(began + BUILT_MS));
    let id = plan["id"].as_str().unwrap_or_default();
    let host = format!("https://{}.local.recursiv.example", id.get(..8).unwrap_or(id));
    json!({
        "id": id, "deployment_id": id, "project_id": plan["project_id"], "type": plan["type"], "status": status,
        "branch": plan["branch"], "commit_hash": plan["commit_hash"], "commit_message": plan["commit_message"],
        "deployment_url": (status == "completed").then_some(host),
        "created_at": iso(began), "started_at": (age >= QUEUED_MS).then(|| iso(began + QUEUED_MS)),
        "completed_at": completed.map(iso), "error_message": null,
    })
}

fn begin(world: &World, project: &str, fields: &mut Fields) -> Answer {
    let kind = fields.choice("type", &["preview", "production"]).unwrap_or_else(|| "production".into());
    let branch = fields.maybe("branch").unwrap_or_else(|| "main".into());
    let (hash, message) = (fields.maybe("commit_hash"), fields.maybe("commit_message"));
    fields.check()?;
    projects::find(world, project)?;
    let id = Uuid::new_v4().to_string();
    let plan = json!({
        "id": id, "project_id": project, "type": kind, "branch": branch, "commit_hash": hash,
        "commit_message": message, "began_ms": now_ms(),
    });
    world.store.insert(KIND, &id, &plan)?;
    Ok(answer::created(shown(&plan)))
}

async fn deploy(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    begin(&world, &id, &mut fields)
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    let project = fields.text("project_id");
    begin(&world, &project, &mut fields)
}

fn newest_first(world: &World, project: Option<&str>) -> Result<Vec<Value>, Problem> {
    let mut all = world.store.list(KIND)?;
    all.retain(|plan| project.is_none_or(|project| plan["project_id"] == project));
    Ok(all.iter().rev().map(shown).collect())
}

async fn of_project(State(world): State<World>, Path(id): Path<String>, asked: Asked) -> Answer {
    projects::find(&world, &id)?;
    Ok(answer::list(newest_first(&world, Some(&id))?, asked.page))
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    Ok(answer::list(newest_first(&world, asked.maybe("project_id"))?, asked.page))
}

fn find(world: &World, project: Option<&str>, id: &str) -> Result<Value, Problem> {
    let plan = world.store.get(KIND, id)?.ok_or_else(|| Problem::missing("Deployment"))?;
    match project {
        Some(project) if plan["project_id"] != project => Err(Problem::missing("Deployment")),
        _ => Ok(plan),
    }
}

async fn get(State(world): State<World>, Path((project, id)): Path<(String, String)>) -> Answer {
    Ok(answer::one(shown(&find(&world, Some(&project), &id)?)))
}

async fn status(State(world): State<World>, Path(id): Path<String>) -> Answer {
    Ok(answer::one(shown(&find(&world, None, &id)?)))
}

async fn logs(
    State(world): State<World>,
    Path((project, id)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let plan = find(&world, Some(&project), &id)?;
    let (age, began) = (age(&plan), plan["began_ms"].as_i64().unwrap_or_default());
    let mut lines: Vec<String> = STEPS
        .iter()
        .filter(|(after, _)| *after <= age)
        .map(|(after, text)| format!("{} {text}", iso(began + after)))
        .collect();
    if let Some(at) = plan["cancelled_ms"].as_i64() {
        lines.push(format!("{} cancelled", iso(at)));
    }
    if let Some(most) = asked.maybe("lines") {
        let most: usize = most.parse().map_err(|_| Problem::field("lines", "Expected a number"))?;
        lines.drain(..lines.len().saturating_sub(most));
    }
    Ok(answer::one(json!({"logs": lines.join("\n")})))
}

async fn cancel(State(world): State<World>, Path(id): Path<String>) -> Answer {
    let plan = find(&world, None, &id)?;
    if plan["cancelled_ms"].is_i64() || age(&plan) >= BUILT_MS {
        return Err(Problem::conflict("deployment_finished", "The deployment has ended already"));
    }
    let changed = world.store.update(KIND, &id, |plan| plan["cancelled_ms"] = json!(now_ms()))?;
    Ok(answer::one(shown(&changed.ok_or_else(|| Problem::missing("Deployment"))?)))
}
