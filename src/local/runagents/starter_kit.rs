//! The starter kit: a tool and a model provider that work without anything else.

use axum::{Router, routing::post};
use serde_json::{Map, Value, json};

use super::access::Member;
use super::wire::{self, Answer};
use super::{NAMESPACE, models, tools};
use crate::local::time::now_ms;
use crate::local::{World, store};

/// The tool that says back what it is sent.
pub const TOOL: &str = "echo-tool";

/// The provider of the built-in talker.
pub const PROVIDER: &str = "playground-llm";

/// The one model of [`PROVIDER`].
pub const MODEL: &str = "playground";

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new().route("/starter-kit", post(seed))
}

async fn seed(Member(world): Member) -> Answer {
    let made = create(&world)?;
    wire::created(made)
}

/// Creates what is missing of the kit and names what it created.
pub fn create(world: &World) -> store::Result<Value> {
    let mut made = Map::new();
    // The addresses are this server's and filled in when read; what is stored is only their place.
    let tool = json!({
        "name": TOOL,
        "namespace": NAMESPACE,
        "spec": {
            "description": "Says back what it is sent",
            "connection": {
                "topology": "Internal", "baseUrl": "http://localhost", "port": 80, "scheme": "HTTP",
                "authentication": {"type": "None"},
            },
            "governance": {"accessControl": {"mode": "Open"}},
            "capabilities": [
                {"name": "echo", "method": "POST", "path": "/", "description": "Says the body back"},
            ],
        },
        "_built_in": true,
        "_created_ms": now_ms(),
    });
    if world.store.insert(tools::KIND, TOOL, &tool)? {
        made.insert("tool_created".into(), TOOL.into());
    }
    let provider = json!({
        "name": PROVIDER,
        "namespace": NAMESPACE,
        "spec": {
            "provider": "openai", "endpoint": "http://localhost", "models": [MODEL], "auth": {"type": "None"},
        },
        "_built_in": true,
        "_created_ms": now_ms(),
    });
    if world.store.insert(models::KIND, PROVIDER, &provider)? {
        made.insert("model_provider_created".into(), PROVIDER.into());
    }
    Ok(Value::Object(made))
}
