//! Deployment drafts: a deployment prepared step by step, by several hands without overwriting each other.

use axum::{
    Router,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::access::Member;
use super::super::fields::{self, Fields};
use super::super::wire::{self, Answer, Asked, At, Body, Identified, Refusal};
use super::super::{LOCAL_USER, NAMESPACE};
use crate::local::time::{iso, now_ms};
use crate::local::{World, store};

/// The kind under which drafts are stored.
const KIND: &str = "runagents/draft";

/// The states of a draft; the first is where it begins.
const STATES: [&str; 3] = ["IN_PROGRESS", "COMPLETED", "ABANDONED"];

const TEXTS: [&str; 5] = ["artifact_id", "source_type", "runtime_family", "adapter", "step"];
const LISTS: [&str; 3] = ["policies", "required_tool_names", "recommended_tool_names"];
const OBJECTS: [&str; 4] = ["tool_mappings", "tool_states", "model_mappings", "agent_config"];

/// Routes of drafts.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/deploy-drafts", get(list).post(create))
        .route("/deploy-drafts/{id}", get(one).patch(change).delete(delete))
        .route("/deploy-drafts/{id}/complete", post(complete))
        .route("/deploy-drafts/{id}/abandon", post(abandon))
}

#[derive(Deserialize)]
struct Filter {
    status: Option<String>,
    mine: Option<String>,
}

async fn list(Member(world): Member, Asked(filter): Asked<Filter>) -> Answer {
    let status = filter.status.filter(|status| !status.is_empty()).unwrap_or_else(|| STATES[0].into());
    if !STATES.contains(&status.as_str()) {
        return Err(Refusal::invalid(format!("status must be one of {}", STATES.join(", "))));
    }
    if filter.mine.is_some_and(|mine| !matches!(mine.as_str(), "" | "0" | "1")) {
        return Err(Refusal::invalid("mine must be 0 or 1"));
    }
    // There is one user here, so that what is everybody's is also mine.
    wire::ok(all(&world, &status)?)
}

/// The drafts in a state.
pub fn all(world: &World, status: &str) -> store::Result<Value> {
    let drafts = world.store.list(KIND)?.into_iter();
    Ok(drafts.filter(|draft| draft["status"] == status).collect())
}

async fn create(Member(world): Member, Body(body): Body) -> Answer {
    let given = known_fields(&body)?;
    let id = format!("draft-{}", &Uuid::new_v4().simple().to_string()[..12]);
    let now = iso(now_ms());
    let mut draft = json!({
        "id": id,
        "namespace": NAMESPACE,
        "user_id": LOCAL_USER,
        "status": STATES[0],
        "version": 1,
        "created_at": now,
        "updated_at": now,
    });
    for (name, value) in given {
        draft[name] = value;
    }
    world.store.put(KIND, &id, &draft)?;
    wire::created(draft)
}

async fn one(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    wire::ok(world.store.get(KIND, &id)?.ok_or_else(|| Refusal::missing("deploy draft", &id))?)
}

async fn delete(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    wire::deleted(world.store.delete(KIND, &id)?, "deploy draft", &id)
}

async fn change(Member(world): Member, At(Identified { id }): At<Identified>, Body(body): Body) -> Answer {
    let mut given = known_fields(&body)?;
    if let Some(status) = fields::word(&body, "status", &STATES)? {
        given.insert("status".into(), status.into());
    }
    let expected = match body.get("expected_version") {
        None | Some(Value::Null) => None,
        Some(version) => {
            let whole =
                version.as_i64().ok_or_else(|| Refusal::invalid("expected_version must be an integer"))?;
            Some(whole)
        }
    };
    edit(&world, &id, expected, given)
}

async fn complete(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    edit(&world, &id, None, Fields::from_iter([("status".to_owned(), "COMPLETED".into())]))
}

async fn abandon(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    edit(&world, &id, None, Fields::from_iter([("status".to_owned(), "ABANDONED".into())]))
}

/// Changes a draft, unless somebody else did since the version that the caller knows.
fn edit(world: &World, id: &str, expected: Option<i64>, given: Fields) -> Answer {
    let mut clash = None;
    let changed = world.store.update(KIND, id, |draft| {
        let version = draft["version"].as_i64().unwrap_or_default();
        if expected.is_some_and(|expected| expected != version) {
            clash = Some(version);
            return;
        }
        for (name, value) in given {
            draft[name] = value;
        }
        draft["version"] = (version + 1).into();
        draft["updated_at"] = iso(now_ms()).into();
    })?;
    if let Some(version) = clash {
        let message = format!("deploy draft {id} is at version {version}: reload it and try again");
        return Err(Refusal::conflict(message));
    }
    wire::ok(changed.ok_or_else(|| Refusal::missing("deploy draft", id))?)
}

fn known_fields(body: &Fields) -> Result<Fields, Refusal> {
    let mut known = Fields::new();
    for name in TEXTS {
        if let Some(text) = fields::text(body, name)? {
            known.insert(name.into(), text.into());
        }
    }
    for name in LISTS {
        if let Some(list) = fields::texts(body, name)? {
            known.insert(name.into(), list.into());
        }
    }
    for name in OBJECTS {
        if let Some(object) = fields::object(body, name)? {
            known.insert(name.into(), object.clone().into());
        }
    }
    if let Some(config) = fields::object(body, "agent_config")? {
        fields::word(config, "access_mode", &["open", "authenticated"])?;
    }
    Ok(known)
}

/// A draft that may still be deployed.
pub fn usable(world: &World, id: &str) -> Result<Value, Refusal> {
    let draft = world.store.get(KIND, id)?;
    let draft = draft.ok_or_else(|| Refusal::invalid(format!("deploy draft {id} does not exist")))?;
    if draft["status"] == "ABANDONED" {
        return Err(Refusal::invalid(format!("deploy draft {id} was abandoned")));
    }
    Ok(draft)
}

/// The models of a draft, by role, in the form of a deployment.
pub fn llm_configs(draft: &Value) -> Vec<Value> {
    let mappings = draft["model_mappings"].as_object().into_iter().flatten();
    let with_role = |(role, mapping): (&String, &Value)| {
        let mut config = json!({"role": role});
        for field in ["provider", "model", "monthly_budget_usd"] {
            if let Some(value) = mapping.get(field) {
                config[field] = value.clone();
            }
        }
        config
    };
    mappings.map(with_role).collect()
}
