//! The order in which rows are listed.

use std::cmp::Ordering;

use serde_json::Value;

use super::filter::{compare, field, known};
use super::schema::Column;
use crate::local::recall::document::number;

/// Fields and whether each goes downwards, the most important first.
pub type Order = Vec<(String, bool)>;

/// Reads `{"score":"desc"}`, or v2's `[{"field":"score","direction":"desc"}]`.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn read(sort: &Value, columns: &[Column]) -> Result<Order, String> {
    let pairs: Vec<(&str, &Value)> = match sort {
        Value::Object(fields) => fields.iter().map(|(name, way)| (name.as_str(), way)).collect(),
        Value::Array(parts) => parts
            .iter()
            .map(|part| (part["field"].as_str().unwrap_or_default(), &part["direction"]))
            .collect(),
        _ => return Err("A sort is an object of columns and directions".into()),
    };
    pairs
        .into_iter()
        .map(|(name, way)| {
            known(name, columns).map_err(|error| error.replace("filter", "sort"))?;
            match way.as_str() {
                Some("asc") => Ok((name.to_owned(), false)),
                Some("desc") => Ok((name.to_owned(), true)),
                _ => {
                    Err(format!("Invalid sort direction {way} for \"{name}\". Must be \"asc\" or \"desc\"."))
                }
            }
        })
        .collect()
}

/// Sorts stored rows. As in Postgres a missing value counts as the greatest; rows that are equal stay in the order of
/// the table.
pub fn apply(rows: &mut [Value], order: &Order) {
    rows.sort_by(|one, other| {
        let by_field = order.iter().map(|(name, down)| {
            let way = ranked(&field(one, name), &field(other, name));
            if *down { way.reverse() } else { way }
        });
        let by_place = number(one, "position").cmp(&number(other, "position"));
        by_field.fold(Ordering::Equal, Ordering::then).then(by_place)
    });
}

fn ranked(one: &Value, other: &Value) -> Ordering {
    match (one.is_null(), other.is_null()) {
        (false, false) => compare(one, other).unwrap_or_else(|| one.to_string().cmp(&other.to_string())),
        (one, other) => one.cmp(&other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sorted(sort: Value) -> Vec<i64> {
        let columns = [("a", "number"), ("b", "string")]
            .map(|(name, kind)| Column::read(&json!({"name": name, "type": kind})).unwrap());
        let mut rows: Vec<Value> =
            [json!({"a": 2, "b": "x"}), json!({"a": 10}), json!({"b": "y"}), json!({"a": 2})]
                .into_iter()
                .enumerate()
                .map(|(place, data)| json!({"position": place, "data": data}))
                .collect();
        apply(&mut rows, &read(&sort, &columns).unwrap());
        rows.iter().map(|row| number(row, "position")).collect()
    }

    #[test]
    fn numbers_sort_as_numbers_and_missing_values_are_greatest() {
        assert_eq!(sorted(json!({"a": "asc"})), [0, 3, 1, 2]);
        assert_eq!(sorted(json!({"a": "desc"})), [2, 1, 0, 3]);
        assert_eq!(sorted(json!({"a": "asc", "b": "desc"})), [3, 0, 1, 2]);
        assert_eq!(sorted(json!([{"field": "b", "direction": "desc"}])), [1, 3, 2, 0]);
        assert_eq!(sorted(json!({})), [0, 1, 2, 3]);
    }

    #[test]
    fn what_is_no_sort_is_named() {
        let says = |sort: Value| read(&sort, &[]).unwrap_err();
        assert!(says(json!({"c": "asc"})).contains("Unknown sort column \"c\""));
        assert!(says(json!({"createdAt": "up"})).contains("Invalid sort direction \"up\""));
        assert!(says(json!("a")).contains("A sort is"));
    }
}
