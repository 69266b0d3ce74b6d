//! The table of routes: what scope each wants, and the two descriptions made from it.

mod table;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde_json::{Map, Value, json};

use crate::local::World;
use table::{OTHER_SCOPES, Row};

/// Whether a scope exists.
pub fn is_scope(name: &str) -> bool {
    OTHER_SCOPES.contains(&name) || table::rows().any(|row| row.2 == name)
}

/// Whether any route begins with this segment.
pub fn has_group(group: &str) -> bool {
    table::rows().any(|row| row.1.trim_start_matches('/').split('/').next() == Some(group))
}

/// The scope that a request wants, when it names a route at all.
pub fn scope(method: &str, path: &str) -> Option<&'static str> {
    let path: Vec<&str> = path.trim_matches('/').split('/').collect();
    let fits = |pattern: &str| {
        let pattern: Vec<&str> = pattern.trim_matches('/').split('/').collect();
        pattern.len() == path.len()
            && pattern.iter().zip(&path).all(|(wanted, segment)| wanted.starts_with('{') || wanted == segment)
    };
    table::rows()
        .find(|row| row.0 == method && fits(row.1))
        .map(|row| row.2)
        .filter(|scope| !scope.is_empty())
}

/// The routes that describe and greet.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/health", routing::get(health))
        .route("/openapi.json", routing::get(openapi))
        .route("/llms.txt", routing::get(llms))
}

/// Whether the service is well: it is, when it can say so.
pub async fn health() -> Json<Value> {
    Json(json!({"status": "ok", "service": "recursiv", "local": true, "version": env!("CARGO_PKG_VERSION")}))
}

async fn openapi(State(world): State<World>) -> Json<Value> {
    let mut paths = Map::new();
    for row in table::rows() {
        let verbs = paths.entry(row.1.to_owned()).or_insert_with(|| json!({}));
        verbs[row.0.to_ascii_lowercase()] = operation(row);
    }
    Json(json!({
        "openapi": "3.1.0",
        "info": {"title": "Recursiv (local)", "version": env!("CARGO_PKG_VERSION")},
        "servers": [{"url": format!("{}/recursiv/api/v1", world.origin())}],
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }))
}

fn operation((method, path, scope, summary, fields): &Row) -> Value {
    let words: Vec<&str> = path.split(['/', '{', '}', '.']).filter(|word| !word.is_empty()).collect();
    let group = words.first().copied().unwrap_or_default();
    let mut operation = json!({
        "operationId": format!("{}-{}", method.to_ascii_lowercase(), words.join("-")),
        "tags": [group],
        "summary": summary,
        "responses": {"200": {"description": "Success"}},
    });
    let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters: Vec<Value> = named
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    if !scope.is_empty() {
        operation["security"] = json!([{"key": [scope]}]);
    }
    if !fields.is_empty() {
        let needed: Vec<&str> = fields.iter().filter_map(|field| field.strip_suffix('!')).collect();
        let properties: Map<String, Value> =
            fields.iter().map(|field| (field.trim_end_matches('!').to_owned(), json!({}))).collect();
        let schema = json!({"type": "object", "required": needed, "properties": properties});
        operation["requestBody"] = json!({"content": {"application/json": {"schema": schema}}});
    }
    operation
}

async fn llms(State(world): State<World>) -> Response {
    let mut text = format!(
        "# Recursiv (local)\n\nServed by `ra` on this machine. Base address: {}/recursiv/api/v1\n\
         Send `Authorization: Bearer <key>`; `ra local env` prints the key.\n\n## Routes\n\n",
        world.origin()
    );
    for (method, path, scope, summary, _) in table::rows() {
        let scope = if scope.is_empty() { "no key" } else { scope };
        text.push_str(&format!("- {method} {path}: {summary} ({scope})\n"));
    }
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_segments_come_before_parameters() {
        assert_eq!(scope("GET", "agents/discoverable"), Some("agents:read"));
        assert_eq!(scope("DELETE", "projects/p1"), Some("projects:write"));
        assert_eq!(scope("POST", "sandbox/try"), None);
        assert!(has_group("databases") && !has_group("nope"));
    }
}
