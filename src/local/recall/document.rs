//! Reading fields of stored documents.

use serde_json::Value;

/// A text field, empty when it is missing.
pub fn text<'a>(document: &'a Value, field: &str) -> &'a str {
    document[field].as_str().unwrap_or_default()
}

/// A whole number, 0 when it is missing.
pub fn number(document: &Value, field: &str) -> i64 {
    document[field].as_i64().unwrap_or_default()
}

/// A yes or no, no when it is missing.
pub fn flag(document: &Value, field: &str) -> bool {
    document[field].as_bool().unwrap_or_default()
}

/// A moment kept as milliseconds, as the wire spells it; null when it has not come yet.
pub fn moment(document: &Value, field: &str) -> Value {
    document[field].as_i64().map_or(Value::Null, |ms| crate::local::time::iso(ms).into())
}
