//! Conversations with agents and the messages in them.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::{agents, people};
use crate::local::World;
use crate::local::store;
use crate::local::talker::Turn;
use crate::local::time::{iso, now_ms};

const KIND: &str = "recursiv/conversation";

/// The routes below `/chat`, and the list of one agent's conversations.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/agents/{id}/conversations", routing::get(of_agent))
        .route("/chat/conversations", routing::get(list))
        .route("/chat/conversations/{id}", routing::get(get).delete(delete))
        .route("/chat/conversations/{id}/messages", routing::get(messages))
        .route("/chat/messages", routing::post(send))
}

/// One conversation's messages are a kind of their own, so that reading one never reads the others.
fn messages_kind(conversation: &str) -> String {
    format!("recursiv/message/{conversation}")
}

/// Which conversation a message to an agent belongs to.
pub enum Which {
    /// The one of this id.
    Known(String),
    /// A fresh one.
    New,
    /// The last one with the agent; a fresh one when there is none.
    Latest,
}

/// Finds or begins a conversation with an agent; gives its id.
pub fn open(world: &World, agent: &Value, which: Which) -> Result<String, Problem> {
    let with_agent = |conversation: &Value| conversation["agent_id"] == agent["id"];
    let found = match which {
        Which::New => None,
        Which::Known(id) => {
            let known = world.store.get(KIND, &id)?.filter(with_agent);
            Some(known.ok_or_else(|| Problem::missing("Conversation"))?)
        }
        Which::Latest => world
            .store
            .list(KIND)?
            .into_iter()
            .filter(with_agent)
            .max_by_key(|conversation| conversation["updated_ms"].as_i64()),
    };
    if let Some(id) = found.as_ref().and_then(|conversation| conversation["id"].as_str()) {
        return Ok(id.to_owned());
    }
    let id = Uuid::new_v4().to_string();
    let now = now_ms();
    let conversation = json!({
        "id": id, "type": "dm", "name": agent["name"], "community_id": null, "agent_id": agent["id"],
        "members": [person(&people::user(world)?, false), person(agent, true)], "last_message": null,
        "request_status": "accepted", "unread_count": 0, "created_at": iso(now), "updated_ms": now,
    });
    world.store.insert(KIND, &id, &conversation)?;
    Ok(id)
}

/// Adds a message; gives it.
pub fn add(
    world: &World,
    conversation: &str,
    sender: &Value,
    is_ai: bool,
    content: &str,
) -> Result<Value, Problem> {
    let now = now_ms();
    let message = json!({
        "id": Uuid::new_v4().to_string(), "conversation_id": conversation, "content": content,
        "sender": person(sender, is_ai), "reply_to_id": null, "media": [], "reactions": [], "created_at": iso(now),
    });
    let id = message["id"].as_str().unwrap_or_default();
    world.store.insert(&messages_kind(conversation), id, &message)?;
    world.store.update(KIND, conversation, |conversation| {
        conversation["updated_ms"] = json!(now);
        conversation["last_message"] = json!({
            "id": message["id"], "content": content, "sender_name": sender["name"], "created_at": message["created_at"],
        });
    })?;
    Ok(message)
}

/// What was said in a conversation so far, oldest first.
pub fn history(world: &World, conversation: &str) -> Result<Vec<Turn>, Problem> {
    let messages = world.store.list(&messages_kind(conversation))?;
    let turn = |message: &Value| Turn {
        from_user: message["sender"]["is_ai"] != true,
        text: message["content"].as_str().unwrap_or_default().to_owned(),
    };
    Ok(messages.iter().map(turn).collect())
}

/// The last conversation with an agent.
pub fn of(world: &World, agent: &str) -> store::Result<Option<Value>> {
    let all = world.store.list(KIND)?;
    Ok(all.into_iter().rfind(|conversation| conversation["agent_id"] == agent))
}

/// Begins a conversation of several.
pub fn begin_group(world: &World, name: &str, agents: &[Value]) -> Result<Value, Problem> {
    let (id, now) = (Uuid::new_v4().to_string(), now_ms());
    let mut members = vec![person(&people::user(world)?, false)];
    members.extend(agents.iter().map(|agent| person(agent, true)));
    let conversation = json!({
        "id": id, "type": "group", "name": name, "community_id": null, "members": members, "last_message": null,
        "request_status": "accepted", "unread_count": 0, "created_at": iso(now), "updated_ms": now,
    });
    world.store.insert(KIND, &id, &conversation)?;
    Ok(shown(vec![conversation]).remove(0))
}

/// The kind under which a message of that id is stored, or 404.
fn kind_of_message(world: &World, id: &str) -> Result<String, Problem> {
    for conversation in world.store.list(KIND)? {
        let kind = messages_kind(conversation["id"].as_str().unwrap_or_default());
        if world.store.get(&kind, id)?.is_some() {
            return Ok(kind);
        }
    }
    Err(Problem::missing("Message"))
}

/// Changes a message, wherever it is; gives what it became.
pub fn change_message(world: &World, id: &str, change: impl FnOnce(&mut Value)) -> Result<Value, Problem> {
    let kind = kind_of_message(world, id)?;
    world.store.update(&kind, id, change)?.ok_or_else(|| Problem::missing("Message"))
}

/// Takes a message back.
pub fn forget_message(world: &World, id: &str) -> Result<(), Problem> {
    let kind = kind_of_message(world, id)?;
    world.store.delete(&kind, id)?;
    Ok(())
}

/// Removes an agent's conversations with all messages.
pub fn forget_agent(world: &World, agent: &str) -> store::Result<()> {
    for conversation in world.store.list(KIND)? {
        if let (true, Some(id)) = (conversation["agent_id"] == agent, conversation["id"].as_str()) {
            forget(world, id)?;
        }
    }
    Ok(())
}

fn forget(world: &World, id: &str) -> store::Result<bool> {
    let kind = messages_kind(id);
    for message in world.store.list(&kind)? {
        world.store.delete(&kind, message["id"].as_str().unwrap_or_default())?;
    }
    world.store.delete(KIND, id)
}

fn person(who: &Value, is_ai: bool) -> Value {
    json!({"id": who["id"], "name": who["name"], "username": who["username"], "image": who["image"], "is_ai": is_ai})
}

/// Newest first, without what only we need.
fn shown(mut conversations: Vec<Value>) -> Vec<Value> {
    conversations.sort_by_key(|conversation| std::cmp::Reverse(conversation["updated_ms"].as_i64()));
    for conversation in conversations.iter_mut().filter_map(Value::as_object_mut) {
        conversation.shift_remove("updated_ms");
    }
    conversations
}

/// The conversation of that id, or 404.
pub fn find(world: &World, id: &str) -> Result<Value, Problem> {
    world.store.get(KIND, id)?.ok_or_else(|| Problem::missing("Conversation"))
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    Ok(answer::list(shown(world.store.list(KIND)?), asked.page))
}

async fn of_agent(State(world): State<World>, Path(id): Path<String>, asked: Asked) -> Answer {
    agents::find(&world, &id)?;
    let mut all = world.store.list(KIND)?;
    all.retain(|conversation| conversation["agent_id"] == id.as_str());
    Ok(answer::list(shown(all), asked.page))
}

async fn get(State(world): State<World>, Path(id): Path<String>) -> Answer {
    let conversation = find(&world, &id)?;
    Ok(answer::one(shown(vec![conversation]).remove(0)))
}

async fn delete(State(world): State<World>, Path(id): Path<String>) -> Answer {
    match forget(&world, &id)? {
        true => Ok(answer::deleted()),
        false => Err(Problem::missing("Conversation")),
    }
}

/// Newest first; the cursor is the id of the last message of the page before.
async fn messages(State(world): State<World>, Path(id): Path<String>, asked: Asked) -> Answer {
    find(&world, &id)?;
    let mut all = world.store.list(&messages_kind(&id))?;
    all.reverse();
    if let Some(cursor) = asked.maybe("cursor") {
        let at = all.iter().position(|message| message["id"] == cursor);
        all.drain(..=at.ok_or_else(|| Problem::field("cursor", "Unknown cursor"))?);
    }
    let has_more = all.len() > asked.page.offset + asked.page.limit;
    let data: Vec<Value> = all.into_iter().skip(asked.page.offset).take(asked.page.limit).collect();
    let next = if has_more { data.last().map(|message| message["id"].clone()) } else { None };
    let meta = json!({"limit": asked.page.limit, "has_more": has_more, "next_cursor": next});
    Ok(answer::with_meta(json!(data), meta))
}

/// A message without an answer: an agent answers only where it is chatted with.
async fn send(State(world): State<World>, mut fields: Fields) -> Answer {
    let (conversation, content) = (fields.text("conversation_id"), fields.text("content"));
    fields.check()?;
    find(&world, &conversation)?;
    let user = people::user(&world)?;
    let message = add(&world, &conversation, &user, false, &content)?;
    Ok(answer::created(json!({
        "id": message["id"], "conversation_id": conversation, "sender_id": user["id"], "content": content,
        "reply_to_id": null, "created_at": message["created_at"],
    })))
}
