//! `/api/v2/skills`, `custom-tools` and `mcp-servers`: what agents are given, kept as it was described.
//!
//! Nothing here runs them; an MCP server is never called, so it has no tools.

mod family;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use self::family::{Family, SERVERS, SKILLS, TOOLS};
use super::super::cursor::{self, Key};
use super::super::document::{number, text};
use super::strict::Query;
use super::{Answer, Refusal, page, single};
use crate::local::World;
use crate::local::time::now_ms;

/// The routes of the three families.
pub fn routes() -> Router<World> {
    let all = [&SKILLS, &TOOLS, &SERVERS].into_iter().fold(Router::new(), |router, family: &'static Family| {
        router
            .route(
                family.path,
                get(move |State(world): State<World>, uri: Uri| async move { list(family, &world, &uri) }).post(
                    move |State(world): State<World>, uri: Uri, body: Bytes| async move {
                        create(family, &world, &uri, &body)
                    },
                ),
            )
            .route(
                &format!("{}/{{id}}", family.path),
                get(move |State(world): State<World>, Path(id): Path<String>, uri: Uri| async move {
                    one(family, &world, &id, &uri)
                })
                .patch(
                    move |State(world): State<World>, Path(id): Path<String>, uri: Uri, body: Bytes| async move {
                        change(family, &world, &id, &uri, &body)
                    },
                )
                .delete(move |State(world): State<World>, Path(id): Path<String>, uri: Uri| async move {
                    delete(family, &world, &id, &uri)
                }),
            )
    });
    all.route("/api/v2/mcp-servers/{id}/tools", get(tools))
}

fn list(family: &Family, world: &World, uri: &Uri) -> Answer {
    let query = Query::read(uri, &["workspaceId", "search", "sortBy", "sortOrder", "limit", "cursor"])?;
    query.workspace()?;
    let name = query.list_name(family.path);
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let by = query.choice("sortBy", &["createdAt", family.named, "updatedAt"])?;
    let descending = query.choice("sortOrder", &["desc", "asc"])? == "desc";
    let part = query.get("search").map(str::to_lowercase);
    let mut things = world.store.list(family.kind)?;
    things.retain(|thing| {
        part.as_ref().is_none_or(|part| text(thing, family.named).to_lowercase().contains(part))
    });
    let place = |thing: &Value| {
        let key = if by == family.named {
            Key::Text(text(thing, by).to_lowercase())
        } else {
            Key::Number(number(thing, by))
        };
        (key, text(thing, "id").to_owned())
    };
    let cut = cursor::cut(things, place, descending, after, limit);
    Ok(page(&cut, &name, |thing| family.shown(thing, false)))
}

fn create(family: &Family, world: &World, uri: &Uri, body: &[u8]) -> Answer {
    Query::read(uri, &[])?;
    let fields = family.read(body, true)?;
    let (id, now) = (Uuid::new_v4().to_string(), now_ms());
    let mut thing = json!({"id": id});
    thing.as_object_mut().into_iter().for_each(|thing| thing.extend(fields.clone()));
    thing["createdAt"] = json!(now);
    thing["updatedAt"] = json!(now);
    world.store.change(|documents| {
        family.free(&documents.list(family.kind)?, &thing[family.named], &id)?;
        documents.insert(family.kind, &id, &thing).map_err(Refusal::from)
    })?;
    Ok(single(StatusCode::CREATED, family.shown(&thing, true)))
}

fn one(family: &Family, world: &World, id: &str, uri: &Uri) -> Answer {
    Query::read(uri, &["workspaceId"])?.workspace()?;
    let thing = world.store.get(family.kind, id)?.ok_or_else(|| Refusal::missing(family.thing))?;
    Ok(single(StatusCode::OK, family.shown(&thing, true)))
}

fn change(family: &Family, world: &World, id: &str, uri: &Uri, body: &[u8]) -> Answer {
    Query::read(uri, &[])?;
    let fields = family.read(body, false)?;
    let thing = world.store.change(|documents| {
        let mut thing = documents.get(family.kind, id)?.ok_or_else(|| Refusal::missing(family.thing))?;
        thing.as_object_mut().into_iter().for_each(|thing| thing.extend(fields.clone()));
        thing["updatedAt"] = json!(now_ms());
        family.free(&documents.list(family.kind)?, &thing[family.named], id)?;
        documents.replace(family.kind, id, &thing)?;
        Ok::<_, Refusal>(thing)
    })?;
    Ok(single(StatusCode::OK, family.shown(&thing, true)))
}

fn delete(family: &Family, world: &World, id: &str, uri: &Uri) -> Answer {
    Query::read(uri, &["workspaceId"])?.workspace()?;
    if !world.store.delete(family.kind, id)? {
        return Err(Refusal::missing(family.thing));
    }
    Ok(single(StatusCode::OK, json!({"id": id, "deleted": true})))
}

async fn tools(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &["workspaceId"])?.workspace()?;
    world.store.get(SERVERS.kind, &id)?.ok_or_else(|| Refusal::missing(SERVERS.thing))?;
    Ok(page(&cursor::Page { items: Vec::<Value>::new(), last: None }, "tools", Value::clone))
}
