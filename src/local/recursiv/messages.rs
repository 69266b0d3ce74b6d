//! Messages between people: direct, in groups, changed, taken back, reacted to.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};

use super::answer::{self, Answer, Problem};
use super::conversations::{self, Which};
use super::input::Fields;
use super::{agents, people};
use crate::local::World;

/// The routes below `/chat` beside those of conversations.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/chat/dm", routing::post(direct))
        .route("/chat/conversations/group", routing::post(group))
        .route("/chat/conversations/{id}/read", routing::post(read))
        .route("/chat/unread-count", routing::get(unread))
        .route("/chat/messages/as-agent", routing::post(as_agent))
        .route("/chat/messages/{id}", routing::put(change).delete(delete))
        .route("/chat/messages/{id}/react", routing::post(react))
}

/// On this machine the only others to write to are agents.
async fn direct(State(world): State<World>, mut fields: Fields) -> Answer {
    let other = fields.text("user_id");
    fields.check()?;
    let agent = agents::find(&world, &other).map_err(|_| Problem::missing("User"))?;
    let known = conversations::of(&world, &other)?.is_some();
    let id = conversations::open(&world, &agent, Which::Latest)?;
    Ok(answer::one(json!({"id": id, "type": "dm", "created": !known})))
}

async fn group(State(world): State<World>, mut fields: Fields) -> Answer {
    let name = fields.text("name");
    let members: Vec<String> = match fields.value("member_ids") {
        Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => {
            fields.blame("member_ids", "Expected a list of ids");
            Vec::new()
        }
    };
    fields.check()?;
    let agents = members.iter().map(|id| agents::find(&world, id)).collect::<Result<Vec<_>, _>>();
    let agents = agents.map_err(|_| Problem::missing("User"))?;
    Ok(answer::created(conversations::begin_group(&world, &name, &agents)?))
}

async fn read(State(world): State<World>, Path(id): Path<String>) -> Answer {
    conversations::find(&world, &id)?;
    Ok(answer::success())
}

/// Agents answer only while they are listened to, so that nothing is ever unread.
async fn unread() -> Answer {
    Ok(answer::one(json!({"count": 0})))
}

async fn as_agent(State(world): State<World>, mut fields: Fields) -> Answer {
    let (agent, conversation) = (fields.text("agent_id"), fields.text("conversation_id"));
    let content = fields.text("content");
    fields.check()?;
    let agent = agents::find(&world, &agent)?;
    conversations::find(&world, &conversation)?;
    Ok(answer::created(conversations::add(&world, &conversation, &agent, true, &content)?))
}

async fn change(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    let content = fields.text("content");
    fields.check()?;
    let changed = conversations::change_message(&world, &id, |message| message["content"] = json!(content))?;
    Ok(answer::one(changed))
}

async fn delete(State(world): State<World>, Path(id): Path<String>) -> Answer {
    conversations::forget_message(&world, &id)?;
    Ok(answer::deleted())
}

/// The same reaction twice takes it back.
async fn react(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    let kind = fields.text("type");
    fields.check()?;
    let user = people::user(&world)?["id"].clone();
    let changed = conversations::change_message(&world, &id, |message| {
        let reaction = json!({"type": kind, "user_id": user});
        if let Some(reactions) = message["reactions"].as_array_mut() {
            match reactions.iter().position(|known| *known == reaction) {
                Some(at) => drop(reactions.remove(at)),
                None => reactions.push(reaction),
            }
        }
    })?;
    Ok(answer::one(changed))
}
