//! Rows as they are asked for: filtered, in order, a page of them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::filter::Condition;
use super::sort::{self, Order};
use super::{filter, rows_of};
use crate::local::recall::answer::{Refusal, refuse};
use crate::local::recall::document::{moment, text};
use crate::local::recall::tables::schema;
use crate::local::store::{Result, Store};

/// Every row of a table that meets the condition, in this order.
pub fn rows(store: &Store, table: &Value, condition: &Condition, order: &Order) -> Result<Vec<Value>> {
    let mut rows = store.list(&rows_of(text(table, "id")))?;
    rows.retain(|row| condition.meets(row));
    sort::apply(&mut rows, order);
    Ok(rows)
}

/// A row as it is sent.
pub fn shown(row: &Value) -> Value {
    json!({
        "id": row["id"], "data": row["data"], "position": row["position"],
        "createdAt": moment(row, "createdAt"), "updatedAt": moment(row, "updatedAt"),
    })
}

/// A filter of v1 over a table.
///
/// # Errors
/// 400 with what is wrong with it.
pub fn condition(filter: &Map<String, Value>, table: &Value) -> std::result::Result<Condition, Refusal> {
    filter::dollar::read(filter, &schema::columns(table)).map_err(broken)
}

/// A sort over a table; nothing is the order of the table.
///
/// # Errors
/// 400 with what is wrong with it.
pub fn order(sort: Option<&Value>, table: &Value) -> std::result::Result<Order, Refusal> {
    sort.map_or(Ok(Order::new()), |sort| sort::read(sort, &schema::columns(table)).map_err(broken))
}

fn broken(error: String) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, &error)
}
