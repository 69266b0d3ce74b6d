//! API keys with chosen scopes, made in exchange for a session.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Router, routing};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::Fields;
use super::{catalog, people, projects, sessions};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// Documents of this kind.
pub const KIND: &str = "recursiv/key";

/// The route `/api-keys`.
pub fn routes() -> Router<World> {
    Router::new().route("/api-keys", routing::post(create))
}

/// Unlike all other routes this one speaks camelCase.
async fn create(State(world): State<World>, headers: HeaderMap, mut fields: Fields) -> Answer {
    sessions::of(&world, &headers)?.ok_or_else(|| {
        Problem::new(
            401,
            "authentication_error",
            "invalid_credentials",
            "Sign in first: API keys are made with a session",
        )
    })?;
    let name = fields.text("name");
    let (organization, project) = (fields.maybe("organizationId"), fields.maybe("projectId"));
    let wanted: Vec<String> = match fields.value("scopes") {
        Some(Value::Array(scopes)) if !scopes.is_empty() => {
            scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => {
            fields.blame("scopes", "Expected a list of scopes");
            Vec::new()
        }
    };
    let rate = fields.value("rateLimitPerMinute").and_then(Value::as_u64).unwrap_or(60).min(1000);
    fields.check()?;
    if let Some(unknown) = wanted.iter().find(|scope| !catalog::is_scope(scope)) {
        return Err(Problem::invalid("invalid_scope", format!("Unknown scope: {unknown}")));
    }
    if let Some(project) = &project {
        projects::find(&world, project)?;
    }
    let organization = people::organization_or_own(&world, organization)?;
    // Nobody here is an administrator; the service drops that scope without a word, too.
    let scopes: Vec<String> = wanted.into_iter().filter(|scope| scope != "admin").collect();
    let id = Uuid::new_v4().to_string();
    let secret = format!("sk_live_local{}", Uuid::new_v4().simple());
    let key = json!({
        "id": id, "name": name, "key": secret, "prefix": &secret[..16], "scopes": scopes,
        "organizationId": organization, "projectId": project, "rateLimitPerMinute": rate, "createdAt": iso(now_ms()),
    });
    world.store.insert(KIND, &id, &key)?;
    Ok(answer::created(key))
}
