//! `/api/v2/credentials`: connections to other services. What they sign in with is neither answered nor kept.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::cursor::{self, Key};
use super::super::document::{moment, number, text};
use super::strict::{self, Query};
use super::{Answer, Refusal, page, single};
use crate::local::World;
use crate::local::time::now_ms;

const KIND: &str = "recall/credential";
/// Who can be signed in to here, and with which field.
const PROVIDERS: [(&str, &str, &str); 3] = [
    ("google-service-account", "Google service account", "serviceAccountJson"),
    ("github-token", "GitHub token", "apiToken"),
    ("atlassian-service-account", "Atlassian service account", "apiToken"),
];

/// The routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/api/v2/credentials", get(list).post(create))
        .route("/api/v2/credentials/providers", get(providers))
        .route("/api/v2/credentials/connections", post(connect))
        .route("/api/v2/credentials/{id}", axum::routing::delete(delete))
}

fn shown(credential: &Value) -> Value {
    json!({
        "id": credential["id"], "type": "service_account", "displayName": credential["displayName"],
        "description": credential["description"], "providerId": credential["providerId"], "accountId": null,
        "hasServiceAccountKey": true, "role": "admin", "createdAt": moment(credential, "createdAt"),
        "updatedAt": moment(credential, "updatedAt"),
    })
}

async fn list(State(world): State<World>, uri: Uri) -> Answer {
    let query = Query::read(
        &uri,
        &["workspaceId", "type", "providerId", "search", "sortBy", "sortOrder", "limit", "cursor"],
    )?;
    query.workspace()?;
    let name = query.list_name("credentials");
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let kind = query.get("type").map(|_| query.choice("type", &["oauth", "service_account"])).transpose()?;
    let by = query.choice("sortBy", &["createdAt", "displayName", "updatedAt"])?;
    let descending = query.choice("sortOrder", &["desc", "asc"])? == "desc";
    let part = query.get("search").map(str::to_lowercase);
    let mut credentials = world.store.list(KIND)?;
    credentials.retain(|credential| {
        kind.is_none_or(|kind| kind == "service_account")
            && query.get("providerId").is_none_or(|provider| text(credential, "providerId") == provider)
            && part.as_ref().is_none_or(|part| text(credential, "displayName").to_lowercase().contains(part))
    });
    let place = |credential: &Value| {
        let key = match by {
            "displayName" => Key::Text(text(credential, by).to_lowercase()),
            _ => Key::Number(number(credential, by)),
        };
        (key, text(credential, "id").to_owned())
    };
    Ok(page(&cursor::cut(credentials, place, descending, after, limit), &name, shown))
}

async fn providers(uri: Uri) -> Answer {
    let query = Query::read(&uri, &["workspaceId", "search"])?;
    query.workspace()?;
    let part = query.get("search").map(str::to_lowercase).unwrap_or_default();
    let found = PROVIDERS.iter().filter(|(_, name, _)| name.to_lowercase().contains(&part));
    let shown = found.map(|(id, name, field)| {
        json!({
            "type": "service_account", "serviceId": id, "providerId": id, "name": name, "available": true,
            "fields": [{"id": field, "label": field, "required": true, "secret": true}],
        })
    });
    let page = cursor::Page { items: shown.collect::<Vec<Value>>(), last: None };
    Ok(super::page(&page, "providers", Value::clone))
}

/// Signing in through a browser is what the local service cannot offer.
async fn connect(body: Bytes) -> Answer {
    let known = ["workspaceId", "providerId", "displayName", "credentialId", "oauthClientConfig"];
    strict::workspace(&strict::body(&body, &known, false)?)?;
    Err(Refusal::new(
        StatusCode::BAD_REQUEST,
        "The local service has no browser sign-in; create a service account",
    ))
}

async fn create(State(world): State<World>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let known = [
        "workspaceId",
        "type",
        "providerId",
        "displayName",
        "description",
        "serviceAccountJson",
        "apiToken",
        "domain",
    ];
    let fields = strict::body(&body, &known, false)?;
    let provider = strict::required(&fields, "providerId", 255)?;
    let Some((_, name, field)) = PROVIDERS.iter().find(|(id, _, _)| *id == provider) else {
        return Err(strict::refused(
            "providerId",
            "Unknown provider; GET /api/v2/credentials/providers lists them",
        ));
    };
    strict::required(&fields, field, 65_536)?;
    let display = strict::text(&fields, "displayName", 255)?.unwrap_or(name);
    let description = strict::text(&fields, "description", 2000)?;
    strict::workspace(&fields)?;
    let (id, now) = (Uuid::new_v4().to_string(), now_ms());
    let credential = json!({
        "id": id, "displayName": display, "description": description, "providerId": provider, "createdAt": now,
        "updatedAt": now,
    });
    world.store.insert(KIND, &id, &credential)?;
    Ok(single(StatusCode::CREATED, shown(&credential)))
}

async fn delete(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &["workspaceId"])?.workspace()?;
    if !world.store.delete(KIND, &id)? {
        return Err(Refusal::missing("Credential"));
    }
    Ok(single(StatusCode::OK, json!({"id": id, "deleted": true})))
}
