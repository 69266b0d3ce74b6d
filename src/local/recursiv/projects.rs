//! Projects: the containers of everything else.

use axum::extract::{Path, State};
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::people;
use crate::local::World;
use crate::local::store;
use crate::local::time::{iso, now_ms};

/// Documents of this kind.
pub const KIND: &str = "recursiv/project";

/// The routes below `/projects`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/projects", routing::get(list).post(create))
        .route("/projects/{id}", routing::get(get).patch(update).delete(delete))
}

/// The project of that id, or 404.
pub fn find(world: &World, id: &str) -> Result<Value, Problem> {
    world.store.get(KIND, id)?.ok_or_else(|| Problem::missing("Project"))
}

/// The first project of a newcomer.
pub fn seed(world: &World) -> store::Result<()> {
    let id = people::seeded("project/demo");
    let project =
        project(&id, "demo", "demo", Some("A project to try things in"), None, &people::organization_id());
    world.store.insert(KIND, &id, &project).map(drop)
}

fn project(
    id: &str,
    name: &str,
    slug: &str,
    description: Option<&str>,
    repo: Option<&str>,
    organization: &str,
) -> Value {
    let now = iso(now_ms());
    json!({
        "id": id, "name": name, "slug": slug, "description": description, "repo_url": repo,
        "organization_id": organization, "created_at": now, "updated_at": now,
    })
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    let mut all = world.store.list(KIND)?;
    if let Some(organization) = asked.maybe("organization_id") {
        all.retain(|project| project["organization_id"] == organization);
    }
    Ok(answer::list(all, asked.page))
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    let name = fields.text("name");
    let slug = fields.maybe("slug").unwrap_or_else(|| slug(&name));
    let (description, repo) = (fields.maybe("description"), fields.maybe("repo_url"));
    let organization = fields.maybe("organization_id");
    fields.check()?;
    let organization = people::organization_or_own(&world, organization)?;
    let id = Uuid::new_v4().to_string();
    let project = project(&id, &name, &slug, description.as_deref(), repo.as_deref(), &organization);
    world.store.insert(KIND, &id, &project)?;
    Ok(answer::created(project))
}

async fn get(State(world): State<World>, Path(id): Path<String>) -> Answer {
    Ok(answer::one(find(&world, &id)?))
}

async fn update(State(world): State<World>, Path(id): Path<String>, mut fields: Fields) -> Answer {
    find(&world, &id)?;
    let mut changes = Vec::new();
    for name in ["name", "slug", "description", "repo_url"] {
        if fields.value(name).is_some() {
            let text = if name == "name" { Some(fields.text(name)) } else { fields.maybe(name) };
            changes.push((name, json!(text)));
        }
    }
    fields.check()?;
    let changed = world.store.update(KIND, &id, |project| {
        for (name, value) in changes {
            project[name] = value;
        }
        project["updated_at"] = json!(iso(now_ms()));
    })?;
    Ok(answer::one(changed.ok_or_else(|| Problem::missing("Project"))?))
}

async fn delete(State(world): State<World>, Path(id): Path<String>) -> Answer {
    if !world.store.delete(KIND, &id)? {
        return Err(Problem::missing("Project"));
    }
    for kind in super::OF_A_PROJECT {
        for thing in world.store.list(kind)? {
            if let (true, Some(its)) = (thing["project_id"] == id.as_str(), thing["id"].as_str()) {
                world.store.delete(kind, its)?;
            }
        }
    }
    for folder in ["databases", "sandboxes", "objects"] {
        // What was never made need not be removed.
        let _ = std::fs::remove_dir_all(world.data.join("recursiv").join(folder).join(&id));
    }
    Ok(answer::deleted())
}

/// A name as it may stand in an address.
pub fn slug(name: &str) -> String {
    let plain = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
