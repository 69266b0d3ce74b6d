//! `/api/v1/audit-logs`: what has happened to the things of this workspace.
//!
//! The real service shows it to administrators of enterprise organisations only and answers 403 to others; here the
//! key's owner is one.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Answer, Refusal, missing};
use super::document::{moment, number, text};
use super::entry::Entry;
use super::fields::{Fields, Parameters};
use super::{WORKSPACE, limits};
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::{self, now_ms};

const KIND: &str = "recall/audit";

/// The one person there is: who owns the key.
pub const USER: &str = "user_local";

/// The routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/api/v1/audit-logs", routing::get(list))
        .route("/api/v1/audit-logs/{id}", routing::get(get))
}

/// Notes that something happened: `action` as in `table.created`, the type, id and name of what it happened to, a
/// sentence, and what else is worth keeping.
pub fn record(
    store: &Store,
    action: &str,
    (kind, id, name): (&str, &str, &str),
    description: &str,
    metadata: Value,
) -> Result<()> {
    let entry = Uuid::new_v4().to_string();
    let document = json!({
        "id": entry, "workspaceId": WORKSPACE, "actorId": USER, "actorName": "Local user",
        "actorEmail": "you@localhost", "action": action, "resourceType": kind, "resourceId": id,
        "resourceName": name, "description": description, "metadata": metadata, "createdAt": now_ms(),
    });
    store.insert(KIND, &entry, &document).map(|_| ())
}

/// Notes what became of a workflow's deployment: `deployed`, `undeployed`, `deployment_activated`.
pub fn deployment(store: &Store, what: &str, workflow: &Value) -> Result<()> {
    let (id, name) = (text(workflow, "id"), text(workflow, "name"));
    let happened = format!("Workflow \"{name}\" {} via API", what.replace('_', " "));
    let version = json!({"version": workflow["activeVersion"]});
    record(store, &format!("workflow.{what}"), ("workflow", id, name), &happened, version)
}

fn shown(entry: &Value) -> Value {
    let mut shown = entry.clone();
    shown["createdAt"] = moment(entry, "createdAt");
    shown
}

async fn list(State(world): State<World>, entry: Entry, Parameters(asked): Parameters) -> Response {
    entry.shown(listed(&world, asked))
}

fn listed(world: &World, mut asked: Fields) -> Answer {
    let limit = asked.whole("limit", 1..=100).unwrap_or(50);
    let (from, until) = (date(&mut asked, "startDate"), date(&mut asked, "endDate"));
    asked.choice("includeDeparted", &["true", "false"]);
    asked.check("Invalid parameters")?;
    let mut entries = world.store.list(KIND)?;
    entries.reverse();
    entries.retain(|entry| {
        let same = |parameter: &str, field: &str| {
            asked.value(parameter).and_then(Value::as_str).is_none_or(|wanted| {
                // Only the type may be several, parted by commas.
                let several = parameter == "resourceType";
                let mut wanted = wanted.split(|letter| several && letter == ',').map(str::trim);
                wanted.any(|wanted| text(entry, field) == wanted)
            })
        };
        let made = number(entry, "createdAt");
        ["action", "resourceType", "resourceId", "workspaceId", "actorId"].iter().all(|name| same(name, name))
            && from.is_none_or(|from| made >= from)
            && until.is_none_or(|until| made <= until)
    });
    // A cursor that cannot be read starts again at the first page.
    let after = asked.value("cursor").and_then(Value::as_str).and_then(read_cursor);
    let start =
        after.and_then(|id| entries.iter().position(|entry| text(entry, "id") == id)).map_or(0, |at| at + 1);
    let rest = &entries[start..];
    let page = &rest[..rest.len().min(limit)];
    let mut body = Map::new();
    body.insert("data".into(), page.iter().map(shown).collect());
    if let Some(last) = page.last().filter(|_| rest.len() > page.len()) {
        let cursor = json!({"createdAt": moment(last, "createdAt"), "id": last["id"]}).to_string();
        body.insert("nextCursor".into(), json!(STANDARD.encode(cursor)));
    }
    body.insert("limits".into(), limits::summary(&world.store)?);
    Ok(Json(Value::Object(body)).into_response())
}

fn date(asked: &mut Fields, name: &str) -> Option<i64> {
    let given = asked.maybe_text(name, 100)?;
    let read = time::read(&given);
    if read.is_none() {
        asked.blame(json!([name]), "invalid_format", "Invalid ISO datetime");
    }
    read
}

fn read_cursor(cursor: &str) -> Option<String> {
    let value: Value = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
    value["id"].as_str().map(str::to_owned)
}

async fn get(State(world): State<World>, entry: Entry, Path(id): Path<String>) -> Response {
    entry.shown(found(&world, &id))
}

fn found(world: &World, id: &str) -> Answer {
    let entry = world.store.get(KIND, id)?.ok_or_else(|| missing("Audit log"))?;
    let body =
        json!({"data": shown(&entry), "limits": limits::summary(&world.store).map_err(Refusal::from)?});
    Ok(Json(body).into_response())
}
