//! The table of routes: what scope each wants, and the two descriptions made from it.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde_json::{Map, Value, json};

use crate::local::World;

/// One route: method, path, scope (empty when it needs none), what it does, fields of its body.
///
/// A field with `!` is needed.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const TABLE: &[Row] = &[
    ("GET", "/health", "", "Say whether the service is well", &[]),
    ("GET", "/openapi.json", "", "Describe the interface", &[]),
    ("GET", "/llms.txt", "", "Describe the interface in plain words", &[]),
    (
        "POST",
        "/api-keys",
        "",
        "Create an API key (session)",
        &["name!", "scopes!", "description", "organizationId", "projectId", "rateLimitPerMinute"],
    ),
    ("POST", "/sandbox/try", "", "Run code without an account", &["code!", "language"]),
    ("GET", "/users/me", "users:read", "Get the caller", &[]),
    ("GET", "/organizations", "organizations:read", "List organizations", &[]),
    ("POST", "/organizations", "organizations:write", "Create an organization", &["name!", "slug"]),
    ("GET", "/organizations/{id}", "organizations:read", "Get an organization", &[]),
    ("GET", "/organizations/{id}/members", "organizations:read", "List an organization's members", &[]),
    ("GET", "/projects", "projects:read", "List projects", &[]),
    (
        "POST",
        "/projects",
        "projects:write",
        "Create a project",
        &["name!", "organization_id", "slug", "description", "repo_url", "template_source"],
    ),
    ("GET", "/projects/{id}", "projects:read", "Get a project", &[]),
    (
        "PATCH",
        "/projects/{id}",
        "projects:write",
        "Update a project",
        &["name", "slug", "description", "repo_url"],
    ),
    ("DELETE", "/projects/{id}", "projects:write", "Delete a project", &[]),
    ("POST", "/projects/{id}/sandbox", "projects:write", "Start a project's sandbox", &[]),
    ("GET", "/projects/{id}/sandbox", "projects:read", "Get a sandbox's status", &[]),
    ("DELETE", "/projects/{id}/sandbox", "projects:write", "Stop a project's sandbox", &[]),
    (
        "POST",
        "/projects/{id}/sandbox/execute",
        "projects:write",
        "Run code in a project's sandbox",
        &["code!", "language"],
    ),
    (
        "POST",
        "/projects/{id}/deploy",
        "projects:write",
        "Deploy a project",
        &["type", "branch", "commit_hash", "commit_message"],
    ),
    ("GET", "/projects/{id}/deployments", "projects:read", "List a project's deployments", &[]),
    ("GET", "/projects/{id}/deployments/{deployment_id}", "projects:read", "Get a deployment", &[]),
    (
        "GET",
        "/projects/{id}/deployments/{deployment_id}/logs",
        "projects:read",
        "Read a deployment's log",
        &[],
    ),
    ("GET", "/deployments", "projects:read", "List deployments", &[]),
    (
        "POST",
        "/deployments",
        "projects:write",
        "Deploy a project",
        &["project_id!", "type", "branch", "commit_hash", "commit_message"],
    ),
    ("GET", "/deployments/{id}/status", "projects:read", "Get a deployment's status", &[]),
    ("POST", "/deployments/{id}/cancel", "projects:write", "Cancel a deployment", &[]),
    ("GET", "/agents", "agents:read", "List agents", &[]),
    (
        "POST",
        "/agents",
        "agents:write",
        "Create an agent",
        &[
            "name!",
            "model",
            "instructions",
            "system_prompt",
            "project_id",
            "username",
            "bio",
            "social_mode",
            "tool_mode",
            "organization_id",
        ],
    ),
    ("GET", "/agents/discoverable", "agents:read", "List agents that anyone may talk to", &[]),
    ("GET", "/agents/{id}", "agents:read", "Get an agent", &[]),
    (
        "PUT",
        "/agents/{id}",
        "agents:write",
        "Update an agent",
        &["name", "bio", "model", "instructions", "system_prompt", "social_mode", "tool_mode"],
    ),
    ("DELETE", "/agents/{id}", "agents:write", "Delete an agent and its conversations", &[]),
    (
        "POST",
        "/agents/{id}/chat",
        "agents:write",
        "Chat, one answer",
        &["message!", "conversation_id", "new_conversation"],
    ),
    (
        "POST",
        "/agents/{id}/chat/stream",
        "agents:write",
        "Chat, streamed",
        &["message!", "conversation_id", "new_conversation"],
    ),
    ("GET", "/agents/{id}/conversations", "agents:read", "List an agent's conversations", &[]),
    ("GET", "/chat/conversations", "chat:read", "List conversations", &[]),
    ("GET", "/chat/conversations/{id}", "chat:read", "Get a conversation", &[]),
    (
        "GET",
        "/chat/conversations/{id}/messages",
        "chat:read",
        "List a conversation's messages, newest first",
        &[],
    ),
    ("DELETE", "/chat/conversations/{id}", "chat:write", "Delete a conversation", &[]),
    (
        "POST",
        "/chat/messages",
        "chat:write",
        "Send a message",
        &["conversation_id!", "content!", "reply_to_id"],
    ),
    ("GET", "/databases", "databases:read", "List a project's databases", &[]),
    ("POST", "/databases", "databases:write", "Create a database", &["project_id!", "name!"]),
    (
        "POST",
        "/databases/ensure",
        "databases:write",
        "Create a database unless it is there",
        &["project_id!", "name!"],
    ),
    ("GET", "/databases/credentials", "databases:read", "Get a database's address", &[]),
    (
        "POST",
        "/databases/query",
        "databases:read",
        "Run one SQL statement",
        &["project_id!", "sql!", "database_name", "params"],
    ),
    ("GET", "/storage/buckets", "projects:read", "List a project's buckets", &[]),
    ("POST", "/storage/buckets", "projects:write", "Create a bucket", &["project_id!", "name!"]),
    (
        "POST",
        "/storage/buckets/ensure",
        "projects:write",
        "Create a bucket unless it is there",
        &["project_id!", "name!"],
    ),
    ("GET", "/storage/buckets/{name}", "projects:read", "Get a bucket", &[]),
    ("GET", "/storage/items", "projects:read", "List a bucket's objects", &[]),
    (
        "POST",
        "/storage/upload-url",
        "projects:write",
        "Get an address to upload to",
        &["project_id!", "bucket_name!", "key!", "content_type"],
    ),
    ("GET", "/storage/download-url", "projects:read", "Get an address to download from", &[]),
    ("DELETE", "/storage/objects", "projects:write", "Delete an object", &[]),
];

/// Scopes that a key may be given although no route here wants them.
const OTHER_SCOPES: &[&str] = &[
    "posts:read",
    "posts:write",
    "communities:read",
    "communities:write",
    "users:write",
    "notifications:read",
    "notifications:write",
    "tags:read",
    "tags:write",
    "uploads:write",
    "commands:read",
    "commands:write",
    "settings:read",
    "settings:write",
    "billing:read",
    "billing:write",
    "wallet:read",
    "wallet:write",
    "memory:read",
    "memory:write",
    "storage:read",
    "storage:write",
    "agent-activity:read",
    "agent-activity:write",
    "admin",
];

/// Whether a scope exists.
pub fn is_scope(name: &str) -> bool {
    OTHER_SCOPES.contains(&name) || TABLE.iter().any(|row| row.2 == name)
}

/// Whether any route begins with this segment.
pub fn has_group(group: &str) -> bool {
    TABLE.iter().any(|row| row.1.trim_start_matches('/').split('/').next() == Some(group))
}

/// The scope that a request wants, when it names a route at all.
pub fn scope(method: &str, path: &str) -> Option<&'static str> {
    let path: Vec<&str> = path.trim_matches('/').split('/').collect();
    let fits = |pattern: &str| {
        let pattern: Vec<&str> = pattern.trim_matches('/').split('/').collect();
        pattern.len() == path.len()
            && pattern.iter().zip(&path).all(|(wanted, segment)| wanted.starts_with('{') || wanted == segment)
    };
    TABLE.iter().find(|row| row.0 == method && fits(row.1)).map(|row| row.2).filter(|scope| !scope.is_empty())
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
    for row in TABLE {
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
    for (method, path, scope, summary, _) in TABLE {
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
