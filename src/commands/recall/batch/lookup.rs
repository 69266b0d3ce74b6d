//! Runs that are under way elsewhere: found by their own id or their job's, and waited for.

use super::crew::Crew;
use super::journal::ledger::Open;
use crate::error::{Failure, Kind, unpack};
use crate::http::{Answer, Request};
use crate::json::Json;
use crate::live::{self, Step, Waited};
use crate::services::recall::execute::{Mode, accepted};
use crate::services::recall::outcome::{self, Outcome, of_execution};
use crate::services::recall::{NAME, errors, jobs};
use crate::services::{fetch, unreadable};

/// What the answer to a background start gave.
pub enum Started {
    /// A job to wait for.
    Job(String),
    /// The server ran it at once.
    Over(Box<Outcome>),
}

/// Reads the answer to a background start.
///
/// # Errors
/// What a refusal means; an answer that tells nothing.
pub fn job(answer: &Answer) -> Result<Started, Failure> {
    if !answer.ok() {
        return Err(errors::failure(answer));
    }
    if let Some(accepted) = accepted(answer) {
        return Ok(Started::Job(accepted.job));
    }
    let has_output = answer.json().is_some_and(|json| json.value.get("output").is_some());
    if has_output && answer.status != 202 {
        return outcome::read(answer).map(|outcome| Started::Over(Box::new(outcome)));
    }
    Err(unreadable(NAME, answer, "recall.base_url"))
}

/// Stays with a job until it ends.
///
/// # Errors
/// Why nobody knows how it ended.
pub async fn wait_for_job(crew: &Crew, job: &str) -> Result<Outcome, Failure> {
    until(crew, &crew.recall.job(job), jobs::outcome).await
}

/// Finds a run that was started earlier, and stays with it until it ends.
///
/// # Errors
/// Why nobody knows what became of it.
pub async fn find(crew: &Crew, workflow: &str, open: &Open) -> Result<Outcome, Failure> {
    let run = crew.asking.execution(workflow, &open.execution);
    let unknown = match fetch(&crew.asking, &run).await {
        Ok(seen) => {
            return match of_execution(&seen) {
                Some(outcome) => Ok(outcome),
                None => until(crew, &run, of_execution).await,
            };
        }
        Err(error) => unpack(&error).0,
    };
    // Older servers know no such request, but may know the job. Newer ones name a job after its run.
    let named = (crew.mode == Mode::Background).then(|| format!("workflow-execution:{}", open.execution));
    let job = open.job.clone().or(named);
    match job.filter(|_| matches!(unknown.kind, Kind::NotFound | Kind::Refused)) {
        None => Err(untraceable(unknown)),
        Some(job) => {
            let request = crew.asking.job(&job);
            match fetch(&crew.asking, &request).await.map(|seen| jobs::outcome(&seen)) {
                Ok(Some(outcome)) => Ok(outcome),
                Ok(None) => until(crew, &request, jobs::outcome).await,
                Err(error) => Err(untraceable(unpack(&error).0)),
            }
        }
    }
}

/// The service's word that it knows no such run, which older servers say of every run.
fn untraceable(failure: Failure) -> Failure {
    match failure.kind {
        Kind::NotFound | Kind::Refused => {
            Failure::new(Kind::NotFound, "the service cannot tell").service(NAME).code("RUN_UNKNOWN")
        }
        _ => failure,
    }
}

async fn until(
    crew: &Crew,
    request: &Request,
    end: impl Fn(&Json) -> Option<Outcome>,
) -> Result<Outcome, Failure> {
    let ask = async || {
        let seen = fetch(&crew.recall, request).await?;
        Ok(end(&seen).map_or(Step::Pending { seen: None, again_in: None }, |end| Step::Settled(Some(end))))
    };
    match live::wait(crew.pace, &crew.interrupt, ask, |_| {}).await {
        Ok(Waited::Settled(Some(outcome))) => Ok(outcome),
        Ok(Waited::Settled(None) | Waited::Deadline(_)) => {
            let seconds = crew.pace.limit.as_secs_f64();
            let failure = Failure::new(Kind::Timeout, format!("not over after {seconds} s; it goes on"));
            Err(failure.service(NAME).code("TIMEOUT"))
        }
        // Who leaves does not wait for a result either.
        Ok(Waited::Left(..)) => std::future::pending().await,
        Err(error) => Err(unpack(&error).0),
    }
}
