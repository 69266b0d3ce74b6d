//! The trace of a run: spans within spans, as servers of different ages spell them.

use serde_json::Value;

use crate::text;

/// One step of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// What it is called, `Agent 1`.
    pub name: String,
    /// What kind of step it is (`agent`, `model`, `tool`), if that says more than the name.
    pub kind: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: Option<f64>,
    /// What it cost, in US dollars.
    pub cost: Option<f64>,
    /// Tokens used, in and out.
    pub tokens: Option<u64>,
    /// Why it failed; an empty text when nobody says.
    pub error: Option<String>,
    /// The steps within.
    pub children: Vec<Span>,
}

/// The spans of a log: with its data, or beside it in a list.
pub fn of(log: &Value) -> Vec<Span> {
    let spans = log.pointer("/executionData/traceSpans").or_else(|| log.get("traceSpans"));
    match spans {
        Some(Value::Array(spans)) => spans.iter().map(span).collect(),
        // Some servers keep a single root.
        Some(root @ Value::Object(_)) => vec![span(root)],
        _ => Vec::new(),
    }
}

fn span(value: &Value) -> Span {
    let word = |names: &[&str]| {
        names.iter().find_map(|name| value[*name].as_str()).map(text::line).filter(|word| !word.is_empty())
    };
    let kind = word(&["type", "kind"]);
    let name = word(&["name", "blockName", "blockId", "id"]).or_else(|| kind.clone());
    let name = name.unwrap_or_else(|| "step".to_owned());
    let within = value["children"].as_array().into_iter().flatten().map(span);
    // Older servers keep a model's tool calls beside its children.
    let nested: Vec<Span> = within.collect();
    let calls = value["toolCalls"].as_array().into_iter().flatten().map(span);
    let children = if nested.is_empty() { calls.collect() } else { nested };
    Span {
        kind: kind.filter(|kind| !name.eq_ignore_ascii_case(kind)),
        name,
        millis: ["durationMs", "duration"].iter().find_map(|name| value[*name].as_f64()),
        cost: value["cost"]["total"].as_f64().or_else(|| value["cost"].as_f64()).filter(|cost| *cost > 0.0),
        tokens: tokens(&value["tokens"]).filter(|tokens| *tokens > 0),
        error: error(value),
        children,
    }
}

fn tokens(value: &Value) -> Option<u64> {
    let part = |names: [&str; 2]| names.iter().find_map(|name| value[*name].as_u64());
    value.as_u64().or_else(|| value["total"].as_u64()).or_else(|| {
        let parts = [part(["prompt", "input"]), part(["completion", "output"])];
        parts.iter().any(Option::is_some).then(|| parts.into_iter().flatten().sum())
    })
}

fn error(value: &Value) -> Option<String> {
    let failed = match value["status"].as_str() {
        Some(status) => matches!(status, "error" | "failed"),
        // Nobody says: an error in words tells.
        None => !value["error"].is_null() || value["output"]["error"].is_string(),
    };
    let said = [&value["error"], &value["errorMessage"], &value["output"]["error"]];
    let said = said.iter().find_map(|said| said.as_str().or_else(|| said["message"].as_str()));
    failed.then(|| said.map(text::line).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spellings() {
        let spans = of(&json!({"executionData": {"traceSpans": [{
            "id": "s1", "name": "Agent 1", "type": "agent", "duration": 812.4, "status": "success",
            "cost": {"total": 0.0012}, "tokens": {"prompt": 12, "completion": 4},
            "toolCalls": [{"name": "get_weather", "duration": 112, "status": "error", "error": "no\nkey"}],
        }]}}));
        let agent = &spans[0];
        assert_eq!((agent.name.as_str(), agent.kind.as_deref()), ("Agent 1", Some("agent")));
        assert_eq!((agent.millis, agent.cost, agent.tokens), (Some(812.4), Some(0.0012), Some(16)));
        assert_eq!(agent.error, None);
        assert_eq!(agent.children[0].error.as_deref(), Some("no key"));
        let other = of(&json!({"traceSpans": {"type": "workflow", "status": "error", "tokens": 5,
            "children": [{"blockId": "b", "durationMs": 1, "output": {"error": "boom"}}]}}));
        assert_eq!((other[0].name.as_str(), &other[0].kind), ("workflow", &None));
        assert_eq!((other[0].error.as_deref(), other[0].tokens), (Some(""), Some(5)));
        assert_eq!(other[0].children[0].error.as_deref(), Some("boom"));
        assert_eq!(of(&json!({"executionData": null})), []);
    }
}
