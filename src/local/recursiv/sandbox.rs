//! Code that runs: anonymously ten times a day, and in a project's own sandbox.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::extract::{ConnectInfo, Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::Fields;
use super::projects;
use crate::local::World;
use crate::local::code::{self, Language, Limits, Outcome};
use crate::local::time::{iso, now_ms};

const KIND: &str = "recursiv/sandbox";
/// Anonymous runs a day.
const DAILY: i64 = 10;
const DAY_MS: i64 = 86_400_000;

/// The routes below `/sandbox` and `/projects/{id}/sandbox`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/sandbox/try", routing::post(try_out))
        .route("/projects/{id}/sandbox", routing::get(status).post(start).delete(stop))
        .route("/projects/{id}/sandbox/execute", routing::post(execute))
}

/// What is to run.
fn program(fields: &mut Fields) -> Result<(Language, String), Problem> {
    let source = fields.text("code");
    let language = fields.choice("language", &["typescript", "javascript", "python"]);
    fields.check()?;
    let language = language.as_deref().and_then(Language::named).unwrap_or(Language::TypeScript);
    Ok((language, source))
}

fn allow(world: &World, peer: SocketAddr) -> Result<(), Problem> {
    if world.may_execute(peer) {
        return Ok(());
    }
    let text =
        "Code runs only for callers on this machine; start the server with --allow-exec to change that";
    Err(Problem::new(403, "authorization_error", "forbidden", text))
}

fn shown(outcome: &Outcome) -> Value {
    json!({
        "output": outcome.output, "exitCode": outcome.exit_code,
        "executionTime": u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX), "error": outcome.error,
    })
}

async fn try_out(
    State(world): State<World>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut fields: Fields,
) -> Answer {
    allow(&world, peer)?;
    let (language, source) = program(&mut fields)?;
    let now = now_ms();
    let used = world.store.count(&format!("recursiv/try/{}", now / DAY_MS), 1)?;
    if used > DAILY {
        let wait = u64::try_from(DAY_MS - now % DAY_MS).unwrap_or(0).div_ceil(1000);
        return Err(Problem::later(wait, format!("The {DAILY} anonymous executions of today are used up")));
    }
    let folder = tempfile::Builder::new().prefix("ra-sandbox-").tempdir()?;
    let outcome = code::run(language, &source, folder.path(), Limits::default(), &world.search_path).await?;
    let meta = json!({
        "sandbox_id": Uuid::new_v4().to_string(), "remaining_executions": DAILY - used,
        "signup_url": "https://recursiv.io/",
    });
    Ok(answer::with_meta(shown(&outcome), meta))
}

fn folder(world: &World, project: &Value) -> PathBuf {
    world.data.join("recursiv").join("sandboxes").join(project["id"].as_str().unwrap_or_default())
}

fn running(world: &World, id: &str) -> Result<(Value, Value), Problem> {
    let project = projects::find(world, id)?;
    let sandbox = world.store.get(KIND, id)?.ok_or_else(|| Problem::missing("Sandbox"))?;
    Ok((project, sandbox))
}

async fn start(State(world): State<World>, Path(id): Path<String>) -> Answer {
    let project = projects::find(&world, &id)?;
    let sandbox = json!({
        "id": id, "sandbox_id": Uuid::new_v4().to_string(), "project_id": id, "status": "running",
        "created_at": iso(now_ms()),
    });
    std::fs::create_dir_all(folder(&world, &project))?;
    // Starting twice gives the one that runs.
    let fresh = world.store.insert(KIND, &id, &sandbox)?;
    let sandbox = if fresh { sandbox } else { running(&world, &id)?.1 };
    Ok(if fresh { answer::created(sandbox) } else { answer::one(sandbox) })
}

async fn status(State(world): State<World>, Path(id): Path<String>) -> Answer {
    projects::find(&world, &id)?;
    let stopped = || json!({"project_id": id, "status": "stopped"});
    Ok(answer::one(world.store.get(KIND, &id)?.unwrap_or_else(stopped)))
}

async fn stop(State(world): State<World>, Path(id): Path<String>) -> Answer {
    let (project, _) = running(&world, &id)?;
    world.store.delete(KIND, &id)?;
    let _ = std::fs::remove_dir_all(folder(&world, &project));
    Ok(answer::success())
}

async fn execute(
    State(world): State<World>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    allow(&world, peer)?;
    let (language, source) = program(&mut fields)?;
    let (project, _) = running(&world, &id)?;
    let folder = folder(&world, &project);
    std::fs::create_dir_all(&folder)?;
    Ok(answer::one(shown(
        &code::run(language, &source, &folder, Limits::default(), &world.search_path).await?,
    )))
}
