//! What happened in a run, numbered from 1.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::access::Member;
use super::super::fields;
use super::super::wire::{self, Answer, Asked, At, Body, Identified, Refusal};
use super::record;
use crate::local::time::{iso, now_ms};
use crate::local::{World, store};

/// The words for what can happen.
const TYPES: [&str; 16] = [
    "USER_MESSAGE",
    "AGENT_MESSAGE",
    "TOOL_REQUEST",
    "TOOL_RESPONSE",
    "APPROVAL_REQUIRED",
    "CONSENT_REQUIRED",
    "APPROVED",
    "REJECTED",
    "RESUMED",
    "RUN_CREATED",
    "INVOKE_REQUESTED",
    "INVOKE_COMPLETED",
    "INVOKE_FAILED",
    "TOOL_CALLED",
    "COMPLETED",
    "FAILED",
];

/// Each run's events are a kind of their own.
fn kind(run: &str) -> String {
    format!("runagents/event/{run}")
}

/// Adds an event to a run.
pub fn append(
    world: &World,
    run: &str,
    word: &str,
    actor: Option<&str>,
    data: Option<Value>,
) -> store::Result<Value> {
    let seq = world.store.count(&format!("{}/seq", kind(run)), 1)?;
    let mut event = json!({"event_id": format!("evt-{run}-{seq}"), "run_id": run, "seq": seq, "type": word});
    if let Some(actor) = actor {
        event["actor"] = actor.into();
    }
    if let Some(data) = data {
        event["data"] = data;
    }
    event["timestamp"] = iso(now_ms()).into();
    world.store.put(&kind(run), &seq.to_string(), &event)?;
    Ok(event)
}

/// Which events are asked for.
#[derive(Deserialize)]
pub struct Page {
    after_seq: Option<i64>,
    limit: Option<usize>,
}

/// `GET /runs/{id}/events`.
pub async fn list(
    Member(world): Member,
    At(Identified { id }): At<Identified>,
    Asked(page): Asked<Page>,
) -> Answer {
    record::find(&world, &id)?;
    let seq = |event: &Value| event["seq"].as_i64().unwrap_or_default();
    let mut events = world.store.list(&kind(&id))?;
    // Two processes may have written out of turn.
    events.sort_by_key(seq);
    events.retain(|event| seq(event) > page.after_seq.unwrap_or(0));
    events.truncate(page.limit.unwrap_or(usize::MAX));
    wire::ok(Value::Array(events))
}

/// `POST /runs/{id}/events`.
pub async fn create(
    Member(world): Member,
    At(Identified { id }): At<Identified>,
    Body(body): Body,
) -> Answer {
    record::find(&world, &id)?;
    let word = fields::word(&body, "type", &TYPES)?.ok_or_else(|| Refusal::invalid("type is required"))?;
    let actor = fields::text(&body, "actor")?;
    let data = fields::object(&body, "data")?.cloned().map(Value::Object);
    let hash = fields::text(&body, "payload_hash")?;
    let mut event = append(&world, &id, word, actor, data)?;
    if let Some(hash) = hash {
        event["payload_hash"] = hash.into();
        world.store.put(&kind(&id), &event["seq"].to_string(), &event)?;
    }
    wire::created(event)
}
