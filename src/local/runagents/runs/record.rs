//! A run as it is stored, and the ways it can go.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::wire::Refusal;
use super::super::{LOCAL_USER, NAMESPACE};
use super::events;
use crate::local::time::{iso, now_ms};
use crate::local::{World, store};

/// The kind under which runs are stored.
pub const KIND: &str = "runagents/run";

/// After so long an invocation that has not said how it ended is taken for dead: its process was.
const LEASE_MS: i64 = 10 * 60 * 1_000;

/// A new run of an agent for a user, not stored yet.
pub fn new(agent: &str, user: &str) -> Value {
    let now = iso(now_ms());
    json!({
        "id": Uuid::new_v4().to_string(),
        "agent_id": agent,
        "namespace": NAMESPACE,
        "user_id": if user.is_empty() { LOCAL_USER } else { user },
        "status": "RUNNING",
        "created_at": now,
        "updated_at": now,
    })
}

/// Stores a new run and its first event.
pub fn save_new(world: &World, run: &Value) -> store::Result<()> {
    let id = run["id"].as_str().unwrap_or_default();
    world.store.put(KIND, id, run)?;
    events::append(world, id, "RUN_CREATED", None, None)?;
    Ok(())
}

/// The moment by which an invocation that starts now must have ended.
pub fn lease() -> i64 {
    now_ms() + LEASE_MS
}

/// The stored run of an id.
pub fn find(world: &World, id: &str) -> Result<Value, Refusal> {
    let run = world.store.get(KIND, id)?.ok_or_else(|| Refusal::missing("run", id))?;
    Ok(settled(world, run)?)
}

/// A run as it stands now: one whose invocation died with its process has failed.
pub fn settled(world: &World, run: Value) -> store::Result<Value> {
    let expired = run["_lease_ms"].as_i64().is_some_and(|lease| lease < now_ms());
    if run["status"] != "RUNNING" || !expired {
        return Ok(run);
    }
    let id = run["id"].as_str().unwrap_or_default();
    match advance(world, id, "FAILED", |_| ()) {
        Ok(failed) => {
            let why = json!({"error": "the invocation did not come to an end"});
            events::append(world, id, "INVOKE_FAILED", None, Some(why.clone()))?;
            events::append(world, id, "FAILED", None, Some(why))?;
            Ok(failed)
        }
        // Somebody else has settled it in the meantime.
        Err(_) => Ok(world.store.get(KIND, id)?.unwrap_or(run)),
    }
}

/// Whether a run may go from one state to another.
fn may_go(from: &str, to: &str) -> bool {
    match from {
        "RUNNING" => matches!(to, "PAUSED_APPROVAL" | "PAUSED_CONSENT" | "COMPLETED" | "FAILED"),
        paused if paused.starts_with("PAUSED") => matches!(to, "RUNNING" | "FAILED"),
        _ => false,
    }
}

/// Moves a run on and changes it along the way; 409 when it cannot go there.
pub fn advance(world: &World, id: &str, to: &str, change: impl FnOnce(&mut Value)) -> Result<Value, Refusal> {
    let mut refused = None;
    let run = world.store.update(KIND, id, |run| {
        let from = run["status"].as_str().unwrap_or_default().to_owned();
        if !may_go(&from, to) {
            refused = Some(from);
            return;
        }
        change(run);
        run["status"] = to.into();
        run["updated_at"] = iso(now_ms()).into();
        let still_blocked = to.starts_with("PAUSED");
        if let (false, Some(fields)) = (still_blocked, run.as_object_mut()) {
            fields.shift_remove("blocked_action_id");
        }
    })?;
    if let Some(from) = refused {
        return Err(Refusal::conflict(format!("a run that is {from} cannot become {to}")));
    }
    run.ok_or_else(|| Refusal::missing("run", id))
}

#[cfg(test)]
mod tests {
    use super::may_go;

    #[test]
    fn the_ways_of_a_run() {
        for (from, to) in [
            ("RUNNING", "COMPLETED"),
            ("RUNNING", "FAILED"),
            ("RUNNING", "PAUSED_APPROVAL"),
            ("RUNNING", "PAUSED_CONSENT"),
            ("PAUSED_APPROVAL", "RUNNING"),
            ("PAUSED_CONSENT", "FAILED"),
        ] {
            assert!(may_go(from, to), "{from} -> {to}");
        }
        for (from, to) in [
            ("RUNNING", "RUNNING"),
            ("PAUSED_APPROVAL", "COMPLETED"),
            ("PAUSED_APPROVAL", "PAUSED_CONSENT"),
            ("COMPLETED", "RUNNING"),
            ("FAILED", "COMPLETED"),
        ] {
            assert!(!may_go(from, to), "{from} -> {to}");
        }
    }
}
