//! The filter of v1: `{"status":"open","score":{"$gt":10},"$or":[…]}`.

use serde_json::{Map, Value};

use super::{Condition, Test, known};
use crate::local::recall::tables::schema::Column;

const TESTS: [(&str, Test); 9] = [
    ("$eq", Test::Eq),
    ("$ne", Test::Ne),
    ("$gt", Test::Gt),
    ("$gte", Test::Gte),
    ("$lt", Test::Lt),
    ("$lte", Test::Lte),
    ("$in", Test::In),
    ("$nin", Test::NotIn),
    ("$contains", Test::Contains),
];

/// Reads a filter over these columns; an empty one means every row.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn read(filter: &Map<String, Value>, columns: &[Column]) -> Result<Condition, String> {
    let mut all = Vec::new();
    for (name, wanted) in filter {
        match (name.as_str(), wanted) {
            ("$and" | "$or", Value::Array(filters)) => {
                let parts = filters.iter().map(|filter| match filter {
                    Value::Object(filter) => read(filter, columns),
                    _ => Err(format!("{name} wants an array of filters")),
                });
                let parts = parts.collect::<Result<Vec<_>, _>>()?;
                all.push(if name == "$or" { Condition::Any(parts) } else { Condition::All(parts) });
            }
            ("$and" | "$or", _) => return Err(format!("{name} wants an array of filters")),
            (name, _) if name.starts_with('$') => return Err(unknown(name)),
            (name, Value::Object(tests)) => {
                known(name, columns)?;
                for (operator, value) in tests {
                    let test = TESTS.iter().find(|(word, _)| word == operator);
                    let test = test.ok_or_else(|| unknown(operator))?.1;
                    if test.wants_list() && !value.is_array() {
                        return Err(format!("{operator} on \"{name}\" wants an array"));
                    }
                    all.push(Condition::Test { field: name.to_owned(), test, value: value.clone() });
                }
            }
            // Taken as no condition it would widen a deletion to every row.
            (name, Value::Array(_)) => {
                return Err(format!(
                    "Filter on \"{name}\" is an array; use $in to match any of several values"
                ));
            }
            (name, value) => {
                known(name, columns)?;
                all.push(Condition::Test { field: name.to_owned(), test: Test::Eq, value: value.clone() });
            }
        }
    }
    Ok(Condition::All(all))
}

fn unknown(operator: &str) -> String {
    let words: Vec<&str> = TESTS.iter().map(|(word, _)| *word).collect();
    format!("Invalid operator \"{operator}\". Valid operators are: {}, $and, $or", words.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn columns() -> Vec<Column> {
        [("status", "string"), ("score", "number")]
            .map(|(name, kind)| Column::read(&json!({"name": name, "type": kind})).unwrap())
            .to_vec()
    }

    fn meets(filter: Value, data: Value) -> bool {
        read(filter.as_object().unwrap(), &columns()).unwrap().meets(&json!({"data": data}))
    }

    #[test]
    fn filters_nest() {
        let filter = json!({"status": "open", "score": {"$gt": 10, "$lte": 20}});
        assert!(meets(filter.clone(), json!({"status": "open", "score": 20})));
        assert!(!meets(filter.clone(), json!({"status": "open", "score": 21})));
        assert!(!meets(filter, json!({"score": 15})));
        let filter =
            json!({"$or": [{"status": {"$in": ["a", "b"]}}, {"$and": [{"score": 1}, {"status": null}]}]});
        assert!(meets(filter.clone(), json!({"status": "b"})));
        assert!(meets(filter.clone(), json!({"score": 1})));
        assert!(!meets(filter, json!({"score": 1, "status": "c"})));
        assert!(meets(json!({}), json!({})));
        assert!(!meets(json!({"$or": []}), json!({})));
    }

    #[test]
    fn what_is_no_filter_is_named() {
        for (filter, says) in [
            (json!({"nobody": 1}), "Unknown filter column \"nobody\""),
            (json!({"score": {"$near": 1}}), "Invalid operator \"$near\""),
            (json!({"$not": []}), "Invalid operator \"$not\""),
            (json!({"score": {"a": 1}}), "Invalid operator \"a\""),
            (json!({"score": {"$in": 1}}), "$in on \"score\" wants an array"),
            (json!({"score": [1, 2]}), "use $in"),
            (json!({"$or": {"score": 1}}), "$or wants an array of filters"),
            (json!({"$and": [1]}), "$and wants an array of filters"),
        ] {
            let error = read(filter.as_object().unwrap(), &columns()).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
