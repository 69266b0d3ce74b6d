//! `/api/v2/workflows/folders`: where workflows lie, by path.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::super::cursor::{self, Key};
use super::super::document::{moment, text};
use super::super::{versions, workflow};
use super::strict::{self, Query, tidy_path};
use super::workflows::place_in;
use super::{Answer, Refusal, page, single};
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::now_ms;

const KIND: &str = "recall/workflow-folder";

/// Makes a folder and those above it, when they are not there.
pub fn ensure(store: &Store, path: &str) -> Result<()> {
    let mut above = Some(path);
    while let Some(path) = above {
        let now = now_ms();
        store.insert(KIND, path, &json!({"path": path, "createdAt": now, "updatedAt": now}))?;
        above = parent(path);
    }
    Ok(())
}

/// The folder above this one; none above one of the first row.
fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(above, _)| above).filter(|above| !above.is_empty())
}

/// Whether a path is this folder or lies below it.
fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn shown(folder: &Value) -> Value {
    let path = text(folder, "path");
    json!({
        "name": path.rsplit('/').next(),
        "path": path,
        "parentPath": parent(path),
        "createdAt": moment(folder, "createdAt"),
        "updatedAt": moment(folder, "updatedAt"),
        "locked": false,
    })
}

fn wanted(store: &Store, path: Option<String>) -> std::result::Result<String, Refusal> {
    let path = path.ok_or_else(|| strict::refused("path", "Path must name a folder"))?;
    if store.get(KIND, &path)?.is_some() { Ok(path) } else { Err(Refusal::missing("Folder")) }
}

/// `GET /api/v2/workflows/folders`
pub async fn list(State(world): State<World>, uri: Uri) -> Answer {
    let known = ["workspaceId", "folderPath", "search", "sortBy", "sortOrder", "limit", "cursor"];
    let query = Query::read(&uri, &known)?;
    query.workspace()?;
    let name = query.list_name("folders");
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let descending = query.choice("sortOrder", &["asc", "desc"])? == "desc";
    let above = query.get("folderPath").map(tidy_path);
    let part = query.get("search").map(str::to_lowercase);
    let mut folders = world.store.list(KIND)?;
    folders.retain(|folder| {
        let path = text(folder, "path");
        above.as_ref().is_none_or(|above| parent(path) == above.as_deref())
            && part.as_ref().is_none_or(|part| path.to_lowercase().contains(part))
    });
    let place =
        |folder: &Value| (Key::Text(text(folder, "path").to_lowercase()), text(folder, "path").to_owned());
    Ok(page(&cursor::cut(folders, place, descending, after, limit), &name, shown))
}

/// `POST /api/v2/workflows/folders`
pub async fn create(State(world): State<World>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["workspaceId", "path"], false)?;
    strict::workspace(&fields)?;
    let path = tidy_path(strict::required(&fields, "path", 1000)?);
    let path = path.ok_or_else(|| strict::refused("path", "Path must name a folder"))?;
    if world.store.get(KIND, &path)?.is_some() {
        return Err(Refusal::new(StatusCode::CONFLICT, "Folder already exists"));
    }
    ensure(&world.store, &path)?;
    Ok(single(StatusCode::CREATED, shown(&world.store.get(KIND, &path)?.unwrap_or_default())))
}

/// `PATCH /api/v2/workflows/folders`: moves a folder with everything in it.
pub async fn change(State(world): State<World>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["workspaceId", "path", "destinationPath"], false)?;
    strict::workspace(&fields)?;
    let from = wanted(&world.store, tidy_path(strict::required(&fields, "path", 1000)?))?;
    let to = tidy_path(strict::required(&fields, "destinationPath", 1000)?)
        .ok_or_else(|| strict::refused("destinationPath", "Path must name a folder"))?;
    if is_in(&to, &from) || world.store.get(KIND, &to)?.is_some() {
        return Err(Refusal::new(StatusCode::CONFLICT, "Folder cannot be moved there"));
    }
    ensure(&world.store, &to)?;
    for folder in world.store.list(KIND)? {
        let path = text(&folder, "path");
        if is_in(path, &from) {
            ensure(&world.store, &format!("{to}{}", &path[from.len()..]))?;
            world.store.delete(KIND, path)?;
        }
    }
    for document in inside(&world.store, &from)? {
        let path = format!("{to}{}", &text(&document, "folderPath")[from.len()..]);
        world.store.update(workflow::KIND, text(&document, "id"), |document| {
            place_in(document, Some(json!(path)));
        })?;
    }
    Ok(single(StatusCode::OK, shown(&world.store.get(KIND, &to)?.unwrap_or_default())))
}

/// `DELETE /api/v2/workflows/folders`: what lies in it goes too, when that is said.
pub async fn delete(State(world): State<World>, uri: Uri) -> Answer {
    let query = Query::read(&uri, &["workspaceId", "path", "recursive"])?;
    query.workspace()?;
    let path = wanted(&world.store, query.get("path").and_then(tidy_path))?;
    let workflows = inside(&world.store, &path)?;
    let folders = world.store.list(KIND)?.into_iter().filter(|folder| is_in(text(folder, "path"), &path));
    let folders: Vec<Value> = folders.collect();
    if !query.flag("recursive")? && (folders.len() > 1 || !workflows.is_empty()) {
        return Err(Refusal::new(StatusCode::CONFLICT, "Folder is not empty"));
    }
    for document in &workflows {
        let id = text(document, "id");
        world.store.delete(workflow::KIND, id)?;
        versions::forget(&world.store, id)?;
    }
    for folder in &folders {
        world.store.delete(KIND, text(folder, "path"))?;
    }
    let items = json!({"folders": folders.len(), "workflows": workflows.len()});
    Ok(single(StatusCode::OK, json!({"path": path, "deleted": true, "deletedItems": items})))
}

/// The workflows in a folder and below it.
fn inside(store: &Store, folder: &str) -> Result<Vec<Value>> {
    let mut documents = store.list(workflow::KIND)?;
    documents.retain(|document| is_in(text(document, "folderPath"), folder));
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_begins_alike_lies_elsewhere() {
        assert!(is_in("/a", "/a") && is_in("/a/b", "/a"));
        assert!(!is_in("/ab", "/a") && !is_in("", "/a"));
        assert_eq!((parent("/a/b"), parent("/a")), (Some("/a"), None));
    }
}
