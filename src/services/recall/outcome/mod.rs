//! What a run came to: done, waiting for a person, or failed, and its output (contract 2.2).

pub mod logged;
pub mod pause;
pub mod run;

use serde_json::{Value, json};

use super::{NAME, commands, errors};
use crate::error::Failure;
use crate::http::Answer;
use crate::json::{Json, Node};
use crate::services::unreadable;

pub use self::pause::Pause;

/// The end of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub verdict: Verdict,
    /// The workflow's output.
    pub output: Json,
    /// The run as the server told of it; `.output` is always the workflow's output, or the whole is the output.
    pub whole: Json,
    /// A Response block spoke: the whole answer is what its author chose, and nothing of the service's.
    pub raw: bool,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Well.
    Completed,
    /// Not yet: a person has to say something.
    Paused(Pause),
    /// Failed, cancelled or out of time.
    Failed(Failure),
}

/// Reads the answer to a run in step.
///
/// # Errors
/// What a refusal means, and exit 7 when the answer is no answer of Recall's.
pub fn read(answer: &Answer) -> Result<Outcome, Failure> {
    let json = answer.json();
    let is_report = |json: &Json| json.value.get("success").is_some_and(Value::is_boolean);
    let (report, json) = match json {
        Some(json) if is_report(&json) => (Some(json), None),
        json => (None, json),
    };
    if let Some(run) = report {
        let outcome = of_run(run, false);
        return match outcome.verdict {
            // The status says more than the body: 408 is a time limit, 402 money.
            Verdict::Failed(_) if !answer.ok() => Err(errors::failure(answer)),
            Verdict::Failed(failure) => {
                let failure = Failure { request_id: answer.request_id(), ..failure.status(answer.status) };
                Ok(Outcome { verdict: Verdict::Failed(failure), ..outcome })
            }
            _ => Ok(outcome),
        };
    }
    if !answer.ok() {
        return Err(errors::failure(answer));
    }
    if let Some(run) = json.as_ref().and_then(run::inside) {
        return run::judged(&run).ok_or_else(|| {
            let state = crate::text::line(run.value["status"].as_str().unwrap_or_default());
            unreadable(NAME, answer, "recall.base_url").note(format!("the run is said to be `{state}`"))
        });
    }
    // A Response block: the answer is the output.
    let output = match json {
        Some(json) => json,
        None if matches!(answer.status, 204 | 205) => Json::from(Value::Null),
        // Some other server's page.
        None if answer.is_html() => return Err(unreadable(NAME, answer, "recall.base_url")),
        None if answer.body.is_empty() || is_broken_json(answer) => {
            return Err(unreadable(NAME, answer, "recall.base_url")
                .note("it may have been carried out all the same; it is not sent again"));
        }
        None => Json::from(json!(String::from_utf8_lossy(&answer.body))),
    };
    Ok(Outcome { verdict: Verdict::Completed, output: output.clone(), whole: output, raw: true })
}

/// Half a document is not somebody's plain text.
fn is_broken_json(answer: &Answer) -> bool {
    let begins = answer.body.trim_ascii_start().first();
    answer.headers.content_type().ends_with("json")
        || answer.headers.content_type() == "text/event-stream"
        || matches!(begins, Some(b'{' | b'['))
}

/// Judges a run object: `success`, `output`, `error`. `in_job`: it came out of a job.
pub fn of_run(run: Json, in_job: bool) -> Outcome {
    let output = run.get("output").unwrap_or_else(|| Json::from(Value::Null));
    let failed = run.value.get("success") == Some(&Value::Bool(false));
    let status = run.value.get("status").and_then(Value::as_str).unwrap_or_default();
    let verdict = if let Some(pause) = pause::find(&run.value, &output.value) {
        Verdict::Paused(pause)
    } else if failed {
        let error = match (run.value.get("error"), status) {
            (None | Some(Value::Null), "cancelled" | "canceled") => {
                json!({"message": "the run was cancelled", "code": "CANCELLED"})
            }
            (error, _) => error.cloned().unwrap_or(Value::Null),
        };
        let mut failure = errors::run_failure(&error, in_job);
        if error.is_null() {
            failure = failure.note("a run that was cancelled from elsewhere ends like this too");
            let known = ["/executionId", "/metadata/executionId", "/runId"];
            let execution = known.iter().find_map(|path| run.value.pointer(path)?.as_str());
            failure = execution.into_iter().fold(failure, |failure, id| failure.hint(commands::log(id)));
        }
        failure.details = Some(run.value.clone());
        Verdict::Failed(failure)
    } else {
        Verdict::Completed
    };
    Outcome { verdict, output, whole: run, raw: false }
}

/// Reads what the server knows of a run by its id (3.3); nothing while it goes on.
pub fn of_execution(execution: &Json) -> Option<Outcome> {
    if run::is(&execution.value) {
        return run::judged(execution);
    }
    let status = execution.value.get("status").and_then(Value::as_str).unwrap_or_default();
    if !matches!(status, "completed" | "failed" | "cancelled" | "paused") {
        return None;
    }
    // A run object like the one whose answer got lost.
    let mut run = Node::object();
    run.set("success", matches!(status, "completed" | "paused"));
    run.set("status", status);
    for from in ["executionId", "workflowId", "finalOutput", "error", "paused"] {
        let name = if from == "finalOutput" { "output" } else { from };
        if let Some(value) = execution.get(from).filter(|value| name == "output" || !value.value.is_null()) {
            run.set(name, Node::of(&value));
        }
    }
    Some(of_run(Json::parse(&run.compact()).ok()?, false))
}
