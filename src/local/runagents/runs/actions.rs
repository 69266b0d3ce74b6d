//! Actions that wait for a person: a run that wants one pauses until it is approved or rejected.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::access::Member;
use super::super::agents::turn;
use super::super::wire::{self, Answer, At, Body, Identified, Refusal};
use super::super::{LOCAL_USER, approvals, fields};
use super::{events, record};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// The kind under which blocked actions are stored.
const KIND: &str = "runagents/action";

/// What an agent wants to do.
#[derive(Default)]
pub struct Wish<'a> {
    /// The tool.
    pub tool: &'a str,
    /// What it is to do with it.
    pub capability: Option<&'a str>,
    /// The fingerprint of what would be sent.
    pub payload_hash: Option<&'a str>,
    /// For how long the approval is asked.
    pub duration: Option<&'a str>,
    /// What the run has to go on with, once it may.
    pub job: Option<Value>,
}

/// Pauses a run for an action and asks for its approval; gives the action.
pub fn block(world: &World, run_id: &str, wish: &Wish) -> Result<Value, Refusal> {
    let id = Uuid::new_v4().to_string();
    let run = record::advance(world, run_id, "PAUSED_APPROVAL", |run| {
        run["blocked_action_id"] = id.as_str().into();
        if let Some(job) = &wish.job {
            run["_job"] = job.clone();
        }
    })?;
    let now = iso(now_ms());
    let mut action = json!({"action_id": id, "run_id": run_id, "tool_id": wish.tool});
    let mut data = json!({"tool_id": wish.tool, "action_id": id});
    if let Some(capability) = wish.capability {
        action["capability"] = capability.into();
        data["capability"] = capability.into();
    }
    if let Some(hash) = wish.payload_hash {
        action["payload_hash"] = hash.into();
    }
    action["status"] = "BLOCKED".into();
    action["created_at"] = now.as_str().into();
    action["updated_at"] = now.into();
    world.store.put(KIND, &id, &action)?;
    let request = json!({
        "subject": run["user_id"],
        "agent_id": run["agent_id"],
        "tool_id": wish.tool,
        "duration": wish.duration.unwrap_or(approvals::USUAL_DURATION),
        "action_id": id,
        "run_id": run_id,
    });
    let request = approvals::open(world, request)?;
    data["request_id"] = request["id"].clone();
    events::append(world, run_id, "APPROVAL_REQUIRED", run["agent_id"].as_str(), Some(data))?;
    Ok(action)
}

/// Lets an approved action happen: its run goes on, and an invocation that waited for it is finished.
pub async fn release(world: &World, id: &str, approver: &str, scope: &str) -> Result<Value, Refusal> {
    let action = settle(world, id, "BLOCKED", "APPROVED")?;
    let run_id = action["run_id"].as_str().unwrap_or_default().to_owned();
    let run = record::advance(world, &run_id, "RUNNING", |run| {
        if scope == "run" {
            run["_granted"] = action["tool_id"].clone();
        }
        run["_lease_ms"] = record::lease().into();
    })?;
    let data = json!({"approver_id": approver, "action_id": id, "tool_id": action["tool_id"]});
    events::append(world, &run_id, "APPROVED", Some(approver), Some(data))?;
    events::append(world, &run_id, "RESUMED", None, None)?;
    if run["_job"].is_null() {
        // Whoever made the run by hand goes on with it by hand, however long that takes.
        world.store.update(record::KIND, &run_id, |run| run["_lease_ms"] = Value::Null)?;
        return Ok(action);
    }
    turn::resume(world, &run).await;
    settle(world, id, "APPROVED", "EXECUTED")
}

/// Ends an action that is not to happen, and with it the run.
pub fn refuse(world: &World, id: &str, approver: &str, reason: Option<&str>) -> Result<(), Refusal> {
    let action = settle(world, id, "BLOCKED", "FAILED")?;
    let run_id = action["run_id"].as_str().unwrap_or_default();
    record::advance(world, run_id, "FAILED", |_| ())?;
    let data = json!({"approver_id": approver, "action_id": id, "reason": reason});
    events::append(world, run_id, "REJECTED", Some(approver), Some(data))?;
    let why = json!({"error": "the action was rejected"});
    events::append(world, run_id, "FAILED", None, Some(why))?;
    Ok(())
}

fn settle(world: &World, id: &str, from: &str, to: &str) -> Result<Value, Refusal> {
    let mut moved = false;
    let action = world.store.update(KIND, id, |action| {
        moved = action["status"] == from;
        if moved {
            action["status"] = to.into();
            action["updated_at"] = iso(now_ms()).into();
        }
    })?;
    match action {
        None => Err(Refusal::missing("action", id)),
        Some(action) if moved => Ok(action),
        Some(action) => {
            let state = action["status"].as_str().unwrap_or_default();
            Err(Refusal::conflict(format!("action is {state}, not {from}")))
        }
    }
}

/// The path words of an action.
#[derive(Deserialize)]
pub struct OfRun {
    id: String,
    action: String,
}

fn find(world: &World, path: &OfRun) -> Result<Value, Refusal> {
    let action = world.store.get(KIND, &path.action)?;
    action
        .filter(|action| action["run_id"] == path.id.as_str())
        .ok_or_else(|| Refusal::missing("action", &path.action))
}

/// `POST /runs/{id}/actions`.
pub async fn create(
    Member(world): Member,
    At(Identified { id }): At<Identified>,
    Body(body): Body,
) -> Answer {
    record::find(&world, &id)?;
    let wish = Wish {
        tool: fields::required(&body, "tool_id")?,
        capability: fields::text(&body, "capability")?,
        payload_hash: fields::text(&body, "payload_hash")?,
        ..Wish::default()
    };
    wire::created(block(&world, &id, &wish)?)
}

/// `GET /runs/{id}/actions/{action}`.
pub async fn one(Member(world): Member, At(path): At<OfRun>) -> Answer {
    wire::ok(find(&world, &path)?)
}

/// `POST /runs/{id}/actions/{action}/approve`.
pub async fn approve(Member(world): Member, At(path): At<OfRun>, Body(body): Body) -> Answer {
    let action = find(&world, &path)?;
    let given = fields::text(&body, "payload_hash")?;
    if let Some(hash) = action["payload_hash"].as_str() {
        match given {
            None => return Err(Refusal::invalid("payload_hash is required: the action has one")),
            Some(given) if given != hash => {
                return Err(Refusal::conflict("payload_hash is not the one of the action"));
            }
            Some(_) => {}
        }
    }
    let action = release(&world, &path.action, LOCAL_USER, "once").await?;
    approvals::close_for_action(&world, &path.action)?;
    wire::ok(action)
}
