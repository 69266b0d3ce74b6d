//! Posts: the social feed, with reactions.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::people;
use crate::local::World;
use crate::local::time::{iso, now_ms};

const KIND: &str = "recursiv/post";
/// What a post links to, by its request's names.
const LINKS: [&str; 4] = ["community_id", "reply_to_id", "reposted_from_id", "organization_id"];

/// The routes below `/posts`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/posts", routing::get(list).post(create))
        .route("/posts/search", routing::get(search))
        .route("/posts/{id}", routing::get(get).patch(update).delete(delete))
        .route("/posts/{id}/reactions", routing::post(react).delete(unreact))
}

/// Newest first.
fn all(world: &World) -> Result<Vec<Value>, Problem> {
    let mut all = world.store.list(KIND)?;
    all.reverse();
    Ok(all)
}

fn find(world: &World, id: &str) -> Result<Value, Problem> {
    world.store.get(KIND, id)?.ok_or_else(|| Problem::missing("Post"))
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    let mut all = all(&world)?;
    for name in ["community_id", "organization_id"] {
        all.retain(|post| asked.maybe(name).is_none_or(|wanted| post[name] == wanted));
    }
    all.retain(|post| asked.maybe("author_id").is_none_or(|author| post["author"]["id"] == author));
    Ok(answer::list(all, asked.page))
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    let repost = fields.maybe("reposted_from_id");
    let content =
        if repost.is_some() { fields.maybe("content").unwrap_or_default() } else { fields.text("content") };
    let format = fields.choice("content_format", &["plain", "markdown"]).unwrap_or_else(|| "plain".into());
    let title = fields.maybe("title");
    let links: Vec<(&str, Option<String>)> = LINKS.iter().map(|name| (*name, fields.maybe(name))).collect();
    fields.check()?;
    let user = people::user(&world)?;
    let id = Uuid::new_v4().to_string();
    let mut post = json!({
        "id": id, "content": content, "title": title, "content_format": format,
        "author": {"id": user["id"], "name": user["name"], "username": user["username"], "image": user["image"]},
        "tags": [], "media": [], "reactions_count": 0, "reply_count": 0, "reposts_count": 0, "score": 0,
        "user_reaction": null, "created_at": iso(now_ms()),
    });
    for (name, link) in links {
        if let (Some(link), true) = (&link, name == "reply_to_id" || name == "reposted_from_id") {
            let counter = if name == "reply_to_id" { "reply_count" } else { "reposts_count" };
            let other = world.store.update(KIND, link, |other| {
                other[counter] = json!(other[counter].as_i64().unwrap_or_default() + 1);
            })?;
            other.ok_or_else(|| Problem::missing("Post"))?;
        }
        post[name] = json!(link);
    }
    world.store.insert(KIND, &id, &post)?;
    Ok(answer::created(post))
}

async fn search(State(world): State<World>, asked: Asked) -> Answer {
    let query = asked.maybe("q").or(asked.maybe("query")).ok_or_else(|| Problem::field("q", "Required"))?;
    let query = query.to_lowercase();
    let mut all = all(&world)?;
    let has = |post: &Value, name: &str| {
        post[name].as_str().is_some_and(|text| text.to_lowercase().contains(&query))
    };
    all.retain(|post| has(post, "content") || has(post, "title"));
    all.retain(|post| asked.maybe("community_id").is_none_or(|wanted| post["community_id"] == wanted));
    Ok(answer::list(all, asked.page))
}

async fn get(State(world): State<World>, Path(id): Path<String>) -> Answer {
    Ok(answer::one(find(&world, &id)?))
}

async fn change(world: &World, id: &str, change: impl FnOnce(&mut Value)) -> Answer {
    let changed = world.store.update(KIND, id, change)?;
    Ok(answer::one(changed.ok_or_else(|| Problem::missing("Post"))?))
}

async fn update(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    let content = fields.text("content");
    let title = fields.maybe("title");
    fields.check()?;
    change(&world, &id, |post| {
        post["content"] = json!(content);
        if title.is_some() {
            post["title"] = json!(title);
        }
        post["updated_at"] = json!(iso(now_ms()));
    })
    .await
}

async fn delete(State(world): State<World>, Path(id): Path<String>) -> Answer {
    match world.store.delete(KIND, &id)? {
        true => Ok(answer::deleted()),
        false => Err(Problem::missing("Post")),
    }
}

async fn react(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    let kind = fields.text("type");
    fields.check()?;
    change(&world, &id, |post| {
        post["user_reaction"] = json!(kind);
        post["reactions_count"] = json!(1);
    })
    .await
}

async fn unreact(State(world): State<World>, Path(id): Path<String>) -> Answer {
    change(&world, &id, |post| {
        post["user_reaction"] = Value::Null;
        post["reactions_count"] = json!(0);
    })
    .await
}
