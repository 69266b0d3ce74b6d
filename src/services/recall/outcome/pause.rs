//! Runs that wait for a person: nothing but a link in their output tells (contract 2.2).

use serde_json::{Value, json};

/// A pause, as far as the run tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pause {
    /// The page where a person answers.
    pub page: Option<String>,
    /// The workflow.
    pub workflow: Option<String>,
    /// The paused run.
    pub execution: Option<String>,
    /// The places where it waits.
    pub contexts: Vec<Place>,
}

/// A place where a run waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its context id.
    pub id: String,
    /// An answer as it wants it, as compact JSON.
    pub answer: String,
}

/// An answer with the fields that a pause declares, as compact JSON; `said` is what the paused block shows. A pause
/// that declares nothing is mostly a question of yes or no.
pub fn answer(said: &Value) -> String {
    let Some(fields) = fields(said) else { return json!({"approved": true}).to_string() };
    let named = |field: &Value| Some((field["name"].as_str()?.to_owned(), example(&field["type"])));
    Value::Object(fields.iter().filter_map(named).collect()).to_string()
}

/// The fields that a pause declares, if it declares any.
pub fn fields(said: &Value) -> Option<&Vec<Value>> {
    let inner = said.get("data").filter(|data| data.is_object()).unwrap_or(said);
    inner["inputFormat"].as_array().filter(|fields| !fields.is_empty())
}

fn example(kind: &Value) -> Value {
    match kind.as_str() {
        Some("boolean") => json!(true),
        Some("number") => json!(0),
        Some("object") => json!({}),
        Some("array" | "files" | "file[]") => json!([]),
        _ => json!("..."),
    }
}

/// Finds the pause of a run; `success` may say anything.
pub fn find(run: &Value, output: &Value) -> Option<Pause> {
    let places = ["", "/data", "/response", "/response/data"];
    let link = places.iter().filter_map(|place| output.pointer(place)).find_map(|place| {
        let ours = place.get("_resume").filter(|link| is_link(link, false));
        let link = ours.or_else(|| place.get("resume").filter(|link| is_link(link, true)))?;
        Some(read(link, place))
    });
    if link.is_some() {
        return link;
    }
    let blocks = output.get("pausedBlocks").and_then(Value::as_array).filter(|blocks| !blocks.is_empty());
    if let Some(blocks) = blocks {
        let links = blocks.iter().map(|block| {
            let link = ["_resume", "resume", "resumeLinks"].iter().find_map(|name| block.get(*name));
            let said = block.get("response").filter(|said| said.is_object()).unwrap_or(block);
            read(link.unwrap_or(block), said)
        });
        return links.reduce(|one, other| Pause {
            page: one.page.or(other.page),
            workflow: one.workflow.or(other.workflow),
            execution: one.execution.or(other.execution),
            contexts: [one.contexts, other.contexts].concat(),
        });
    }
    let said = run.get("status").and_then(Value::as_str) == Some("paused");
    said.then(|| Pause {
        page: None,
        workflow: text(run, "workflowId"),
        execution: text(run, "executionId").or_else(|| text(run, "runId")),
        contexts: run.get("paused").map(|paused| waiting(paused, output)).unwrap_or_default(),
    })
}

/// `resume` is also an ordinary word for an output, so that more than one mark is wanted there.
fn is_link(link: &Value, ordinary: bool) -> bool {
    let marks = ["apiUrl", "uiUrl", "contextId", "executionId", "workflowId"];
    let found = marks.iter().filter(|mark| link.get(**mark).is_some_and(Value::is_string)).count();
    found >= if ordinary { 2 } else { 1 }
}

fn read(link: &Value, said: &Value) -> Pause {
    Pause {
        page: text(link, "uiUrl"),
        workflow: text(link, "workflowId"),
        execution: text(link, "executionId"),
        contexts: waiting(link, said),
    }
}

fn waiting(link: &Value, said: &Value) -> Vec<Place> {
    text(link, "contextId").map(|id| Place { id, answer: answer(said) }).into_iter().collect()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_declared_fields() {
        let declared = json!({"inputFormat": [
            {"name": "why", "type": "string"}, {"name": "amount", "type": "number"}, {"type": "string"},
        ]});
        assert_eq!(answer(&declared), r#"{"why":"...","amount":0}"#);
        assert_eq!(
            answer(&json!({"data": {"inputFormat": [{"name": "ok", "type": "boolean"}]}})),
            r#"{"ok":true}"#
        );
        for silent in [json!(null), json!({"inputFormat": []}), json!("text")] {
            assert_eq!(answer(&silent), r#"{"approved":true}"#);
        }
    }
}
