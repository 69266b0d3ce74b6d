//! `/api/v1/tables/{id}/rows/{row}`: one row, and the one that is added or replaced.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::filter::same;
use super::schema::{self, Column};
use super::writing::{self, Data};
use super::{rows_of, select, wanted};
use crate::local::World;
use crate::local::recall::answer::{Answer, Refusal, missing, refuse, success};
use crate::local::recall::entry::Entry;
use crate::local::recall::fields::{Fields, Parameters};
use crate::local::time::now_ms;

/// `GET …/rows/{row}`
pub async fn get(
    State(world): State<World>,
    _entry: Entry,
    Path((id, row)): Path<(String, String)>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    wanted(&world.store, &id)?;
    let row = world.store.get(&rows_of(&id), &row)?.ok_or_else(|| missing("Row"))?;
    Ok(success(json!({"row": select::shown(&row)})))
}

/// `PATCH …/rows/{row}`: lays `data` over what the row has.
pub async fn update(
    State(world): State<World>,
    _entry: Entry,
    Path((id, row)): Path<(String, String)>,
    mut fields: Fields,
) -> Answer {
    let patch = fields.object("data");
    fields.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    let stored = world.store.change(|documents| {
        let row = documents.get(&rows_of(&id), &row)?.ok_or_else(|| missing("Row"))?;
        let data = writing::patched(&row, &patch);
        writing::update(documents, &table, vec![(row, data)], now_ms())
    })?;
    let row = stored.first().map(select::shown);
    Ok(success(json!({"row": row, "message": "Row updated successfully"})))
}

/// `DELETE …/rows/{row}`
pub async fn delete(
    State(world): State<World>,
    _entry: Entry,
    Path((id, row)): Path<(String, String)>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    wanted(&world.store, &id)?;
    if !world.store.delete(&rows_of(&id), &row)? {
        return Err(missing("Row"));
    }
    Ok(success(json!({"message": "Row deleted successfully", "deletedCount": 1})))
}

/// `POST …/rows/upsert`: the row with the same value in a unique column gets `data` for its own; without one, `data`
/// becomes a new row.
pub async fn upsert(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let data = fields.object("data");
    let target = fields.maybe_text("conflictTarget", usize::MAX);
    fields.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    let columns = schema::columns(&table);
    let keys = keys(&columns, target.as_deref(), &data)?;
    let (row, operation) = world.store.change(|documents| {
        let table = documents.get(super::KIND, &id)?.unwrap_or(table);
        let rows = documents.list(&rows_of(&id))?;
        let known = rows.into_iter().find(|row| keys.iter().any(|key| same(&row["data"][*key], &data[*key])));
        let (stored, operation) = match known {
            Some(row) => (writing::update(documents, &table, vec![(row, data.clone())], now_ms())?, "update"),
            None => {
                (writing::insert(documents, &table, std::slice::from_ref(&data), false, now_ms())?, "insert")
            }
        };
        Ok::<_, Refusal>((stored.first().map(select::shown), operation))
    })?;
    let message = format!("Row {operation}{} successfully", if operation == "insert" { "ed" } else { "d" });
    Ok(success(json!({"row": row, "operation": operation, "message": message})))
}

/// The unique columns that decide whether a row is there already.
fn keys<'a>(columns: &'a [Column], target: Option<&'a str>, data: &Data) -> Result<Vec<&'a str>, Refusal> {
    let bad = |error: &str| Err(refuse(StatusCode::BAD_REQUEST, error));
    let unique: Vec<&str> =
        columns.iter().filter(|column| column.unique).map(|column| column.name.as_str()).collect();
    if unique.is_empty() {
        return bad(
            "Upsert requires at least one unique column in the schema. Please add a unique constraint to a column or use insert instead.",
        );
    }
    let given = |name: &&str| data.get(*name).is_some_and(|value: &Value| !value.is_null());
    if let Some(target) = target {
        if !unique.contains(&target) {
            return bad(&format!("Column \"{target}\" is not unique and cannot be the conflict target"));
        }
        if !given(&target) {
            return bad(&format!("Upsert requires a value for the conflict target column \"{target}\""));
        }
        return Ok(vec![target]);
    }
    let keys: Vec<&str> = unique.iter().copied().filter(given).collect();
    if keys.is_empty() {
        return bad(&format!("Upsert requires values for at least one unique field: {}", unique.join(", ")));
    }
    Ok(keys)
}
