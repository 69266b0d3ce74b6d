//! `/api/v1/tables/{id}/columns`: a table's schema, changed while it holds rows.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::schema::{self, Column, MOST_COLUMNS};
use super::writing::Taken;
use super::{KIND, rows_of, wanted};
use crate::local::World;
use crate::local::recall::answer::{Answer, Refusal, refuse, success};
use crate::local::recall::audit;
use crate::local::recall::document::text;
use crate::local::recall::entry::Entry;
use crate::local::recall::fields::Fields;
use crate::local::time::now_ms;

fn bad(error: impl AsRef<str>) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, error.as_ref())
}

/// `POST …/columns`: `{workspaceId, column}`; rows that are there have no value in it.
pub async fn add(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let given = Value::Object(fields.object("column"));
    fields.in_workspace()?;
    let column = Column::read(&given).map_err(|error| bad(format!("Invalid column: {error}")))?;
    let happened = format!("Added column \"{}\"", column.name);
    changed(&world, &id, &happened, json!({"column": column.shown()}), |columns, _| {
        if columns.iter().any(|other| other.name.eq_ignore_ascii_case(&column.name)) {
            return Err(bad(format!("Column \"{}\" already exists", column.name)));
        }
        if columns.len() >= MOST_COLUMNS {
            return Err(bad(format!("Table has reached maximum column limit ({MOST_COLUMNS})")));
        }
        // Even a required one: rows that are there meet it when they are written next.
        columns.push(column.clone());
        Ok(())
    })
}

/// `PATCH …/columns`: `{workspaceId, columnName, updates}` with a new `name`, `type`, `required` or `unique`.
pub async fn update(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let (name, updates) = (fields.text("columnName", usize::MAX), fields.object("updates"));
    fields.in_workspace()?;
    if !["name", "type", "required", "unique"].iter().any(|word| updates.contains_key(*word)) {
        return Err(bad("No updates specified"));
    }
    let happened = format!("Updated column \"{name}\"");
    let about = json!({"columnName": name, "updates": updates});
    changed(&world, &id, &happened, about, |columns, rows| {
        let place = found(columns, &name)?;
        let old = columns[place].clone();
        let new = revised(&old, &updates)?;
        let clash = |other: &Column| other.name != old.name && other.name.eq_ignore_ascii_case(&new.name);
        if columns.iter().any(clash) {
            return Err(bad(format!("Column \"{}\" already exists", new.name)));
        }
        if new.kind != old.kind {
            converted(&old, &new, rows)?;
        }
        if new.name != old.name {
            rows.iter_mut().for_each(|row| rename(row, &old.name, &new.name));
        }
        constrained(&new, rows)?;
        columns[place] = new;
        Ok(())
    })
}

/// `DELETE …/columns`: `{workspaceId, columnName}`; what the rows had in it is gone.
pub async fn delete(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Answer {
    let name = fields.text("columnName", usize::MAX);
    fields.in_workspace()?;
    let happened = format!("Deleted column \"{name}\"");
    changed(&world, &id, &happened, json!({"columnName": name}), |columns, rows| {
        let place = found(columns, &name)?;
        if columns.len() == 1 {
            return Err(bad("Cannot delete the last column in a table"));
        }
        let column = columns.remove(place);
        for data in rows.iter_mut().filter_map(|row| row["data"].as_object_mut()) {
            data.shift_remove(&column.name);
        }
        Ok(())
    })
}

/// Changes a table's columns and rows together, and answers with the columns.
fn changed(
    world: &World,
    id: &str,
    happened: &str,
    about: Value,
    change: impl FnOnce(&mut Vec<Column>, &mut Vec<Value>) -> Result<(), Refusal>,
) -> Answer {
    wanted(&world.store, id)?;
    let table = world.store.change(|documents| {
        let mut table = documents.get(KIND, id)?.unwrap_or_default();
        let mut columns = schema::columns(&table);
        let before = documents.list(&rows_of(id))?;
        let mut rows = before.clone();
        change(&mut columns, &mut rows)?;
        for (row, _) in rows.iter().zip(&before).filter(|(row, before)| row != before) {
            documents.replace(&rows_of(id), text(row, "id"), row)?;
        }
        table["columns"] = columns.iter().map(Column::shown).collect();
        table["updatedAt"] = json!(now_ms());
        documents.replace(KIND, id, &table)?;
        Ok::<_, Refusal>(table)
    })?;
    let name = text(&table, "name");
    let happened = format!("{happened} in table \"{name}\"");
    audit::record(&world.store, "table.updated", ("table", id, name), &happened, about)?;
    Ok(success(json!({"columns": table["columns"]})))
}

fn found(columns: &[Column], name: &str) -> Result<usize, Refusal> {
    let place = columns.iter().position(|column| column.name == name);
    place.ok_or_else(|| refuse(StatusCode::NOT_FOUND, &format!("Column \"{name}\" not found")))
}

fn revised(old: &Column, updates: &Map<String, Value>) -> Result<Column, Refusal> {
    let mut shown = old.shown();
    for word in ["name", "type", "required", "unique"] {
        if let Some(value) = updates.get(word) {
            shown[word] = value.clone();
        }
    }
    Column::read(&shown).map_err(|error| bad(format!("Invalid column: {error}")))
}

fn rename(row: &mut Value, from: &str, to: &str) {
    let Some(data) = row["data"].as_object_mut() else { return };
    // Built anew, so that the field keeps its place.
    *data = std::mem::take(data)
        .into_iter()
        .map(|(name, value)| (if name == from { to.to_owned() } else { name }, value))
        .collect();
}

/// Holds what the rows have in a column to `required` and `unique`.
fn constrained(column: &Column, rows: &[Value]) -> Result<(), Refusal> {
    let name = &column.name;
    let empty = rows.iter().filter(|row| row["data"][name].is_null()).count();
    if column.required && empty > 0 {
        return Err(bad(format!("Cannot set column \"{name}\" as required: {empty} row(s) have no value")));
    }
    let one = [column.clone()];
    let mut taken = Taken::new(&one);
    let twice =
        rows.iter().filter_map(|row| row["data"].as_object()).any(|data| !taken.claim(data, "").is_empty());
    if twice {
        return Err(bad(format!("Cannot set column \"{name}\" as unique: duplicate values exist")));
    }
    Ok(())
}

/// Brings the values of a column to its new type.
fn converted(old: &Column, new: &Column, rows: &mut [Value]) -> Result<(), Refusal> {
    let mut lost = 0;
    for value in
        rows.iter_mut().filter_map(|row| row["data"].get_mut(&old.name)).filter(|value| !value.is_null())
    {
        match (as_kind(value, &new.kind), new.objection(value)) {
            (Some(converted), _) => *value = converted,
            (None, None) => {}
            (None, Some(_)) => lost += 1,
        }
    }
    if lost == 0 {
        return Ok(());
    }
    Err(bad(format!(
        "Cannot change column \"{}\" from {} to {}: {lost} row(s) have incompatible values",
        old.name, old.kind, new.kind
    )))
}

/// A value in another type, where that is beyond doubt.
fn as_kind(value: &Value, kind: &str) -> Option<Value> {
    match (kind, value) {
        ("number", Value::String(text)) => text.trim().parse::<serde_json::Number>().ok().map(Value::Number),
        ("boolean", Value::String(text)) => text.trim().parse::<bool>().ok().map(Value::Bool),
        ("string", Value::Number(_) | Value::Bool(_)) => Some(json!(value.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_field_keeps_its_place() {
        let mut row = json!({"data": {"a": 1, "b": 2, "c": 3}});
        rename(&mut row, "b", "z");
        assert_eq!(row["data"].to_string(), r#"{"a":1,"z":2,"c":3}"#);
    }

    #[test]
    fn values_change_their_type_only_without_doubt() {
        for (value, kind, expected) in [
            (json!("12"), "number", Some(json!(12))),
            (json!("1.50"), "number", Some(json!(1.5))),
            (json!("many"), "number", None),
            (json!("true"), "boolean", Some(json!(true))),
            (json!("yes"), "boolean", None),
            (json!(12), "string", Some(json!("12"))),
            (json!([1]), "string", None),
        ] {
            assert_eq!(as_kind(&value, kind), expected, "{value} as {kind}");
        }
    }
}
