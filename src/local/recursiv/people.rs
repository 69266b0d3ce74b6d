//! The person and the organisations of this machine.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::projects::slug;
use super::{agents, notifications};
use crate::local::World;
use crate::local::store;
use crate::local::time::{iso, now_ms};

const ORGANIZATION: &str = "recursiv/organization";
const USER: &str = "recursiv/user";

/// The routes below `/organizations` and `/users`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/users/me", routing::get(me))
        .route("/organizations", routing::get(list).post(create))
        .route("/users/{id}", routing::get(someone))
        .route("/organizations/{id}", routing::get(get).put(update).delete(delete))
        .route("/organizations/by-slug/{slug}", routing::get(by_slug))
        .route("/organizations/{id}/members", routing::get(members))
        .route("/organizations/{id}/invite", routing::post(invite))
}

/// The id of something that every fresh state has, the same whoever makes it first.
pub fn seeded(name: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("ra:local/recursiv/{name}").as_bytes()).to_string()
}

/// The id of the organisation `local`.
pub fn organization_id() -> String {
    seeded("organization/local")
}

/// Whoever uses this machine.
pub fn user(world: &World) -> Result<Value, Problem> {
    let id = seeded("user/local");
    world.store.get(USER, &id)?.ok_or_else(|| Problem::missing("User"))
}

/// The organisation that a request names, else the one of this machine.
pub fn organization_or_own(world: &World, named: Option<String>) -> Result<String, Problem> {
    match named {
        None => Ok(organization_id()),
        Some(id) if world.store.get(ORGANIZATION, &id)?.is_some() => Ok(id),
        Some(_) => {
            let text = "Not a member of the organization specified by organization_id";
            Err(Problem::new(403, "authorization_error", "forbidden", text))
        }
    }
}

/// The first organisation and the person in it.
pub fn seed(world: &World) -> store::Result<()> {
    let now = iso(now_ms());
    let id = organization_id();
    let organization = organization(&id, "local", "local");
    world.store.insert(ORGANIZATION, &id, &organization)?;
    let id = seeded("user/local");
    let user = json!({
        "id": id, "name": "Local User", "username": "local", "email": "local@localhost", "image": null, "bio": null,
        "role": "user", "created_at": now,
    });
    world.store.insert(USER, &id, &user).map(drop)
}

fn organization(id: &str, name: &str, slug: &str) -> Value {
    let now = iso(now_ms());
    json!({"id": id, "name": name, "slug": slug, "image": null, "created_at": now, "updated_at": now})
}

async fn me(State(world): State<World>) -> Answer {
    Ok(answer::one(user(&world)?))
}

/// People and agents share one space of ids.
async fn someone(State(world): State<World>, Path(id): Path<String>) -> Answer {
    if let Some(user) = world.store.get(USER, &id)? {
        return Ok(answer::one(user));
    }
    let agent = agents::find(&world, &id).map_err(|_| Problem::missing("User"))?;
    Ok(answer::one(json!({
        "id": agent["id"], "name": agent["name"], "username": agent["username"], "image": agent["image"],
        "bio": agent["bio"], "is_ai": true, "created_at": agent["created_at"],
    })))
}

async fn by_slug(State(world): State<World>, Path(slug): Path<String>) -> Answer {
    let found = world
        .store
        .list(ORGANIZATION)?
        .into_iter()
        .find(|organization| organization["slug"] == slug.as_str());
    let mut organization = found.ok_or_else(|| Problem::missing("Organization"))?;
    organization["members"] = json!([member(&world)?]);
    Ok(answer::one(organization))
}

async fn update(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    let changes =
        [("name", fields.maybe("name")), ("slug", fields.maybe("slug")), ("image", fields.maybe("image"))];
    fields.check()?;
    let changed = world.store.update(ORGANIZATION, &id, |organization| {
        for (name, value) in changes {
            if value.is_some() {
                organization[name] = json!(value);
            }
        }
        organization["updated_at"] = json!(iso(now_ms()));
    })?;
    Ok(answer::one(changed.ok_or_else(|| Problem::missing("Organization"))?))
}

async fn delete(State(world): State<World>, Path(id): Path<String>) -> Answer {
    if id == organization_id() {
        return Err(Problem::conflict("last_organization", "The organization of this machine stays"));
    }
    match world.store.delete(ORGANIZATION, &id)? {
        true => Ok(answer::deleted()),
        false => Err(Problem::missing("Organization")),
    }
}

/// No mail leaves this machine: the invitation is noted, and seen among the notifications.
async fn invite(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    let email = fields.text("email");
    fields.check()?;
    let organization = world.store.get(ORGANIZATION, &id)?.ok_or_else(|| Problem::missing("Organization"))?;
    let name = organization["name"].as_str().unwrap_or_default();
    notifications::notify(&world, "invitation", &format!("{email} was invited to {name}; no mail was sent"))?;
    Ok(answer::success())
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    Ok(answer::list(world.store.list(ORGANIZATION)?, asked.page))
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    let name = fields.text("name");
    let slug = fields.maybe("slug").unwrap_or_else(|| slug(&name));
    fields.check()?;
    if world.store.list(ORGANIZATION)?.iter().any(|other| other["slug"] == slug.as_str()) {
        return Err(Problem::conflict("slug_taken", format!("The slug {slug} is taken")));
    }
    let id = Uuid::new_v4().to_string();
    let organization = organization(&id, &name, &slug);
    world.store.insert(ORGANIZATION, &id, &organization)?;
    Ok(answer::created(organization))
}

async fn get(State(world): State<World>, Path(id): Path<String>) -> Answer {
    let mut organization =
        world.store.get(ORGANIZATION, &id)?.ok_or_else(|| Problem::missing("Organization"))?;
    organization["members"] = json!([member(&world)?]);
    Ok(answer::one(organization))
}

async fn members(State(world): State<World>, Path(id): Path<String>, asked: Asked) -> Answer {
    if world.store.get(ORGANIZATION, &id)?.is_none() {
        return Err(Problem::missing("Organization"));
    }
    Ok(answer::list(vec![member(&world)?], asked.page))
}

fn member(world: &World) -> Result<Value, Problem> {
    let user = user(world)?;
    Ok(json!({
        "id": user["id"], "name": user["name"], "username": user["username"], "image": null, "role": "owner",
        "joined_at": user["created_at"],
    }))
}
