//! `/api/v1/knowledge/{id}/documents`: what a knowledge base is made of.
//!
//! Text in UTF-8 is taken, whatever is written in it. What the real service reads beside it (PDF, Word, Excel) is refused with
//! 415 here; a file with a text's name that is not UTF-8 is processed as `failed`.

use std::path::PathBuf;

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::chunks::{self, Sizes};
use super::wanted;
use crate::local::World;
use crate::local::recall::answer::{Answer, Refusal, missing, refuse, success};
use crate::local::recall::document::{flag, moment, number, text};
use crate::local::recall::entry::Entry;
use crate::local::recall::fields::Parameters;
use crate::local::recall::{audit, upload};
use crate::local::store::Result;
use crate::local::time::now_ms;

/// Endings of names that are taken for text.
const TEXTS: [&str; 16] = [
    "txt", "md", "markdown", "mdx", "csv", "tsv", "json", "jsonl", "ndjson", "yaml", "yml", "html", "htm",
    "xml", "log", "rst",
];
/// When a document's processing begins and ends, in milliseconds after its upload.
const BEGINS: i64 = 150;
const ENDS: i64 = 400;

/// Where the documents of a knowledge base are stored.
pub fn kind(base: &str) -> String {
    format!("recall/document/{base}")
}

fn place(world: &World, id: &str) -> PathBuf {
    world.data.join("recall/documents").join(id)
}

/// What a document says.
pub fn text_of(world: &World, document: &Value) -> Option<String> {
    std::fs::read_to_string(place(world, text(document, "id"))).ok()
}

/// Removes what a document says from the disk.
pub fn remove_text(world: &World, document: &Value) {
    let _ = std::fs::remove_file(place(world, text(document, "id")));
}

/// The documents of a knowledge base that a search looks at.
pub fn searchable(world: &World, base: &Value) -> Result<Vec<Value>> {
    let mut documents = world.store.list(&kind(text(base, "id")))?;
    documents.retain(|document| flag(document, "enabled") && status(document) == "completed");
    Ok(documents)
}

/// Where a document stands: its upload and the clock decide.
fn status(document: &Value) -> &'static str {
    match now_ms() - number(document, "uploadedAt") {
        ..BEGINS => "pending",
        BEGINS..ENDS => "processing",
        _ if document["error"].is_null() => "completed",
        _ => "failed",
    }
}

/// A document of this content, with its counts, `base` deciding how it is cut.
fn document(
    base: &Value,
    id: &str,
    name: &str,
    mime: &str,
    size: u64,
    content: Option<&str>,
    now: i64,
) -> Value {
    let config = &base["chunkingConfig"];
    let letters = content.map_or(0, |content| content.chars().count());
    let count = content.map_or(0, |content| chunks::cut(content, Sizes::read(config)).len());
    let error = match (content, count) {
        (None, _) => json!("The file is not text in UTF-8"),
        (_, 0) => json!("The file is empty"),
        _ => Value::Null,
    };
    json!({
        "id": id, "knowledgeBaseId": base["id"], "filename": name, "fileSize": size, "mimeType": mime, "enabled": true,
        "tags": {}, "chunkingConfig": config, "chunkCount": count, "tokenCount": chunks::tokens(letters),
        "characterCount": letters, "error": error, "uploadedAt": now,
    })
}

/// Stores a document that a fresh state starts with.
pub fn plant(world: &World, base: &Value, id: &str, name: &str, content: &str, tags: Value) -> Result<()> {
    let path = place(world, id);
    if let Some(folder) = path.parent() {
        let _ = std::fs::create_dir_all(folder);
    }
    // One that cannot be written is found by no search.
    let _ = std::fs::write(path, content);
    let made = number(base, "createdAt");
    let mut document = document(base, id, name, "text/markdown", content.len() as u64, Some(content), made);
    document["tags"] = tags;
    world.store.insert(&kind(text(base, "id")), id, &document).map(|_| ())
}

fn shown(document: &Value) -> Value {
    let status = status(document);
    // The counts come with the processing.
    let count = |name: &str| if status == "completed" { document[name].clone() } else { json!(0) };
    json!({
        "id": document["id"], "knowledgeBaseId": document["knowledgeBaseId"], "filename": document["filename"],
        "fileSize": document["fileSize"], "mimeType": document["mimeType"], "processingStatus": status,
        "chunkCount": count("chunkCount"), "tokenCount": count("tokenCount"), "characterCount": count("characterCount"),
        "enabled": document["enabled"], "createdAt": moment(document, "uploadedAt"),
    })
}

/// `GET …/documents`
pub async fn list(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    Parameters(mut asked): Parameters,
) -> Answer {
    const SORTS: [&str; 7] =
        ["filename", "fileSize", "tokenCount", "chunkCount", "uploadedAt", "processingStatus", "enabled"];
    let limit = asked.whole("limit", 1..=100).unwrap_or(50);
    let offset = asked.whole("offset", 0..=usize::MAX).unwrap_or(0);
    let search = asked.maybe_text("search", usize::MAX).map(|search| search.to_lowercase());
    let enabled = asked.choice("enabledFilter", &["all", "enabled", "disabled"]);
    let by = asked.choice("sortBy", &SORTS).unwrap_or_else(|| "uploadedAt".into());
    let upwards = asked.choice("sortOrder", &["asc", "desc"]).as_deref() == Some("asc");
    asked.in_workspace()?;
    wanted(&world.store, &id)?;
    let mut found = world.store.list(&kind(&id))?;
    found.retain(|document| {
        let named = |search: &String| text(document, "filename").to_lowercase().contains(search);
        let fits = match enabled.as_deref() {
            Some("enabled") => flag(document, "enabled"),
            Some("disabled") => !flag(document, "enabled"),
            _ => true,
        };
        fits && search.as_ref().is_none_or(named)
    });
    // Newest first among equals as well: the list stands in the order of uploads.
    if !upwards {
        found.reverse();
    }
    let key = |document: &Value| (number(document, &by), place_of(document, &by));
    found.sort_by(|one, other| {
        let way = key(one).cmp(&key(other));
        if upwards { way } else { way.reverse() }
    });
    let total = found.len();
    let page: Vec<Value> = found.iter().skip(offset).take(limit).map(shown).collect();
    let more = offset.saturating_add(page.len()) < total;
    let pagination = json!({"total": total, "limit": limit, "offset": offset, "hasMore": more});
    Ok(success(json!({"documents": page, "pagination": pagination})))
}

/// What a document is sorted by when that is no number.
fn place_of(document: &Value, by: &str) -> String {
    match by {
        "processingStatus" => status(document).to_owned(),
        "enabled" => flag(document, by).to_string(),
        _ => text(document, by).to_lowercase(),
    }
}

/// `POST …/documents`: a multipart form; what is answered has not been processed yet.
pub async fn create(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    form: std::result::Result<Multipart, MultipartRejection>,
) -> Answer {
    let new = Uuid::new_v4().to_string();
    let path = place(&world, &new);
    let upload = upload::receive(form, &path, StatusCode::PAYLOAD_TOO_LARGE).await?;
    let name = upload.name.clone();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    if !TEXTS.contains(&ending.as_str()) {
        let error = format!("Unsupported file type: {ending}. Supported types are: {}", TEXTS.join(", "));
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error));
    }
    let base = wanted(&world.store, &id)?;
    let content = std::fs::read_to_string(&path).ok();
    let document =
        document(&base, &new, &name, &upload.content_type, upload.size, content.as_deref(), now_ms());
    world.store.insert(&kind(&id), &new, &document)?;
    upload.keep();
    let happened = format!("Uploaded document \"{name}\" to knowledge base via API");
    audit::record(
        &world.store,
        "document.uploaded",
        ("document", &new, &name),
        &happened,
        json!({"knowledgeBaseId": id}),
    )?;
    let message = "Document uploaded successfully. Processing will begin shortly.";
    Ok(success(json!({"document": shown(&document), "message": message})))
}

fn found(world: &World, base: &str, id: &str) -> std::result::Result<Value, Refusal> {
    wanted(&world.store, base)?;
    world.store.get(&kind(base), id)?.ok_or_else(|| missing("Document"))
}

/// `GET …/documents/{document}`
pub async fn get(
    State(world): State<World>,
    _entry: Entry,
    Path((base, id)): Path<(String, String)>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    let document = found(&world, &base, &id)?;
    let mut one = shown(&document);
    let state = status(&document);
    let after = |ms: i64, come: bool| {
        if come { json!(crate::local::time::iso(number(&document, "uploadedAt") + ms)) } else { Value::Null }
    };
    one["processingError"] = if state == "failed" { document["error"].clone() } else { Value::Null };
    one["processingStartedAt"] = after(BEGINS, state != "pending");
    one["processingCompletedAt"] = after(ENDS, matches!(state, "completed" | "failed"));
    for name in ["connectorId", "connectorType", "sourceUrl"] {
        one[name] = Value::Null;
    }
    Ok(success(json!({"document": one})))
}

/// `DELETE …/documents/{document}`
pub async fn delete(
    State(world): State<World>,
    _entry: Entry,
    Path((base, id)): Path<(String, String)>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    let document = found(&world, &base, &id)?;
    world.store.delete(&kind(&base), &id)?;
    remove_text(&world, &document);
    let name = text(&document, "filename");
    let happened = format!("Deleted document \"{name}\" from knowledge base via API");
    audit::record(
        &world.store,
        "document.deleted",
        ("document", &id, name),
        &happened,
        json!({"knowledgeBaseId": base}),
    )?;
    Ok(success(json!({"message": "Document deleted successfully"})))
}
