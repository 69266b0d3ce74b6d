//! Tags of documents and the filters over them.

use axum::http::StatusCode;
use serde_json::Value;

use crate::local::recall::answer::{Refusal, refuse};
use crate::local::recall::document::text;

/// A filter over one tag.
pub struct Filter {
    name: String,
    operator: String,
    value: Value,
    upper: Value,
}

/// The operators for text and for what can be ordered.
const OPERATORS: [&str; 11] = [
    "eq",
    "neq",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
];

/// Reads `[{tagName, fieldType?, operator, value, valueTo?}]` for a knowledge base.
///
/// # Errors
/// 400 for tags that the knowledge base does not define, and for operators that there are not.
pub fn read(filters: &[Value], base: &Value) -> Result<Vec<Filter>, Refusal> {
    let defined: Vec<&str> =
        base["tags"].as_array().into_iter().flatten().map(|tag| text(tag, "name")).collect();
    let bad = |error: String| refuse(StatusCode::BAD_REQUEST, &error);
    filters
        .iter()
        .map(|filter| {
            let (name, operator) = (text(filter, "tagName"), filter["operator"].as_str().unwrap_or("eq"));
            if !defined.contains(&name) {
                return Err(bad(format!("Tag \"{name}\" is not defined in this knowledge base")));
            }
            if !OPERATORS.contains(&operator) {
                let words = OPERATORS.join(", ");
                return Err(bad(format!(
                    "Invalid operator \"{operator}\" for tag \"{name}\". Use one of: {words}"
                )));
            }
            let (value, upper) = (filter["value"].clone(), filter["valueTo"].clone());
            Ok(Filter { name: name.to_owned(), operator: operator.to_owned(), value, upper })
        })
        .collect()
}

impl Filter {
    /// Whether a document's tags meet the filter; text is compared without regard to capitals.
    pub fn meets(&self, tags: &Value) -> bool {
        let found = &tags[&self.name];
        if found.is_null() {
            return self.operator.starts_with('n');
        }
        let (have, want) = (spoken(found), spoken(&self.value));
        match self.operator.as_str() {
            "eq" => have == want,
            "neq" => have != want,
            "contains" => have.contains(&want),
            "not_contains" => !have.contains(&want),
            "starts_with" => have.starts_with(&want),
            "ends_with" => have.ends_with(&want),
            "gt" => order(&have, &want).is_gt(),
            "gte" => order(&have, &want).is_ge(),
            "lt" => order(&have, &want).is_lt(),
            "lte" => order(&have, &want).is_le(),
            _ => order(&have, &want).is_ge() && order(&have, &spoken(&self.upper)).is_le(),
        }
    }
}

fn spoken(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_lowercase)
}

/// Numbers by their size, all else as text, which is right for ISO dates.
fn order(one: &str, other: &str) -> std::cmp::Ordering {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.total_cmp(&other),
        _ => one.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn meets(filter: Value, tags: Value) -> bool {
        let base = json!({"tags": [{"name": "team"}, {"name": "year"}]});
        read(&[filter], &base).unwrap_or_else(|refusal| panic!("{refusal:?}"))[0].meets(&tags)
    }

    #[test]
    fn filters_compare_text_and_numbers() {
        for (operator, value, holds) in [
            ("eq", json!("support"), true),
            ("neq", json!("Support"), false),
            ("contains", json!("PORT"), true),
            ("not_contains", json!("x"), true),
            ("starts_with", json!("sup"), true),
            ("ends_with", json!("sup"), false),
        ] {
            let filter = json!({"tagName": "team", "operator": operator, "value": value});
            assert_eq!(meets(filter, json!({"team": "Support"})), holds, "{operator} {value}");
        }
        let year = |operator: &str, value: i64| {
            meets(
                json!({"tagName": "year", "operator": operator, "value": value, "valueTo": 2030}),
                json!({"year": 2026}),
            )
        };
        assert!(year("gt", 999) && year("lte", 2026) && year("between", 2000) && !year("between", 2027));
        assert!(!meets(json!({"tagName": "team", "operator": "eq", "value": "x"}), json!({})));
        assert!(meets(json!({"tagName": "team", "operator": "neq", "value": "x"}), json!({})));
    }

    #[test]
    fn undefined_tags_and_operators_are_refused() {
        let base = json!({"tags": [{"name": "team"}]});
        assert!(read(&[json!({"tagName": "nobody", "value": 1})], &base).is_err());
        assert!(read(&[json!({"tagName": "team", "operator": "near", "value": 1})], &base).is_err());
    }
}
