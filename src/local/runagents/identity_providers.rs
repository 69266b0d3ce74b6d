//! Identity providers: who vouches for the end users of an agent, upserted by name.

use axum::{Router, routing::get};
use serde_json::{Value, json};

use super::NAMESPACE;
use super::access::Member;
use super::fields::{self, Fields};
use super::wire::{self, Answer, At, Body, Named, Refusal};
use crate::local::{World, store};

/// The kind under which identity providers are stored.
pub const KIND: &str = "runagents/identity-provider";

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/identity-providers", get(list).post(upsert))
        .route("/identity-providers/{name}", get(one).delete(delete))
}

/// Every identity provider, as answered.
pub fn all(world: &World) -> store::Result<Value> {
    Ok(world.store.list(KIND)?.into())
}

async fn list(Member(world): Member) -> Answer {
    wire::ok(all(&world)?)
}

async fn one(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::ok(world.store.get(KIND, &name)?.ok_or_else(|| Refusal::missing("identity provider", &name))?)
}

async fn delete(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::deleted(world.store.delete(KIND, &name)?, "identity provider", &name)
}

async fn upsert(Member(world): Member, Body(body): Body) -> Answer {
    let provider = check(&body)?;
    world.store.put(KIND, provider["name"].as_str().unwrap_or_default(), &provider)?;
    wire::created(provider)
}

fn check(body: &Fields) -> Result<Value, Refusal> {
    let name = fields::label(body, "name")?;
    let missing = |field: &str| Refusal::invalid(format!("{field} is required"));
    let spec = fields::object(body, "spec")?.ok_or_else(|| missing("spec"))?;
    fields::text(spec, "host")?.ok_or_else(|| missing("spec.host"))?;
    fields::text(spec, "userIDClaim")?.ok_or_else(|| missing("spec.userIDClaim"))?;
    let settings =
        fields::object(spec, "identityProvider")?.ok_or_else(|| missing("spec.identityProvider"))?;
    fields::address(settings, "issuer", "spec.identityProvider.issuer")?;
    fields::address(settings, "jwksUri", "spec.identityProvider.jwksUri")?;
    fields::texts(settings, "audiences")?;
    fields::texts(spec, "allowedDomains")?;
    Ok(json!({"name": name, "namespace": NAMESPACE, "spec": spec}))
}
