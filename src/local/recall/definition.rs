//! What a workflow is: `GET /api/workflows/{id}` and `GET /api/workflows/{id}/status`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, refuse};
use super::auth;
use super::block::Block;
use super::document::{flag, moment};
use super::gate::RequestId;
use super::workflow::{self, Workflow};
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
    let body = json!({
        "isDeployed": workflow.is_deployed(),
        "deployedAt": moment(document, "deployedAt"),
        "needsRedeployment": flag(document, "needsRedeployment"),
    });
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
    data.insert("variables".into(), json!({}));
    data.insert("state".into(), state(&workflow));
    Ok(Json(json!({"data": data})).into_response())
}

fn wanted(world: &World, id: &str, request: &RequestId, headers: &HeaderMap) -> Result<Workflow, Refusal> {
    auth::for_status(world, headers, request)?;
    workflow::find(&world.store, id)?.ok_or_else(|| {
        refuse(StatusCode::NOT_FOUND, "Workflow not found").coded().with("requestId", request.0.as_str())
    })
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

/// The editor's form: a start block, the blocks by id, and the edges that put them in order.
fn state(workflow: &Workflow) -> Value {
    let start = json!({
        "id": "start",
        "type": "start_trigger",
        "name": "Start",
        "enabled": true,
        "position": {"x": 0, "y": 0},
        "subBlocks": {"inputFormat": {"id": "inputFormat", "type": "input-format", "value": workflow.inputs()}},
        "outputs": {},
    });
    let mut blocks = Map::new();
    blocks.insert("start".into(), start);
    let mut edges = Vec::new();
    let mut before = "start";
    for (place, block) in workflow.blocks.iter().enumerate() {
        blocks.insert(block.id.clone(), edited(block, place));
        edges.push(json!({"id": format!("{before}-{}", block.id), "source": before, "target": block.id}));
        before = &block.id;
    }
    json!({"blocks": blocks, "edges": edges, "loops": {}, "parallels": {}})
}

/// A block as the editor keeps it: each property is a sub-block.
fn edited(block: &Block, place: usize) -> Value {
    let properties = block.described.as_object().into_iter().flatten();
    let sub_blocks: Map<String, Value> = properties
        .filter(|(name, _)| !["id", "name", "type"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), json!({"id": name, "value": value})))
        .collect();
    json!({
        "id": block.id,
        "type": block.described["type"],
        "name": block.name,
        "enabled": true,
        "position": {"x": 300 * (place + 1), "y": 0},
        "subBlocks": sub_blocks,
        "outputs": {},
    })
}
