//! From a request's body to the start block's fields: what is stripped, and how declared types are met.

use serde_json::{Map, Value, json};

use super::document::text;

/// Body keys that steer the run and never reach the workflow.
const CONTROLS: [&str; 15] = [
    "selectedOutputs",
    "triggerType",
    "stream",
    "useDraftState",
    "includeFileBase64",
    "base64MaxBytes",
    "workflowStateOverride",
    "stopAfterBlockId",
    "runFromBlock",
    "workflowId",
    "inputFromExecutionId",
    "deploymentVersionId",
    "triggerBlockId",
    "copilotToolCallId",
    "parentWorkspaceId",
];

/// The workflow's input: the body without its control fields; nothing when nothing is left.
pub fn strip(mut body: Map<String, Value>) -> Map<String, Value> {
    body.retain(|name, _| !CONTROLS.contains(&name.as_str()));
    body
}

/// The start block's output: everything given, and each declared field from `input.NAME`, else the root,
/// else its default, in its declared type.
pub fn start(declared: &[Value], input: &Map<String, Value>) -> Value {
    let mut fields = input.clone();
    for field in declared {
        let name = text(field, "name");
        let nested = input.get("input").and_then(|inner| inner.get(name));
        let given = [nested, input.get(name)].into_iter().flatten().find(|value| !value.is_null());
        // A null counts as not given.
        let value = given.or_else(|| field.get("value").filter(|value| !value.is_null()));
        if let Some(value) = value {
            fields.insert(name.to_owned(), coerce(value, text(field, "type")));
        }
    }
    Value::Object(fields)
}

/// A value in its declared type; what cannot be converted is passed on unchanged.
fn coerce(value: &Value, declared: &str) -> Value {
    match (declared, value) {
        ("number", Value::String(text)) => number(text).unwrap_or_else(|| value.clone()),
        ("boolean", Value::String(text)) => match text.trim().to_lowercase().as_str() {
            "true" | "1" => json!(true),
            "false" | "0" => json!(false),
            _ => value.clone(),
        },
        ("object", Value::String(text)) => parsed(text, Value::is_object).unwrap_or_else(|| value.clone()),
        ("array" | "file[]", Value::String(text)) => {
            parsed(text, Value::is_array).unwrap_or_else(|| value.clone())
        }
        // What JavaScript's String() makes of them, uselessness included.
        ("string", Value::Object(_)) => json!("[object Object]"),
        ("string", Value::Array(items)) => {
            json!(items.iter().map(super::reference::spoken).collect::<Vec<_>>().join(","))
        }
        ("string", Value::Number(_) | Value::Bool(_)) => json!(value.to_string()),
        _ => value.clone(),
    }
}

fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<i64>() {
        return Some(json!(whole));
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| json!(number))
}

fn parsed(text: &str, fits: impl Fn(&Value) -> bool) -> Option<Value> {
    serde_json::from_str(text).ok().filter(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { return Map::new() };
        map
    }

    #[test]
    fn controls_are_stripped_and_the_rest_stays_whole() {
        let body = map(json!({"stream": true, "selectedOutputs": ["a.b"], "async": true, "input": {"a": 1}}));
        assert_eq!(strip(body), map(json!({"async": true, "input": {"a": 1}})));
    }

    #[test]
    fn declared_fields_come_nested_then_flat_then_default() {
        let declared = [
            json!({"name": "a", "type": "number", "value": 1}),
            json!({"name": "b", "type": "number", "value": 2}),
            json!({"name": "c", "type": "number", "value": 3}),
            json!({"name": "d", "type": "number"}),
        ];
        let fields = start(&declared, &map(json!({"input": {"a": "10"}, "a": 11, "b": 20, "c": null})));
        assert_eq!(fields, json!({"input": {"a": "10"}, "a": 10, "b": 20, "c": 3}));
    }

    #[test]
    fn coercion_never_fails() {
        for (value, declared, expected) in [
            (json!("1.5"), "number", json!(1.5)),
            (json!("many"), "number", json!("many")),
            (json!("1"), "boolean", json!(true)),
            (json!("TRUE"), "boolean", json!(true)),
            (json!("{\"a\":1}"), "object", json!({"a": 1})),
            (json!("[1"), "array", json!("[1")),
            (json!({"a": 1}), "string", json!("[object Object]")),
            (json!(7), "string", json!("7")),
            (json!([1, "b"]), "string", json!("1,b")),
        ] {
            assert_eq!(coerce(&value, declared), expected, "{value} as {declared}");
        }
    }
}
