//! `/api/v2/secrets`: names that have a value. No answer holds one, and nothing here uses one, so none is kept.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, put};
use serde_json::{Value, json};

use super::super::cursor::{self, Key};
use super::super::document::{moment, number, text};
use super::strict::{self, Query};
use super::{Answer, Refusal, page, single};
use crate::local::World;
use crate::local::time::now_ms;

const KIND: &str = "recall/secret";
const SCOPES: [&str; 2] = ["workspace", "personal"];
const LONGEST_NAME: usize = 255;
const LONGEST_VALUE: usize = 65_536;

/// The routes of this family.
pub fn routes() -> Router<World> {
    Router::new().route("/api/v2/secrets", get(list)).route("/api/v2/secrets/{name}", put(set).delete(delete))
}

fn shown(secret: &Value) -> Value {
    json!({
        "name": secret["name"], "scope": secret["scope"], "description": secret["description"], "role": "admin",
        "createdAt": moment(secret, "createdAt"), "updatedAt": moment(secret, "updatedAt"),
    })
}

/// The same name may be a secret of the workspace and one of the caller.
fn key(scope: &str, name: &str) -> String {
    format!("{scope}/{name}")
}

fn checked(name: &str) -> Result<(), Refusal> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && !name.is_empty() && name.len() <= LONGEST_NAME {
        return Ok(());
    }
    Err(Refusal::invalid(
        "Invalid path parameters",
        "name",
        "name must contain only letters, numbers, and underscores",
    ))
}

async fn list(State(world): State<World>, uri: Uri) -> Answer {
    let query =
        Query::read(&uri, &["workspaceId", "scope", "search", "sortBy", "sortOrder", "limit", "cursor"])?;
    query.workspace()?;
    let name = query.list_name("secrets");
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let scope = query.get("scope").map(|_| query.choice("scope", &SCOPES)).transpose()?;
    let by = query.choice("sortBy", &["name", "createdAt", "updatedAt"])?;
    let descending = query.choice("sortOrder", &["asc", "desc"])? == "desc";
    let part = query.get("search").map(str::to_lowercase);
    let mut secrets = world.store.list(KIND)?;
    secrets.retain(|secret| {
        scope.is_none_or(|scope| text(secret, "scope") == scope)
            && part.as_ref().is_none_or(|part| text(secret, "name").to_lowercase().contains(part))
    });
    let place = |secret: &Value| {
        let by = match by {
            "name" => Key::Text(text(secret, "name").to_lowercase()),
            field => Key::Number(number(secret, field)),
        };
        (by, key(text(secret, "scope"), text(secret, "name")))
    };
    Ok(page(&cursor::cut(secrets, place, descending, after, limit), &name, shown))
}

async fn set(State(world): State<World>, Path(name): Path<String>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    checked(&name)?;
    let fields = strict::body(&body, &["workspaceId", "scope", "value", "description"], false)?;
    let scope = strict::required(&fields, "scope", usize::MAX)?;
    if !SCOPES.contains(&scope) {
        return Err(strict::refused("scope", "Invalid option: expected one of \"workspace\"|\"personal\""));
    }
    strict::required(&fields, "value", LONGEST_VALUE)?;
    let description = strict::text(&fields, "description", 1000)?;
    strict::workspace(&fields)?;
    let now = now_ms();
    let secret =
        json!({"name": name, "scope": scope, "description": description, "createdAt": now, "updatedAt": now});
    let id = key(scope, &name);
    if world.store.insert(KIND, &id, &secret)? {
        return Ok(single(StatusCode::CREATED, shown(&secret)));
    }
    let secret = world.store.update(KIND, &id, |secret| {
        secret["updatedAt"] = json!(now);
        if fields.contains_key("description") {
            secret["description"] = json!(description);
        }
    })?;
    Ok(single(StatusCode::OK, shown(&secret.unwrap_or_default())))
}

async fn delete(State(world): State<World>, Path(name): Path<String>, uri: Uri) -> Answer {
    let query = Query::read(&uri, &["workspaceId", "scope"])?;
    query.workspace()?;
    if query.get("scope").is_none() {
        return Err(Query::refused("scope", "Invalid input: expected string, received undefined"));
    }
    let scope = query.choice("scope", &SCOPES)?;
    if !world.store.delete(KIND, &key(scope, &name))? {
        return Err(Refusal::missing("Secret"));
    }
    Ok(single(StatusCode::OK, json!({"name": name, "scope": scope, "deleted": true})))
}
