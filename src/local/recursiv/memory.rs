//! Memory: facts and decisions that agents are to remember.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use crate::local::World;
use crate::local::time::{iso, now_ms};

const FACT: &str = "recursiv/fact";
const DECISION: &str = "recursiv/decision";
/// What a fact can belong to.
const OWNERS: [&str; 4] = ["project_id", "organization_id", "agent_id", "user_id"];

/// The routes below `/memory`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/memory/facts", routing::get(facts).post(remember))
        .route("/memory/facts/{id}", routing::delete(forget))
        .route("/memory/decisions", routing::get(decisions).post(decide))
        .route("/memory/search", routing::post(search))
        .route("/memory/context", routing::post(context))
        .route("/memory/project/{id}", routing::delete(purge))
}

/// Memory is read into prompts, so that a secret in it would travel.
fn looks_secret(text: &str) -> bool {
    let text = text.to_lowercase();
    ["sk_", "api_key=", "password="].iter().any(|mark| text.contains(mark))
}

async fn remember(State(world): State<World>, mut fields: Fields) -> Answer {
    let fact = fields.text("fact");
    let source =
        fields.choice("source", &["auto", "manual", "extraction"]).unwrap_or_else(|| "manual".into());
    let owners: Vec<(&str, Option<String>)> = OWNERS.iter().map(|name| (*name, fields.maybe(name))).collect();
    let tags = fields.value("tags").cloned().unwrap_or_else(|| json!([]));
    if looks_secret(&fact) {
        fields.blame("fact", "Looks like a secret; secrets are not remembered");
    }
    fields.check()?;
    // The same fact of the same owners is one fact, which is brought up to date.
    let own = owners.iter().map(|(_, owner)| owner.as_deref().unwrap_or("-")).collect::<Vec<_>>().join("/");
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("ra:local/fact/{own}/{fact}").as_bytes()).to_string();
    let now = iso(now_ms());
    let known = world.store.get(FACT, &id)?;
    let created = known.as_ref().map_or_else(|| json!(now), |known| known["created_at"].clone());
    let mut stored = json!({"id": id, "fact": fact, "source": source, "tags": tags, "created_at": created, "updated_at": now});
    for (name, owner) in owners {
        stored[name] = json!(owner);
    }
    world.store.put(FACT, &id, &stored)?;
    Ok(if known.is_some() { answer::one(stored) } else { answer::created(stored) })
}

/// How many of the words of `query` a text has.
fn score(text: &str, query: &str) -> usize {
    let text = text.to_lowercase();
    query.to_lowercase().split_whitespace().filter(|word| text.contains(word)).count()
}

async fn facts(State(world): State<World>, asked: Asked) -> Answer {
    let mut all = world.store.list(FACT)?;
    all.retain(|fact| OWNERS.iter().all(|name| asked.maybe(name).is_none_or(|owner| fact[*name] == owner)));
    if let Some(query) = asked.maybe("query") {
        all.retain(|fact| score(fact["fact"].as_str().unwrap_or_default(), query) > 0);
    }
    Ok(answer::list(all, asked.page))
}

async fn forget(State(world): State<World>, Path(id): Path<String>) -> Answer {
    match world.store.delete(FACT, &id)? {
        true => Ok(answer::deleted()),
        false => Err(Problem::missing("Fact")),
    }
}

async fn decide(State(world): State<World>, mut fields: Fields) -> Answer {
    let decision = fields.text("decision");
    let (context, project) = (fields.maybe("context"), fields.maybe("project_id"));
    let tags = fields.value("tags").cloned().unwrap_or_else(|| json!([]));
    fields.check()?;
    let id = Uuid::new_v4().to_string();
    let stored = json!({
        "id": id, "decision": decision, "context": context, "tags": tags, "project_id": project,
        "created_at": iso(now_ms()),
    });
    world.store.insert(DECISION, &id, &stored)?;
    Ok(answer::created(stored))
}

async fn decisions(State(world): State<World>, asked: Asked) -> Answer {
    let mut all = world.store.list(DECISION)?;
    all.retain(|decision| asked.maybe("project_id").is_none_or(|project| decision["project_id"] == project));
    Ok(answer::list(all, asked.page))
}

/// What is remembered about a query, best first, each with its score.
fn found(world: &World, query: &str, project: Option<&str>) -> Result<Vec<Value>, Problem> {
    let mut hits = Vec::new();
    for (kind, name) in [(FACT, "fact"), (DECISION, "decision")] {
        for mut hit in world.store.list(kind)? {
            let points = score(hit[name].as_str().unwrap_or_default(), query);
            if points > 0 && project.is_none_or(|project| hit["project_id"] == project) {
                hit["type"] = json!(name);
                hit["score"] = json!(points);
                hits.push(hit);
            }
        }
    }
    hits.sort_by_key(|hit| std::cmp::Reverse(hit["score"].as_u64()));
    Ok(hits)
}

async fn search(State(world): State<World>, mut fields: Fields) -> Answer {
    let (query, project) = (fields.text("query"), fields.maybe("project_id"));
    let limit = fields.value("limit").and_then(Value::as_u64).unwrap_or(10).clamp(1, 100);
    fields.check()?;
    let mut hits = found(&world, &query, project.as_deref())?;
    hits.truncate(usize::try_from(limit).unwrap_or(100));
    Ok(answer::one(Value::Array(hits)))
}

/// What is remembered, as a text for a prompt; a token is taken as four letters.
async fn context(State(world): State<World>, mut fields: Fields) -> Answer {
    let (message, project) = (fields.text("message"), fields.maybe("project_id"));
    let tokens = fields.value("max_tokens").and_then(Value::as_u64).unwrap_or(2000);
    fields.check()?;
    let room = usize::try_from(tokens.saturating_mul(4)).unwrap_or(usize::MAX);
    let mut text = String::new();
    for hit in found(&world, &message, project.as_deref())? {
        let line = format!("- {}\n", hit["fact"].as_str().or(hit["decision"].as_str()).unwrap_or_default());
        if text.len() + line.len() > room {
            break;
        }
        text.push_str(&line);
    }
    Ok(answer::one(json!({"context": text})))
}

async fn purge(State(world): State<World>, Path(id): Path<String>) -> Answer {
    for kind in [FACT, DECISION] {
        for thing in world.store.list(kind)? {
            if let (true, Some(its)) = (thing["project_id"] == id.as_str(), thing["id"].as_str()) {
                world.store.delete(kind, its)?;
            }
        }
    }
    Ok(answer::deleted())
}
