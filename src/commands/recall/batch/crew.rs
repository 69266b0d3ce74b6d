//! The workers, and what they share: the gate, the journal, who is under way, the end of sending.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use tokio::sync::{Mutex, Semaphore};

use super::deployed::Deployed;
use super::feed::{Feed, Item};
use super::gate::Gate;
use super::halt::Halt;
use super::journal::Journal;
use super::names::Names;
use super::record::{Record, Status};
use super::report::Report;
use super::work;
use crate::error::Failure;
use crate::http::Watcher as _;
use crate::live::{Interrupt, Pace};
use crate::output::Output;
use crate::services::recall::Recall;
use crate::services::recall::execute::Mode;

/// What all workers share.
pub struct Crew {
    /// Through a client that repeats nothing: the gate decides.
    pub recall: Recall,
    /// Through one that bears refusals by itself, for questions.
    pub asking: Recall,
    /// How runs are started.
    pub mode: Mode,
    /// How jobs are waited for.
    pub pace: Pace,
    /// Send again what may have run.
    pub retry_unknown: bool,
    /// Stop at the first failure.
    pub fail_fast: bool,
    /// The shared pause.
    pub gate: Gate,
    /// The end of sending.
    pub halt: Halt,
    /// The output file.
    pub journal: Option<Journal>,
    /// Workflows by name.
    pub names: Names,
    /// What is known of the workflows, when that is wanted.
    pub deployed: Option<Deployed>,
    /// Where results go.
    pub report: Report,
    /// With `--ordered`: how many results may wait for an earlier one.
    pub window: Option<Rc<Semaphore>>,
    /// Runs that were sent and are not over, in the order of their lines.
    pub under_way: RefCell<BTreeMap<u64, Sent>>,
    /// Lines still to come.
    pub items: Mutex<Feed>,
    /// The number of the next line that gets a result.
    pub next: Cell<u64>,
    /// Where waits are told.
    pub output: Rc<Output>,
    /// The way out of waits.
    pub interrupt: Interrupt,
}

/// A run that was sent.
pub struct Sent {
    /// Its line.
    pub line: u64,
    /// Its workflow.
    pub workflow: String,
    /// Its own id.
    pub execution: String,
}

impl Crew {
    /// One worker: line by line, until there are no more.
    pub async fn work(self: Rc<Self>) {
        while let Some((number, item)) = self.take().await {
            let record = match item {
                Item::Run(line, open) => work::carry_out(&self, number, *line, open).await,
                Item::Unfit(unfit) => {
                    self.report.unfit(&unfit);
                    Record::unsent(unfit.place, None, Status::Invalid, unfit.reason)
                }
                Item::Done(completed) => {
                    self.report.done_before(completed);
                    self.window.iter().for_each(|window| window.add_permits(1));
                    continue;
                }
                Item::Broken(failure) => {
                    self.halt.now(Some(failure));
                    return;
                }
            };
            self.settle(number, record).await;
        }
    }

    /// The next line, and its number among those that get a result.
    async fn take(&self) -> Option<(u64, Item)> {
        let next = async {
            if let Some(window) = &self.window {
                window.acquire().await.ok()?.forget();
            }
            let mut items = self.items.lock().await;
            let item = items.next().await?;
            let number = self.next.get();
            // Numbered while nobody else can take one: results wait for each other by these numbers.
            if !matches!(item, Item::Done(_)) {
                self.next.set(number + 1);
            }
            Some((number, item))
        };
        tokio::select! {
            biased;
            () = self.halt.set() => None,
            item = next => item,
        }
    }

    /// Records a result, then shows it.
    async fn settle(&self, number: u64, record: Record) {
        let text = record.json(self.report.redactor());
        self.note(text.clone()).await;
        self.under_way.borrow_mut().remove(&number);
        let is_bad = !matches!(record.status, Status::Completed | Status::Paused);
        self.report.add(number, record, text);
        if is_bad && self.fail_fast {
            self.halt.now(None);
        }
    }

    /// Writes into the output file, if there is one; false when that failed, which ends the sending.
    pub async fn note(&self, line: String) -> bool {
        let Some(journal) = &self.journal else { return true };
        match journal.append(line).await {
            Ok(()) => true,
            Err(failure) => {
                self.halt.now(Some(failure));
                false
            }
        }
    }

    /// Waits until a request may leave; false when none may any more.
    pub async fn may_send(&self) -> bool {
        tokio::select! {
            biased;
            () = self.halt.set() => false,
            () = self.gate.pass() => true,
        }
    }

    /// Tells of a pause.
    pub fn waits(&self, reason: &str, wait: std::time::Duration) {
        self.output
            .waiting(&format!("{reason} from recall: nothing is sent for {:.1} s", wait.as_secs_f64()));
    }

    /// Ends the sending for a failure that all lines would meet.
    pub fn stop_for(&self, failure: &Failure) {
        self.halt.now(Some(failure.clone()));
    }
}
