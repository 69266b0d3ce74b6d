//! Runs that wait for a person: nothing but a link in their output tells (contract 2.2).

use serde_json::Value;

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
    pub contexts: Vec<String>,
}

/// Finds the pause of a run; `success` may say anything.
pub fn find(run: &Value, output: &Value) -> Option<Pause> {
    let places = ["", "/data", "/response", "/response/data"];
    let link = places.iter().filter_map(|place| output.pointer(place)).find_map(|place| {
        let ours = place.get("_resume").filter(|link| is_link(link, false));
        ours.or_else(|| place.get("resume").filter(|link| is_link(link, true)))
    });
    if let Some(link) = link {
        return Some(read(link));
    }
    let blocks = output.get("pausedBlocks").and_then(Value::as_array).filter(|blocks| !blocks.is_empty());
    if let Some(blocks) = blocks {
        let links = blocks.iter().map(|block| {
            let link = ["_resume", "resume", "resumeLinks"].iter().find_map(|name| block.get(*name));
            read(link.unwrap_or(block))
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
        contexts: run.get("paused").and_then(|paused| text(paused, "contextId")).into_iter().collect(),
    })
}

/// `resume` is also an ordinary word for an output, so that more than one mark is wanted there.
fn is_link(link: &Value, ordinary: bool) -> bool {
    let marks = ["apiUrl", "uiUrl", "contextId", "executionId", "workflowId"];
    let found = marks.iter().filter(|mark| link.get(**mark).is_some_and(Value::is_string)).count();
    found >= if ordinary { 2 } else { 1 }
}

fn read(link: &Value) -> Pause {
    Pause {
        page: text(link, "uiUrl"),
        workflow: text(link, "workflowId"),
        execution: text(link, "executionId"),
        contexts: text(link, "contextId").into_iter().collect(),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}
