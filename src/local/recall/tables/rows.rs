//! `/api/v1/tables/{id}/rows`: many rows at once.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::writing::{self, Data};
use super::{rows_of, select, wanted};
use crate::local::World;
use crate::local::recall::answer::{Answer, Refusal, refuse, success};
use crate::local::recall::document::text;
use crate::local::recall::entry::Entry;
use crate::local::recall::fields::{Fields, Parameters};
use crate::local::store::Documents;
use crate::local::time::now_ms;

/// Rows that one request may add, or change by a limit.
const MOST: usize = 1000;

/// `GET …/rows`: `filter` and `sort` are JSON texts; `rowCount` is the size of the page.
pub async fn list(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    Parameters(mut asked): Parameters,
) -> Answer {
    let filter = document(&mut asked, "filter")?;
    let sort = document(&mut asked, "sort")?;
    let limit = asked.whole("limit", 1..=MOST).unwrap_or(100);
    let offset = asked.whole("offset", 0..=usize::MAX).unwrap_or(0);
    asked.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    let condition = select::condition(&filter.unwrap_or_default(), &table)?;
    let order = select::order(sort.map(Value::Object).as_ref(), &table)?;
    let found = select::rows(&world.store, &table, &condition, &order)?;
    let page: Vec<Value> = found.iter().skip(offset).take(limit).map(select::shown).collect();
    Ok(success(json!({
        "rows": page, "rowCount": page.len(), "totalCount": found.len(), "limit": limit, "offset": offset,
    })))
}

/// A parameter that holds a JSON object.
fn document(asked: &mut Fields, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
    let Some(given) = asked.maybe_text(name, usize::MAX) else { return Ok(None) };
    match serde_json::from_str(&given) {
        Ok(Value::Object(fields)) => Ok(Some(fields)),
        _ => Err(refuse(StatusCode::BAD_REQUEST, "Invalid filter or sort JSON")),
    }
}

/// `POST …/rows`: one by `data`, or up to 1000 by `rows`, all or none.
pub async fn insert(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let batch = fields.value("rows").is_some();
    let rows = if batch { many(&mut fields) } else { vec![fields.object("data")] };
    fields.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    let stored = world.store.change(|documents| {
        // Read again: another request may have added rows or changed the columns.
        let table = documents.get(super::KIND, &id)?.unwrap_or(table);
        writing::insert(documents, &table, &rows, batch, now_ms())
    })?;
    let mut shown: Vec<Value> = stored.iter().map(select::shown).collect();
    Ok(success(if batch {
        let count = shown.len();
        json!({"rows": shown, "insertedCount": count, "message": format!("Successfully inserted {count} rows")})
    } else {
        json!({"row": shown.pop(), "message": "Row inserted successfully"})
    }))
}

fn many(fields: &mut Fields) -> Vec<Data> {
    let mut rows = Vec::new();
    for (place, row) in fields.list("rows", 1..=MOST).into_iter().enumerate() {
        match row {
            Value::Object(data) => rows.push(data),
            _ => fields.blame(json!(["rows", place]), "invalid_type", "Invalid input: expected record"),
        }
    }
    rows
}

/// The filter of a change, which must not be empty: that would mean every row.
fn filter(fields: &mut Fields) -> Map<String, Value> {
    let filter = fields.object("filter");
    if filter.is_empty() && fields.value("filter").is_some_and(Value::is_object) {
        fields.blame(json!(["filter"]), "custom", "Filter must have at least one condition");
    }
    filter
}

/// The rows that a filter means, in the order of the table, at most `limit` of them.
fn meant(
    documents: &Documents,
    table: &Value,
    filter: &Map<String, Value>,
    limit: Option<usize>,
) -> Result<Vec<Value>, Refusal> {
    let condition = select::condition(filter, table)?;
    let mut rows = documents.list(&rows_of(text(table, "id")))?;
    rows.retain(|row| condition.meets(row));
    rows.truncate(limit.unwrap_or(usize::MAX));
    Ok(rows)
}

fn ids(rows: &[Value]) -> Vec<&Value> {
    rows.iter().map(|row| &row["id"]).collect()
}

/// `PUT …/rows`: lays `data` over every row that the filter means.
pub async fn update(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let (filter, patch) = (filter(&mut fields), fields.object("data"));
    let limit = fields.whole("limit", 1..=MOST);
    fields.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    let stored = world.store.change(|documents| {
        let rows = meant(documents, &table, &filter, limit)?;
        let changes = rows.into_iter().map(|row| {
            let data = writing::patched(&row, &patch);
            (row, data)
        });
        writing::update(documents, &table, changes.collect(), now_ms())
    })?;
    let message =
        if stored.is_empty() { "No rows matched the filter criteria" } else { "Rows updated successfully" };
    Ok(success(json!({"message": message, "updatedCount": stored.len(), "updatedRowIds": ids(&stored)})))
}

/// `DELETE …/rows`: by `filter`, or by `rowIds`.
pub async fn delete(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let named = fields.value("rowIds").is_some().then(|| fields.list("rowIds", 1..=MOST));
    let filter = if named.is_none() { filter(&mut fields) } else { Map::new() };
    let limit = fields.whole("limit", 1..=MOST);
    fields.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    let deleted = world.store.change(|documents| {
        let rows = match &named {
            None => meant(documents, &table, &filter, limit)?,
            Some(named) => {
                let rows = documents.list(&rows_of(&id))?;
                rows.into_iter().filter(|row| named.contains(&row["id"])).collect()
            }
        };
        for row in &rows {
            documents.delete(&rows_of(&id), text(row, "id"))?;
        }
        Ok::<_, Refusal>(rows)
    })?;
    let message = match (deleted.is_empty(), &named) {
        (false, _) => "Rows deleted successfully",
        (true, Some(_)) => "No matching rows found for the provided IDs",
        (true, None) => "No rows matched the filter criteria",
    };
    let mut data = json!({"message": message, "deletedCount": deleted.len(), "deletedRowIds": ids(&deleted)});
    if let Some(named) = named {
        let gone = ids(&deleted);
        let lost: Vec<&Value> = named.iter().filter(|id| !gone.contains(id)).collect();
        data["requestedCount"] = json!(named.len());
        if !lost.is_empty() {
            data["missingRowIds"] = json!(lost);
        }
    }
    Ok(success(data))
}
