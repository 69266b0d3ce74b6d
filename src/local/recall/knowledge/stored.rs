//! A stored document: where it stands, what it says, and how it is shown.
//!
//! Text in UTF-8 is taken, whatever is written in it. What the real service reads beside it (PDF, Word, Excel) is
//! refused with 415 here; a file with a text's name that is not UTF-8 is processed as `failed`.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::chunks::{self, Sizes};
use crate::local::World;
use crate::local::recall::document::{flag, moment, number, text};
use crate::local::store::Result;
use crate::local::time::{iso, now_ms};

/// Endings of names that are taken for text.
pub const TEXTS: [&str; 16] = [
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

/// Where a document's text lies.
pub fn place(world: &World, id: &str) -> PathBuf {
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
pub fn status(document: &Value) -> &'static str {
    match now_ms() - number(document, "uploadedAt") {
        ..BEGINS => "pending",
        BEGINS..ENDS => "processing",
        _ if document["error"].is_null() => "completed",
        _ => "failed",
    }
}

/// A document of this content, with its counts, `base` deciding how it is cut.
pub fn document(
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

/// A document as lists show it.
pub fn shown(document: &Value) -> Value {
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

/// A document as it is shown alone: with what became of its processing.
pub fn whole(document: &Value) -> Value {
    let (mut one, state) = (shown(document), status(document));
    let after = |ms: i64, come: bool| {
        if come { json!(iso(number(document, "uploadedAt") + ms)) } else { Value::Null }
    };
    one["processingError"] = if state == "failed" { document["error"].clone() } else { Value::Null };
    one["processingStartedAt"] = after(BEGINS, state != "pending");
    one["processingCompletedAt"] = after(ENDS, matches!(state, "completed" | "failed"));
    for name in ["connectorId", "connectorType", "sourceUrl"] {
        one[name] = Value::Null;
    }
    one
}
