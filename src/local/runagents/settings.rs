//! How a workspace lets programs in: session settings and API keys.

use axum::{
    Router,
    routing::{delete, get, post},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::{KEY_HEADER, Member};
use super::fields::{self, Fields};
use super::wire::{self, Answer, At, Body, Identified, Refusal};
use crate::local::time::{iso, now_ms};
use crate::local::{World, store};

/// The kind under which keys are stored.
const KEYS: &str = "runagents/api-key";

/// The kind and id of the one document of settings.
const SETTINGS: (&str, &str) = ("runagents/settings", "auth");

/// Every workspace key starts so.
const PREFIX: &str = "ra_ws_";

/// The shortest, usual and longest time that an idle session lives, in minutes.
const IDLE: [i64; 3] = [5, 60, 1_440];

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/settings/auth", get(read).put(change))
        .route("/auth/api-keys", get(list).post(create))
        .route("/auth/api-keys/{id}", delete(revoke))
        .route("/auth/api-keys/{id}/rotate", post(rotate))
}

/// Whether a key was made here and is still good; remembers that it was used.
pub fn knows(world: &World, token: &str) -> store::Result<bool> {
    let is_it = |key: &Value| {
        let live = key["_expires_ms"].as_i64().is_none_or(|end| end > now_ms());
        key["_token"] == token && live
    };
    let Some(key) = world.store.list(KEYS)?.into_iter().find(is_it) else { return Ok(false) };
    let id = key["id"].as_str().unwrap_or_default();
    world.store.update(KEYS, id, |key| key["lastUsedAt"] = iso(now_ms()).into())?;
    Ok(true)
}

async fn read(Member(world): Member) -> Answer {
    wire::ok(view(&world)?)
}

async fn change(Member(world): Member, Body(body): Body) -> Answer {
    let minutes = body.get("sessionIdleTimeoutMinutes").and_then(Value::as_i64);
    let minutes = minutes.filter(|minutes| (IDLE[0]..=IDLE[2]).contains(minutes)).ok_or_else(|| {
        Refusal::invalid(format!("sessionIdleTimeoutMinutes must be {} to {}", IDLE[0], IDLE[2]))
    })?;
    world.store.put(SETTINGS.0, SETTINGS.1, &json!({"minutes": minutes}))?;
    wire::ok(view(&world)?)
}

fn view(world: &World) -> store::Result<Value> {
    let stored = world.store.get(SETTINGS.0, SETTINGS.1)?.unwrap_or_default();
    Ok(json!({
        "sessionIdleTimeoutMinutes": stored["minutes"].as_i64().unwrap_or(IDLE[1]),
        "minSessionIdleTimeoutMinutes": IDLE[0],
        "maxSessionIdleTimeoutMinutes": IDLE[2],
        "programmaticHeader": KEY_HEADER,
        "apiKeyPrefix": PREFIX,
        "apiKeyCount": world.store.list(KEYS)?.len(),
    }))
}

async fn list(Member(world): Member) -> Answer {
    wire::ok(world.store.list(KEYS)?.into_iter().map(wire::public).collect())
}

async fn create(Member(world): Member, Body(body): Body) -> Answer {
    let name = fields::required(&body, "name")?;
    let id = format!("key-{}", &Uuid::new_v4().simple().to_string()[..12]);
    let mut key = json!({"id": id, "name": name});
    let token = give_token(&mut key, days(&body)?);
    key["createdAt"] = iso(now_ms()).into();
    world.store.put(KEYS, &id, &key)?;
    wire::created(shown_once(key, &token))
}

async fn rotate(Member(world): Member, At(Identified { id }): At<Identified>, Body(body): Body) -> Answer {
    let days = days(&body)?;
    let mut token = String::new();
    let key = world.store.update(KEYS, &id, |key| token = give_token(key, days))?;
    wire::ok(shown_once(key.ok_or_else(|| Refusal::missing("API key", &id))?, &token))
}

async fn revoke(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    wire::deleted(world.store.delete(KEYS, &id)?, "API key", &id)
}

/// Writes a new token into a key; one that expired before gets no end unless one is named.
fn give_token(key: &mut Value, days: Option<i64>) -> String {
    let token = format!("{PREFIX}{}", Uuid::new_v4().simple());
    key["prefix"] = token[..PREFIX.len() + 4].into();
    key["last4"] = token[token.len() - 4..].into();
    key["_token"] = token.as_str().into();
    if let Some(fields) = key.as_object_mut() {
        fields.shift_remove("expiresAt");
        fields.shift_remove("_expires_ms");
    }
    if let Some(days) = days {
        let end = now_ms().saturating_add(days.saturating_mul(DAY_MS));
        key["expiresAt"] = iso(end).into();
        key["_expires_ms"] = end.into();
    }
    token
}

fn shown_once(key: Value, token: &str) -> Value {
    json!({"key": wire::public(key), "token": token, "header": KEY_HEADER})
}

fn days(body: &Fields) -> Result<Option<i64>, Refusal> {
    match body.get("expiresInDays") {
        None | Some(Value::Null) => Ok(None),
        Some(days) => match days.as_i64() {
            Some(days @ 1..=36_500) => Ok(Some(days)),
            _ => Err(Refusal::invalid("expiresInDays must be a whole number from 1 on")),
        },
    }
}
