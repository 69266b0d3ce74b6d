//! Reading fields of stored documents.

use serde_json::{Value, json};

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

/// A number as JavaScript writes it: a whole one without a fraction.
pub fn plain_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 { json!(number as i64) } else { json!(number) }
}

/// A moment kept as milliseconds, as the wire spells it; null when it has not come yet.
pub fn moment(document: &Value, field: &str) -> Value {
    document[field].as_i64().map_or(Value::Null, |ms| crate::local::time::iso(ms).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!(plain_number(10.0).to_string(), "10");
        assert_eq!(plain_number(0.005).to_string(), "0.005");
    }
}
