//! `/api/v1/knowledge/{id}/documents`: what a knowledge base is made of.
//! `stored` says what becomes of one.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::stored::{TEXTS, document, kind, place, remove_text, shown, status, whole};
use super::wanted;
use crate::local::World;
use crate::local::recall::answer::{Answer, Refusal, missing, refuse, success};
use crate::local::recall::document::{flag, number, text};
use crate::local::recall::entry::Entry;
use crate::local::recall::fields::Parameters;
use crate::local::recall::{audit, upload};
use crate::local::time::now_ms;

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
    Ok(success(json!({"document": whole(&document)})))
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
