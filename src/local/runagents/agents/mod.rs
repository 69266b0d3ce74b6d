//! Agents: listed, read, removed, configured and talked to. They come into being by deploying.

mod config;
mod invoke;
mod job;
pub mod record;
mod sse;
pub mod turn;

use axum::{
    Router,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::access::Member;
use super::starter_kit;
use super::wire::{self, Answer, At, Named, Refusal};
use crate::local::time::now_ms;
use crate::local::{World, store};

/// Routes of today's dialect.
pub fn routes() -> Router<World> {
    at("/agents/{name}").route("/agents", get(list))
}

/// Routes of the dialect that named an agent's namespace too; below `/api`.
pub fn legacy_routes() -> Router<World> {
    at("/agents/{namespace}/{name}").route("/agents", get(list))
}

fn at(agent: &str) -> Router<World> {
    Router::new()
        .route(agent, get(one).delete(delete))
        .route(&format!("{agent}/config"), get(config::read).put(config::update))
        .route(&format!("{agent}/invoke"), post(invoke::whole))
        .route(&format!("{agent}/invoke/stream"), post(invoke::stream))
}

/// Every agent, as answered.
pub fn all(world: &World) -> store::Result<Value> {
    world.store.list(record::KIND)?.iter().map(|agent| record::view(world, agent)).collect()
}

async fn list(Member(world): Member) -> Answer {
    wire::ok(all(&world)?)
}

async fn one(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::ok(record::view(&world, &find(&world, &name)?)?)
}

async fn delete(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::deleted(world.store.delete(record::KIND, &name)?, "agent", &name)
}

/// The stored agent of a name.
fn find(world: &World, name: &str) -> Result<Value, Refusal> {
    world.store.get(record::KIND, name)?.ok_or_else(|| Refusal::missing("agent", name))
}

/// The agent that a fresh state has.
pub fn seed(world: &World) -> store::Result<()> {
    let agent = json!({
        "name": "echo-agent",
        "image": "registry.runagents.local/stock-runtime:1",
        "runtime": "stock",
        "system_prompt": "You are a friendly agent who answers in a sentence or two.",
        "llm_configs": [{
            "role": "default",
            "model_provider": starter_kit::PROVIDER,
            "provider": "openai",
            "model": starter_kit::MODEL,
        }],
        "required_tools": [starter_kit::TOOL],
        "policies": [],
        "env": [],
        // Long since rolled out, so that the first look finds it running.
        "deployed_ms": now_ms() - 60_000,
    });
    world.store.insert(record::KIND, "echo-agent", &agent)?;
    Ok(())
}
