//! What the JSON operators find.

use rusqlite::functions::Context;
use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Value, json};

use super::text;

/// An argument as JSON; nothing for NULL and for what is no JSON.
pub fn json_at(context: &Context, index: usize) -> Option<Value> {
    match context.get_raw(index) {
        ValueRef::Integer(number) => Some(json!(number)),
        ValueRef::Real(number) => Some(json!(number)),
        _ => serde_json::from_str(&text(context, index)?).ok(),
    }
}

/// A member by its name, or an element by its number from either end.
pub fn child(value: &Value, key: &str, index: Option<i64>) -> Option<Value> {
    match (value, index) {
        (Value::Array(items), Some(index)) => {
            let index = if index < 0 { items.len() as i64 + index } else { index };
            items.get(usize::try_from(index).ok()?).cloned()
        }
        (Value::Object(fields), _) => fields.get(key).cloned(),
        _ => None,
    }
}

/// What `->` finds: a text names a member, a number an element.
pub fn member(context: &Context) -> Option<Value> {
    let whole = json_at(context, 0)?;
    let index = if let ValueRef::Integer(index) = context.get_raw(1) { Some(index) } else { None };
    child(&whole, &text(context, 1)?, index)
}

/// What `||` makes of two JSON values.
pub fn concat(context: &Context) -> Sql {
    let Some((left, right)) = json_at(context, 0).zip(json_at(context, 1)) else { return Sql::Null };
    let joined = match (left, right) {
        (Value::Object(mut left), Value::Object(right)) => {
            left.extend(right);
            Value::Object(left)
        }
        (left, right) => {
            let items = |value| if let Value::Array(items) = value { items } else { vec![value] };
            Value::Array([items(left), items(right)].concat())
        }
    };
    Sql::Text(joined.to_string())
}

/// A value with the one at a path replaced, or added when only the last step is missing.
pub fn set(context: &Context) -> Sql {
    let (Some(mut whole), Some(path), Some(new)) =
        (json_at(context, 0), text(context, 1), json_at(context, 2))
    else {
        return Sql::Null;
    };
    let path = path.trim().trim_start_matches('{').trim_end_matches('}').to_owned();
    let steps: Vec<&str> = path.split(',').map(|step| step.trim().trim_matches('"')).collect();
    let Some((last, parents)) = steps.split_last() else { return Sql::Text(whole.to_string()) };
    let place = parents.iter().try_fold(&mut whole, |value, step| match value {
        Value::Object(fields) => fields.get_mut(*step),
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    });
    match place {
        Some(Value::Object(fields)) => drop(fields.insert((*last).to_owned(), new)),
        Some(Value::Array(items)) => {
            if let Some(item) = last.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = new;
            }
        }
        _ => {}
    }
    Sql::Text(whole.to_string())
}

/// What `#>` finds along `{a,b,0}`.
pub fn at_path(context: &Context) -> Option<Value> {
    let path = text(context, 1)?;
    let path = path.trim().trim_start_matches('{').trim_end_matches('}');
    path.split(',')
        .map(|step| step.trim().trim_matches('"'))
        .filter(|step| !step.is_empty())
        .try_fold(json_at(context, 0)?, |value, step| child(&value, step, step.parse().ok()))
}

/// What was found, as JSON text.
pub fn as_json(value: Option<Value>) -> Sql {
    value.map_or(Sql::Null, |value| Sql::Text(value.to_string()))
}

/// What was found, as plain text.
pub fn as_text(value: Option<Value>) -> Sql {
    match value {
        None | Some(Value::Null) => Sql::Null,
        Some(Value::String(text)) => Sql::Text(text),
        Some(other) => Sql::Text(other.to_string()),
    }
}

/// Whether all of `part` is in `whole`.
pub fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|own| contains(own, value)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            part.iter().all(|value| whole.iter().any(|own| contains(own, value)))
        }
        (Value::Array(whole), single) => whole.contains(single),
        _ => whole == part,
    }
}

/// Whether there is such a member, or such an element.
pub fn has_key(whole: &Value, key: &str) -> bool {
    match whole {
        Value::Object(fields) => fields.contains_key(key),
        Value::Array(items) => items.iter().any(|item| item == key),
        Value::String(text) => text == key,
        _ => false,
    }
}
