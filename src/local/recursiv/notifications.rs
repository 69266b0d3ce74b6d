//! Notifications: what happened, until it is read.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::Asked;
use crate::local::World;
use crate::local::store;
use crate::local::time::{iso, now_ms};

const KIND: &str = "recursiv/notification";

/// The routes below `/notifications`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/notifications", routing::get(list))
        .route("/notifications/{id}/read", routing::post(read))
        .route("/notifications/read-all", routing::post(read_all))
}

/// Leaves a notification.
pub fn notify(world: &World, kind: &str, message: &str) -> store::Result<()> {
    let id = Uuid::new_v4().to_string();
    let body =
        json!({"id": id, "type": kind, "message": message, "read": false, "created_at": iso(now_ms())});
    world.store.insert(KIND, &id, &body).map(drop)
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    let mut all = world.store.list(KIND)?;
    all.reverse();
    match asked.maybe("status") {
        Some("unread") => all.retain(|one| one["read"] == false),
        Some("read") => all.retain(|one| one["read"] == true),
        _ => {}
    }
    Ok(answer::list(all, asked.page))
}

fn mark(one: &mut Value) {
    one["read"] = json!(true);
}

async fn read(State(world): State<World>, Path(id): Path<String>) -> Answer {
    world.store.update(KIND, &id, mark)?.ok_or_else(|| Problem::missing("Notification"))?;
    Ok(answer::success())
}

async fn read_all(State(world): State<World>) -> Answer {
    for one in world.store.list(KIND)? {
        world.store.update(KIND, one["id"].as_str().unwrap_or_default(), mark)?;
    }
    Ok(answer::success())
}
