//! How many lines ended in which way, and their results on their way to the printer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

use tokio::sync::{Semaphore, mpsc};

use super::line::Unfit;
use super::printer::Printer;
use super::record::{Record, Status};
use crate::output::{Output, human};
use crate::secret::Redactor;
use crate::text;

/// More unusable lines than these are told as results only.
const TOLD: u64 = 20;

/// Columns of a bar.
const NARROWEST: usize = 5;
const WIDEST: usize = 20;
/// What else stands on its line: brackets, the spinner, the time spent.
const BESIDE: usize = 24;

/// A result: its line's place in the order, what came of it, and its line of JSON.
pub type Shown = (u64, Record, String);

/// Takes results in.
pub struct Report {
    records: RefCell<Option<mpsc::UnboundedSender<Shown>>>,
    counts: RefCell<[u64; Status::ALL.len()]>,
    /// Lines that an earlier batch brought to their end: those that completed, and the others.
    before: [Cell<u64>; 2],
    began: Instant,
    output: Rc<Output>,
    redactor: Redactor,
}

/// The two ends.
pub fn report(output: &Rc<Output>, redactor: Redactor, window: Option<Rc<Semaphore>>) -> (Report, Printer) {
    let (sender, records) = mpsc::unbounded_channel();
    let report = Report {
        records: RefCell::new(Some(sender)),
        counts: RefCell::default(),
        before: Default::default(),
        began: Instant::now(),
        output: output.clone(),
        redactor: redactor.clone(),
    };
    (report, Printer::new(records, window, output, redactor))
}

impl Report {
    /// Takes a result; `number` is its line's place in the order, `text` its line of JSON.
    pub fn add(&self, number: u64, record: Record, text: String) {
        let at = Status::ALL.iter().position(|status| *status == record.status).unwrap_or_default();
        self.counts.borrow_mut()[at] += 1;
        if let Some(records) = &*self.records.borrow() {
            // A printer that has ended has said why.
            let _ = records.send((number, record, text));
        }
    }

    /// Counts a line that an earlier batch brought to its end.
    pub fn done_before(&self, completed: bool) {
        let count = &self.before[usize::from(!completed)];
        count.set(count.get() + 1);
    }

    /// Names a line that cannot be run, unless its result says so on the same screen.
    pub fn unfit(&self, unfit: &Unfit) {
        let told = self.count(Status::Invalid);
        if told < TOLD && !(self.output.is_human() && self.output.is_terminal()) {
            self.output.warning(&text::line(&unfit.reason.message));
        } else if told == TOLD {
            self.output.warning("more lines that cannot be run: see the results with status invalid");
        }
    }

    /// No more results come.
    pub fn close(&self) {
        self.records.borrow_mut().take();
    }

    /// What takes secrets out of results.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// How many ended so.
    pub fn count(&self, status: Status) -> u64 {
        let at = Status::ALL.iter().position(|known| *known == status).unwrap_or_default();
        self.counts.borrow()[at]
    }

    /// How many lines are over and did not complete, those of an earlier batch too.
    pub fn bad(&self) -> u64 {
        self.all() - self.count(Status::Completed) + self.before[1].get()
    }

    /// How many lines are over, those of an earlier batch too.
    pub fn over(&self) -> u64 {
        self.all() + self.before.iter().map(Cell::get).sum::<u64>()
    }

    /// How many ended in this batch.
    pub fn all(&self) -> u64 {
        self.counts.borrow().iter().sum()
    }

    /// `12 completed, 1 failed`; what nobody met is left out.
    pub fn tally(&self) -> String {
        let mut parts: Vec<String> = Status::ALL
            .iter()
            .map(|status| (self.count(*status), status.word()))
            .filter(|(count, word)| *count > 0 || *word == "completed")
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        for (count, word) in self.before.iter().zip(["completed before", "not completed before"]) {
            parts.extend((count.get() > 0).then(|| format!("{} {word}", count.get())));
        }
        parts.join(", ")
    }

    /// The counts as data.
    pub fn counts(&self) -> serde_json::Value {
        Status::ALL
            .iter()
            .map(|status| (status.word().to_owned(), serde_json::Value::from(self.count(*status))))
            .collect()
    }

    /// `in 2.3 s (2164/s)`.
    pub fn pace(&self) -> String {
        format!("in {} ({}/s)", human::span(self.began.elapsed()), figure(self.rate()))
    }

    fn rate(&self) -> f64 {
        self.all() as f64 / self.began.elapsed().as_secs_f64().max(0.001)
    }

    /// `[####------] 123 of 500, 87/s, 120 ok, 3 failed, 5 s left after`, before the time spent. A total of 0 is not
    /// known; a narrow terminal has no room for the bar.
    pub fn progress(&self, total: u64) -> String {
        let (all, completed, rate) = (self.all(), self.count(Status::Completed), self.rate());
        let done = self.over();
        let total = if total == 0 { 0 } else { total.max(done) };
        let mut line = done.to_string();
        if total > 0 {
            line.push_str(&format!(" of {total}"));
        }
        line.push_str(&format!(", {}/s, {completed} ok, {} failed", figure(rate), all - completed));
        if total > done && rate > 0.0 {
            let left = std::time::Duration::from_secs_f64(((total - done) as f64 / rate).min(1e9));
            line.push_str(&format!(", {} left", human::span(left)));
        }
        line.push_str(" after");
        let room = self.output.page_width().unwrap_or(80).saturating_sub(line.len() + BESIDE).min(WIDEST);
        if total == 0 || room < NARROWEST {
            return line;
        }
        let filled = usize::try_from(done * room as u64 / total).unwrap_or(room);
        format!("[{}{}] {line}", "#".repeat(filled), "-".repeat(room - filled))
    }
}

fn figure(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}
