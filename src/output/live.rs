//! Events of a stream as they arrive: text to stdout, the rest to stderr, or all of it collected.

use anyhow::Result;
use serde_json::{Value, json};

use super::markdown::Markdown;
use super::progress::Progress;
use super::{Format, Output};
use crate::error::Failure;
use crate::json::Json;
use crate::live::{Event, Sink, ToolPhase};
use crate::text::{self, Disarm};

/// What a stream came to, for the forms that print it at the end.
#[derive(Debug, Default)]
pub struct Collected {
    /// All text, and the text of each block in the order of its first appearance.
    pub content: String,
    /// Text by block (Recall).
    pub blocks: Vec<(String, String)>,
    /// Tool calls: `{"name", "result"}`.
    pub tools: Vec<Value>,
    /// The conversation's id.
    pub conversation: Option<String>,
    /// Characters of text seen, also when nothing was collected.
    pub characters: usize,
}

/// How events are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Text as it comes.
    Text,
    /// Each chunk as one line of JSON.
    Chunks,
    /// Nothing until the end.
    Collect,
}

/// Shows the events of one stream.
pub struct Live<'a> {
    output: &'a Output,
    mode: Mode,
    pending: Vec<u8>,
    notes: Vec<String>,
    disarm: Disarm,
    markdown: Option<Markdown>,
    collected: Collected,
    /// Gone with the first sign of life.
    progress: Option<Progress>,
    /// Print `[tool]` lines.
    tools_shown: bool,
    /// What `--jq` raised over a chunk.
    raised: Option<Failure>,
}

impl<'a> Live<'a> {
    /// `events`: one line of JSON for each chunk, whatever the format.
    pub fn new(output: &'a Output, events: bool, waiting_for: &str) -> Self {
        let mode = match output.format {
            _ if events => Mode::Chunks,
            Format::Ndjson => Mode::Chunks,
            Format::Human if output.query.is_none() => Mode::Text,
            _ => Mode::Collect,
        };
        let styled = output.out.borrow().tty && output.out.borrow().color;
        Self {
            output,
            mode,
            pending: Vec::new(),
            notes: Vec::new(),
            disarm: Disarm::default(),
            markdown: styled.then(Markdown::default),
            collected: Collected::default(),
            progress: Some(output.progress(waiting_for)),
            tools_shown: !output.quiet,
            raised: None,
        }
    }

    /// Whether the text has been printed already.
    pub fn printed(&self) -> bool {
        self.mode != Mode::Collect
    }

    /// Ends the text with a line break if it lacks one, and gives what was collected.
    ///
    /// # Errors
    /// When nobody reads any more.
    pub fn finish(mut self) -> Result<Collected> {
        self.progress = None;
        if let Some(markdown) = &mut self.markdown {
            let mut rest = String::new();
            markdown.finish(&mut rest);
            self.pending.extend_from_slice(rest.as_bytes());
        }
        self.flush()?;
        if self.mode == Mode::Text && self.collected.characters > 0 {
            self.output.out.borrow_mut().end_line()?;
        }
        Ok(self.collected)
    }

    fn text(&mut self, piece: &str, block: Option<&str>) {
        self.collected.characters += piece.chars().count();
        match self.mode {
            Mode::Text if !self.output.out.borrow().tty => self.pending.extend_from_slice(piece.as_bytes()),
            Mode::Text => {
                let mut safe = String::new();
                self.disarm.push(piece, &mut safe);
                match &mut self.markdown {
                    Some(markdown) => {
                        let mut styled = String::new();
                        markdown.push(&safe, &mut styled);
                        self.pending.extend_from_slice(styled.as_bytes());
                    }
                    None => self.pending.extend_from_slice(safe.as_bytes()),
                }
            }
            Mode::Chunks => {}
            Mode::Collect => {
                self.collected.content.push_str(piece);
                let Some(block) = block else { return };
                match self.collected.blocks.iter_mut().find(|(id, _)| id == block) {
                    Some((_, text)) => text.push_str(piece),
                    // The server parts blocks by an empty line that belongs to no block.
                    None => {
                        let first = self.collected.blocks.is_empty();
                        let own = if first { piece } else { piece.strip_prefix("\n\n").unwrap_or(piece) };
                        self.collected.blocks.push((block.to_owned(), own.to_owned()));
                    }
                }
            }
        }
    }

    /// One chunk as a line, or what `--jq` makes of it. What the filter raises is told at the next flush.
    fn chunk(&mut self, line: &str) {
        // Without a filter a chunk is not even parsed.
        let parsed = self.output.query.as_ref().and_then(|query| Some((query, Json::lenient(line)?)));
        let filtered = match parsed {
            Some((query, chunk)) => query.run(&chunk, false).map(|bytes| self.output.shown(bytes)),
            None if self.output.is_terminal() => Ok(format!("{}\n", text::escaped(line)).into_bytes()),
            None => Ok(format!("{line}\n").into_bytes()),
        };
        match filtered {
            // What a filter takes out of a string has lost its escapes.
            Ok(bytes) => self.pending.extend_from_slice(&self.output.shown(bytes)),
            Err(failure) => {
                self.raised.get_or_insert(failure);
            }
        }
    }

    fn tool(&mut self, name: &str, phase: ToolPhase, detail: &str) {
        match phase {
            ToolPhase::Called => {
                self.collected.tools.push(json!({"name": name}));
                if self.tools_shown && self.mode == Mode::Text {
                    self.notes.push(format!("[tool] {}", text::line(name)));
                }
            }
            ToolPhase::Answered => {
                let open =
                    self.collected.tools.iter_mut().rev().find(|tool| {
                        tool.get("result").is_none() && (name.is_empty() || tool["name"] == name)
                    });
                match open {
                    Some(tool) => tool["result"] = detail.into(),
                    None => self.collected.tools.push(json!({"name": name, "result": detail})),
                }
            }
        }
    }
}

impl Sink for Live<'_> {
    fn show(&mut self, event: Event<'_>) {
        if self.progress.is_some() && !matches!(event, Event::Chunk(_) | Event::Conversation(_)) {
            self.progress = None;
        }
        match event {
            Event::Chunk(line) if self.mode == Mode::Chunks => self.chunk(line),
            Event::Chunk(_) => {}
            Event::Text { text, block } => self.text(text, block),
            Event::Reset { block } => {
                if let Some((_, text)) = self.collected.blocks.iter_mut().find(|(id, _)| id == block) {
                    text.clear();
                }
            }
            Event::Thinking(text) if self.output.verbose > 0 => {
                self.notes.push(format!("[thinking] {}", text::line(text)));
            }
            Event::Thinking(_) => {}
            Event::Tool { name, phase, detail } => self.tool(name, phase, detail),
            Event::Conversation(id) => {
                self.collected.conversation.get_or_insert_with(|| id.to_owned());
            }
            Event::Log(line) => self.notes.push(text::line(line)),
            Event::Warning(line) => self.notes.push(format!("warning: {}", text::line(line))),
        }
    }

    fn flush(&mut self) -> Result<()> {
        if !self.pending.is_empty() {
            self.progress = None;
            self.output.out.borrow_mut().write(&self.pending)?;
            self.pending.clear();
        }
        for note in self.notes.drain(..) {
            // On a terminal both streams share a line.
            if self.output.out.borrow().tty && self.output.err.borrow().tty {
                self.output.out.borrow_mut().end_line()?;
            }
            self.output.aside(&note);
        }
        self.raised.take().map_or(Ok(()), |failure| Err(failure.into()))
    }
}
