//! `/api/v1/files`: the files of a workspace, their bytes on disk (contract 5.2).

use std::path::PathBuf;

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{Answer, Refusal, missing, refuse, success};
use super::document::{moment, text};
use super::entry::Entry;
use super::fields::Parameters;
use super::{WORKSPACE, audit, upload};
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::now_ms;
use crate::local::transfer;

/// Where what is known of files is stored; an archived one has a `deletedAt`.
const KIND: &str = "recall/file";

/// What JavaScript's `encodeURIComponent` encodes.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The routes of this family. The limit of a body is `upload`'s, which counts the file alone.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/api/v1/files", get(list).post(create).layer(DefaultBodyLimit::disable()))
        .route("/api/v1/files/{id}", get(download).delete(delete))
}

/// The bytes lie under a name of ours, so that no name of a caller's leads out of the folder.
fn place(world: &World, file: &str) -> PathBuf {
    world.data.join("recall/files").join(file)
}

/// The files that are not archived.
fn present(store: &Store) -> Result<Vec<Value>> {
    let mut files = store.list(KIND)?;
    files.retain(|file| file["deletedAt"].is_null());
    Ok(files)
}

/// How many bytes the files take.
pub fn used(store: &Store) -> Result<i64> {
    Ok(present(store)?.iter().filter_map(|file| file["size"].as_i64()).sum())
}

/// Stores a file that a fresh state starts with.
pub fn plant(world: &World, id: &str, name: &str, content: &str, made: i64) -> Result<()> {
    let path = place(world, id);
    if let Some(folder) = path.parent() {
        let _ = std::fs::create_dir_all(folder);
    }
    // A file that cannot be written is missing later, which its download says.
    let _ = std::fs::write(path, content);
    let size = i64::try_from(content.len()).unwrap_or_default();
    let document = document(id, name, "text/plain", size, id, made);
    world.store.insert(KIND, id, &document).map(|_| ())
}

fn document(id: &str, name: &str, content_type: &str, size: i64, file: &str, now: i64) -> Value {
    let tail = &file[..file.len().min(8)];
    json!({
        "id": id, "name": name, "size": size, "type": content_type,
        "key": format!("workspace/{WORKSPACE}/{now}-{tail}-{name}"), "uploadedBy": audit::USER, "uploadedAt": now,
        "file": file, "deletedAt": null,
    })
}

fn shown(file: &Value) -> Value {
    json!({
        "id": file["id"], "name": file["name"], "size": file["size"], "type": file["type"], "key": file["key"],
        "uploadedBy": file["uploadedBy"], "uploadedAt": moment(file, "uploadedAt"),
    })
}

fn wanted(store: &Store, id: &str) -> std::result::Result<Value, Refusal> {
    store.get(KIND, id)?.filter(|file| file["deletedAt"].is_null()).ok_or_else(|| missing("File"))
}

async fn list(State(world): State<World>, _entry: Entry, Parameters(mut asked): Parameters) -> Answer {
    asked.in_workspace()?;
    let files: Vec<Value> = present(&world.store)?.iter().map(shown).collect();
    Ok(success(json!({"files": files, "totalCount": files.len()})))
}

async fn create(
    State(world): State<World>,
    _entry: Entry,
    form: std::result::Result<Multipart, MultipartRejection>,
) -> Answer {
    let file = Uuid::new_v4().simple().to_string();
    let too_large =
        if world.generation.is_b() { StatusCode::BAD_REQUEST } else { StatusCode::PAYLOAD_TOO_LARGE };
    let upload = upload::receive(form, &place(&world, &file), too_large).await?;
    let id = format!("wf_{}", Uuid::new_v4().simple());
    let (name, size) = (upload.name.clone(), i64::try_from(upload.size).unwrap_or(i64::MAX));
    let document = document(&id, &name, &upload.content_type, size, &file, now_ms());
    world.store.change(|documents| {
        let taken = |other: &Value| other["deletedAt"].is_null() && text(other, "name") == name;
        if documents.list(KIND)?.iter().any(taken) {
            let error = format!("A file named \"{name}\" already exists in this workspace");
            return Err(refuse(StatusCode::CONFLICT, &error));
        }
        documents.insert(KIND, &id, &document).map_err(Refusal::from)
    })?;
    upload.keep();
    let happened = format!("Uploaded file \"{name}\" via API");
    audit::record(&world.store, "file.uploaded", ("file", &id, &name), &happened, json!({"size": size}))?;
    Ok(success(json!({"file": shown(&document), "message": "File uploaded successfully"})))
}

async fn download(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    let file = wanted(&world.store, &id)?;
    let path = place(&world, text(&file, "file"));
    let (size, body) = transfer::send(&path)
        .await
        .map_err(|_| refuse(StatusCode::INTERNAL_SERVER_ERROR, "Failed to download file"))?;
    let encoded = utf8_percent_encode(text(&file, "name"), COMPONENT).to_string();
    let content_type = HeaderValue::from_str(text(&file, "type"));
    let mut headers = HeaderMap::new();
    let unknown = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, content_type.unwrap_or(unknown));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    // What was uploaded must never run as a page of this address.
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let uploaded = moment(&file, "uploadedAt");
    for (name, value) in [
        ("content-disposition", format!("attachment; filename*=UTF-8''{encoded}")),
        ("x-file-id", id),
        ("x-file-name", encoded.clone()),
        ("x-uploaded-at", uploaded.as_str().unwrap_or_default().to_owned()),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    Ok((headers, body).into_response())
}

/// Archives: the name is free again, the bytes stay.
async fn delete(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    let file = wanted(&world.store, &id)?;
    world.store.update(KIND, &id, |file| file["deletedAt"] = json!(now_ms()))?;
    let name = text(&file, "name");
    let happened = format!("Archived file \"{name}\" via API");
    audit::record(&world.store, "file.deleted", ("file", &id, name), &happened, json!({}))?;
    Ok(success(json!({"message": "File archived successfully"})))
}
