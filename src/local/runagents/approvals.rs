//! Requests for access that a person approves or rejects.

use axum::{
    Router,
    routing::{get, post},
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::Member;
use super::runs::actions;
use super::wire::{self, Answer, Asked, At, Body, Identified, Refusal};
use super::{LOCAL_USER, fields};
use crate::local::time::{iso, now_ms};
use crate::local::{World, store};

/// The kind under which requests are stored.
const KIND: &str = "runagents/approval";

/// For how long access is asked and given when nobody says.
pub const USUAL_DURATION: &str = "4h";

/// Scope of an approval that lasts for a while.
const WINDOW: &str = "agent_user_ttl";

/// The routes of this family below `base`, which the dialects name differently.
pub fn routes(base: &str) -> Router<World> {
    Router::new()
        .route(base, get(list).post(create))
        .route(&format!("{base}/{{id}}"), get(one))
        .route(&format!("{base}/{{id}}/approve"), post(approve))
        .route(&format!("{base}/{{id}}/reject"), post(reject))
}

/// Stores a request, pending, under a new id.
pub fn open(world: &World, mut request: Value) -> store::Result<Value> {
    let id = format!("req-{}", &Uuid::new_v4().simple().to_string()[..12]);
    let now = iso(now_ms());
    request["id"] = id.as_str().into();
    request["status"] = "PENDING".into();
    request["created_at"] = now.as_str().into();
    request["updated_at"] = now.into();
    world.store.put(KIND, &id, &request)?;
    Ok(request)
}

/// Whether somebody has let this user's agent use this tool for a while, and that while lasts.
pub fn granted(world: &World, user: &str, agent: &str, tool: &str) -> store::Result<bool> {
    let requests = world.store.list(KIND)?.into_iter().map(view);
    Ok(requests.into_iter().any(|request| {
        request["status"] == "APPROVED"
            && request["scope"] == WINDOW
            && request["subject"] == user
            && request["agent_id"] == agent
            && request["tool_id"] == tool
    }))
}

/// Marks the request for an action that was approved by another way.
pub fn close_for_action(world: &World, action: &str) -> store::Result<()> {
    for request in world.store.list(KIND)? {
        if request["action_id"] == action && request["status"] == "PENDING" {
            let decision = json!({"status": "APPROVED", "scope": "once", "approver_id": LOCAL_USER});
            world.store.update(KIND, request["id"].as_str().unwrap_or_default(), |request| {
                write(request, &decision);
            })?;
        }
    }
    Ok(())
}

/// A window that is over is expired, whatever was stored.
fn view(mut request: Value) -> Value {
    let over = request["_expires_ms"].as_i64().is_some_and(|end| end <= now_ms());
    if over && request["status"] == "APPROVED" {
        request["status"] = "EXPIRED".into();
    }
    wire::public(request)
}

#[derive(Deserialize)]
struct Filter {
    status: Option<String>,
}

/// The requests in a state, or all, as answered.
pub fn all(world: &World, status: Option<&str>) -> store::Result<Value> {
    let requests = world.store.list(KIND)?.into_iter().map(view);
    Ok(requests.filter(|request| status.is_none_or(|status| request["status"] == status)).collect())
}

async fn list(Member(world): Member, Asked(filter): Asked<Filter>) -> Answer {
    wire::ok(all(&world, filter.status.as_deref().filter(|status| !status.is_empty()))?)
}

async fn one(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    wire::ok(view(world.store.get(KIND, &id)?.ok_or_else(|| Refusal::missing("approval request", &id))?))
}

async fn create(Member(world): Member, Body(body): Body) -> Answer {
    fields::required(&body, "subject")?;
    fields::required(&body, "tool_id")?;
    let mut request = json!({});
    for name in
        ["subject", "agent_id", "tool_id", "run_id", "capability", "payload_hash", "tool_method", "tool_url"]
    {
        if let Some(text) = fields::text(&body, name)? {
            request[name] = text.into();
        }
    }
    let duration = fields::text(&body, "duration")?.unwrap_or(USUAL_DURATION);
    milliseconds(duration)?;
    request["duration"] = duration.into();
    let same = |known: &Value| {
        let fields = ["subject", "agent_id", "tool_id", "run_id", "capability"];
        known["status"] == "PENDING" && fields.iter().all(|field| known.get(field) == request.get(field))
    };
    if let Some(known) = world.store.list(KIND)?.into_iter().find(same) {
        return wire::ok(view(known));
    }
    wire::created(open(&world, request)?)
}

async fn approve(Member(world): Member, At(Identified { id }): At<Identified>, Body(body): Body) -> Answer {
    let request = world.store.get(KIND, &id)?.ok_or_else(|| Refusal::missing("approval request", &id))?;
    let duration = fields::text(&body, "duration")?;
    let scope = fields::word(&body, "scope", &["once", "run", WINDOW])?;
    let scope = scope.unwrap_or(if duration.is_some() { WINDOW } else { "once" });
    if duration.is_some() && scope != WINDOW {
        return Err(Refusal::invalid(format!("duration goes with scope {WINDOW} only")));
    }
    let mut decision = json!({"status": "APPROVED", "approver_id": LOCAL_USER, "scope": scope});
    if let Some(reason) = fields::text(&body, "reason")? {
        decision["reason"] = reason.into();
    }
    let duration = duration.or(request["duration"].as_str()).unwrap_or(USUAL_DURATION);
    let length = milliseconds(duration)?;
    if scope == WINDOW {
        decision["duration"] = duration.into();
        decision["expires_at"] = iso(now_ms() + length).into();
        decision["_expires_ms"] = (now_ms() + length).into();
    }
    let decided = decide(&world, &id, &decision)?;
    if let Some(action) = decided["action_id"].as_str() {
        actions::release(&world, action, LOCAL_USER, scope).await?;
    }
    wire::ok(view(decided))
}

async fn reject(Member(world): Member, At(Identified { id }): At<Identified>, Body(body): Body) -> Answer {
    let reason = fields::text(&body, "reason")?;
    let mut decision = json!({"status": "REJECTED", "approver_id": LOCAL_USER});
    if let Some(reason) = reason {
        decision["reason"] = reason.into();
    }
    let decided = decide(&world, &id, &decision)?;
    if let Some(action) = decided["action_id"].as_str() {
        actions::refuse(&world, action, LOCAL_USER, reason)?;
    }
    wire::ok(view(decided))
}

fn decide(world: &World, id: &str, decision: &Value) -> Result<Value, Refusal> {
    let mut pending = false;
    let decided = world.store.update(KIND, id, |request| {
        pending = request["status"] == "PENDING";
        if pending {
            write(request, decision);
        }
    })?;
    match decided {
        None => Err(Refusal::missing("approval request", id)),
        Some(decided) if pending => Ok(decided),
        Some(_) => Err(Refusal::conflict("request is not pending")),
    }
}

fn write(request: &mut Value, decision: &Value) {
    for (name, value) in decision.as_object().into_iter().flatten() {
        request[name] = value.clone();
    }
    request["updated_at"] = iso(now_ms()).into();
}

/// The length of a duration such as `30m`, `4h` or `2d`.
fn milliseconds(text: &str) -> Result<i64, Refusal> {
    let days = text.strip_suffix('d').and_then(|days| days.trim().parse::<i64>().ok());
    let length = match days {
        Some(days) => days.checked_mul(24).and_then(SignedDuration::try_from_hours),
        None => text.parse().ok(),
    };
    let length = length.filter(SignedDuration::is_positive);
    let length = length.and_then(|length| i64::try_from(length.as_millis()).ok());
    length.ok_or_else(|| Refusal::invalid(format!("duration {text:?} must be like 30m, 4h or 2d")))
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations() {
        for (text, ms) in [("30m", 1_800_000), ("4h", 14_400_000), ("1h30m", 5_400_000), ("2d", 172_800_000)]
        {
            assert_eq!(milliseconds(text).ok(), Some(ms), "{text}");
        }
        for bad in ["", "4", "-4h", "soon", "0s", "99999999999999999d"] {
            assert!(milliseconds(bad).is_err(), "{bad}");
        }
    }
}
