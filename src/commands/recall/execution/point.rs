//! The places where a run waits for a person, in the words of people.

use serde_json::Value;

use crate::columns::{Column, Kind, View};
use crate::json::{Json, Node};
use crate::services::recall::outcome::pause::{self, Place};
use crate::text;

/// What people see of such a place. `view` names the id: the run's in a list of runs, the place's in one run.
pub const fn view(id: &'static str) -> View<'static> {
    View { columns: COLUMNS, id }
}

const COLUMNS: &[Column] = &[
    Column::text("execution", "execution"),
    Column::text("context", "context"),
    Column::text("block", "block"),
    Column::of(Kind::Status, "status", "status"),
    Column::of(Kind::Time, "since", "since"),
    Column::text("asks", "asks"),
    Column::text("answer at", "page"),
];

/// The places of a paused run, one row each.
pub fn rows(paused: &Json) -> Vec<Json> {
    let points = paused.value["pausePoints"].as_array().cloned().unwrap_or_default();
    let execution = paused.value["executionId"].as_str().unwrap_or_default();
    points.iter().map(|point| row(execution, point)).collect()
}

/// The places that nobody has answered yet.
pub fn open(paused: &Json) -> Vec<Place> {
    let points = paused.value["pausePoints"].as_array().cloned().unwrap_or_default();
    let waits = |point: &&Value| matches!(point["resumeStatus"].as_str(), None | Some("paused" | "failed"));
    let place = |point: &Value| {
        let id = point["contextId"].as_str()?.to_owned();
        Some(Place { id, answer: pause::answer(&point["response"]) })
    };
    points.iter().filter(waits).filter_map(place).collect()
}

fn row(execution: &str, point: &Value) -> Json {
    let mut row = Node::object();
    row.set("execution", execution);
    for (name, path) in [
        ("context", "/contextId"),
        ("block", "/blockId"),
        ("status", "/resumeStatus"),
        ("since", "/registeredAt"),
        ("page", "/resumeLinks/uiUrl"),
    ] {
        if let Some(value) = point.pointer(path) {
            row.set(name, Node::from(value));
        }
    }
    row.set("asks", asked(&point["response"]));
    Json::parse(&row.compact()).unwrap_or_else(|_| Json::from(point.clone()))
}

/// The fields that the answer should have, else what the run shows.
fn asked(response: &Value) -> String {
    let inner = response.get("data").filter(|data| data.is_object()).unwrap_or(response);
    let shown = inner["responseStructure"].as_array().filter(|fields| !fields.is_empty());
    let Some(fields) = pause::fields(response).or(shown) else { return String::new() };
    let field = |field: &Value| {
        let name = text::line(field["name"].as_str()?);
        let kind = field["type"].as_str().map(|kind| format!(": {}", text::line(kind)));
        Some(format!("{name}{}", kind.unwrap_or_default()))
    };
    fields.iter().filter_map(field).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_asked_and_what_is_open() {
        let paused = Json::from(json!({"executionId": "e", "pausePoints": [
            {"contextId": "a", "resumeStatus": "paused",
             "response": {"data": {"inputFormat": [{"name": "approved", "type": "boolean"}, {"name": "why"}]}}},
            {"contextId": "b", "resumeStatus": "resumed", "response": null},
        ]}));
        assert_eq!(
            open(&paused),
            [Place { id: "a".into(), answer: r#"{"approved":true,"why":"..."}"#.into() }]
        );
        let rows = rows(&paused);
        assert_eq!(rows[0].value["asks"], "approved: boolean, why");
        assert_eq!((&rows[1].value["context"], &rows[1].value["asks"]), (&json!("b"), &json!("")));
    }
}
