//! The tool behind `echo-tool`: a real HTTP service that says back what it was sent.

use axum::{
    Json, Router,
    body::Bytes,
    http::{Method, Uri},
    routing::any,
};
use serde_json::{Value, json};

use crate::local::World;

/// Where the echo tool answers, below the service's own prefix; without a key, as a tool of one's own.
const PATH: &str = "/echo";

/// The echo tool's route.
pub fn routes() -> Router<World> {
    Router::new()
        .route(PATH, any(echo))
        .route(&format!("{PATH}/{{*rest}}"), any(echo))
        .route(&format!("{PATH}/"), any(echo))
}

/// The address of the echo tool of this server. Ports change from start to start, so it is never stored.
pub fn address(world: &World) -> String {
    format!("{}/runagents{PATH}", world.origin())
}

async fn echo(method: Method, uri: Uri, body: Bytes) -> Json<Value> {
    let said = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into())
    };
    Json(json!({"method": method.as_str(), "query": uri.query(), "echo": said}))
}
