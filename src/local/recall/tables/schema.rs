//! A table's columns: what they are called, what they hold, and whether a row fits them.

use serde_json::{Map, Value, json};

use crate::local::time;

/// The types that a column can have.
pub const KINDS: [&str; 5] = ["string", "number", "boolean", "date", "json"];

/// Largest number of columns.
pub const MOST_COLUMNS: usize = 50;

/// Longest name of a column.
pub const LONGEST_NAME: usize = 50;

/// Largest row, in bytes of JSON.
const LARGEST_ROW: usize = 400 * 1024;

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name, which is the key in a row's data.
    pub name: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Whether each row must have a value.
    pub required: bool,
    /// Whether no two rows may have the same value.
    pub unique: bool,
}

impl Column {
    /// Reads a column from a stored table or a request.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read(given: &Value) -> Result<Self, String> {
        let name = given["name"].as_str().unwrap_or_default();
        check_name("Column name", name, LONGEST_NAME)?;
        let kind = given["type"].as_str().unwrap_or_default();
        if !KINDS.contains(&kind) {
            return Err(format!(
                "Column \"{name}\" has invalid type \"{kind}\". Valid types: {}",
                KINDS.join(", ")
            ));
        }
        let flag = |word: &str| match &given[word] {
            Value::Bool(on) => Ok(*on),
            Value::Null => Ok(false),
            _ => Err(format!("Column \"{name}\": {word} must be boolean")),
        };
        Ok(Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            required: flag("required")?,
            unique: flag("unique")?,
        })
    }

    /// The column as it is stored and sent.
    pub fn shown(&self) -> Value {
        json!({"name": self.name, "type": self.kind, "required": self.required, "unique": self.unique})
    }

    /// What is wrong with a value of this column, if anything is.
    pub fn objection(&self, value: &Value) -> Option<String> {
        let name = &self.name;
        match (self.kind.as_str(), value) {
            ("string", Value::String(_))
            | ("number", Value::Number(_))
            | ("boolean", Value::Bool(_))
            | ("json", _) => None,
            ("string", other) => Some(format!("{name} must be string, got {}", javascript_type(other))),
            ("date", Value::String(text)) if time::read(text).is_some() => None,
            ("date", _) => Some(format!("{name} must be valid date")),
            (kind, _) => Some(format!("{name} must be {kind}")),
        }
    }
}

/// What JavaScript's `typeof` says of a value.
fn javascript_type(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        _ => "object",
    }
}

/// Holds the name of a table or a column to letters, digits and underscores.
///
/// # Errors
/// What is wrong with it, as a sentence that begins with `what`.
pub fn check_name(what: &str, name: &str, longest: usize) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("{what} is required"));
    }
    if name.len() > longest {
        return Err(format!("{what} exceeds maximum length ({longest} characters)"));
    }
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !plain || name.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(format!(
            "{what} \"{name}\" must start with letter or underscore, followed by alphanumeric or underscore"
        ));
    }
    Ok(())
}

/// The columns of a stored table.
pub fn columns(table: &Value) -> Vec<Column> {
    table["columns"].as_array().into_iter().flatten().filter_map(|column| Column::read(column).ok()).collect()
}

/// Everything that is wrong with a row's data. The real service keeps a field that no column has; here it is named,
/// since it is a misspelling.
pub fn objections(data: &Map<String, Value>, columns: &[Column]) -> Vec<String> {
    let mut wrong = Vec::new();
    let size = serde_json::to_vec(data).map_or(0, |bytes| bytes.len());
    if size > LARGEST_ROW {
        wrong.push(format!("Row size exceeds limit ({size} bytes > {LARGEST_ROW} bytes)"));
    }
    for column in columns {
        match data.get(&column.name) {
            None | Some(Value::Null) if column.required => {
                wrong.push(format!("Missing required field: {}", column.name));
            }
            None | Some(Value::Null) => {}
            Some(value) => wrong.extend(column.objection(value)),
        }
    }
    let unknown = data.keys().filter(|name| !columns.iter().any(|column| column.name == **name));
    wrong.extend(unknown.map(|name| format!("Unknown column: {name}")));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: &str) -> Column {
        Column { name: "c".into(), kind: kind.into(), required: false, unique: false }
    }

    #[test]
    fn values_must_be_of_the_columns_type() {
        for (kind, value, objection) in [
            ("string", json!("a"), None),
            ("string", json!(1), Some("c must be string, got number")),
            ("string", json!([]), Some("c must be string, got object")),
            ("number", json!(1.5), None),
            ("number", json!("1.5"), Some("c must be number")),
            ("boolean", json!(0), Some("c must be boolean")),
            ("date", json!("2026-02-28"), None),
            ("date", json!("2026-02-28T10:00:00+01:00"), None),
            ("date", json!("2026-02-30"), Some("c must be valid date")),
            ("date", json!(1), Some("c must be valid date")),
            ("json", json!({"a": [1]}), None),
        ] {
            assert_eq!(column(kind).objection(&value).as_deref(), objection, "{kind} {value}");
        }
    }

    #[test]
    fn a_row_is_told_everything_at_once() {
        let columns =
            [Column { required: true, ..column("string") }, Column { name: "n".into(), ..column("number") }];
        let Value::Object(data) = json!({"n": "x", "m": 1}) else { unreachable!() };
        assert_eq!(
            objections(&data, &columns),
            ["Missing required field: c", "n must be number", "Unknown column: m"]
        );
    }

    #[test]
    fn names_are_identifiers() {
        for name in ["", "1a", "a b", "a-b", "é"] {
            assert!(check_name("Column name", name, 50).is_err(), "{name}");
        }
        assert!(check_name("Column name", &"a".repeat(51), 50).is_err());
        assert!(check_name("Column name", "_a1", 50).is_ok());
    }
}
