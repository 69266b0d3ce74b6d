//! `/api/v2/skills`, `custom-tools` and `mcp-servers`: what agents are given, kept as it was described.
//!
//! Nothing here runs them; an MCP server is never called, so it has no tools.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::cursor::{self, Key};
use super::super::document::{moment, number, text};
use super::strict::{self, Query};
use super::{Answer, Refusal, page, single};
use crate::local::World;
use crate::local::time::now_ms;

/// One of the three kinds of things.
struct Family {
    path: &'static str,
    thing: &'static str,
    kind: &'static str,
    /// The field that is its name.
    named: &'static str,
    /// A field that only a single thing shows.
    detail: &'static str,
    fields: &'static [(&'static str, Takes)],
}

/// What a field takes.
enum Takes {
    /// A text that must be there, and its greatest length.
    Needed(usize),
    /// A text that may be missing.
    Text(usize),
    /// An object that must be there.
    Object,
    /// An address that must be there.
    Address,
    /// A whole number; what it is without one.
    Whole(i64, i64, i64),
    /// Yes or no; yes without one.
    Flag,
    /// Headers, of which only the names are kept.
    Headers,
}

static SKILLS: Family = Family {
    path: "/api/v2/skills",
    thing: "Skill",
    kind: "recall/skill",
    named: "name",
    detail: "content",
    fields: &[
        ("name", Takes::Needed(64)),
        ("description", Takes::Needed(1024)),
        ("content", Takes::Needed(50_000)),
    ],
};

static TOOLS: Family = Family {
    path: "/api/v2/custom-tools",
    thing: "Custom tool",
    kind: "recall/custom-tool",
    named: "title",
    detail: "",
    fields: &[("title", Takes::Needed(200)), ("schema", Takes::Object), ("code", Takes::Needed(100_000))],
};

static SERVERS: Family = Family {
    path: "/api/v2/mcp-servers",
    thing: "MCP server",
    kind: "recall/mcp-server",
    named: "name",
    detail: "",
    fields: &[
        ("name", Takes::Needed(255)),
        ("description", Takes::Text(2000)),
        ("transport", Takes::Text(50)),
        ("url", Takes::Address),
        ("authType", Takes::Text(50)),
        ("headers", Takes::Headers),
        ("timeout", Takes::Whole(1000, 300_000, 30_000)),
        ("retries", Takes::Whole(0, 10, 3)),
        ("enabled", Takes::Flag),
    ],
};

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

impl Family {
    /// Reads what a body says of a thing. A change may leave everything out, a new thing may not.
    fn read(&self, body: &[u8], new: bool) -> Result<Map<String, Value>, Refusal> {
        let mut known: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        known.push("workspaceId");
        let given = strict::body(body, &known, false)?;
        strict::workspace(&given)?;
        let mut read = Map::new();
        for (name, takes) in self.fields {
            if new || given.contains_key(*name) {
                takes.read(name, &given, &mut read)?;
            }
        }
        if read.is_empty() {
            let names: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
            return Err(strict::refused(
                names[0],
                &format!("At least one of {} is required", names.join(", ")),
            ));
        }
        Ok(read)
    }

    fn shown(&self, thing: &Value, whole: bool) -> Value {
        let mut shown = thing.clone();
        shown["createdAt"] = moment(thing, "createdAt");
        shown["updatedAt"] = moment(thing, "updatedAt");
        if let Some(fields) = shown.as_object_mut().filter(|_| !whole) {
            fields.shift_remove(self.detail);
        }
        shown
    }

    /// Names are unique in the workspace.
    fn free(&self, things: &[Value], name: &Value, but: &str) -> Result<(), Refusal> {
        let taken = things.iter().any(|thing| thing[self.named] == *name && text(thing, "id") != but);
        let message = || format!("A {} with this {} already exists", self.thing.to_lowercase(), self.named);
        if taken { Err(Refusal::new(StatusCode::CONFLICT, &message())) } else { Ok(()) }
    }
}

impl Takes {
    fn read(
        &self,
        name: &str,
        given: &Map<String, Value>,
        into: &mut Map<String, Value>,
    ) -> Result<(), Refusal> {
        let value = match self {
            Self::Needed(longest) => json!(strict::required(given, name, *longest)?),
            Self::Text(longest) => json!(strict::text(given, name, *longest)?),
            Self::Object => match given.get(name) {
                Some(value @ Value::Object(_)) => value.clone(),
                _ => return Err(strict::refused(name, "Invalid input: expected object")),
            },
            Self::Address => {
                let address = strict::required(given, name, 2048)?;
                let parsed =
                    url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
                if parsed.is_none() || address.contains("{{") {
                    return Err(strict::refused(name, "url must be an absolute http or https URL"));
                }
                json!(address)
            }
            Self::Whole(least, most, usual) => match given.get(name) {
                None => json!(usual),
                Some(value) if value.as_i64().is_some_and(|number| (*least..=*most).contains(&number)) => {
                    value.clone()
                }
                Some(_) => {
                    return Err(strict::refused(
                        name,
                        &format!("Invalid input: expected int from {least} to {most}"),
                    ));
                }
            },
            Self::Flag => match given.get(name) {
                None => json!(true),
                Some(value @ Value::Bool(_)) => value.clone(),
                Some(_) => return Err(strict::refused(name, "Invalid input: expected boolean")),
            },
            Self::Headers => {
                let names: Vec<&String> = match given.get(name) {
                    None => Vec::new(),
                    Some(Value::Object(headers)) if headers.values().all(Value::is_string) => {
                        headers.keys().collect()
                    }
                    Some(_) => {
                        return Err(strict::refused(name, "Invalid input: expected record of strings"));
                    }
                };
                into.insert("hasHeaders".into(), json!(!names.is_empty()));
                into.insert("headerNames".into(), json!(names));
                return Ok(());
            }
        };
        into.insert(name.to_owned(), value);
        Ok(())
    }
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
