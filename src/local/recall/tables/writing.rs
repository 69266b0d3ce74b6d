//! Rows that are added and changed: held to the schema, all of them or none.

use std::collections::HashMap;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::schema::{self, Column};
use super::{KIND, rows_of};
use crate::local::recall::answer::{Refusal, refuse};
use crate::local::recall::document::{number, text};
use crate::local::store::Documents;

/// A row's data.
pub type Data = Map<String, Value>;

/// Adds rows to a table; gives them as they are stored. `batch` chooses the words of a refusal: many rows are named by
/// their place in the request.
///
/// # Errors
/// 400 for what does not fit the schema, for a value that is taken, and for a full table.
pub fn insert(
    documents: &Documents,
    table: &Value,
    rows: &[Data],
    batch: bool,
    now: i64,
) -> Result<Vec<Value>, Refusal> {
    let (id, columns) = (text(table, "id"), schema::columns(table));
    let kind = rows_of(id);
    let found: Vec<Vec<String>> = rows.iter().map(|data| schema::objections(data, &columns)).collect();
    objected(found, batch, ["Row data does not match schema", "Validation failed for some rows"])?;
    let mut taken = Taken::new(&columns);
    if taken.matters() {
        documents.list(&kind)?.iter().for_each(|row| taken.hold(row));
    }
    let claims = rows
        .iter()
        .enumerate()
        .map(|(place, data)| taken.claim(data, &format!("row {} of this request", place + 1)));
    let found = claims.collect();
    objected(found, batch, ["Unique constraint violation", "Unique constraint violations in batch"])?;
    let most = number(table, "maxRows");
    if i64::try_from(documents.size(&kind)? + rows.len()).unwrap_or(i64::MAX) > most {
        return Err(refuse(StatusCode::BAD_REQUEST, &format!("Table row limit reached ({most} rows max)")));
    }
    let first = number(table, "nextPosition");
    let mut stored = Vec::with_capacity(rows.len());
    for (data, position) in rows.iter().zip(first..) {
        let id = format!("row_{}", Uuid::new_v4().simple());
        let row = json!({"id": id, "data": data, "position": position, "createdAt": now, "updatedAt": now});
        documents.insert(&kind, &id, &row)?;
        stored.push(row);
    }
    let mut table = table.clone();
    table["nextPosition"] = json!(first + i64::try_from(rows.len()).unwrap_or_default());
    documents.replace(KIND, id, &table)?;
    Ok(stored)
}

/// Gives stored rows the data that stands beside them.
///
/// # Errors
/// 400 as for new rows.
pub fn update(
    documents: &Documents,
    table: &Value,
    changes: Vec<(Value, Data)>,
    now: i64,
) -> Result<Vec<Value>, Refusal> {
    let columns = schema::columns(table);
    let kind = rows_of(text(table, "id"));
    for (_, data) in &changes {
        let found = vec![schema::objections(data, &columns)];
        objected(found, false, ["Row data does not match schema", ""])?;
    }
    let mut taken = Taken::new(&columns);
    if taken.matters() {
        let changed: std::collections::HashSet<&str> =
            changes.iter().map(|(row, _)| text(row, "id")).collect();
        let others = documents.list(&kind)?;
        others.iter().filter(|row| !changed.contains(text(row, "id"))).for_each(|row| taken.hold(row));
    }
    for (row, data) in &changes {
        let found = vec![taken.claim(data, &place(row))];
        objected(found, false, ["Unique constraint violation", ""])?;
    }
    let mut stored = Vec::with_capacity(changes.len());
    for (mut row, data) in changes {
        row["data"] = Value::Object(data);
        row["updatedAt"] = json!(now);
        documents.replace(&kind, text(&row, "id"), &row)?;
        stored.push(row);
    }
    Ok(stored)
}

/// A stored row's data with `patch` laid over it.
pub fn patched(row: &Value, patch: &Data) -> Data {
    let mut data = row["data"].as_object().cloned().unwrap_or_default();
    data.extend(patch.clone());
    data
}

/// The refusal of what was found wrong with each row, if anything was.
fn objected(found: Vec<Vec<String>>, batch: bool, [single, many]: [&str; 2]) -> Result<(), Refusal> {
    if found.iter().all(Vec::is_empty) {
        return Ok(());
    }
    if !batch {
        let errors: Vec<String> = found.into_iter().flatten().collect();
        return Err(refuse(StatusCode::BAD_REQUEST, single).with("details", errors));
    }
    let wrong = found.into_iter().enumerate().filter(|(_, errors)| !errors.is_empty());
    let details: Vec<Value> = wrong.map(|(row, errors)| json!({"row": row, "errors": errors})).collect();
    Err(refuse(StatusCode::BAD_REQUEST, many).with("details", details))
}

fn place(row: &Value) -> String {
    format!("row {}", number(row, "position") + 1)
}

/// The values of unique columns and who has them.
pub struct Taken<'a> {
    columns: Vec<&'a Column>,
    by: HashMap<(usize, String), String>,
}

impl<'a> Taken<'a> {
    /// Nothing is taken yet.
    pub fn new(columns: &'a [Column]) -> Self {
        Self { columns: columns.iter().filter(|column| column.unique).collect(), by: HashMap::new() }
    }

    /// Whether any column is unique.
    pub fn matters(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Notes the values of a stored row.
    pub fn hold(&mut self, row: &Value) {
        if let Some(data) = row["data"].as_object() {
            self.claim(data, &place(row));
        }
    }

    /// Takes the values of a row; gives what was taken before.
    pub fn claim(&mut self, data: &Data, who: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            let Some(value) = data.get(&column.name).filter(|value| !value.is_null()) else { continue };
            // 1 and 1.0 are one number.
            let key = value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string());
            if let Some(owner) = self.by.get(&(place, key.clone())) {
                let spoken = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                wrong.push(format!(
                    "Column \"{}\" must be unique. Value \"{spoken}\" already exists in {owner}",
                    column.name
                ));
            } else {
                self.by.insert((place, key), who.to_owned());
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::recall::tables::document;
    use crate::local::store::Store;

    fn table(store: &Store) -> Value {
        let column =
            |name: &str, unique| Column { name: name.into(), kind: "string".into(), required: false, unique };
        let mut table = document("t", "t", None, &[column("key", true), column("note", false)], 0);
        table["maxRows"] = json!(3);
        store.insert(KIND, "t", &table).unwrap();
        table
    }

    fn add(store: &Store, keys: &[&str]) -> Result<Vec<Value>, Refusal> {
        let rows: Vec<Data> =
            keys.iter().map(|key| json!({"key": key}).as_object().cloned().unwrap()).collect();
        let table = store.get(KIND, "t").unwrap().unwrap();
        store.change(|documents| insert(documents, &table, &rows, true, 7))
    }

    #[test]
    fn a_batch_goes_in_whole_or_not_at_all() {
        let store = Store::memory().unwrap();
        table(&store);
        assert!(add(&store, &["a", "b", "a"]).is_err());
        assert_eq!(store.size("recall/row/t").unwrap(), 0);
        assert_eq!(add(&store, &["a", "b"]).unwrap().len(), 2);
        assert!(add(&store, &["c", "b"]).is_err());
        assert!(add(&store, &["c", "d"]).is_err(), "a fourth row is more than the table holds");
        assert_eq!(add(&store, &["c"]).unwrap()[0]["position"], 2);
    }

    #[test]
    fn a_change_may_keep_its_own_value_but_take_no_other() {
        let store = Store::memory().unwrap();
        let table = table(&store);
        let rows = add(&store, &["a", "b"]).unwrap();
        let change = |row: &Value, key: &str| {
            let data = patched(row, json!({"key": key, "note": "n"}).as_object().unwrap());
            store.change(|documents| update(documents, &table, vec![(row.clone(), data)], 9))
        };
        let changed = change(&rows[0], "a").unwrap();
        assert_eq!((&changed[0]["data"]["note"], &changed[0]["updatedAt"]), (&json!("n"), &json!(9)));
        assert!(change(&rows[0], "b").is_err());
        assert!(change(&rows[0], "c").is_ok() && change(&rows[1], "a").is_ok());
    }
}
