//! Model providers: where agents find their models, upserted by name.

use axum::{Router, routing::get};
use serde_json::{Value, json};

use super::NAMESPACE;
use super::access::Member;
use super::fields::{self, Fields};
use super::wire::{self, Answer, At, Body, Named, Refusal};
use crate::local::time::now_ms;
use crate::local::{World, store};

/// The kind under which model providers are stored.
pub const KIND: &str = "runagents/model-provider";

/// How long a new provider takes to be wired in.
const WIRING_MS: i64 = 1_000;

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/model-providers", get(list).post(upsert))
        .route("/model-providers/{name}", get(one).delete(delete))
}

/// Every model provider, as answered.
pub fn all(world: &World) -> store::Result<Value> {
    Ok(world.store.list(KIND)?.into_iter().map(|provider| view(world, provider)).collect())
}

async fn list(Member(world): Member) -> Answer {
    wire::ok(all(&world)?)
}

async fn one(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    let provider = world.store.get(KIND, &name)?.ok_or_else(|| Refusal::missing("model provider", &name))?;
    wire::ok(view(&world, provider))
}

async fn delete(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::deleted(world.store.delete(KIND, &name)?, "model provider", &name)
}

async fn upsert(Member(world): Member, Body(body): Body) -> Answer {
    let provider = check(&body)?;
    world.store.put(KIND, provider["name"].as_str().unwrap_or_default(), &provider)?;
    wire::created(view(&world, provider))
}

/// Checks a `{name, spec}` body and gives the document to store.
pub fn check(body: &Fields) -> Result<Value, Refusal> {
    let name = fields::label(body, "name")?;
    let Some(spec) = fields::object(body, "spec")? else {
        return Err(Refusal::invalid(
            "spec is required: a provider is {\"name\", \"spec\": {\"provider\", …}}",
        ));
    };
    let kinds = ["openai", "anthropic", "bedrock", "ollama"];
    fields::word(spec, "provider", &kinds)?.ok_or_else(|| Refusal::invalid("spec.provider is required"))?;
    fields::address(spec, "endpoint", "spec.endpoint")?;
    if fields::texts(spec, "models")?.is_none_or(|models| models.is_empty()) {
        return Err(Refusal::invalid("spec.models needs at least one model"));
    }
    if let Some(auth) = fields::object(spec, "auth")? {
        fields::word(auth, "type", &["APIKey", "AWSSignature", "OAuth2", "None"])?;
    }
    Ok(json!({"name": name, "namespace": NAMESPACE, "spec": spec, "_created_ms": now_ms()}))
}

fn view(world: &World, provider: Value) -> Value {
    let wired = now_ms() - provider["_created_ms"].as_i64().unwrap_or_default() >= WIRING_MS;
    let built_in = provider["_built_in"] == json!(true);
    let mut view = wire::public(provider);
    if built_in {
        view["spec"]["endpoint"] = format!("{}/runagents/api/v1", world.origin()).into();
    }
    view["status"] = json!({"phase": if wired { "Available" } else { "Pending" }});
    view
}
