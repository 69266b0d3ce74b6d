//! Runs: what an agent was asked, what it did about it, and where it stands.

pub mod actions;
pub mod events;
pub mod record;

use axum::{
    Router,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;

use super::access::Member;
use super::fields;
use super::wire::{self, Answer, Asked, At, Body, Identified, Refusal};
use crate::local::World;

/// Routes of this family, the same in both dialects.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/runs", get(list).post(create))
        .route("/runs/{id}", get(one).patch(change))
        .route("/runs/{id}/events", get(events::list).post(events::create))
        .route("/runs/{id}/actions", post(actions::create))
        .route("/runs/{id}/actions/{action}", get(actions::one))
        .route("/runs/{id}/actions/{action}/approve", post(actions::approve))
}

#[derive(Deserialize)]
struct Filter {
    agent_id: Option<String>,
    status: Option<String>,
}

/// Newest first; without any filter only those that run, as the service does.
async fn list(Member(world): Member, Asked(filter): Asked<Filter>) -> Answer {
    let given =
        |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let agent = given(filter.agent_id);
    let status = given(filter.status).or_else(|| agent.is_none().then(|| "RUNNING".to_owned()));
    let mut runs = Vec::new();
    for run in world.store.list(record::KIND)?.into_iter().rev() {
        let run = record::settled(&world, run)?;
        let wanted = |field: &str, value: &Option<String>| {
            value.as_ref().is_none_or(|value| run[field].as_str() == Some(value))
        };
        if wanted("agent_id", &agent) && wanted("status", &status) {
            runs.push(wire::public(run));
        }
    }
    wire::ok(Value::Array(runs))
}

async fn create(Member(world): Member, Body(body): Body) -> Answer {
    let agent = fields::required(&body, "agent_id")?;
    let user = fields::required(&body, "user_id")?;
    let mut run = record::new(agent, user);
    if let Some(conversation) = fields::text(&body, "conversation_id")? {
        run["conversation_id"] = conversation.into();
    }
    if fields::text(&body, "invoke_url")?.is_some() {
        run["invoke_url"] = fields::address(&body, "invoke_url", "invoke_url")?.into();
    }
    record::save_new(&world, &run)?;
    wire::created(wire::public(run))
}

async fn one(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    wire::ok(wire::public(record::find(&world, &id)?))
}

async fn change(Member(world): Member, At(Identified { id }): At<Identified>, Body(body): Body) -> Answer {
    record::find(&world, &id)?;
    let known = ["COMPLETED", "FAILED", "PAUSED_APPROVAL", "RUNNING"];
    let status = fields::word(&body, "status", &known)?;
    let status = status.ok_or_else(|| Refusal::invalid("status is required"))?;
    let run = record::advance(&world, &id, status, |_| ())?;
    let event = match status {
        "PAUSED_APPROVAL" => "APPROVAL_REQUIRED",
        "RUNNING" => "RESUMED",
        ended => ended,
    };
    events::append(&world, &id, event, None, None)?;
    wire::ok(wire::public(run))
}
