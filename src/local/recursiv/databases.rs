//! Databases: one file for each, queried with Postgres' SQL.

use std::path::PathBuf;
use std::time::Duration;

use axum::extract::State;
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::sql::Database;
use super::{people, projects};
use crate::local::World;
use crate::local::store;
use crate::local::time::{iso, now_ms};

const KIND: &str = "recursiv/database";
/// How long a created database is being provisioned.
const PROVISIONING_MS: i64 = 1000;
/// Longest run of one statement.
const STATEMENT: Duration = Duration::from_secs(30);

/// The routes below `/databases`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/databases", routing::get(list).post(create))
        .route("/databases/ensure", routing::post(ensure))
        .route("/databases/credentials", routing::get(credentials))
        .route("/databases/query", routing::post(query))
}

/// A database has its project's and its own name in its id, so that making it twice meets the same one.
fn id_of(project: &str, name: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("ra:local/{project}/{name}").as_bytes()).to_string()
}

fn shown(database: &Value) -> Value {
    let mut database = database.clone();
    let ready = database["ready_ms"].as_i64().unwrap_or_default() <= now_ms();
    database["status"] = json!(if ready { "ready" } else { "provisioning" });
    if let Some(fields) = database.as_object_mut() {
        fields.shift_remove("ready_ms");
        fields.shift_remove("password");
    }
    database
}

fn named(fields: &mut Fields) -> Result<(String, String), Problem> {
    let (project, name) = (fields.text("project_id"), fields.text("name"));
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !name.is_empty() && (!plain || name.len() > 63) {
        fields.blame("name", "Use at most 63 letters, digits, dashes and underscores");
    }
    fields.check()?;
    Ok((project, name))
}

/// Makes a database unless it is there; says whether it was made.
fn make(world: &World, project: &str, name: &str, delay_ms: i64) -> Result<(Value, bool), Problem> {
    projects::find(world, project)?;
    let database = described(project, name, delay_ms);
    let id = id_of(project, name);
    let made = world.store.insert(KIND, &id, &database)?;
    let database = if made { database } else { world.store.get(KIND, &id)?.unwrap_or(database) };
    Ok((shown(&database), made))
}

/// The database of a newcomer's project, so that a first query has somewhere to run.
pub fn seed(world: &World) -> store::Result<()> {
    let project = people::seeded("project/demo");
    world.store.insert(KIND, &id_of(&project, "main"), &described(&project, "main", 0)).map(drop)
}

fn described(project: &str, name: &str, delay_ms: i64) -> Value {
    let (id, now) = (id_of(project, name), now_ms());
    json!({
        "id": id, "name": name, "status": "ready", "project_id": project, "created_at": iso(now),
        "ready_ms": now + delay_ms, "password": Uuid::new_v4().simple().to_string(),
    })
}

async fn ensure(State(world): State<World>, mut fields: Fields) -> Answer {
    let (project, name) = named(&mut fields)?;
    Ok(answer::one(make(&world, &project, &name, 0)?.0))
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    let (project, name) = named(&mut fields)?;
    match make(&world, &project, &name, PROVISIONING_MS)? {
        (database, true) => Ok(answer::created(database)),
        (_, false) => {
            Err(Problem::conflict("database_exists", format!("The database {name} exists already")))
        }
    }
}

fn of_project(world: &World, project: &str) -> Result<Vec<Value>, Problem> {
    projects::find(world, project)?;
    let mut all = world.store.list(KIND)?;
    all.retain(|database| database["project_id"] == project);
    Ok(all)
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    let all = of_project(&world, asked.needed("project_id")?)?;
    Ok(answer::list(all.iter().map(shown).collect(), asked.page))
}

/// The database of that name; without one the project's only one, else `main`.
fn pick(world: &World, project: &str, name: Option<&str>) -> Result<Value, Problem> {
    let mut all = of_project(world, project)?;
    let wanted = match name {
        Some(name) => name,
        None if all.len() == 1 => return Ok(all.remove(0)),
        None => "main",
    };
    match all.into_iter().find(|database| database["name"] == wanted) {
        Some(database) => Ok(database),
        None => Err(Problem::missing("Database")),
    }
}

fn file(world: &World, database: &Value) -> Result<PathBuf, Problem> {
    let part = |name: &str| database[name].as_str().unwrap_or_default().to_owned();
    let folder = world.data.join("recursiv").join("databases").join(part("project_id"));
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{}.sqlite", part("id"))))
}

async fn credentials(State(world): State<World>, asked: Asked) -> Answer {
    let database = pick(&world, asked.needed("project_id")?, asked.maybe("name"))?;
    let (name, password) =
        (database["name"].as_str().unwrap_or_default(), database["password"].as_str().unwrap_or_default());
    let (host, port) = (world.address.ip().to_string(), world.address.port());
    let url = format!("postgresql://local:{password}@{}/{name}", world.address);
    Ok(answer::one(json!({
        "url": url, "connection_string": url, "host": host, "port": port, "database": name, "user": "local",
        "password": password, "file": file(&world, &database)?.display().to_string(),
        "note": "No Postgres listens here: the local services answer SQL at POST /databases/query.",
    })))
}

async fn query(State(world): State<World>, mut fields: Fields) -> Answer {
    let (project, sql) = (fields.text("project_id"), fields.text("sql"));
    let name = fields.maybe("database_name");
    let parameters = match fields.value("params") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(parameters)) => parameters.clone(),
        Some(_) => {
            fields.blame("params", "Expected array");
            Vec::new()
        }
    };
    fields.check()?;
    let file = file(&world, &pick(&world, &project, name.as_deref())?)?;
    let failed = |_| Problem::internal("the statement could not be run");
    // Another process may hold the file for a while; meanwhile others are to be answered.
    let mut database = tokio::task::spawn_blocking(move || Database::open(&file)).await.map_err(failed)??;
    let stop = Stop(database.interrupter());
    let mut work = tokio::task::spawn_blocking(move || database.query(&sql, &parameters));
    let outcome = match tokio::time::timeout(STATEMENT, &mut work).await {
        Ok(outcome) => outcome,
        Err(_) => {
            drop(stop);
            work.await
        }
    };
    let outcome = outcome.map_err(failed)?;
    let outcome = outcome.map_err(|why| Problem::invalid("query_failed", why))?;
    Ok(answer::one(json!({"rows": outcome.rows, "columns": outcome.columns, "rowCount": outcome.count})))
}

/// Stops a statement when its time is up, and when whoever asked has gone away.
struct Stop(rusqlite::InterruptHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}
