//! The whole workspace in one answer, for an assistant that wants to know where it is.

use axum::{Router, routing::get};
use serde_json::{Map, Value, json};

use super::access::Member;
use super::deploy::drafts;
use super::wire::{self, Answer};
use super::{LOCAL_USER, NAMESPACE, agents, approvals, identity_providers, models, policies, tools};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new().route("/context/export", get(export))
}

async fn export(Member(world): Member) -> Answer {
    let resources = [
        ("agents", agents::all(&world)?),
        ("tools", tools::all(&world)?),
        ("model_providers", models::all(&world)?),
        ("policies", policies::all(&world)?),
        ("identity_providers", identity_providers::all(&world)?),
        ("approvals", approvals::all(&world, None)?),
        ("deploy_drafts", drafts::all(&world, "IN_PROGRESS")?),
    ];
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    let meta: Map<String, Value> =
        resources.iter().map(|(name, list)| (format!("{name}_count"), count(list).into())).collect();
    let resources: Map<String, Value> =
        resources.into_iter().map(|(name, list)| (name.to_owned(), list)).collect();
    wire::ok(json!({
        "generated_at": iso(now_ms()),
        "namespace": NAMESPACE,
        "user_id": LOCAL_USER,
        "resources": resources,
        "meta": meta,
    }))
}
