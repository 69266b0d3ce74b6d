//! Results that come one at a time, in every form: what was printed so far is never taken back.

use anyhow::Result;

use super::{Format, Output, json, table, yaml};
use crate::columns::View;
use crate::json::{Json, Node};

/// The rows of one result, in the form that the user wants. In a pipe rows for people are lines of JSON: nobody
/// can align columns whose rest is still to come.
pub struct Rows {
    view: View<'static>,
    is_first: bool,
    endless: bool,
}

impl Rows {
    /// No row yet.
    pub fn new(view: View<'static>) -> Self {
        Self { view, is_first: true, endless: false }
    }

    /// Rows that nobody knows the end of: `json` is a line for each too, as no bracket would ever close.
    pub fn endless(view: View<'static>) -> Self {
        Self { endless: true, ..Self::new(view) }
    }

    /// The bytes of a row; `text` is one line of JSON.
    ///
    /// # Errors
    /// When it is no JSON, or `--jq` fails.
    pub fn next(&mut self, text: &str, output: &Output) -> Result<Vec<u8>> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        let lines = matches!(output.format, Format::Ndjson | Format::Human);
        if lines && output.query.is_none() && !output.is_terminal() {
            return Ok(format!("{text}\n").into_bytes());
        }
        let row = Json::parse(text)?;
        if output.query.is_none() {
            match output.format {
                Format::Json => {
                    let shown = crate::text::escaped(text);
                    let row = if output.is_terminal() { Json::parse(&shown)? } else { row };
                    if self.endless {
                        return Ok(json::line(&row).into_bytes());
                    }
                    let inner = json::pretty(&row, output.paint());
                    let opening = if is_first { "[" } else { "," };
                    return Ok(format!("{opening}\n  {}", inner.trim_end().replace('\n', "\n  ")).into());
                }
                Format::Yaml => {
                    let one = Node::Array(vec![Node::of(&row)]);
                    return Ok(output.shown(yaml::document(&one).into_bytes()));
                }
                Format::Csv => {
                    let whole = table::csv(&[Node::of(&row)], self.view.columns);
                    let heading = whole.find('\n').map_or(0, |end| end + 1);
                    let row = if is_first { &whole[..] } else { &whole[heading..] };
                    return Ok(output.shown(row.as_bytes().to_vec()));
                }
                Format::Human => return Ok(output.shown(json::line(&row).into_bytes())),
                Format::Ndjson | Format::Tsv | Format::Id => {}
            }
        }
        Ok(output.machine(&row, self.view)?.unwrap_or_default())
    }

    /// What closes them.
    pub fn end(&self, output: &Output) -> &'static [u8] {
        if self.endless {
            return b"";
        }
        match (output.format, output.query.is_none(), self.is_first) {
            (Format::Json, true, false) => b"\n]\n",
            (Format::Json | Format::Yaml, true, true) => b"[]\n",
            _ => b"",
        }
    }
}

impl Output {
    /// One more of a list's rows.
    ///
    /// # Errors
    /// When stdout cannot be written, or `--jq` fails.
    pub fn emit_row(&self, item: &Json, rows: &mut Rows) -> Result<()> {
        self.print(&rows.next(json::line(item).trim_end(), self)?)
    }
}
