//! A run as the log tells of it, for servers that cannot be asked for a run (contract 3.3).

use serde_json::Value;

use crate::json::{Json, Node};

/// The run of a page of the log, in the form of an execution. A run that is not in the log yet is about to begin.
pub fn execution(page: &Json) -> Json {
    let row = page.items().and_then(|rows| rows.into_iter().next());
    let mut run = Node::object();
    let status = match &row {
        None => "pending",
        Some(row) if row.value.get("endedAt").is_none_or(Value::is_null) => "running",
        Some(row) if row.value["level"] == "error" => "failed",
        Some(_) => "completed",
    };
    run.set("status", status);
    let row = row.unwrap_or_else(|| Json::from(Value::Null));
    for name in ["executionId", "workflowId", "finalOutput"] {
        if let Some(value) = row.get(name) {
            run.set(name, Node::of(&value));
        }
    }
    if let Some(error) = row.value.pointer("/finalOutput/error").filter(|_| status == "failed") {
        run.set("error", Node::from(error));
    }
    Json::parse(&run.compact()).unwrap_or(row)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_says_how_far_a_run_is() {
        let status = |rows: Value| execution(&Json::from(rows)).value["status"].clone();
        assert_eq!(status(json!([])), "pending");
        assert_eq!(status(json!([{"endedAt": null, "level": "info"}])), "running");
        assert_eq!(status(json!([{"endedAt": "2026", "level": "info"}])), "completed");
        let failed = execution(&Json::from(
            json!([{"endedAt": "2026", "level": "error", "finalOutput": {"error": "Boom"}}]),
        ));
        assert_eq!((&failed.value["status"], &failed.value["error"]), (&json!("failed"), &json!("Boom")));
    }
}
