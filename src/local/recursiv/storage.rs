//! Buckets of objects: files in the data folder, moved by links that carry their own permission.

use std::path::PathBuf;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{self, Answer, Problem};
use super::input::{Asked, Fields};
use super::projects;
use crate::local::World;
use crate::local::time::{iso, now_ms};
use crate::local::transfer;

const BUCKET: &str = "recursiv/bucket";
const LINK: &str = "recursiv/link";
/// How long a link is good.
const LINK_MS: i64 = 15 * 60_000;

/// The routes below `/storage`.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/storage/buckets", routing::get(list).post(create))
        .route("/storage/buckets/ensure", routing::post(ensure))
        .route("/storage/buckets/{name}", routing::get(get))
        .route("/storage/items", routing::get(items))
        .route("/storage/upload-url", routing::post(upload_link))
        .route("/storage/download-url", routing::get(download_link))
        .route("/storage/objects", routing::delete(delete))
}

/// Where the links lead, beside the API: no key is wanted there.
pub fn links() -> Router<World> {
    Router::new().route("/objects/{link}", routing::get(download).put(upload))
}

fn bucket_id(project: &str, name: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("ra:local/{project}/bucket/{name}").as_bytes()).to_string()
}

fn object_kind(bucket: &Value) -> String {
    format!("recursiv/object/{}", bucket["id"].as_str().unwrap_or_default())
}

fn bucket(world: &World, project: &str, name: &str) -> Result<Value, Problem> {
    projects::find(world, project)?;
    world.store.get(BUCKET, &bucket_id(project, name))?.ok_or_else(|| Problem::missing("Bucket"))
}

fn make(world: &World, fields: &mut Fields) -> Result<(Value, bool), Problem> {
    let (project, name) = (fields.text("project_id"), fields.text("name"));
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !name.is_empty() && (!plain || name.len() > 63) {
        fields.blame("name", "Use at most 63 lowercase letters, digits and dashes");
    }
    fields.check()?;
    projects::find(world, &project)?;
    let id = bucket_id(&project, &name);
    let fresh = json!({"id": id, "name": name, "project_id": project, "created_at": iso(now_ms())});
    let made = world.store.insert(BUCKET, &id, &fresh)?;
    Ok((if made { fresh } else { world.store.get(BUCKET, &id)?.unwrap_or(fresh) }, made))
}

async fn ensure(State(world): State<World>, mut fields: Fields) -> Answer {
    Ok(answer::one(make(&world, &mut fields)?.0))
}

async fn create(State(world): State<World>, mut fields: Fields) -> Answer {
    match make(&world, &mut fields)? {
        (bucket, true) => Ok(answer::created(bucket)),
        (_, false) => Err(Problem::conflict("bucket_exists", "The bucket exists already")),
    }
}

async fn list(State(world): State<World>, asked: Asked) -> Answer {
    let project = asked.needed("project_id")?;
    projects::find(&world, project)?;
    let mut all = world.store.list(BUCKET)?;
    all.retain(|bucket| bucket["project_id"] == project);
    Ok(answer::list(all, asked.page))
}

async fn get(State(world): State<World>, Path(name): Path<String>, asked: Asked) -> Answer {
    Ok(answer::one(bucket(&world, asked.needed("project_id")?, &name)?))
}

async fn items(State(world): State<World>, asked: Asked) -> Answer {
    let bucket = bucket(&world, asked.needed("project_id")?, asked.needed("bucket_name")?)?;
    let prefix = asked.maybe("prefix").unwrap_or_default();
    let mut all = world.store.list(&object_kind(&bucket))?;
    all.retain(|object| object["key"].as_str().is_some_and(|key| key.starts_with(prefix)));
    all.sort_by(|one, other| one["key"].as_str().cmp(&other["key"].as_str()));
    for object in all.iter_mut().filter_map(Value::as_object_mut) {
        object.shift_remove("file");
    }
    // This list alone may be asked for a thousand at once.
    let mut page = asked.page;
    page.limit =
        asked.maybe("limit").and_then(|limit| limit.parse().ok()).unwrap_or(page.limit).clamp(1, 1000);
    Ok(answer::list(all, page))
}

fn link(
    world: &World,
    bucket: &Value,
    key: &str,
    verb: &str,
    content_type: Option<&str>,
) -> Result<Response, Problem> {
    let id = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let link = json!({
        "bucket": bucket, "key": key, "verb": verb, "content_type": content_type, "expires_ms": now_ms() + LINK_MS,
    });
    world.store.insert(LINK, &id, &link)?;
    let name = utf8_percent_encode(key.rsplit('/').next().unwrap_or(key), NON_ALPHANUMERIC);
    let url = format!("{}/recursiv/objects/{id}?name={name}", world.origin());
    Ok(answer::one(json!({"url": url, "key": key, "expires_at": iso(now_ms() + LINK_MS)})))
}

async fn upload_link(State(world): State<World>, mut fields: Fields) -> Answer {
    let (project, name, key) = (fields.text("project_id"), fields.text("bucket_name"), fields.text("key"));
    let content_type = fields.maybe("content_type");
    fields.check()?;
    link(&world, &bucket(&world, &project, &name)?, &key, "PUT", content_type.as_deref())
}

fn object(world: &World, asked: &Asked) -> Result<(Value, Value), Problem> {
    let bucket = bucket(world, asked.needed("project_id")?, asked.needed("bucket_name")?)?;
    let object = world.store.get(&object_kind(&bucket), asked.needed("key")?)?;
    Ok((bucket, object.ok_or_else(|| Problem::missing("Object"))?))
}

async fn download_link(State(world): State<World>, asked: Asked) -> Answer {
    let (bucket, object) = object(&world, &asked)?;
    link(&world, &bucket, object["key"].as_str().unwrap_or_default(), "GET", None)
}

async fn delete(State(world): State<World>, asked: Asked) -> Answer {
    let (bucket, object) = object(&world, &asked)?;
    world.store.delete(&object_kind(&bucket), object["key"].as_str().unwrap_or_default())?;
    let _ = std::fs::remove_file(file(&world, &bucket, &object));
    Ok(answer::deleted())
}

/// Objects are kept under names of ours, so that no key can lead out of the folder.
fn file(world: &World, bucket: &Value, object: &Value) -> PathBuf {
    let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    world.data.join("recursiv/objects").join(part(&bucket["project_id"])).join(part(&object["file"]))
}

/// Object stores answer in XML.
fn denied(why: &str) -> Response {
    let body =
        format!("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>{why}</Message></Error>");
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

fn opened(world: &World, id: &str, verb: &str) -> Result<Option<Value>, Problem> {
    let good =
        |link: &Value| link["verb"] == verb && link["expires_ms"].as_i64().is_some_and(|end| end > now_ms());
    Ok(world.store.get(LINK, id)?.filter(good))
}

async fn upload(
    State(world): State<World>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let Some(link) = opened(&world, &id, "PUT")? else {
        return Ok(denied("the link is unknown or has expired"));
    };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if let Some(signed) = link["content_type"].as_str()
        && content_type != Some(signed)
    {
        return Ok(denied("the Content-Type is not the one that the link was made for"));
    }
    let (bucket, key) = (&link["bucket"], link["key"].as_str().unwrap_or_default());
    let mut object = json!({"key": key, "content_type": content_type, "file": Uuid::new_v4().to_string()});
    let path = file(&world, bucket, &object);
    let written = match transfer::receive(body.into_data_stream(), &path, u64::MAX).await {
        Ok(written) => written,
        Err(error) => {
            let _ = std::fs::remove_file(&path);
            return Err(error.into());
        }
    };
    object["size"] = json!(written);
    object["last_modified"] = json!(iso(now_ms()));
    let before = world.store.get(&object_kind(bucket), key)?;
    world.store.put(&object_kind(bucket), key, &object)?;
    // Only now: until here readers had the old bytes.
    if let Some(before) = before {
        let _ = std::fs::remove_file(file(&world, bucket, &before));
    }
    Ok(StatusCode::OK.into_response())
}

async fn download(State(world): State<World>, Path(id): Path<String>) -> Answer {
    let Some(link) = opened(&world, &id, "GET")? else {
        return Ok(denied("the link is unknown or has expired"));
    };
    let (bucket, key) = (&link["bucket"], link["key"].as_str().unwrap_or_default());
    let object = world.store.get(&object_kind(bucket), key)?.ok_or_else(|| Problem::missing("Object"))?;
    let (size, body) = transfer::send(&file(&world, bucket, &object)).await?;
    let kind = object["content_type"].as_str().and_then(|kind| HeaderValue::from_str(kind).ok());
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    // What was uploaded must never run as a page of this address.
    let sealed = [("x-content-type-options", "nosniff"), ("content-disposition", "attachment")];
    let typed = [(header::CONTENT_TYPE, kind), (header::CONTENT_LENGTH, HeaderValue::from(size))];
    Ok((typed, sealed, body).into_response())
}
