//! What a line came to, and the line of JSON that says so.

use std::time::Duration;

use serde_json::{Value, json};

use super::line::Place;
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::output::json;
use crate::secret::Redactor;
use crate::services::recall::outcome::{Outcome, Verdict};

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Well.
    Completed,
    /// The run failed, or the service refused it.
    Failed,
    /// It waits for a person.
    Paused,
    /// Somebody stopped it.
    Cancelled,
    /// Not sent: not deployed, or the batch stopped first.
    Skipped,
    /// It was sent, and nobody knows what became of it.
    Unknown,
    /// The line cannot be run.
    Invalid,
}

impl Status {
    /// All, in the order of a summary.
    pub const ALL: [Self; 7] = [
        Self::Completed,
        Self::Failed,
        Self::Paused,
        Self::Cancelled,
        Self::Skipped,
        Self::Unknown,
        Self::Invalid,
    ];

    /// The word in results and summaries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
        }
    }
}

/// The result of a line.
#[derive(Debug)]
pub struct Record {
    /// Which line.
    pub place: Place,
    /// Its workflow, when the line could be read.
    pub workflow: Option<String>,
    /// Its run's id, when one was chosen.
    pub execution: Option<String>,
    /// How it ended.
    pub status: Status,
    /// False when the service certainly did not run it, so that sending it later is no second time.
    pub ran: bool,
    /// Requests that were made to start it.
    pub attempts: u32,
    /// From the first of them to the end.
    pub took: Duration,
    /// The output or the error.
    pub end: Result<Json, Failure>,
}

impl Record {
    /// A result for a line without a run.
    pub fn unsent(place: Place, workflow: Option<String>, status: Status, reason: Failure) -> Self {
        Self {
            place,
            workflow,
            execution: None,
            status,
            ran: false,
            attempts: 0,
            took: Duration::ZERO,
            end: Err(reason),
        }
    }

    /// A result for a line whose workflow's name leads to none. What an earlier batch started as `execution` is not
    /// undone by that.
    pub fn unnamed(place: Place, word: String, execution: Option<String>, reason: Failure) -> Self {
        let status = match (&execution, reason.kind) {
            (Some(_), _) => Status::Unknown,
            (None, Kind::NotFound | Kind::Usage) => Status::Invalid,
            (None, _) => Status::Skipped,
        };
        let reason = Failure { message: format!("not run: {}", reason.message), ..reason };
        let ran = execution.is_some();
        Self { execution, ran, ..Self::unsent(place, Some(word), status, reason) }
    }

    /// What a run came to.
    pub fn ended(outcome: Outcome) -> (Status, Result<Json, Failure>) {
        match outcome.verdict {
            Verdict::Completed => (Status::Completed, Ok(outcome.output)),
            Verdict::Paused(_) => (Status::Paused, Ok(outcome.output)),
            Verdict::Failed(failure) if failure.kind == Kind::Cancelled => (Status::Cancelled, Err(failure)),
            Verdict::Failed(failure) => (Status::Failed, Err(failure)),
        }
    }

    /// The result as one line of JSON, without its line end. Outputs keep their spelling; what the service says of a
    /// failure may repeat the key it was given, and is shown without it.
    pub fn json(&self, redactor: &Redactor) -> String {
        let mut line =
            head(&self.place, self.workflow.as_deref(), self.execution.as_deref(), self.status.word());
        line.push_str(&format!(",\"attempts\":{},\"duration_ms\":{}", self.attempts, self.took.as_millis()));
        if !self.ran {
            line.push_str(",\"ran\":false");
        }
        match &self.end {
            Ok(output) => {
                line.push_str(",\"output\":");
                line.push_str(json::line(output).trim_end());
            }
            Err(failure) => {
                let message = redactor.hide(&failure.message);
                let error = json!({"code": failure.code, "message": message, "status": failure.status});
                line.push_str(&format!(",\"error\":{error}"));
            }
        }
        line.push('}');
        line
    }
}

/// The journal's line for a run that is about to be sent, or was accepted as this job.
pub fn started(place: &Place, workflow: &str, execution: &str, job: Option<&str>) -> String {
    let mut line = head(place, Some(workflow), Some(execution), "started");
    if let Some(job) = job {
        line.push_str(&format!(",\"job_id\":{}", Value::from(job)));
    }
    line.push('}');
    line
}

fn head(place: &Place, workflow: Option<&str>, execution: Option<&str>, status: &str) -> String {
    let mut line = format!("{{\"id\":{},\"line\":{}", place.id.json(), place.line);
    for (name, value) in [("workflow", workflow), ("execution_id", execution), ("status", Some(status))] {
        line.push_str(&format!(",\"{name}\":{}", Value::from(value)));
    }
    line
}
