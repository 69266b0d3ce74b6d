//! Which rows are meant: conditions over a row's fields, in the two spellings that the API has.

pub mod dollar;
pub mod predicate;

use std::cmp::Ordering;

use serde_json::Value;

use super::schema::Column;
use crate::local::time::{iso, read};

/// A condition that a row meets or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every one of these.
    All(Vec<Condition>),
    /// At least one of these.
    Any(Vec<Condition>),
    /// One field compared with a value.
    Test {
        /// A column, or `createdAt`, `updatedAt`.
        field: String,
        /// How it is compared.
        test: Test,
        /// What it is compared with.
        value: Value,
    },
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Test {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    NotIn,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    /// A pattern with `%` and `_`.
    Like,
    NotLike,
    /// The same without regard to capitals.
    AnyCaseLike,
    NotAnyCaseLike,
    Empty,
    NotEmpty,
    Null,
    NotNull,
}

/// A field of a stored row: a column's value, or one of the two moments that every row has.
pub fn field(row: &Value, name: &str) -> Value {
    match row["data"].get(name) {
        Some(value) => value.clone(),
        None if matches!(name, "createdAt" | "updatedAt") => {
            row[name].as_i64().map_or(Value::Null, |ms| iso(ms).into())
        }
        None => Value::Null,
    }
}

/// Holds a field's name to what a table has.
///
/// # Errors
/// Names the field.
pub fn known(name: &str, columns: &[Column]) -> Result<(), String> {
    let known = columns.iter().any(|column| column.name == name) || matches!(name, "createdAt" | "updatedAt");
    if known {
        Ok(())
    } else {
        Err(format!("Unknown filter column \"{name}\". It is not a column on this table."))
    }
}

impl Condition {
    /// Whether a stored row meets the condition.
    pub fn meets(&self, row: &Value) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.meets(row)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.meets(row)),
            Self::Test { field: name, test, value } => test.holds(&field(row, name), value),
        }
    }
}

impl Test {
    /// Whether it wants a list to compare with.
    fn wants_list(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }

    fn holds(self, found: &Value, wanted: &Value) -> bool {
        let ordered = |fits: fn(Ordering) -> bool| compare(found, wanted).is_some_and(fits);
        let listed = || wanted.as_array().is_some_and(|list| list.iter().any(|one| same(found, one)));
        let text = |fits: fn(&str, &str) -> bool| {
            !found.is_null() && fits(&spoken(found).to_lowercase(), &spoken(wanted).to_lowercase())
        };
        match self {
            Self::Eq => same(found, wanted),
            Self::Ne => !same(found, wanted),
            Self::Gt => ordered(Ordering::is_gt),
            Self::Gte => ordered(Ordering::is_ge),
            Self::Lt => ordered(Ordering::is_lt),
            Self::Lte => ordered(Ordering::is_le),
            Self::In => listed(),
            Self::NotIn => !listed(),
            Self::Contains => text(|found, wanted| found.contains(wanted)),
            Self::NotContains => !text(|found, wanted| found.contains(wanted)),
            Self::StartsWith => text(|found, wanted| found.starts_with(wanted)),
            Self::EndsWith => text(|found, wanted| found.ends_with(wanted)),
            Self::Like => !found.is_null() && like(&spoken(found), &spoken(wanted)),
            Self::NotLike => !Self::Like.holds(found, wanted),
            Self::AnyCaseLike => text(like),
            Self::NotAnyCaseLike => !text(like),
            Self::Empty => found.is_null() || found == "",
            Self::NotEmpty => !Self::Empty.holds(found, wanted),
            Self::Null => found.is_null(),
            Self::NotNull => !found.is_null(),
        }
    }
}

/// Equality of JSON, where 1 and 1.0 are one number.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// The order of two values of one type; texts that are both dates are ordered as moments.
pub fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::String(one), Value::String(other)) => match (read(one), read(other)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => Some(one.cmp(other)),
        },
        _ => None,
    }
}

/// A value as text: a string without its quotes.
fn spoken(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// SQL's LIKE. Each `%` only ever needs its latest try taken back, so the time stays the product of both lengths.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut by, mut retry) = (0, 0, None);
    while at < text.len() {
        match pattern.get(by) {
            Some('%') => {
                retry = Some((at, by + 1));
                by += 1;
            }
            Some(letter) if *letter == '_' || *letter == text[at] => (at, by) = (at + 1, by + 1),
            _ => {
                let Some((from, after)) = retry else { return false };
                retry = Some((from + 1, after));
                (at, by) = (from + 1, after);
            }
        }
    }
    pattern[by..].iter().all(|letter| *letter == '%')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tests_hold_for_what_they_name() {
        for (found, test, wanted, holds) in [
            (json!(1), Test::Eq, json!(1.0), true),
            (json!("1"), Test::Eq, json!(1), false),
            (Value::Null, Test::Eq, Value::Null, true),
            (Value::Null, Test::Ne, json!("a"), true),
            (json!(10), Test::Gt, json!(9), true),
            (json!("10"), Test::Gt, json!("9"), false),
            (json!("2026-01-01T00:00:00Z"), Test::Lt, json!("2026-01-01T00:30:00+00:00"), true),
            (json!("2026-01-01T01:00:00+01:00"), Test::Gte, json!("2026-01-01"), true),
            (Value::Null, Test::Lt, json!(1), false),
            (json!("x"), Test::Lt, json!(1), false),
            (json!("b"), Test::In, json!(["a", "b"]), true),
            (Value::Null, Test::NotIn, json!(["a"]), true),
            (json!("Hello"), Test::Contains, json!("ELL"), true),
            (Value::Null, Test::Contains, json!(""), false),
            (Value::Null, Test::NotContains, json!("a"), true),
            (json!(1234), Test::StartsWith, json!(12), true),
            (json!("Hello"), Test::EndsWith, json!("LO"), true),
            (json!("Hello"), Test::Like, json!("h%"), false),
            (json!("Hello"), Test::AnyCaseLike, json!("h_l%o"), true),
            (json!("Hello"), Test::NotLike, json!("H%x"), true),
            (json!(""), Test::Empty, Value::Null, true),
            (json!(0), Test::NotEmpty, Value::Null, true),
            (json!(""), Test::Null, Value::Null, false),
            (json!(""), Test::NotNull, Value::Null, true),
        ] {
            assert_eq!(test.holds(&found, &wanted), holds, "{found} {test:?} {wanted}");
        }
    }

    #[test]
    fn patterns_do_not_explode() {
        assert!(!like(&"a".repeat(5000), &format!("{}b", "%a".repeat(200))));
        assert!(like("", "%%") && !like("", "_") && like("a%", "a%"));
    }
}
