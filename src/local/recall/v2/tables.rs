//! `/api/v2/tables/{id}/query` and `/query/count`: rows by a predicate. The other routes over tables are v1's.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::post;
use serde_json::{Map, Value, json};

use super::super::cursor::{self, Key};
use super::super::document::{moment, text};
use super::super::tables;
use super::strict::{self, Query};
use super::{Answer, Refusal, page, single};
use crate::local::World;

/// The routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/api/v2/tables/{id}/query", post(query))
        .route("/api/v2/tables/{id}/query/count", post(count))
}

/// The rows that a body asks for, in their order.
fn found(world: &World, id: &str, fields: &Map<String, Value>) -> Result<Vec<Value>, Refusal> {
    strict::workspace(fields)?;
    let table = world.store.get(tables::KIND, id)?.ok_or_else(|| Refusal::missing("Table"))?;
    let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
    tables::by_predicate(&world.store, &table, given("predicate"), given("sort"))?
        .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, &error))
}

async fn query(State(world): State<World>, Path(id): Path<String>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["workspaceId", "predicate", "sort", "limit", "cursor"], false)?;
    let limit = match fields.get("limit").filter(|limit| !limit.is_null()) {
        None => 100,
        Some(limit) => match limit.as_u64().and_then(|limit| usize::try_from(limit).ok()) {
            Some(limit @ 1..=1000) => limit,
            _ => return Err(strict::refused("limit", "Invalid input: expected number from 1 to 1000")),
        },
    };
    // A cursor goes on in the same list only: same table, same predicate, same sort.
    let list = format!("rows/{id}?{}&{}", json!(fields.get("predicate")), json!(fields.get("sort")));
    let after = match strict::text(&fields, "cursor", usize::MAX)? {
        None => None,
        Some(given) => {
            let place = cursor::read(given, &list);
            Some(place.ok_or_else(|| strict::refused("cursor", "Invalid cursor"))?)
        }
    };
    let rows: Vec<(i64, Value)> = (0..).zip(found(&world, &id, &fields)?).collect();
    let place = |(place, row): &(i64, Value)| (Key::Number(*place), text(row, "id").to_owned());
    let cut = cursor::cut(rows, place, false, after, limit);
    Ok(page(&cut, &list, |(_, row)| {
        json!({
            "id": row["id"], "data": row["data"], "createdAt": moment(row, "createdAt"),
            "updatedAt": moment(row, "updatedAt"),
        })
    }))
}

async fn count(State(world): State<World>, Path(id): Path<String>, uri: Uri, body: Bytes) -> Answer {
    Query::read(&uri, &[])?;
    let fields = strict::body(&body, &["workspaceId", "predicate"], false)?;
    let count = found(&world, &id, &fields)?.len();
    Ok(single(StatusCode::OK, json!({"count": count})))
}
