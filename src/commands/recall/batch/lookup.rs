//! Runs that are under way elsewhere: found by their own id or their job's, and waited for.

use super::crew::Crew;
use super::journal::ledger::Open;
use crate::error::{Failure, Kind, unpack};
use crate::http::Request;
use crate::json::Json;
use crate::live::{self, Step, Waited};
use crate::services::fetch;
use crate::services::recall::execute::Mode;
use crate::services::recall::outcome::{Outcome, of_execution};
use crate::services::recall::{Generation, NAME, Recall, jobs};

/// Stays with what was started in the background until it ends: a job, or in v2 a run.
///
/// # Errors
/// Why nobody knows how it ended.
pub async fn wait_for(crew: &Crew, workflow: &str, id: &str) -> Result<Outcome, Failure> {
    let (request, end) = accepted(&crew.recall, workflow, id);
    until(crew, &request, end).await
}

/// The question after what was accepted under this id, and how its answer is read.
fn accepted(recall: &Recall, workflow: &str, id: &str) -> (Request, fn(&Json) -> Option<Outcome>) {
    match recall.generation {
        Generation::Legacy => (recall.job(id), jobs::outcome),
        Generation::V2 => (recall.execution(workflow, id), of_execution),
    }
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
    // Older servers know no such request, but may know the job. Newer ones name a job after its run, and in v2 the
    // run is all there is.
    let named = crew.mode == Mode::Background && crew.recall.generation == Generation::Legacy;
    let named = named.then(|| format!("workflow-execution:{}", open.execution));
    let job = open.job.clone().filter(|job| *job != open.execution).or(named);
    match job.filter(|_| matches!(unknown.kind, Kind::NotFound | Kind::Refused)) {
        None => Err(untraceable(unknown)),
        Some(job) => {
            let (request, end) = accepted(&crew.asking, workflow, &job);
            match fetch(&crew.asking, &request).await.map(|seen| end(&seen)) {
                Ok(Some(outcome)) => Ok(outcome),
                Ok(None) => until(crew, &request, end).await,
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
