//! What a workflow is: `GET /api/workflows/{id}` and `GET /api/workflows/{id}/status`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, refuse};
use super::document::moment;
use super::gate::RequestId;
use super::workflow::{self, Workflow};
use super::{auth, editor, versions};
use crate::local::World;

/// `GET /api/workflows/{id}/status`
pub async fn status(
    State(world): State<World>,
    Path(id): Path<String>,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Answer {
    let workflow = wanted(&world, &id, &request, &headers)?;
    let document = &workflow.document;
    let mut body = json!({
        "isDeployed": workflow.is_deployed(),
        "deployedAt": moment(document, "deployedAt"),
        "needsRedeployment": versions::needs_redeployment(&world.store, document)?,
    });
    if world.generation.is_b() {
        body["isPublished"] = json!(false);
    }
    Ok(Json(body).into_response())
}

/// `GET /api/workflows/{id}`: everything, with the blocks as the editor keeps them.
pub async fn get(
    State(world): State<World>,
    Path(id): Path<String>,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Answer {
    let workflow = wanted(&world, &id, &request, &headers)?;
    let mut data = item(&workflow);
    data.insert("isPublicApi".into(), json!(workflow.is_public()));
    data.insert("variables".into(), editor::variables(&workflow));
    data.insert("state".into(), editor::state(&workflow));
    Ok(Json(json!({"data": data})).into_response())
}

fn wanted(world: &World, id: &str, request: &RequestId, headers: &HeaderMap) -> Result<Workflow, Refusal> {
    auth::for_status(world, headers, request)?;
    workflow::find(&world.store, id)?.ok_or_else(|| {
        refuse(StatusCode::NOT_FOUND, "Workflow not found").coded().with("requestId", request.0.as_str())
    })
}

/// What a workflow wants as input, field by field.
pub fn inputs(workflow: &Workflow) -> Value {
    let declared = |field: &Value| {
        let mut shown = json!({"name": field["name"], "type": field["type"]});
        if let Some(description) = field["description"].as_str() {
            shown["description"] = json!(description);
        }
        shown
    };
    workflow.inputs().iter().map(declared).collect()
}

/// A workflow as lists show it.
pub fn item(workflow: &Workflow) -> Map<String, Value> {
    let document = &workflow.document;
    let fields = [
        ("id", document["id"].clone()),
        ("name", document["name"].clone()),
        ("description", document["description"].clone()),
        ("folderId", document["folderId"].clone()),
        ("workspaceId", document["workspaceId"].clone()),
        ("isDeployed", json!(workflow.is_deployed())),
        ("deployedAt", moment(document, "deployedAt")),
        ("runCount", json!(document["runCount"].as_i64().unwrap_or_default())),
        ("lastRunAt", moment(document, "lastRunAt")),
        ("createdAt", moment(document, "createdAt")),
        ("updatedAt", moment(document, "updatedAt")),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
