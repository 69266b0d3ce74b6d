//! `/api/v2/workflows`: lists with filters, one with its inputs, created, changed, deleted.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::cursor::{self, Key};
use super::super::definition::{self, inputs};
use super::super::document::{number, text};
use super::super::workflow::{self, Workflow};
use super::super::{editor, portable, versions};

use super::strict::{self, Query};
use super::{Answer, folders, page, single};
use crate::local::World;
use crate::local::time::now_ms;

/// A workflow as lists show it.
pub fn item(workflow: &Workflow) -> Map<String, Value> {
    let mut shown = definition::item(workflow);
    shown.shift_remove("folderId");
    shown.insert("folderPath".into(), workflow.document["folderPath"].clone());
    shown
}

/// `GET /api/v2/workflows`
pub async fn list(State(world): State<World>, uri: Uri) -> Answer {
    let query = Query::read(
        &uri,
        &["workspaceId", "folderPath", "deployedOnly", "search", "sortBy", "sortOrder", "limit", "cursor"],
    )?;
    query.workspace()?;
    let name = query.list_name("workflows");
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let by = query.choice("sortBy", &["position", "name", "createdAt", "updatedAt", "runCount"])?;
    let descending = query.choice("sortOrder", &["asc", "desc"])? == "desc";
    let (deployed_only, folder) =
        (query.flag("deployedOnly")?, query.get("folderPath").map(strict::tidy_path));
    let part = query.get("search").map(str::to_lowercase);
    let mut documents = world.store.list(workflow::KIND)?;
    documents.retain(|document| {
        (!deployed_only || document["isDeployed"] == true)
            && folder.as_ref().is_none_or(|folder| document["folderPath"].as_str() == folder.as_deref())
            && part.as_ref().is_none_or(|part| {
                ["name", "description"]
                    .iter()
                    .any(|field| text(document, field).to_lowercase().contains(part))
            })
    });
    let place = |document: &Value| {
        let key = match by {
            "name" => Key::Text(text(document, "name").to_lowercase()),
            // Nobody has put them into an order by hand: it is their age.
            "position" => Key::Number(number(document, "createdAt")),
            field => Key::Number(number(document, field)),
        };
        (key, text(document, "id").to_owned())
    };
    let shown = cursor::cut(documents, place, descending, after, limit);
    Ok(page(&shown, &name, |document| Value::Object(item(&Workflow::read(document.clone())))))
}

/// `POST /api/v2/workflows`
pub async fn create(State(world): State<World>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["workspaceId", "name", "description", "folderPath"], false)?;
    strict::workspace(&fields)?;
    let mut document = json!({
        "name": strict::required(&fields, "name", 255)?,
        "description": strict::text(&fields, "description", 2000)?,
        "inputs": [],
        "blocks": [],
    });
    put(&world, &mut document, strict::folder(&fields)?)?;
    let workflow = portable::add(&world.store, document)?;
    Ok(single(StatusCode::CREATED, item(&workflow)))
}

/// `GET /api/v2/workflows/{id}`
pub async fn get(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &[])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let mut data = item(&workflow);
    data.insert("variables".into(), editor::variables(&workflow));
    data.insert("inputs".into(), inputs(&workflow));
    Ok(single(StatusCode::OK, data))
}

/// `PATCH /api/v2/workflows/{id}`
pub async fn patch(State(world): State<World>, Path(id): Path<String>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["name", "description", "folderPath"], false)?;
    let name = fields.contains_key("name").then(|| strict::required(&fields, "name", 255)).transpose()?;
    let description = strict::text(&fields, "description", 2000)?;
    let folder = strict::folder(&fields)?;
    let workflow = workflow::wanted(&world.store, &id)?;
    make(&world, folder.as_ref())?;
    let changed = world.store.update(workflow::KIND, workflow.id(), |document| {
        if let Some(name) = name {
            document["name"] = json!(name);
        }
        if fields.contains_key("description") {
            document["description"] = json!(description);
        }
        place_in(document, folder);
        document["updatedAt"] = json!(now_ms());
    })?;
    Ok(single(StatusCode::OK, item(&Workflow::read(changed.unwrap_or_default()))))
}

/// `DELETE /api/v2/workflows/{id}`: its logs stay.
pub async fn delete(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &[])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    world.store.delete(workflow::KIND, workflow.id())?;
    versions::forget(&world.store, workflow.id())?;
    Ok(single(StatusCode::OK, json!({"id": workflow.id(), "deleted": true})))
}

/// The id by which v1 knows the folder of this path.
pub fn folder_id(path: &str) -> String {
    let space = Uuid::from_u128(0x5e0f_2c1a_7d34_4b8e_9a61_0c2d_8e4f_6b12);
    Uuid::new_v5(&space, path.as_bytes()).to_string()
}

/// Makes the folder that is named.
fn make(world: &World, folder: Option<&Value>) -> crate::local::store::Result<()> {
    match folder.and_then(Value::as_str) {
        Some(path) => folders::ensure(&world.store, path),
        None => Ok(()),
    }
}

/// Makes the folder that is named and puts a workflow into it.
pub fn put(world: &World, document: &mut Value, folder: Option<Value>) -> crate::local::store::Result<()> {
    make(world, folder.as_ref())?;
    place_in(document, folder);
    Ok(())
}

/// Puts a workflow into a folder, when one is named.
pub fn place_in(document: &mut Value, folder: Option<Value>) {
    if let Some(folder) = folder {
        document["folderId"] = folder.as_str().map_or(Value::Null, |path| json!(folder_id(path)));
        document["folderPath"] = folder;
    }
}
