//! Lists without an end: each item is shown when it comes.

use anyhow::Result;

use super::{Format, Output, json, table};
use crate::columns::View;
use crate::json::{Json, Node};

impl Output {
    /// One more item of a list that nobody knows the end of, in a form for machines: `json` is a line for each, as
    /// `ndjson` is, and `csv` has its heading once.
    ///
    /// # Errors
    /// When stdout cannot be written, or `--jq` fails.
    pub fn emit_next(&self, item: &Json, view: View, first: bool) -> Result<()> {
        match self.format {
            Format::Json if self.query.is_none() => {
                let text = json::line(item);
                let shown =
                    if self.is_terminal() { crate::text::escaped(&text) } else { text.as_str().into() };
                self.print(shown.as_bytes())
            }
            Format::Csv if self.query.is_none() => {
                let whole = table::csv(&[Node::of(item)], view.columns);
                let (heading, row) = whole.split_once("\r\n").unwrap_or_default();
                let text = if first { format!("{heading}\r\n{row}") } else { row.to_owned() };
                self.print(&self.shown(text.into_bytes()))
            }
            _ => self.emit(item, view),
        }
    }
}
