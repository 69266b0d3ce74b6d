//! Agents: a model, instructions, and a name to call them by.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::{conversations, people, projects};
use crate::local::World;
use crate::local::store;
use crate::local::time::{iso, now_ms};

/// Documents of this kind.
pub const KIND: &str = "recursiv/agent";

const MODEL: &str = "anthropic/claude-sonnet-4.6";
const TOOL_MODES: [&str; 3] = ["chat_only", "permission", "autonomous"];
/// What a list leaves out.
const DETAILS: [&str; 4] = ["system_prompt", "organization_id", "email", "daily_post_count"];

/// The routes below `/agents`, without those for chatting.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/agents", routing::get(list).post(create))
        .route("/agents/discoverable", routing::get(list))
        .route("/agents/{id}", routing::get(get).put(update).delete(delete))
}

/// The agent of that id, or 404.
pub fn find(world: &World, id: &str) -> Result<Value, Problem> {
    world.store.get(KIND, id)?.ok_or_else(|| Problem::missing("Agent"))
}

/// The two agents of a newcomer.
pub fn seed(world: &World) -> store::Result<()> {
    let seeds = [
        (
            "guide",
            "Explains ra and the three services",
            "You explain the ra command and the three services it speaks to. Be brief and name the next command.",
        ),
        (
            "coder",
            "Answers with a few lines of code",
            "You are a programmer. Answer with a short example in a fenced code block.",
        ),
    ];
    for (name, bio, prompt) in seeds {
        let id = people::seeded(&format!("agent/{name}"));
        let mut agent = agent(&id, name, name, MODEL);
        agent["bio"] = json!(bio);
        agent["system_prompt"] = json!(prompt);
        agent["project_id"] = json!(people::seeded("project/demo"));
        world.store.insert(KIND, &id, &agent)?;
    }
    Ok(())
}

fn agent(id: &str, name: &str, username: &str, model: &str) -> Value {
    let now = iso(now_ms());
    json!({
        "id": id, "name": name, "username": username, "bio": null, "image": null, "model": model,
        "tool_mode": "chat_only", "social_mode": "chat_only", "agent_type": "custom", "is_ai": true, "project_id": null,
        "organization_id": people::organization_id(), "system_prompt": null, "email": null, "daily_post_count": 0,
        "created_at": now, "updated_at": now,
    })
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    let mut all = world.store.list(KIND)?;
    if let Some(organization) = asked.maybe("organization_id") {
        all.retain(|agent| agent["organization_id"] == organization);
    }
    for agent in all.iter_mut().filter_map(Value::as_object_mut) {
        agent.retain(|name, _| !DETAILS.contains(&name.as_str()));
    }
    Ok(answer::list(all, asked.page))
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    let name = fields.text("name");
    let username = fields.maybe("username");
    let project = fields.maybe("project_id");
    let organization = fields.maybe("organization_id");
    let changes = changes(&mut fields);
    if username.as_ref().is_some_and(|username| !is_username(username)) {
        fields.blame("username", "Use 3 to 30 lowercase letters, digits or underscores");
    }
    fields.check()?;
    if let Some(project) = &project {
        projects::find(&world, project)?;
    }
    let organization = people::organization_or_own(&world, organization)?;
    let taken: Vec<Value> = world.store.list(KIND)?.iter().map(|agent| agent["username"].clone()).collect();
    let username = match username {
        Some(username) if taken.iter().any(|other| *other == username.as_str()) => {
            return Err(Problem::conflict("username_taken", format!("The username {username} is taken")));
        }
        Some(username) => username,
        None => made_up_username(&name),
    };
    let id = Uuid::new_v4().to_string();
    let mut agent = agent(&id, &name, &username, MODEL);
    agent["organization_id"] = json!(organization);
    agent["project_id"] = json!(project);
    for (name, value) in changes {
        agent[name] = value;
    }
    world.store.insert(KIND, &id, &agent)?;
    Ok(answer::created(agent))
}

async fn get(State(world): State<World>, Path(id): Path<String>) -> Answer {
    Ok(answer::one(find(&world, &id)?))
}

async fn update(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    find(&world, &id)?;
    let mut changes = changes(&mut fields);
    if fields.value("name").is_some() {
        changes.push(("name", json!(fields.text("name"))));
    }
    fields.check()?;
    let changed = world.store.update(KIND, &id, |agent| {
        for (name, value) in changes {
            agent[name] = value;
        }
        agent["updated_at"] = json!(iso(now_ms()));
    })?;
    Ok(answer::one(changed.ok_or_else(|| Problem::missing("Agent"))?))
}

async fn delete(State(world): State<World>, Path(id): Path<String>) -> Answer {
    if !world.store.delete(KIND, &id)? {
        return Err(Problem::missing("Agent"));
    }
    conversations::forget_agent(&world, &id)?;
    Ok(answer::deleted())
}

/// What making and changing an agent have in common.
fn changes(fields: &mut Fields) -> Vec<(&'static str, Value)> {
    let mut changes = Vec::new();
    if let Some(model) = fields.maybe("model") {
        if !is_model(&model) {
            fields.blame(
                "model",
                "Unknown model; models are named vendor/name, such as anthropic/claude-sonnet-4.6",
            );
        }
        changes.push(("model", json!(model)));
    }
    if let Some(prompt) = fields.maybe("system_prompt").or(fields.maybe("instructions")) {
        changes.push(("system_prompt", json!(prompt)));
    }
    if let Some(bio) = fields.maybe("bio") {
        changes.push(("bio", json!(bio)));
    }
    if let Some(mode) = fields.choice("tool_mode", &TOOL_MODES) {
        changes.push(("tool_mode", json!(mode)));
    }
    if let Some(mode) = fields.maybe("social_mode") {
        changes.push(("social_mode", json!(mode)));
    }
    changes
}

fn is_model(model: &str) -> bool {
    let part = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte))
    };
    model.split_once('/').is_some_and(|(vendor, name)| part(vendor) && part(name))
}

fn is_username(name: &str) -> bool {
    (3..=30).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn made_up_username(name: &str) -> String {
    let plain: String = projects::slug(name).replace('-', "_").chars().take(20).collect();
    let tail: String = Uuid::new_v4().simple().to_string().chars().take(6).collect();
    if plain.is_empty() { format!("agent_{tail}") } else { format!("{plain}_{tail}") }
}
