//! Background runs as jobs: their state, and the run out of its envelope (contract 3.2).

use serde_json::{Value, json};

use super::errors::run_failure;
use super::outcome::{Outcome, Pause, Verdict, of_run, pause};
use crate::error::Failure;
use crate::json::{Json, Node};

/// Where a job is. Servers of different ages use different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// Runs.
    Processing,
    /// Over; whether the workflow succeeded is another question.
    Completed,
    /// Over, and failed.
    Failed,
    /// Stopped.
    Cancelled,
    /// Waits for a person.
    Paused,
    /// A word nobody knows; it may still go on.
    Unknown,
}

/// The state a job's answer names.
pub fn state(job: &Value) -> State {
    let word = job.get("status").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    match word.as_str() {
        "queued" | "pending" | "waiting" | "delayed" => State::Queued,
        "processing" | "running" | "executing" | "active" => State::Processing,
        "completed" | "success" | "succeeded" => State::Completed,
        "failed" | "error" | "crashed" | "timed_out" => State::Failed,
        "cancelled" | "canceled" => State::Cancelled,
        "paused" => State::Paused,
        _ => State::Unknown,
    }
}

impl State {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Paused => "paused",
            Self::Unknown => "unknown",
        }
    }
}

/// The job with its run taken out of the envelope: the job's members, the run's laid over them, so that `output`
/// is the workflow's. A job without an envelope stays as it is.
pub fn unwrapped(job: &Json) -> Json {
    let Some(run) = envelope(job) else { return job.clone() };
    let mut flat = Node::of(job);
    let Node::Object(members) = Node::of(&run) else { return job.clone() };
    for (name, node) in members {
        match (flat.get_mut(&name), node) {
            (Some(Node::Object(known)), Node::Object(more)) if name == "metadata" => {
                known.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
                known.extend(more);
            }
            (Some(_), Node::Null) if name == "error" => {}
            (_, node) => flat.set(&name, node),
        }
    }
    Json::parse(&flat.compact()).unwrap_or_else(|_| job.clone())
}

/// The run inside a job's `output`, when that is the envelope and not the output itself.
fn envelope(job: &Json) -> Option<Json> {
    let inner = job.get("output")?;
    let has = |name: &str| inner.value.get(name).is_some();
    let is =
        inner.value.get("success").is_some_and(Value::is_boolean) && has("workflowId") && has("executionId");
    is.then_some(inner)
}

/// What a job came to; nothing while it goes on.
pub fn outcome(job: &Json) -> Option<Outcome> {
    let whole = unwrapped(job);
    let output = whole.get("output").unwrap_or_else(|| Json::from(Value::Null));
    let failed = |error: &Value| {
        let mut failure = run_failure(error, true);
        if error.is_null() {
            failure.message = "the job failed, and the service does not say why".to_owned();
        }
        failure
    };
    let verdict = match (state(&job.value), envelope(job), pause::find(&whole.value, &output.value)) {
        (State::Queued | State::Processing | State::Unknown, ..) => return None,
        (State::Failed, ..) => Verdict::Failed(failed(whole.value.get("error").unwrap_or(&Value::Null))),
        (State::Cancelled, ..) => {
            Verdict::Failed(failed(&json!({"message": "the job was cancelled", "code": "CANCELLED"})))
        }
        (_, _, Some(pause)) => Verdict::Paused(pause),
        // That the job ended does not mean that the run went well.
        (_, Some(run), None) => of_run(run, true).verdict,
        (State::Paused, None, None) => Verdict::Paused(Pause::default()),
        (State::Completed, None, None) => Verdict::Completed,
    };
    let verdict = match verdict {
        Verdict::Failed(failure) => {
            Verdict::Failed(Failure { details: Some(whole.value.clone()), ..failure })
        }
        verdict => verdict,
    };
    Some(Outcome { verdict, output, whole, raw: false })
}

/// The workflow and the run a job belongs to, where its answer tells.
pub fn origin(job: &Value) -> (Option<String>, Option<String>) {
    let find = |paths: &[&str]| {
        paths
            .iter()
            .find_map(|path| job.pointer(path)?.as_str())
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
    };
    (
        find(&[
            "/metadata/workflowId",
            "/metadata/correlation/workflowId",
            "/output/workflowId",
            "/workflowId",
        ]),
        find(&["/metadata/correlation/executionId", "/output/executionId", "/executionId"]),
    )
}
