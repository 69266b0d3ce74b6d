//! Communities to join and leave.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::people;
use super::projects::slug;
use crate::local::World;
use crate::local::time::{iso, now_ms};

const KIND: &str = "recursiv/community";

/// The routes below `/communities`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/communities", routing::get(list).post(create))
        .route("/communities/{id}", routing::get(get).put(update).delete(delete))
        .route("/communities/{id}/join", routing::post(join))
        .route("/communities/{id}/leave", routing::post(leave))
        .route("/communities/{id}/members", routing::get(members))
}

fn find(world: &World, id: &str) -> Result<Value, Problem> {
    world.store.get(KIND, id)?.ok_or_else(|| Problem::missing("Community"))
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    let mut all = world.store.list(KIND)?;
    if asked.maybe("member") == Some("true") {
        all.retain(|community| community["is_member"] == true);
    }
    Ok(answer::list(all, asked.page))
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    let name = fields.text("name");
    let slug = fields.maybe("slug").unwrap_or_else(|| slug(&name));
    let privacy = fields.choice("privacy", &["public", "private"]).unwrap_or_else(|| "public".into());
    let description = fields.maybe("description");
    fields.check()?;
    if world.store.list(KIND)?.iter().any(|other| other["slug"] == slug.as_str()) {
        return Err(Problem::conflict("slug_taken", format!("The slug {slug} is taken")));
    }
    let id = Uuid::new_v4().to_string();
    let community = json!({
        "id": id, "name": name, "slug": slug, "description": description, "privacy": privacy, "member_count": 1,
        "is_member": true, "created_at": iso(now_ms()),
    });
    world.store.insert(KIND, &id, &community)?;
    Ok(answer::created(community))
}

async fn get(State(world): State<World>, Path(id): Path<String>) -> Answer {
    Ok(answer::one(find(&world, &id)?))
}

async fn update(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    let privacy = fields.choice("privacy", &["public", "private"]);
    let changes =
        [("name", fields.maybe("name")), ("description", fields.maybe("description")), ("privacy", privacy)];
    fields.check()?;
    let changed = world.store.update(KIND, &id, |community| {
        for (name, value) in changes {
            if value.is_some() {
                community[name] = json!(value);
            }
        }
    })?;
    Ok(answer::one(changed.ok_or_else(|| Problem::missing("Community"))?))
}

async fn delete(State(world): State<World>, Path(id): Path<String>) -> Answer {
    match world.store.delete(KIND, &id)? {
        true => Ok(answer::deleted()),
        false => Err(Problem::missing("Community")),
    }
}

fn belong(world: &World, id: &str, member: bool) -> Answer {
    let changed = world.store.update(KIND, id, |community| {
        community["is_member"] = json!(member);
        community["member_count"] = json!(u8::from(member));
    })?;
    changed.ok_or_else(|| Problem::missing("Community"))?;
    Ok(answer::success())
}

async fn join(State(world): State<World>, Path(id): Path<String>) -> Answer {
    belong(&world, &id, true)
}

async fn leave(State(world): State<World>, Path(id): Path<String>) -> Answer {
    belong(&world, &id, false)
}

async fn members(State(world): State<World>, Path(id): Path<String>, asked: Asked) -> Answer {
    let community = find(&world, &id)?;
    let mut members = Vec::new();
    if community["is_member"] == true {
        let user = people::user(&world)?;
        members.push(
            json!({"id": user["id"], "name": user["name"], "username": user["username"], "role": "owner"}),
        );
    }
    Ok(answer::list(members, asked.page))
}
