//! `/api/v1/knowledge`: documents cut into chunks and searched by their words (contract 5.2).

mod chunks;
mod documents;
mod rank;
mod search;
mod stored;
mod tags;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::{Value, json};
use uuid::Uuid;

pub use self::stored::plant as plant_document;
use super::answer::{Answer, Refusal, missing, refuse, success};
use super::document::{moment, number, text};
use super::entry::Entry;
use super::fields::{Fields, Parameters};
use super::{WORKSPACE, audit};
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::now_ms;

/// Where knowledge bases are stored.
pub const KIND: &str = "recall/knowledge";
const LONGEST: usize = 1000;

/// The routes of this family. The limit of a document's body is `upload`'s.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/api/v1/knowledge", get(list).post(create))
        .route("/api/v1/knowledge/search", post(search::search))
        .route("/api/v1/knowledge/{id}", get(one).put(update).delete(delete))
        .route(
            "/api/v1/knowledge/{id}/documents",
            get(documents::list).post(documents::create).layer(DefaultBodyLimit::disable()),
        )
        .route("/api/v1/knowledge/{id}/documents/{document}", get(documents::get).delete(documents::delete))
}

/// A new knowledge base's document; `tags` are names and types.
pub fn document(
    id: &str,
    name: &str,
    description: Option<&str>,
    chunking: &Value,
    tags: Value,
    made: i64,
) -> Value {
    json!({
        "id": id, "workspaceId": WORKSPACE, "name": name, "description": description, "chunkingConfig": chunking,
        "tags": tags, "createdAt": made, "updatedAt": made,
    })
}

/// How documents are cut unless told otherwise.
pub fn usual_chunking() -> Value {
    json!({"maxSize": 1024, "minSize": 100, "overlap": 200})
}

fn wanted(store: &Store, id: &str) -> std::result::Result<Value, Refusal> {
    store.get(KIND, id)?.ok_or_else(|| missing("Knowledge base"))
}

fn shown(store: &Store, base: &Value) -> Result<Value> {
    let documents = store.list(&stored::kind(text(base, "id")))?;
    let tokens: i64 = documents.iter().map(|document| number(document, "tokenCount")).sum();
    Ok(json!({
        "id": base["id"], "name": base["name"], "description": base["description"], "tokenCount": tokens,
        "embeddingModel": "local-text-ranking", "embeddingDimension": 0, "chunkingConfig": base["chunkingConfig"],
        "docCount": documents.len(), "connectorTypes": [], "createdAt": moment(base, "createdAt"),
        "updatedAt": moment(base, "updatedAt"),
    }))
}

async fn list(State(world): State<World>, _entry: Entry, Parameters(mut asked): Parameters) -> Answer {
    asked.in_workspace()?;
    let bases = world.store.list(KIND)?;
    let bases = bases.iter().map(|base| shown(&world.store, base)).collect::<Result<Vec<_>>>()?;
    Ok(success(json!({"knowledgeBases": bases, "totalCount": bases.len()})))
}

/// The sizes of chunks, with what is not given from `before`.
fn chunking(fields: &mut Fields, before: &Value) -> Value {
    let Some(given) = fields.value("chunkingConfig").cloned() else { return before.clone() };
    let mut config = before.clone();
    for (name, range) in [("maxSize", 100..=4000), ("minSize", 1..=2000), ("overlap", 0..=500)] {
        match given[name].as_i64() {
            Some(size) if range.contains(&size) => config[name] = json!(size),
            None if given[name].is_null() && given.is_object() => {}
            _ => {
                let message =
                    format!("Invalid input: expected int from {} to {}", range.start(), range.end());
                fields.blame(json!(["chunkingConfig", name]), "invalid_type", &message);
            }
        }
    }
    config
}

fn taken(documents: &[Value], name: &str, but: &str) -> std::result::Result<(), Refusal> {
    let taken = documents.iter().any(|base| text(base, "name") == name && text(base, "id") != but);
    if taken { Err(refuse(StatusCode::CONFLICT, "Resource already exists")) } else { Ok(()) }
}

async fn create(State(world): State<World>, _entry: Entry, mut fields: Fields) -> Answer {
    let name = fields.text("name", LONGEST);
    let description = fields.maybe_text("description", LONGEST);
    let chunking = chunking(&mut fields, &usual_chunking());
    fields.in_workspace()?;
    let id = Uuid::new_v4().to_string();
    let base = document(&id, &name, description.as_deref(), &chunking, json!([]), now_ms());
    world.store.change(|documents| {
        taken(&documents.list(KIND)?, &name, "")?;
        documents.insert(KIND, &id, &base).map_err(Refusal::from)
    })?;
    let happened = format!("Created knowledge base \"{name}\" via API");
    audit::record(
        &world.store,
        "knowledge_base.created",
        ("knowledge_base", &id, &name),
        &happened,
        json!({}),
    )?;
    let base = shown(&world.store, &base)?;
    Ok(success(json!({"knowledgeBase": base, "message": "Knowledge base created successfully"})))
}

async fn one(State(world): State<World>, _entry: Entry, Path(id): Path<String>, asked: Parameters) -> Answer {
    asked.in_workspace()?;
    let base = wanted(&world.store, &id)?;
    Ok(success(json!({"knowledgeBase": shown(&world.store, &base)?})))
}

async fn update(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let name = fields.value("name").is_some().then(|| fields.text("name", LONGEST));
    let description = fields.maybe_text("description", LONGEST);
    let known = world.store.get(KIND, &id)?.unwrap_or_else(|| json!({"chunkingConfig": usual_chunking()}));
    let chunking = chunking(&mut fields, &known["chunkingConfig"]);
    if ["name", "description", "chunkingConfig"].iter().all(|name| fields.value(name).is_none()) {
        let message = "At least one of name, description, or chunkingConfig must be provided";
        fields.blame(json!([]), "custom", message);
    }
    fields.in_workspace()?;
    let base = world.store.change(|documents| {
        let mut base = documents.get(KIND, &id)?.ok_or_else(|| missing("Knowledge base"))?;
        if let Some(name) = &name {
            taken(&documents.list(KIND)?, name, &id)?;
            base["name"] = json!(name);
        }
        if let Some(description) = &description {
            base["description"] = json!(description);
        }
        // Documents that were cut before stay as they are.
        base["chunkingConfig"] = chunking;
        base["updatedAt"] = json!(now_ms());
        documents.replace(KIND, &id, &base)?;
        Ok::<_, Refusal>(base)
    })?;
    let name = text(&base, "name");
    let happened = format!("Updated knowledge base \"{name}\" via API");
    audit::record(
        &world.store,
        "knowledge_base.updated",
        ("knowledge_base", &id, name),
        &happened,
        json!({}),
    )?;
    let base = shown(&world.store, &base)?;
    Ok(success(json!({"knowledgeBase": base, "message": "Knowledge base updated successfully"})))
}

async fn delete(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    let base = wanted(&world.store, &id)?;
    let gone = world.store.change(|documents| {
        let gone = documents.list(&stored::kind(&id))?;
        documents.clear(&stored::kind(&id))?;
        documents.delete(KIND, &id)?;
        Ok::<_, Refusal>(gone)
    })?;
    gone.iter().for_each(|document| stored::remove_text(&world, document));
    let name = text(&base, "name");
    let happened = format!("Deleted knowledge base \"{name}\" via API");
    audit::record(
        &world.store,
        "knowledge_base.deleted",
        ("knowledge_base", &id, name),
        &happened,
        json!({}),
    )?;
    Ok(success(json!({"message": "Knowledge base deleted successfully"})))
}
