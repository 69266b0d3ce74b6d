//! The predicate of v2: `{"all":[…]}` or `{"any":[…]}` of `{"field","op","value"}`.

use serde_json::Value;

use super::{Condition, Test, known};
use crate::local::recall::tables::schema::Column;

const OPS: [(&str, Test); 20] = [
    ("eq", Test::Eq),
    ("ne", Test::Ne),
    ("gt", Test::Gt),
    ("gte", Test::Gte),
    ("lt", Test::Lt),
    ("lte", Test::Lte),
    ("in", Test::In),
    ("nin", Test::NotIn),
    ("contains", Test::Contains),
    ("ncontains", Test::NotContains),
    ("startsWith", Test::StartsWith),
    ("endsWith", Test::EndsWith),
    ("like", Test::Like),
    ("ilike", Test::AnyCaseLike),
    ("nlike", Test::NotLike),
    ("nilike", Test::NotAnyCaseLike),
    ("isEmpty", Test::Empty),
    ("isNotEmpty", Test::NotEmpty),
    ("isNull", Test::Null),
    ("isNotNull", Test::NotNull),
];

/// Reads a predicate over these columns.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn read(predicate: &Value, columns: &[Column]) -> Result<Condition, String> {
    let group = |word: &str| predicate.get(word).and_then(Value::as_array);
    let parts =
        |list: &Vec<Value>| list.iter().map(|part| read(part, columns)).collect::<Result<Vec<_>, _>>();
    match (group("all"), group("any")) {
        (Some(_), Some(_)) => return Err("A predicate group has either \"all\" or \"any\"".into()),
        (Some(list), None) => return Ok(Condition::All(parts(list)?)),
        (None, Some(list)) => return Ok(Condition::Any(parts(list)?)),
        (None, None) => {}
    }
    let (Some(field), Some(op)) = (predicate["field"].as_str(), predicate["op"].as_str()) else {
        return Err("A predicate is {\"all\":[…]}, {\"any\":[…]} or {\"field\",\"op\",\"value\"}".into());
    };
    known(field, columns)?;
    let Some((_, test)) = OPS.iter().find(|(word, _)| *word == op) else {
        let words: Vec<&str> = OPS.iter().map(|(word, _)| *word).collect();
        return Err(format!("Invalid op \"{op}\". Valid ops are: {}", words.join(", ")));
    };
    let value = predicate["value"].clone();
    if test.wants_list() && !value.is_array() {
        return Err(format!("{op} on \"{field}\" wants an array"));
    }
    Ok(Condition::Test { field: field.to_owned(), test: *test, value })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn columns() -> Vec<Column> {
        vec![Column::read(&json!({"name": "a", "type": "string"})).unwrap()]
    }

    #[test]
    fn groups_and_every_op_are_read() {
        for (op, _) in OPS {
            let value = if matches!(op, "in" | "nin") { json!(["x"]) } else { json!("x") };
            read(&json!({"all": [{"any": [{"field": "a", "op": op, "value": value}]}]}), &columns()).unwrap();
        }
        let either =
            json!({"any": [{"field": "a", "op": "isNull"}, {"field": "a", "op": "like", "value": "x%"}]});
        let either = read(&either, &columns()).unwrap();
        assert!(either.meets(&json!({"data": {}})) && either.meets(&json!({"data": {"a": "xy"}})));
        assert!(!either.meets(&json!({"data": {"a": "y"}})));
    }

    #[test]
    fn what_is_no_predicate_is_named() {
        for (predicate, says) in [
            (json!({"field": "b", "op": "eq", "value": 1}), "Unknown filter column \"b\""),
            (json!({"field": "a", "op": "near", "value": 1}), "Invalid op \"near\""),
            (json!({"field": "a", "op": "in", "value": 1}), "wants an array"),
            (json!({"all": [], "any": []}), "either"),
            (json!({"a": 1}), "A predicate is"),
            (json!([]), "A predicate is"),
        ] {
            let error = read(&predicate, &columns()).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
