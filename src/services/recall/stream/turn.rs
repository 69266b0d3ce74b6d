//! What the frames of a stream mean, one after the other.

use serde_json::value::RawValue;

use super::frame::Frame;
use crate::json::{Json, Node};
use crate::live::{Event, ToolPhase};

/// A stream as far as it has come.
pub struct RunTurn {
    /// The last word as a run object; the first one counts.
    pub last: Option<Json>,
    /// The end marker came.
    pub ended: bool,
    /// Characters of text.
    pub characters: usize,
    /// The blocks whose text was handed out, in the order of their first words.
    pub blocks: Vec<String>,
    /// Frames that could not be read.
    pub unreadable: usize,
    /// Text of the block whose turn it is, while the server may still take it back.
    held: Option<(String, String)>,
    withdrawable: bool,
}

impl RunTurn {
    /// A stream before its first frame.
    pub fn new(withdrawable: bool) -> Self {
        Self {
            last: None,
            ended: false,
            characters: 0,
            blocks: Vec::new(),
            unreadable: 0,
            held: None,
            withdrawable,
        }
    }

    /// Takes one frame.
    pub fn take(&mut self, data: &str, emit: &mut dyn FnMut(Event<'_>)) {
        let data = data.trim();
        if self.ended || data.is_empty() {
            return;
        }
        if data == "\"[DONE]\"" || data == "[DONE]" {
            self.ended = true;
            return;
        }
        let mended;
        let frame = match serde_json::from_str::<Frame>(data) {
            Ok(frame) => frame,
            Err(_) => {
                mended = Json::lenient(data);
                let again = mended.as_ref().map(|json| serde_json::from_str::<Frame>(json.text()));
                let Some(Ok(frame)) = again else {
                    // What follows may be good.
                    self.unreadable += 1;
                    return;
                };
                frame
            }
        };
        emit(Event::Chunk(data));
        if frame.event.0.is_empty() && frame.kind.0.is_empty() {
            return self.text(&frame.chunk.0, &frame.block.0, emit);
        }
        match (&*frame.event.0, &*frame.kind.0) {
            ("final" | "done", _) => self.settle(report(&frame)),
            ("error", _) => self.settle(Some(failed(frame.error))),
            ("stream_error", _) => {
                let said = frame.error.map(plain).unwrap_or_default();
                emit(Event::Warning(&format!("the stream of block {} broke: {said}", frame.block.0)));
            }
            ("chunk_reset", _) => self.forget(&frame.block.0, emit),
            ("thinking", _) => emit(Event::Thinking(&frame.data.map(plain).unwrap_or_default())),
            ("tool", _) => {
                let phase = if frame.phase.0 == "end" { ToolPhase::Answered } else { ToolPhase::Called };
                emit(Event::Tool { name: &frame.name.0, phase, detail: &frame.status.0 });
            }
            // The editor's own frames carry everything in `data`.
            ("", kind) => self.of_the_editor(kind, frame.data, emit),
            _ => {}
        }
    }

    fn of_the_editor(&mut self, kind: &str, data: Option<&RawValue>, emit: &mut dyn FnMut(Event<'_>)) {
        let inner: Frame = data.and_then(|data| serde_json::from_str(data.get()).ok()).unwrap_or_default();
        match kind {
            "stream:chunk" => self.text(&inner.chunk.0, &inner.block.0, emit),
            "execution:completed" | "execution:paused" => {
                let mut run = report(&inner);
                if let (Some(run), true) = (&mut run, kind.ends_with("paused")) {
                    run.set("status", "paused");
                }
                self.settle(run);
            }
            "execution:error" => self.settle(Some(failed(inner.error))),
            "execution:cancelled" => {
                let mut run = failed(None);
                run.set("status", "cancelled");
                self.settle(Some(run));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, block: &str, emit: &mut dyn FnMut(Event<'_>)) {
        if text.is_empty() {
            return;
        }
        if !self.withdrawable {
            return self.hand_out(text, block, emit);
        }
        if self.held.as_ref().is_some_and(|(holder, _)| holder != block) {
            self.release(emit);
        }
        self.held.get_or_insert_with(|| (block.to_owned(), String::new())).1.push_str(text);
    }

    fn forget(&mut self, block: &str, emit: &mut dyn FnMut(Event<'_>)) {
        match &self.held {
            Some((holder, _)) if holder == block => self.held = None,
            _ => emit(Event::Reset { block }),
        }
    }

    /// Hands out what was held back.
    pub fn release(&mut self, emit: &mut dyn FnMut(Event<'_>)) {
        if let Some((block, text)) = self.held.take() {
            self.hand_out(&text, &block, emit);
        }
    }

    fn hand_out(&mut self, text: &str, block: &str, emit: &mut dyn FnMut(Event<'_>)) {
        self.characters += text.chars().count();
        if self.blocks.iter().all(|known| known != block) {
            self.blocks.push(block.to_owned());
        }
        emit(Event::Text { text, block: Some(block) });
    }

    /// Takes a last word, the first one. One that cannot be read says nothing, least of all that all went well.
    fn settle(&mut self, run: Option<Node>) {
        let run = run.and_then(|run| Json::parse(&run.compact()).ok());
        match run {
            Some(run) if self.last.is_none() => self.last = Some(run),
            Some(_) => {}
            None => self.unreadable += 1,
        }
    }
}

/// The run object of a last word: its fields stand in `data`, or (as once documented) at the root. Nothing when
/// one of them cannot be read.
fn report(frame: &Frame) -> Option<Node> {
    let node = |raw: Option<&RawValue>| match raw {
        Some(raw) => Json::lenient(raw.get()).map(|json| Some(Node::of(&json))),
        None => Some(None),
    };
    let data = node(frame.data)?.unwrap_or_else(Node::object);
    let root = [
        ("success", node(frame.success)?),
        ("output", node(frame.output)?),
        ("error", node(frame.error)?),
        ("metadata", node(frame.metadata)?),
        ("status", Some(&frame.status.0).filter(|status| !status.is_empty()).map(|text| (&**text).into())),
    ];
    let mut run = Node::object();
    for (name, value) in root {
        if let Some(value) = data.get(name).cloned().or(value) {
            run.set(name, value);
        }
    }
    // A last word without a verdict is none of a failure, unless it names an error.
    if !matches!(run.get("success"), Some(Node::Bool(_))) {
        run.set("success", matches!(run.get("error"), None | Some(Node::Null)));
    }
    if run.get("output").is_none() {
        run.set("output", Node::Null);
    }
    Some(run)
}

/// The run object of an error frame.
fn failed(error: Option<&RawValue>) -> Node {
    let mut run = Node::object();
    run.set("success", false);
    run.set("output", Node::Null);
    if let Some(error) = error.and_then(|raw| Json::lenient(raw.get())) {
        run.set("error", Node::of(&error));
    }
    run
}

fn plain(raw: &RawValue) -> String {
    let text = Json::lenient(raw.get()).and_then(|json| json.value.as_str().map(str::to_owned));
    text.unwrap_or_else(|| raw.get().to_owned())
}
