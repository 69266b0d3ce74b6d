//! A run as newer servers tell of it: `{"runId","status","output","error":{…}}`, in `data` or not (contract 2.7, 3.3).

use serde_json::{Value, json};

use super::{Outcome, Verdict, pause};
use crate::error::Failure;
use crate::json::Json;
use crate::services::recall::errors;
use crate::text;

/// The run object in an answer, if it is one. A Response block may answer with a `data` of its own.
pub fn inside(answer: &Json) -> Option<Json> {
    match answer.value.get("data") {
        Some(run) if is(run) => answer.get("data"),
        _ => is(&answer.value).then(|| answer.clone()),
    }
}

/// Whether a document is such a run.
pub fn is(run: &Value) -> bool {
    ["runId", "status"].iter().all(|name| run.get(*name).is_some_and(Value::is_string))
}

/// What such a run came to; nothing while it goes on.
pub fn judged(run: &Json) -> Option<Outcome> {
    let output = run.get("output").unwrap_or_else(|| Json::from(Value::Null));
    let status = run.value["status"].as_str().unwrap_or_default().to_ascii_lowercase();
    let verdict = match (status.as_str(), pause::find(&run.value, &output.value)) {
        ("queued" | "pending" | "running" | "redacting", _) => return None,
        (_, Some(pause)) => Verdict::Paused(pause),
        ("completed", None) => Verdict::Completed,
        (status @ ("failed" | "cancelled" | "canceled"), None) => Verdict::Failed(failed(run, status)),
        _ => return None,
    };
    Some(Outcome { verdict, output, whole: run.clone(), raw: false })
}

/// The failure, with the block that failed: here the message does not name it.
fn failed(run: &Json, status: &str) -> Failure {
    let cancelled = json!({"message": "the run was cancelled", "code": "CANCELLED"});
    let error = match run.value.get("error").unwrap_or(&Value::Null) {
        Value::Null if status != "failed" => &cancelled,
        error => error,
    };
    let mut failure = errors::run_failure(error, false);
    let member = |name: &str| error.get(name).and_then(Value::as_str).map(text::line);
    if let Some(block) = member("blockName").filter(|block| !failure.message.starts_with(block.as_str())) {
        failure.message = format!("{block}: {}", failure.message);
    }
    if let Some(code) = member("code").filter(|code| Some(code) != failure.code.as_ref()) {
        failure = failure.note(format!("the server's code: {code}"));
    }
    if let Some(block) = member("blockId") {
        failure = failure.note(format!("block id: {block}"));
    }
    if let Some(run) = run.value["runId"].as_str() {
        failure = failure.note(format!("run id: {}", text::line(run)));
    }
    failure.details = Some(run.value.clone());
    failure
}
