//! Where results become bytes: the only place that writes stdout and stderr.
//!
//! stdout carries the result and nothing else; stderr carries progress, warnings, hints and errors.

mod asides;
mod explain;
pub mod human;
pub mod json;
mod live;
mod markdown;
mod panic;
mod progress;
mod query;
mod redraw;
mod rows;
mod style;
mod table;
mod terminal;
mod tree;
pub mod yaml;

use std::borrow::Cow;
use std::cell::RefCell;

use anyhow::Result;
use jiff::Timestamp;

use self::human::Cell as _;
pub use self::live::{Collected, Live};
pub use self::panic::install as install_panic_hook;
pub use self::progress::Progress;
pub use self::query::Query;
pub use self::redraw::Redraw;
pub use self::rows::Rows;
pub use self::style::Paint;
pub use self::terminal::{ColorWhen, ReaderGone, Terminal};
pub use self::tree::{Branch, drawn};
use crate::columns::{Column, View};
use crate::http::Watcher;
use crate::json::{Json, Node};
use crate::secret::Redactor;

/// The forms a result can take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// The service's data, indented.
    Json,
    /// One object a line.
    Ndjson,
    /// YAML.
    Yaml,
    /// Tab-separated, no heading.
    Tsv,
    /// Comma-separated, with a heading.
    Csv,
    /// Ids only.
    Id,
}

impl Format {
    /// Reads a name: `human` (`table`, `text`), `json`, `ndjson` (`jsonl`), `yaml`, `tsv`, `csv`, `id` (`name`).
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "human" | "table" | "text" => Self::Human,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "yaml" => Self::Yaml,
            "tsv" => Self::Tsv,
            "csv" => Self::Csv,
            "id" | "name" => Self::Id,
            _ => return None,
        })
    }
}

/// What the user wants to see, and how.
pub struct Output {
    /// The form of results.
    pub format: Format,
    /// `--jq`.
    pub query: Option<Query>,
    /// No progress, no hints.
    pub quiet: bool,
    /// 0, 1 (`-v`) or 2 (`-vv`).
    pub verbose: u8,
    out: RefCell<Terminal>,
    err: RefCell<Terminal>,
    redactor: Redactor,
    bar: RefCell<Option<indicatif::ProgressBar>>,
    /// Flags that a hint's command needs to mean the same place: `--local`, `--profile work`.
    place: RefCell<String>,
    /// A service and the flags after its word: `recall`, `--base-url URL`.
    service_place: RefCell<(String, String)>,
}

impl Output {
    /// An output over the process's two streams.
    pub fn new(
        format: Format,
        query: Option<Query>,
        quiet: bool,
        verbose: u8,
        color: ColorWhen,
        redactor: Redactor,
    ) -> Self {
        Self {
            format,
            query,
            quiet,
            verbose,
            out: RefCell::new(Terminal::stdout(color)),
            err: RefCell::new(Terminal::stderr(color)),
            redactor,
            bar: RefCell::default(),
            place: RefCell::default(),
            service_place: RefCell::default(),
        }
    }

    /// Whether a person looks at stdout.
    pub fn is_terminal(&self) -> bool {
        self.out.borrow().tty
    }

    /// Columns of the terminal that stdout is; nothing elsewhere. Asked anew each time: a window changes its size.
    pub fn page_width(&self) -> Option<usize> {
        let out = self.out.borrow();
        let now = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns).max(20));
        out.tty.then(|| now().unwrap_or(out.width))
    }

    /// Whether a person looks at stderr.
    pub fn asks_on_terminal(&self) -> bool {
        self.err.borrow().tty
    }

    /// Colours for stdout.
    pub fn paint(&self) -> Paint {
        Paint { on: self.out.borrow().color }
    }

    /// Whether results are for people.
    pub fn is_human(&self) -> bool {
        self.format == Format::Human && self.query.is_none()
    }

    /// One thing.
    ///
    /// # Errors
    /// When stdout cannot be written, or `--jq` fails.
    pub fn emit(&self, json: &Json, view: View) -> Result<()> {
        if let Some(done) = self.machine(json, view)? {
            return self.print(&done);
        }
        self.print(human::sheet(&Node::of(json), view.columns, Timestamp::now(), self.paint()).as_bytes())
    }

    /// One thing whose human form is this text (an answer, a program's output).
    ///
    /// # Errors
    /// As for [`Output::emit`].
    pub fn emit_text(&self, text: &str, json: &Json, view: View) -> Result<()> {
        match self.machine(json, view)? {
            Some(done) => self.print(&done),
            None if self.is_terminal() => self.print(crate::text::disarmed(text).as_bytes()),
            None => self.print(text.as_bytes()),
        }
    }

    /// Many things.
    ///
    /// # Errors
    /// As for [`Output::emit`].
    pub fn emit_list(&self, items: &[Json], view: View) -> Result<()> {
        if self.format == Format::Ndjson || (self.format == Format::Id && self.query.is_none()) {
            for item in items {
                self.emit(item, view)?;
            }
            return Ok(());
        }
        let rows = || items.iter().map(Node::of).collect::<Vec<_>>();
        if self.query.is_none() {
            match self.format {
                Format::Tsv => {
                    return self.print(&self.shown(table::tsv(&rows(), view.columns).into_bytes()));
                }
                Format::Csv => {
                    return self.print(&self.shown(table::csv(&rows(), view.columns).into_bytes()));
                }
                Format::Human if items.is_empty() => {
                    self.hint("nothing to list");
                    return Ok(());
                }
                Format::Human => {
                    let width = self.is_terminal().then(|| self.out.borrow().width);
                    let text = table::aligned(&rows(), view.columns, width, self.paint(), Timestamp::now());
                    return self.print(text.as_bytes());
                }
                _ => {}
            }
        }
        match self.machine(&Json::array(items), view)? {
            Some(done) => self.print(&done),
            None => Ok(()),
        }
    }

    /// A document of unknown kind: for people it is indented JSON.
    ///
    /// # Errors
    /// As for [`Output::emit`].
    pub fn emit_document(&self, json: &Json) -> Result<()> {
        let view = View { columns: &[], id: "id" };
        let by_item = matches!(self.format, Format::Ndjson | Format::Id | Format::Tsv | Format::Csv);
        if let (true, None, Some(items)) = (by_item, &self.query, json.items()) {
            return self.emit_list(&items, view);
        }
        match self.machine(json, view)? {
            Some(done) => self.print(&done),
            None => self.print(json::pretty(&self.harmless(json), self.paint()).as_bytes()),
        }
    }

    /// Bytes from a service: as they are in a pipe, harmless on a terminal.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn emit_bytes(&self, bytes: &[u8]) -> Result<()> {
        self.print(&self.shown(bytes.to_vec()))
    }

    /// Bytes for stdout as they are: a completion script, a file, a program's output.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn print(&self, bytes: &[u8]) -> Result<()> {
        self.aside_of_bar(|| self.out.borrow_mut().write(bytes))
    }

    /// The machine form of a document, or nothing when a person is to read it.
    fn machine(&self, json: &Json, view: View) -> Result<Option<Vec<u8>>> {
        if let Some(query) = &self.query {
            return Ok(Some(self.shown(query.run(json, self.is_terminal())?)));
        }
        let json = &*self.harmless(json);
        let id = Column::text("id", view.id);
        Ok(Some(match self.format {
            Format::Human => return Ok(None),
            Format::Json => json::pretty(json, self.paint()).into_bytes(),
            Format::Ndjson => json::line(json).into_bytes(),
            Format::Yaml => self.shown(yaml::document(&Node::of(json)).into_bytes()),
            Format::Tsv => self.shown(table::tsv(&[Node::of(json)], view.columns).into_bytes()),
            Format::Csv => self.shown(table::csv(&[Node::of(json)], view.columns).into_bytes()),
            Format::Id => {
                // One id a line, whatever a service calls an id.
                let id = id.plain(&Node::of(json)).replace('\r', "\\r").replace('\n', "\\n");
                self.shown(if id.is_empty() { Vec::new() } else { format!("{id}\n").into_bytes() })
            }
        }))
    }

    /// A document in which nothing steers the terminal it goes to.
    fn harmless<'a>(&self, json: &'a Json) -> Cow<'a, Json> {
        match crate::text::escaped(json.text()) {
            Cow::Owned(text) if self.is_terminal() => {
                Json::parse(&text).map_or(Cow::Borrowed(json), Cow::Owned)
            }
            _ => Cow::Borrowed(json),
        }
    }

    /// What a service's text becomes on stdout: on a terminal nothing in it steers the terminal.
    pub(super) fn shown(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.is_terminal() {
            crate::text::disarmed(&String::from_utf8_lossy(&bytes)).into_bytes()
        } else {
            bytes
        }
    }
}

impl Watcher for Output {
    fn level(&self) -> u8 {
        self.verbose
    }

    fn trace(&self, line: &str) {
        let line = Paint { on: self.err.borrow().color }.dim(&crate::text::disarmed(line));
        self.aside(&line);
    }

    fn waiting(&self, line: &str) {
        self.aside(line);
    }

    fn warn(&self, line: &str) {
        self.warning(line);
    }
}
