//! `/api/v2/workflows/…`: versions, deployment, rollback, export and import.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::super::cursor::{self, Key};
use super::super::document::{moment, number, text};
use super::super::workflow::{self, Workflow};
use super::super::{audit, editor, portable, versions};
use super::strict::{self, Query};
use super::workflows::{item, put};
use super::{Answer, Refusal, page, single};
use crate::local::World;

/// `GET /api/v2/workflows/{id}/versions`
pub async fn versions(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    let query = Query::read(&uri, &["limit", "cursor"])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let name = query.list_name(&format!("versions/{}", workflow.id()));
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let all = versions::of(&world.store, workflow.id())?;
    let place = |version: &Value| (Key::Number(number(version, "version")), text(version, "id").to_owned());
    let shown = cursor::cut(all, place, true, after, limit);
    Ok(page(&shown, &name, |version| shown_version(version, &workflow)))
}

/// `GET /api/v2/workflows/{id}/versions/{n}`
pub async fn version(
    State(world): State<World>,
    Path((id, number)): Path<(String, String)>,
    uri: Uri,
) -> Answer {
    Query::read(&uri, &[])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let version = find(&world, &workflow, number.parse().unwrap_or_default())?;
    let mut data = shown_version(&version, &workflow);
    let frozen = versions::at(&world.store, &workflow, version["version"].as_i64())?;
    data["state"] = editor::state(&frozen);
    Ok(single(StatusCode::OK, data))
}

fn find(world: &World, workflow: &Workflow, version: i64) -> Result<Value, Refusal> {
    let version = versions::find(&world.store, workflow.id(), version)?;
    version.ok_or_else(|| Refusal::missing("Deployment version"))
}

fn shown_version(version: &Value, workflow: &Workflow) -> Value {
    json!({
        "id": version["id"],
        "version": version["version"],
        "name": version["name"],
        "description": version["description"],
        "isActive": workflow.is_deployed() && workflow.document["activeVersion"] == version["version"],
        "createdAt": moment(version, "createdAt"),
        "deployedBy": "Local user",
        "latestOperationStatus": "active",
    })
}

/// `GET /api/v2/workflows/{id}/deployment`
pub async fn get(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &[])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    deployment(&world, &workflow.document)
}

fn deployment(world: &World, document: &Value) -> Answer {
    let mut data = versions::view(&world.store, document)?;
    data["needsRedeployment"] = json!(versions::needs_redeployment(&world.store, document)?);
    Ok(single(StatusCode::OK, data))
}

/// `POST /api/v2/workflows/{id}/deploy`
pub async fn deploy(State(world): State<World>, Path(id): Path<String>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["name", "description"], true)?;
    let name = strict::text(&fields, "name", 100)?;
    let description = strict::text(&fields, "description", 2000)?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let document = versions::deploy(&world.store, workflow.id(), name, description)?;
    audit::deployment(&world.store, "deployed", &document)?;
    deployment(&world, &document)
}

/// `DELETE /api/v2/workflows/{id}/deploy`
pub async fn undeploy(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &[])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let document = versions::undeploy(&world.store, workflow.id())?;
    audit::deployment(&world.store, "undeployed", &document)?;
    deployment(&world, &document)
}

/// `POST /api/v2/workflows/{id}/rollback`
pub async fn rollback(State(world): State<World>, Path(id): Path<String>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["version"], true)?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let version = match fields.get("version") {
        Some(given) => {
            let number = given.as_i64().filter(|number| *number > 0);
            let number = number
                .ok_or_else(|| strict::refused("version", "Invalid input: expected positive integer"))?;
            find(&world, &workflow, number)?
        }
        None => versions::previous(&world.store, &workflow.document)?.ok_or_else(|| {
            Refusal::new(StatusCode::BAD_REQUEST, "No previous deployment version to roll back to")
        })?,
    };
    let document = versions::activate(&world.store, workflow.id(), &version, "activate")?;
    audit::deployment(&world.store, "deployment_activated", &document)?;
    deployment(&world, &document)
}

/// `GET /api/v2/workflows/{id}/export`
pub async fn export(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &[])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let mut data = portable::export(&workflow);
    if let Some(fields) = data["workflow"].as_object_mut() {
        fields.shift_remove("folderId");
        fields.insert("folderPath".into(), workflow.document["folderPath"].clone());
    }
    Ok(single(StatusCode::OK, data))
}

/// `POST /api/v2/workflows/import`
pub async fn import(State(world): State<World>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let known = ["workspaceId", "workflow", "folderPath", "name", "description"];
    let fields = strict::body(&body, &known, false)?;
    strict::workspace(&fields)?;
    let given = fields.get("workflow").filter(|given| given.is_object() || given.is_string());
    let given =
        given.ok_or_else(|| strict::refused("workflow", "Invalid input: expected object or string"))?;
    let mut read = portable::read(given).map_err(|why| Refusal::new(StatusCode::BAD_REQUEST, &why))?;
    for (field, longest) in [("name", 200), ("description", 2000)] {
        if let Some(own) = strict::text(&fields, field, longest)? {
            read[field] = json!(own);
        }
    }
    put(&world, &mut read, strict::folder(&fields)?)?;
    let workflow = portable::add(&world.store, read)?;
    Ok(single(StatusCode::CREATED, item(&workflow)))
}
