//! One line from the input to its result: skipped, looked up, or sent until it is let in.

use anyhow::Result;
use tokio::time::Instant;

use super::crew::{Crew, Sent};
use super::gate::Refusal;
use super::journal::ledger::Open;
use super::line::{Line, Place};
use super::lookup;
use super::meaning::{failure_of, never_ran, reason, status_of, stops_all, trouble};
use super::record::{Record, Status, started};
use crate::commands::recall::{generation, lost};
use crate::error::{Failure, Kind, unpack};
use crate::http::Answer;
use crate::json::{Json, Node};
use crate::services::Service as _;
use crate::services::recall::acceptance::{self, Started};
use crate::services::recall::execute::{Mode, Order};
use crate::services::recall::generation::lacks_v2;
use crate::services::recall::outcome::{self, Outcome};
use crate::services::recall::{Generation, errors};

/// Carries a line out. `number` is its own among those that get a result.
pub async fn carry_out(crew: &Crew, number: u64, line: Line, open: Option<Open>) -> Record {
    let Line { place, workflow: word, body } = line;
    let workflow = match crew.names.id_of(&word).await {
        Ok(workflow) => workflow,
        Err(failure) => {
            if stops_all(&failure) {
                crew.stop_for(&failure);
            }
            return Record::unnamed(place, word, open.map(|open| open.execution), failure);
        }
    };
    if let Some(open) = open {
        return take_up(crew, number, place, workflow, body, open).await;
    }
    if let Some(deployed) = &crew.deployed {
        let obstacle = match deployed.obstacle(&workflow).await {
            Ok(obstacle) => obstacle,
            Err(failure) => {
                crew.stop_for(&failure);
                Some(failure)
            }
        };
        if let Some(reason) = obstacle {
            return Record::unsent(place, Some(workflow), Status::Skipped, reason);
        }
    }
    let execution = uuid::Uuid::new_v4().to_string();
    Run { crew, number, place, workflow, execution, may_have_run: false }.send(body).await
}

/// Goes on with a run that an earlier batch started.
async fn take_up(crew: &Crew, number: u64, place: Place, workflow: String, body: Node, open: Open) -> Record {
    let looked = Instant::now();
    let found = lookup::find(crew, &workflow, &open).await;
    let execution = open.execution;
    let (status, end) = match found {
        Ok(outcome) => Record::ended(outcome),
        Err(failure) if stops_all(&failure) => {
            crew.stop_for(&failure);
            (Status::Unknown, Err(failure))
        }
        Err(_) if crew.retry_unknown => {
            return Run { crew, number, place, workflow, execution, may_have_run: true }.send(body).await;
        }
        Err(failure) => {
            let message = format!("nobody knows whether it ran: {}", failure.message);
            (Status::Unknown, Err(Failure { message, ..failure }))
        }
    };
    let (workflow, execution) = (Some(workflow), Some(execution));
    Record { place, workflow, execution, status, ran: true, attempts: 0, took: looked.elapsed(), end }
}

/// A run on its way.
struct Run<'a> {
    crew: &'a Crew,
    number: u64,
    place: Place,
    workflow: String,
    execution: String,
    /// An earlier batch sent it with this id, so that no refusal proves that it did not run.
    may_have_run: bool,
}

impl Run<'_> {
    /// Sends it until it is let in, and stays with it until it ends.
    async fn send(self, body: Node) -> Record {
        let crew = self.crew;
        let order = Order { body, mode: crew.mode.clone(), execution: self.execution.clone() };
        let request = crew.recall.execute(&self.workflow, &order);
        let (mut attempts, mut began, mut noted) = (0, None, crew.journal.is_none());
        loop {
            if !crew.may_send().await {
                return self.unsent(attempts, began);
            }
            if !noted {
                // On the disk before it leaves; the gate may have closed meanwhile.
                noted = true;
                if !crew.note(started(&self.place, &self.workflow, &self.execution, None)).await {
                    return self.unsent(attempts, began);
                }
                continue;
            }
            let sent = Instant::now();
            began.get_or_insert(sent);
            self.is_under_way();
            let answer = crew.recall.http().send(&request).await;
            let refusal = trouble(&answer)
                .map_or(Refusal::Final, |trouble| crew.gate.judge(&trouble, attempts, sent, fastrand::f64()));
            attempts += 1;
            match refusal {
                Refusal::Wait(wait, is_news) => {
                    crew.under_way.borrow_mut().remove(&self.number);
                    if is_news {
                        crew.waits(&reason(&answer), wait);
                    }
                }
                Refusal::TooLong(wait) => {
                    // All others would be told the same.
                    let failure = failure_of(&answer);
                    crew.stop_for(&failure.note(format!("the service wants {} s", wait.as_secs())));
                    return self.end(answer, attempts, began, true).await;
                }
                Refusal::Final => {
                    let refused = trouble(&answer).is_some_and(|trouble| crew.gate.is_refusal(&trouble));
                    if !refused {
                        crew.gate.let_in(sent);
                    }
                    return self.end(answer, attempts, began, refused).await;
                }
            }
        }
    }

    fn is_under_way(&self) {
        let sent = Sent {
            line: self.place.line,
            workflow: self.workflow.clone(),
            execution: self.execution.clone(),
        };
        self.crew.under_way.borrow_mut().insert(self.number, sent);
    }

    /// Sending was over before this run's turn came.
    fn unsent(self, attempts: u32, began: Option<Instant>) -> Record {
        let reason = Failure::new(Kind::Cancelled, "not run: the batch stopped first").code("NOT_SENT");
        let status = if self.may_have_run { Status::Unknown } else { Status::Skipped };
        self.record(status, false, attempts, began, Err(reason))
    }

    /// What the last attempt came to. `refused`: the service says that it did not run it.
    async fn end(
        self,
        answer: Result<Answer>,
        attempts: u32,
        began: Option<Instant>,
        refused: bool,
    ) -> Record {
        let came = match answer {
            Err(error) => Came::Unheard(unpack(&error).0),
            Ok(mut answer) => {
                answer.attempt = if self.may_have_run { 1 } else { attempts - 1 };
                self.outcome(&answer).await
            }
        };
        let (status, ran, end) = match came {
            Came::Ended(outcome) => {
                let (status, end) = Record::ended(outcome);
                let ran = end.as_ref().err().is_none_or(|failure| !never_ran(failure));
                (status, ran, end)
            }
            Came::Unheard(failure) => {
                let ran = !(refused || never_ran(&failure));
                (status_of(&failure, ran), ran, Err(failure))
            }
            Came::LostSight(failure) => (Status::Unknown, true, Err(failure)),
        };
        if let Some(failure) = end.as_ref().err().filter(|failure| stops_all(failure)) {
            self.crew.stop_for(failure);
        }
        let status = if self.may_have_run && !ran { Status::Unknown } else { status };
        self.record(status, ran, attempts, began, end)
    }

    async fn outcome(&self, answer: &Answer) -> Came {
        let seen = |found: Result<_, _>| found.map_or_else(Came::LostSight, Came::Ended);
        if lost::is(answer) {
            // The attempt before was heard, whatever was said about it.
            let open = Open { execution: self.execution.clone(), job: None };
            return seen(lookup::find(self.crew, &self.workflow, &open).await);
        }
        if self.crew.recall.generation == Generation::V2 && lacks_v2(answer) {
            // All others would be told the same.
            let failure = generation::lacking(errors::failure(answer));
            self.crew.stop_for(&failure);
            return Came::Unheard(failure);
        }
        if self.crew.mode != Mode::Background {
            return outcome::read(answer).map_or_else(Came::Unheard, Came::Ended);
        }
        match acceptance::started(answer) {
            Err(failure) => Came::Unheard(failure),
            Ok(Started::Over(outcome)) => Came::Ended(*outcome),
            Ok(Started::Job(accepted)) => {
                // A job of an older server is found by its own id only.
                let line = started(&self.place, &self.workflow, &self.execution, Some(&accepted.job));
                self.crew.note(line).await;
                seen(lookup::wait_for(self.crew, &self.workflow, &accepted.job).await)
            }
        }
    }

    fn record(
        self,
        status: Status,
        ran: bool,
        attempts: u32,
        began: Option<Instant>,
        end: Result<Json, Failure>,
    ) -> Record {
        Record {
            place: self.place,
            workflow: Some(self.workflow),
            execution: Some(self.execution),
            status,
            ran: ran || self.may_have_run,
            attempts,
            took: began.map(|began| began.elapsed()).unwrap_or_default(),
            end,
        }
    }
}

/// What is known after the last attempt.
enum Came {
    /// How the run ended.
    Ended(Outcome),
    /// No report of the run: a refusal, or no usable answer.
    Unheard(Failure),
    /// It was accepted; how it ended cannot be found out.
    LostSight(Failure),
}
