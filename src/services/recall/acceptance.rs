//! The answer to a background start: a job to wait for, or an end already (contract 2.4, 2.7).

use serde_json::Value;

use super::outcome::{self, Outcome};
use super::{NAME, errors};
use crate::error::Failure;
use crate::http::Answer;
use crate::json::Json;
use crate::services::unreadable;

/// A run accepted as a job.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The job's id.
    pub job: String,
    /// The run's id, when the server names it.
    pub execution: Option<String>,
    /// What the server said.
    pub whole: Json,
}

/// What the answer to a background start gave.
#[derive(Debug)]
pub enum Started {
    /// A job to wait for; in v2 its id is the run's.
    Job(Accepted),
    /// The server ran it at once.
    Over(Box<Outcome>),
}

/// Reads the answer to a background start.
///
/// # Errors
/// What a refusal means; exit 7 for an answer that tells nothing.
pub fn started(answer: &Answer) -> Result<Started, Failure> {
    if !answer.ok() {
        return Err(errors::failure(answer));
    }
    let json = answer.json();
    let ran = json.as_ref().is_some_and(|json| outcome::run::inside(json).is_some());
    if let Some(job) = accepted(answer).filter(|_| !ran) {
        return Ok(Started::Job(job));
    }
    let has_verdict = ran || json.is_some_and(|json| json.value.get("output").is_some());
    if has_verdict && answer.status != 202 {
        return outcome::read(answer).map(|outcome| Started::Over(Box::new(outcome)));
    }
    Err(unreadable(NAME, answer, "recall.base_url"))
}

/// Reads the acceptance of a background run, in all the shapes it comes in (2.4).
pub fn accepted(answer: &Answer) -> Option<Accepted> {
    let whole = answer.json()?;
    let inner = whole.value.get("data").filter(|data| data.is_object());
    let find = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| {
                whole
                    .value
                    .get(*name)
                    .or_else(|| inner?.get(*name))
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            })
            .filter(|id| !id.is_empty())
    };
    let job = find(&["taskId", "jobId", "task_id", "job_id", "runId"])?;
    let execution = find(&["executionId", "runId"]);
    Some(Accepted { job, execution, whole })
}

/// The acceptance of a run that was wanted in step: the server made a job of it. What the author of a Response block
/// chose to answer with 202 is none.
pub fn accepted_in_step(answer: &Answer) -> Option<Accepted> {
    let accepted = accepted(answer).filter(|_| answer.status == 202)?;
    let whole = &accepted.whole.value;
    let is_ours =
        whole.get("success") == Some(&Value::Bool(true)) || whole.get("async") == Some(&Value::Bool(true));
    (is_ours && whole.get("output").is_none()).then_some(accepted)
}
