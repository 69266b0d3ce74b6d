//! Files given to runs: taken out of the request, kept beside the state, put back into answers as base64.

use std::path::PathBuf;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Answer, Refusal, refuse};
use super::document::{number, text};
use super::{BASE, WORKSPACE, auth};
use crate::local::World;
use crate::local::time::now_ms;

/// Where what is known of stored files is kept; the bytes lie in a folder.
pub const KIND: &str = "recall/run-file";

/// The largest decoded file, in bytes.
const LARGEST: usize = 20 * 1024 * 1024;

/// Whether and up to which size stored files are put into answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inlining {
    /// Whether at all.
    pub wanted: bool,
    /// The largest file, in bytes.
    pub most: u64,
}

impl Inlining {
    /// What a body asks for; without a word, all files are inlined.
    pub fn read(body: &Map<String, Value>) -> Self {
        Self {
            wanted: body.get("includeFileBase64") != Some(&Value::Bool(false)),
            most: body.get("base64MaxBytes").and_then(Value::as_u64).unwrap_or(u64::MAX),
        }
    }
}

/// The folder of the bytes.
fn folder(world: &World) -> PathBuf {
    world.data.join("recall-run-files")
}

/// Where a stored file's bytes lie; ids are ours, never a caller's text.
pub fn path(world: &World, id: &str) -> Option<PathBuf> {
    Uuid::try_parse(id).ok().map(|id| folder(world).join(id.to_string()))
}

/// Replaces the values of declared file fields at the root of the input by what stands for stored files.
///
/// # Errors
/// 400 when a file is too large or cannot be kept.
pub fn take(
    world: &World,
    declared: &[Value],
    input: &mut Map<String, Value>,
    run: (&str, &str),
) -> Result<Vec<Value>, Refusal> {
    let mut taken = Vec::new();
    for field in declared.iter().filter(|field| text(field, "type") == "file[]") {
        let Some(value) = input.get_mut(text(field, "name")) else { continue };
        let given = match value.take() {
            Value::Array(items) => items,
            object @ Value::Object(_) => vec![object],
            // Text and the like is left to the coercion of types.
            other => {
                *value = other;
                continue;
            }
        };
        let mut stored = Vec::new();
        for item in given {
            stored.extend(one(world, &item, run)?);
        }
        taken.extend(stored.iter().cloned());
        *value = Value::Array(stored);
    }
    Ok(taken)
}

/// One file; nothing for a data URL that cannot be read, which the service skips without a word.
fn one(world: &World, item: &Value, (workflow, execution): (&str, &str)) -> Result<Option<Value>, Refusal> {
    let name = item["name"].as_str().unwrap_or("file");
    let kind = item["mime"].as_str().unwrap_or("application/octet-stream");
    let failed =
        || refuse(StatusCode::BAD_REQUEST, &format!("File processing failed: Failed to upload file: {name}"));
    match text(item, "type") {
        "file" => {
            let Some(bytes) = decoded(text(item, "data")) else { return Ok(None) };
            if bytes.len() > LARGEST {
                return Err(failed());
            }
            let id = Uuid::new_v4().to_string();
            let written = std::fs::create_dir_all(folder(world))
                .and_then(|()| std::fs::write(folder(world).join(&id), &bytes));
            written.map_err(|_| failed())?;
            let key = format!("execution/{WORKSPACE}/{workflow}/{execution}/{id}");
            let file = json!({
                "id": id,
                "name": name,
                "url": format!("{}{BASE}/api/files/serve/{key}", world.origin()),
                "size": bytes.len(),
                "type": kind,
                "key": key,
                "context": "execution",
            });
            let mut kept = file.clone();
            kept["storedAt"] = json!(now_ms());
            world.store.put(KIND, &id, &kept)?;
            Ok(Some(file))
        }
        // Nothing is fetched: the address stands for the file.
        "url" => Ok(Some(json!({
            "id": Uuid::new_v4().to_string(),
            "name": name,
            "url": item["data"],
            "size": 0,
            "type": kind,
            "key": "",
        }))),
        // One that was stored before is passed on.
        _ if item["key"].is_string() => Ok(Some(item.clone())),
        _ => Ok(None),
    }
}

/// The bytes of a base64 data URL.
fn decoded(data: &str) -> Option<Vec<u8>> {
    let (kind, bytes) = data.strip_prefix("data:")?.split_once(',')?;
    kind.ends_with(";base64").then(|| STANDARD.decode(bytes).ok())?
}

/// The bytes of what stands for a stored file.
fn bytes_of(world: &World, file: &Value) -> Option<Vec<u8>> {
    text(file, "key").starts_with("execution/").then_some(())?;
    std::fs::read(path(world, text(file, "id"))?).ok()
}

/// An output with the bytes of every stored file in it as base64.
pub fn inlined(world: &World, output: &Value, inlining: Inlining) -> Value {
    if !inlining.wanted {
        return output.clone();
    }
    match output {
        Value::Array(items) => items.iter().map(|item| inlined(world, item, inlining)).collect(),
        Value::Object(fields) => {
            let mut filled: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), inlined(world, value, inlining))).collect();
            let fits = u64::try_from(number(output, "size")).is_ok_and(|size| size <= inlining.most);
            if let Some(bytes) = bytes_of(world, output).filter(|_| fits) {
                filled.insert("base64".into(), json!(STANDARD.encode(bytes)));
            }
            Value::Object(filled)
        }
        other => other.clone(),
    }
}

/// What a file block tells: the files, and a line about each.
pub fn report(world: &World, files: &Value) -> Value {
    let files: Vec<Value> = match files {
        Value::Array(files) => files.clone(),
        Value::Object(_) => vec![files.clone()],
        _ => Vec::new(),
    };
    let lines: Vec<String> = files.iter().map(|file| told(world, file)).collect();
    let content = if lines.is_empty() { "no file was given".to_owned() } else { lines.join("\n") };
    json!({"content": content, "files": files})
}

fn told(world: &World, file: &Value) -> String {
    let (name, kind) = (text(file, "name"), text(file, "type"));
    let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    match bytes_of(world, file) {
        Some(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            format!("{name}: {}, {kind}, {}", count(bytes.len(), "byte"), count(text.lines().count(), "line"))
        }
        None if file["url"].is_string() => format!("{name}: {kind}, at {}", text(file, "url")),
        // As it was sent: only runs that somebody waits for have their files stored.
        None => format!("{name}: not stored, so it cannot be read"),
    }
}

/// `GET /api/files/serve/{key}`: the bytes of a file that a run was given.
pub async fn serve(State(world): State<World>, Path(key): Path<String>, headers: HeaderMap) -> Answer {
    auth::for_runs(&world, &headers, false)?;
    let id = key.rsplit('/').next().unwrap_or_default();
    let unknown = || refuse(StatusCode::NOT_FOUND, "File not found");
    let file = world.store.get(KIND, id)?.filter(|file| text(file, "key") == key).ok_or_else(unknown)?;
    let bytes = bytes_of(&world, &file).ok_or_else(unknown)?;
    // Whatever type a caller named: nothing of it is to run in a browser.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, Bytes::from(bytes)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base64_data_urls_are_read() {
        assert_eq!(decoded("data:text/plain;base64,aGVsbG8K").as_deref(), Some(&b"hello\n"[..]));
        for odd in ["data:text/plain,hello", "aGVsbG8K", "data:;base64,@@", ""] {
            assert_eq!(decoded(odd), None, "{odd}");
        }
    }
}
