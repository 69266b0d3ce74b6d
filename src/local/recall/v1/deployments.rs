//! `/api/v1/workflows/…/deploy`, `rollback`, `export` and `import` (period D).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::super::answer::{Answer, Refusal, refuse};
use super::super::document::moment;
use super::super::workflow;
use super::super::{WORKSPACE, audit, limits, portable, versions};
use super::answered;
use super::query::invalid;
use crate::local::World;

/// The longest name and description of an import.
const LONGEST: (usize, usize) = (200, 2000);

/// `POST /api/v1/workflows/{id}/deploy`
pub async fn deploy(
    State(world): State<World>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answered(&world, &headers, async {
        let body = fields(&body)?;
        let (name, description) = (optional(&body, "name", 100)?, optional(&body, "description", 2000)?);
        let workflow = workflow::wanted(&world.store, &id)?;
        let document = versions::deploy(&world.store, workflow.id(), name, description)?;
        audit::deployment(&world.store, "deployed", &document)?;
        deployed(&world, &document)
    })
    .await
}

/// `DELETE /api/v1/workflows/{id}/deploy`
pub async fn undeploy(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answered(&world, &headers, async {
        let workflow = workflow::wanted(&world.store, &id)?;
        let document = versions::undeploy(&world.store, workflow.id())?;
        audit::deployment(&world.store, "undeployed", &document)?;
        let data = json!({"id": document["id"], "isDeployed": false, "deployedAt": null, "warnings": []});
        enveloped(&world, StatusCode::OK, &data)
    })
    .await
}

/// `POST /api/v1/workflows/{id}/rollback`
pub async fn rollback(
    State(world): State<World>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answered(&world, &headers, async {
        let body = fields(&body)?;
        let workflow = workflow::wanted(&world.store, &id)?;
        let version = match body.get("version").filter(|version| !version.is_null()) {
            Some(version) => {
                let number = version.as_i64().filter(|number| *number > 0);
                let number =
                    number.ok_or_else(|| invalid("version", "Invalid input: expected positive integer"))?;
                versions::find(&world.store, workflow.id(), number)?
                    .ok_or_else(|| refuse(StatusCode::NOT_FOUND, "Deployment version not found"))?
            }
            None => versions::previous(&world.store, &workflow.document)?.ok_or_else(|| {
                refuse(StatusCode::BAD_REQUEST, "No previous deployment version to roll back to")
            })?,
        };
        let document = versions::activate(&world.store, workflow.id(), &version, "activate")?;
        audit::deployment(&world.store, "deployment_activated", &document)?;
        deployed(&world, &document)
    })
    .await
}

/// `GET /api/v1/workflows/{id}/export`
pub async fn export(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answered(&world, &headers, async {
        let workflow = workflow::wanted(&world.store, &id)?;
        enveloped(&world, StatusCode::OK, &portable::export(&workflow))
    })
    .await
}

/// `POST /api/v1/workflows/import`
pub async fn import(State(world): State<World>, headers: HeaderMap, body: Bytes) -> Response {
    answered(&world, &headers, async {
        let body = fields(&body)?;
        match body.get("workspaceId").and_then(Value::as_str) {
            None => return Err(invalid("workspaceId", "Invalid input: expected string")),
            Some(WORKSPACE) => {}
            Some(_) => return Err(refuse(StatusCode::FORBIDDEN, "Access denied")),
        }
        let given = body.get("workflow").filter(|given| given.is_object() || given.is_string());
        let given = given.ok_or_else(|| invalid("workflow", "Invalid input: expected object or string"))?;
        let mut read = portable::read(given).map_err(|why| refuse(StatusCode::BAD_REQUEST, &why))?;
        for (field, longest) in [("name", LONGEST.0), ("description", LONGEST.1), ("folderId", 200)] {
            if let Some(own) = optional(&body, field, longest)? {
                read[field] = json!(own);
            }
        }
        let document = portable::add(&world.store, read)?.document;
        let data = json!({
            "id": document["id"],
            "name": document["name"],
            "description": document["description"],
            "workspaceId": document["workspaceId"],
            "folderId": document["folderId"],
            "createdAt": moment(&document, "createdAt"),
            "updatedAt": moment(&document, "updatedAt"),
        });
        enveloped(&world, StatusCode::CREATED, &data)
    })
    .await
}

fn deployed(world: &World, document: &Value) -> Answer {
    let mut data = versions::view(&world.store, document)?;
    data["version"] = document["activeVersion"].clone();
    enveloped(world, StatusCode::OK, &data)
}

fn enveloped(world: &World, status: StatusCode, data: &Value) -> Answer {
    Ok((status, Json(json!({"data": data, "limits": limits::summary(&world.store)?}))).into_response())
}

/// The fields of a body; an empty body has none.
fn fields(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(invalid("", "Invalid input: expected object")),
        Err(_) => Err(refuse(StatusCode::BAD_REQUEST, "Request body must be valid JSON")),
    }
}

/// A text that may be left out and is at most `longest` letters long.
fn optional<'a>(
    body: &'a Map<String, Value>,
    field: &str,
    longest: usize,
) -> Result<Option<&'a str>, Refusal> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= longest => Ok(Some(text)),
        Some(_) => {
            Err(invalid(field, &format!("Invalid input: expected string of at most {longest} letters")))
        }
    }
}
