//! `/api/v1/workflows`: lists with cursors, rate headers and limits.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, refuse};
use super::definition::item;
use super::document::{number, text};
use super::entry::Entry;
use super::workflow::{self, Workflow};
use super::{WORKSPACE, limits};
use crate::local::World;
use crate::local::time::iso;

/// `GET /api/v1/workflows`
pub async fn list(
    State(world): State<World>,
    entry: Entry,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    entry.shown(listed(&world, &query))
}

fn listed(world: &World, query: &HashMap<String, String>) -> Answer {
    let page = Page::read(query)?;
    let mut documents = world.store.list(workflow::KIND)?;
    documents.retain(|document| {
        text(document, "workspaceId") == page.workspace
            && page.folder.is_none_or(|folder| text(document, "folderId") == folder)
            && (!page.deployed_only || document["isDeployed"] == true)
    });
    // By age, then by id, as the cursor says it.
    documents.sort_by(|one, other| place(one).cmp(&place(other)));
    let from = page
        .after
        .map_or(0, |after| documents.partition_point(|document| place(document) <= (after.0, &after.1)));
    let rest = &documents[from..];
    let shown = &rest[..rest.len().min(page.limit)];
    let data: Vec<Value> =
        shown.iter().map(|document| Value::Object(item(&Workflow::read(document.clone())))).collect();
    let mut body = Map::new();
    body.insert("data".into(), Value::Array(data));
    if let Some(last) = shown.last().filter(|_| rest.len() > shown.len()) {
        body.insert("nextCursor".into(), json!(cursor(last)));
    }
    body.insert("limits".into(), limits::summary(&world.store)?);
    Ok(Json(Value::Object(body)).into_response())
}

/// `GET /api/v1/workflows/{id}`: with what it wants as input.
pub async fn get(State(world): State<World>, entry: Entry, Path(id): Path<String>) -> Response {
    entry.shown(found(&world, &id))
}

fn found(world: &World, id: &str) -> Answer {
    let workflow = workflow::wanted(&world.store, id)?;
    let mut data = item(&workflow);
    data.insert("variables".into(), json!({}));
    let inputs: Vec<Value> = workflow.inputs().iter().map(declared).collect();
    data.insert("inputs".into(), Value::Array(inputs));
    Ok(Json(json!({"data": data, "limits": limits::summary(&world.store)?})).into_response())
}

fn declared(field: &Value) -> Value {
    let mut shown = json!({"name": field["name"], "type": field["type"]});
    if let Some(description) = field["description"].as_str() {
        shown["description"] = json!(description);
    }
    shown
}

/// What a list is asked for.
struct Page<'a> {
    workspace: &'a str,
    folder: Option<&'a str>,
    deployed_only: bool,
    limit: usize,
    after: Option<(i64, String)>,
}

impl<'a> Page<'a> {
    fn read(query: &'a HashMap<String, String>) -> Result<Self, Refusal> {
        let given = |name: &str| query.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let Some(workspace) = given("workspaceId") else {
            return Err(invalid("workspaceId", "Invalid input: expected string, received undefined"));
        };
        if workspace != WORKSPACE {
            return Err(refuse(StatusCode::FORBIDDEN, "Access denied"));
        }
        let limit = match given("limit").map(str::parse::<usize>) {
            None => 50,
            Some(Ok(limit @ 1..=100)) => limit,
            Some(_) => return Err(invalid("limit", "Invalid input: expected number from 1 to 100")),
        };
        Ok(Self {
            workspace,
            folder: given("folderId"),
            // Any text counts as yes, even "false": a known trait of this service.
            deployed_only: given("deployedOnly").is_some(),
            limit,
            // One that cannot be read starts again at the first page.
            after: given("cursor").and_then(read_cursor),
        })
    }
}

fn invalid(field: &str, message: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, "Invalid parameters")
        .with("details", json!([{"code": "invalid_type", "path": [field], "message": message}]))
}

fn place(document: &Value) -> (i64, &str) {
    (number(document, "createdAt"), text(document, "id"))
}

fn cursor(last: &Value) -> String {
    let (created, id) = place(last);
    STANDARD.encode(json!({"sortOrder": 0, "createdAt": iso(created), "id": id}).to_string())
}

fn read_cursor(cursor: &str) -> Option<(i64, String)> {
    let value: Value = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
    let created: jiff::Timestamp = value["createdAt"].as_str()?.parse().ok()?;
    Some((created.as_millisecond(), value["id"].as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went() {
        let document = json!({"id": "a", "createdAt": 1_774_001_760_123_i64});
        assert_eq!(read_cursor(&cursor(&document)), Some((1_774_001_760_123, "a".into())));
        assert_eq!(read_cursor("nonsense"), None);
    }
}
