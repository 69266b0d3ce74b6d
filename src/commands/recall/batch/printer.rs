//! Results on their way to stdout, in the order of completion or of the lines.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::Result;
use tokio::sync::{Semaphore, mpsc};

use super::record::Record;
use super::report::Shown;
use crate::columns::{Column, Kind, View};
use crate::commands::recall::result;
use crate::output::{Output, Rows, human};
use crate::secret::Redactor;
use crate::text;

/// What tables show of a result, and its id.
const VIEW: View<'static> = View {
    columns: &[
        Column::text("id", "id"),
        Column::of(Kind::Status, "status", "status"),
        Column::text("run", "execution_id"),
        Column::text("attempts", "attempts"),
        Column::text("ms", "duration_ms"),
        Column::text("result", "output|error"),
    ],
    id: "id",
};

/// Brings results to stdout.
pub struct Printer {
    records: mpsc::UnboundedReceiver<Shown>,
    /// With `--ordered`: a place for each result that may wait.
    window: Option<Rc<Semaphore>>,
    output: Rc<Output>,
    redactor: Redactor,
    rows: Rows,
}

impl Printer {
    /// Prints what comes out of `records`.
    pub fn new(
        records: mpsc::UnboundedReceiver<Shown>,
        window: Option<Rc<Semaphore>>,
        output: &Rc<Output>,
        redactor: Redactor,
    ) -> Self {
        Self { records, window, output: output.clone(), redactor, rows: Rows::new(VIEW) }
    }

    /// Prints until no more results come. What came meanwhile goes out with one write.
    ///
    /// # Errors
    /// When nobody reads any more, or stdout cannot be written.
    pub async fn print(mut self) -> Result<()> {
        let window = self.window.clone();
        let mut waiting: BTreeMap<u64, Shown> = BTreeMap::new();
        let (mut arrived, mut next) = (Vec::new(), 0);
        while self.records.recv_many(&mut arrived, 1024).await > 0 {
            let mut bytes = Vec::new();
            for shown in arrived.drain(..) {
                let Some(window) = &window else {
                    bytes.extend(self.row(&shown)?);
                    continue;
                };
                waiting.insert(shown.0, shown);
                while let Some(shown) = waiting.remove(&next) {
                    window.add_permits(1);
                    next += 1;
                    bytes.extend(self.row(&shown)?);
                }
            }
            self.output.print(&bytes)?;
        }
        // After Ctrl-C an earlier line may never come.
        let mut bytes = Vec::new();
        for shown in waiting.values() {
            bytes.extend(self.row(shown)?);
        }
        bytes.extend(self.rows.end(&self.output));
        self.output.print(&bytes)
    }

    fn row(&mut self, (_, record, text): &Shown) -> Result<Vec<u8>> {
        if self.output.is_human() && self.output.is_terminal() {
            return Ok(self.spoken(record).into_bytes());
        }
        self.rows.next(text, &self.output)
    }

    /// `completed  12  812 ms  Hello, Ada!`.
    fn spoken(&self, record: &Record) -> String {
        let word = format!("{:<9}", record.status.word());
        let id = text::line(&record.place.id.key());
        let said = match &record.end {
            Ok(output) => text::line(&result::readable(output)),
            Err(failure) => text::line(&self.redactor.hide(&failure.to_string())),
        };
        let rest = format!("  {id}  {}  {said}", human::span(record.took));
        let room = self.output.page_width().unwrap_or(80).saturating_sub(word.len() + 1);
        let painted = self.output.paint().status(word.trim_end());
        let gap = " ".repeat(word.len() - record.status.word().len());
        format!("{painted}{gap}{}\n", text::shortened(&rest, room))
    }
}
