//! `/api/v1/tables`: tables of typed rows (contract 5.2).

mod columns;
mod filter;
mod row;
mod rows;
mod schema;
mod select;
mod sort;
mod writing;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::{Value, json};
use uuid::Uuid;

use self::filter::{Condition, predicate};
use self::schema::{Column, MOST_COLUMNS, check_name};
use super::answer::{Answer, Refusal, missing, refuse, success};
use super::document::{moment, text};
use super::entry::Entry;
use super::fields::{Fields, Parameters};
use super::seeds::MADE;
use super::{WORKSPACE, audit};
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::now_ms;

/// Where tables are stored.
pub const KIND: &str = "recall/table";
/// Rows that a table holds at most.
const MAX_ROWS: i64 = 10_000;
const LONGEST_NAME: usize = 128;
const LONGEST_DESCRIPTION: usize = 500;

/// The routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/api/v1/tables", get(list).post(create))
        .route("/api/v1/tables/{id}", get(one).delete(delete))
        .route(
            "/api/v1/tables/{id}/columns",
            post(columns::add).patch(columns::update).delete(columns::delete),
        )
        .route(
            "/api/v1/tables/{id}/rows",
            get(rows::list).post(rows::insert).put(rows::update).delete(rows::delete),
        )
        .route("/api/v1/tables/{id}/rows/upsert", post(row::upsert))
        .route("/api/v1/tables/{id}/rows/{row}", get(row::get).patch(row::update).delete(row::delete))
}

/// Where the rows of a table are stored.
pub fn rows_of(table: &str) -> String {
    format!("recall/row/{table}")
}

/// A new table's document.
pub fn document(id: &str, name: &str, description: Option<&str>, columns: &[Column], made: i64) -> Value {
    json!({
        "id": id, "workspaceId": WORKSPACE, "name": name, "description": description,
        "columns": columns.iter().map(Column::shown).collect::<Vec<_>>(), "maxRows": MAX_ROWS, "nextPosition": 0,
        "createdAt": made, "updatedAt": made,
    })
}

/// Stores a table that a fresh state starts with; its rows' ids follow from its own.
pub fn plant(
    world: &World,
    id: &str,
    name: &str,
    description: &str,
    columns: &Value,
    rows: &[Value],
) -> Result<()> {
    let columns: Vec<Column> =
        columns.as_array().into_iter().flatten().filter_map(|column| Column::read(column).ok()).collect();
    let mut table = document(id, name, Some(description), &columns, MADE);
    table["nextPosition"] = json!(rows.len());
    world.store.change(|documents| {
        if !documents.insert(KIND, id, &table)? {
            return Ok(());
        }
        for (place, data) in rows.iter().enumerate() {
            let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("ra:local/{id}/{place}").as_bytes());
            let id = format!("row_{}", space.simple());
            let row =
                json!({"id": id, "data": data, "position": place, "createdAt": MADE, "updatedAt": MADE});
            documents.insert(&rows_of(text(&table, "id")), &id, &row)?;
        }
        Ok(())
    })
}

/// The rows of a table that v2's predicate means, in the order of its sort; inside, what is wrong with either.
pub fn by_predicate(
    store: &Store,
    table: &Value,
    predicate: Option<&Value>,
    order: Option<&Value>,
) -> Result<std::result::Result<Vec<Value>, String>> {
    let columns = schema::columns(table);
    let condition =
        predicate.map_or(Ok(Condition::All(Vec::new())), |given| predicate::read(given, &columns));
    let order = order.map_or(Ok(sort::Order::new()), |given| sort::read(given, &columns));
    match (condition, order) {
        (Ok(condition), Ok(order)) => select::rows(store, table, &condition, &order).map(Ok),
        (Err(error), _) | (_, Err(error)) => Ok(Err(error)),
    }
}

/// The table of this id.
fn wanted(store: &Store, id: &str) -> std::result::Result<Value, Refusal> {
    store.get(KIND, id)?.ok_or_else(|| missing("Table"))
}

fn shown(store: &Store, table: &Value) -> Result<Value> {
    Ok(json!({
        "id": table["id"], "name": table["name"], "description": table["description"],
        "schema": {"columns": table["columns"]}, "rowCount": store.size(&rows_of(text(table, "id")))?,
        "maxRows": table["maxRows"], "createdAt": moment(table, "createdAt"), "updatedAt": moment(table, "updatedAt"),
    }))
}

async fn list(State(world): State<World>, _entry: Entry, Parameters(mut asked): Parameters) -> Answer {
    asked.in_workspace()?;
    let tables = world.store.list(KIND)?;
    let tables = tables.iter().map(|table| shown(&world.store, table)).collect::<Result<Vec<_>>>()?;
    Ok(success(json!({"tables": tables, "totalCount": tables.len()})))
}

async fn create(State(world): State<World>, _entry: Entry, mut fields: Fields) -> Answer {
    let name = fields.text("name", usize::MAX);
    if !name.is_empty()
        && let Err(error) = check_name("Table name", &name, LONGEST_NAME)
    {
        fields.blame(json!(["name"]), "custom", &error);
    }
    let description = fields.maybe_text("description", LONGEST_DESCRIPTION);
    let columns = read_columns(&mut fields);
    fields.in_workspace()?;
    let id = format!("tbl_{}", Uuid::new_v4().simple());
    let table = document(&id, &name, description.as_deref(), &columns, now_ms());
    world.store.change(|documents| {
        if documents.list(KIND)?.iter().any(|table| text(table, "name").eq_ignore_ascii_case(&name)) {
            let error = format!("Table with name \"{name}\" already exists");
            return Err(refuse(StatusCode::BAD_REQUEST, &error));
        }
        documents.insert(KIND, &id, &table).map_err(Refusal::from)
    })?;
    let happened = format!("Created table \"{name}\" via API");
    audit::record(
        &world.store,
        "table.created",
        ("table", &id, &name),
        &happened,
        json!({"columnCount": columns.len()}),
    )?;
    let table = shown(&world.store, &table)?;
    Ok(success(json!({"table": table, "message": "Table created successfully"})))
}

fn read_columns(fields: &mut Fields) -> Vec<Column> {
    let schema = fields.object("schema");
    let Some(given) = schema.get("columns").and_then(Value::as_array).filter(|given| !given.is_empty())
    else {
        fields.blame(json!(["schema", "columns"]), "invalid_type", "Schema must have at least one column");
        return Vec::new();
    };
    if given.len() > MOST_COLUMNS {
        let message = format!("Schema exceeds maximum columns ({MOST_COLUMNS})");
        fields.blame(json!(["schema", "columns"]), "too_big", &message);
    }
    let mut columns: Vec<Column> = Vec::new();
    for (place, column) in given.iter().enumerate() {
        match Column::read(column) {
            Ok(column) if columns.iter().any(|other| other.name.eq_ignore_ascii_case(&column.name)) => {
                fields.blame(
                    json!(["schema", "columns", place, "name"]),
                    "custom",
                    "Duplicate column names found",
                );
            }
            Ok(column) => columns.push(column),
            Err(error) => fields.blame(json!(["schema", "columns", place]), "custom", &error),
        }
    }
    columns
}

async fn one(State(world): State<World>, _entry: Entry, Path(id): Path<String>, asked: Parameters) -> Answer {
    asked.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    Ok(success(json!({"table": shown(&world.store, &table)?})))
}

async fn delete(
    State(world): State<World>,
    _entry: Entry,
    Path(id): Path<String>,
    asked: Parameters,
) -> Answer {
    asked.in_workspace()?;
    let table = wanted(&world.store, &id)?;
    world.store.change(|documents| {
        documents.clear(&rows_of(&id))?;
        documents.delete(KIND, &id)
    })?;
    let name = text(&table, "name");
    let happened = format!("Deleted table \"{name}\" via API");
    audit::record(&world.store, "table.deleted", ("table", &id, name), &happened, json!({}))?;
    Ok(success(json!({"message": "Table deleted successfully"})))
}
