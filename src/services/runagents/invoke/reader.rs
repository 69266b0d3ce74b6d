//! The stream of an answer: one JSON object an event, by `type` (contract 6.5).

use serde::Deserialize;
use serde_json::Value;

use super::pause::{APPROVAL, CONSENT, Pause};
use crate::error::{Failure, Kind};
use crate::http::sse::Framing;
use crate::json::Json;
use crate::live::{Ending, Event, Progress, ToolPhase, cut};
use crate::services::frames::{Frames, Turn};
use crate::services::runagents::NAME;
use crate::services::text::Text;

/// Reads the stream of an answer: one JSON object an event, by `type`.
pub type InvokeReader = Frames<InvokeTurn>;

/// An answer as far as it has come.
#[derive(Default)]
pub struct InvokeTurn {
    settled: bool,
    ended: bool,
    characters: usize,
    tools: usize,
    unreadable: usize,
    pause: Option<Pause>,
    error: Option<String>,
}

/// What a stream that ended well came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoked {
    /// Characters of text.
    pub characters: usize,
    /// Events that were no JSON.
    pub unreadable: usize,
    /// The agent waits for a person.
    pub pause: Option<Pause>,
}

/// An event that is a piece of text and nothing else: nearly all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    delta: Text<'a>,
}

impl InvokeTurn {
    /// Hands over an event that is nothing but text, without building a tree of it; false when it is more.
    fn plain_content(&mut self, data: &str, emit: &mut dyn FnMut(Event<'_>)) -> bool {
        let Ok(content) = serde_json::from_str::<Content>(data) else { return false };
        let text = &*content.delta.0;
        if content.kind.0 != "content" || text.is_empty() || data.contains('\n') {
            return false;
        }
        emit(Event::Chunk(data));
        self.characters += text.chars().count();
        emit(Event::Text { text, block: None });
        true
    }
}

impl Turn for InvokeTurn {
    type End = Invoked;
    const SERVICE: &'static str = NAME;
    const FRAMING: Framing = Framing::Joined;

    fn progress(&self) -> Progress {
        match (self.ended, self.settled) {
            (true, _) => Progress::Ended,
            (_, true) => Progress::Settled,
            _ => Progress::Open,
        }
    }

    fn end(self, ending: &Ending, _: &mut dyn FnMut(Event<'_>)) -> Result<Invoked, Failure> {
        if let Some(message) = self.error {
            return Err(Failure::new(Kind::Refused, message).service(NAME).code("AGENT_ERROR"));
        }
        // What the agent waits for is known, whatever became of the connection.
        if !self.ended && !self.settled && self.pause.is_none() {
            let failure = cut(NAME, ending, self.characters, "the agent finished");
            let nothing = self.characters == 0 && self.tools == 0;
            return Err(if nothing { failure.note("empty response") } else { failure });
        }
        Ok(Invoked { characters: self.characters, unreadable: self.unreadable, pause: self.pause })
    }

    fn frame(&mut self, data: &str, emit: &mut dyn FnMut(Event<'_>)) {
        let data = data.trim();
        if self.ended || data.is_empty() {
            return;
        }
        if data == "[DONE]" || data == "\"[DONE]\"" {
            self.ended = true;
            return;
        }
        if self.plain_content(data, emit) {
            return;
        }
        let exact = serde_json::from_str::<Value>(data).ok();
        let Some(event) = exact.or_else(|| Json::lenient(data).map(|json| json.value)) else {
            self.unreadable += 1;
            return;
        };
        // A chunk is promised as one line.
        if data.contains('\n') {
            emit(Event::Chunk(&event.to_string()));
        } else {
            emit(Event::Chunk(data));
        }
        if let Some(id) = event.get("conversation_id").and_then(Value::as_str) {
            emit(Event::Conversation(id));
        }
        let tool = event.get("tool").and_then(Value::as_str);
        let detail = event.get("detail").filter(|detail| detail.is_object()).unwrap_or(&event);
        // Hosted streams say `input` and `output`, and may hold objects (contract 6.5).
        let either = |a: &str, b: &str| plain(event.get(a).or_else(|| event.get(b)).unwrap_or(&Value::Null));
        match event.get("type").and_then(Value::as_str).unwrap_or_default() {
            "content" => {
                let text = event.get("delta").or_else(|| event.get("content")).and_then(Value::as_str);
                if let Some(text) = text.filter(|text| !text.is_empty()) {
                    self.characters += text.chars().count();
                    emit(Event::Text { text, block: None });
                }
            }
            "tool_call" => {
                self.tools += 1;
                let detail = either("arguments", "input");
                emit(Event::Tool { name: tool.unwrap_or("tool"), phase: ToolPhase::Called, detail: &detail });
            }
            "tool_result" => {
                let detail = either("result", "output");
                emit(Event::Tool {
                    name: tool.unwrap_or_default(),
                    phase: ToolPhase::Answered,
                    detail: &detail,
                });
            }
            "approval_required" => self.pause = Some(Pause::of(APPROVAL, tool, detail)),
            "consent_required" => self.pause = Some(Pause::of(CONSENT, tool, detail)),
            "done" => self.settled = true,
            "error" => {
                self.settled = true;
                let said = event.get("message").or_else(|| event.get("error"));
                // Gateways put an object there.
                let said = said.and_then(|said| said.as_str().or_else(|| said.get("message")?.as_str()));
                let said = said.filter(|text| !text.is_empty());
                self.error = Some(crate::text::line(said.unwrap_or("the agent failed without saying why")));
            }
            _ => {}
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
