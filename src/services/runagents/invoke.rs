//! Talking to an agent: one answer, or the events of an answer while it is made (contract 2.1, 6.5).

use std::time::Duration;

use serde_json::Value;

use super::{NAME, Runagents};
use crate::error::{Failure, Kind};
use crate::http::sse::{Decoder, Framing, TooLarge};
use crate::http::{Method, Request, segment};
use crate::json::Node;
use crate::live::{Ending, Event, Progress, Reader, ToolPhase, cut};
use crate::services::Service as _;

/// Agents think longer than the common limit allows.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is said to an agent.
#[derive(Clone, Debug)]
pub struct Say {
    /// The message.
    pub message: String,
    /// What was said before: a list of `{role, content}`.
    pub history: Option<Node>,
    /// The conversation that this goes on with.
    pub conversation: Option<String>,
}

impl Runagents {
    /// The request for an answer, or for the stream of it. Never sent twice: it may have been heard.
    pub fn invoke(&self, agent: &str, say: &Say, stream: bool) -> Request {
        let mut body = Node::object();
        body.set("message", say.message.as_str());
        if let Some(history) = &say.history {
            body.set("history", history.clone());
        }
        if let Some(conversation) = &say.conversation {
            body.set("conversation_id", conversation.as_str());
        }
        let path = format!("/agents/{}/invoke{}", segment(agent), if stream { "/stream" } else { "" });
        let request = self.request(Method::Post, &path).json_text(body.compact()).patient(PATIENCE);
        if stream { request.streaming() } else { request }
    }
}

/// The agent stopped and waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// `APPROVAL_REQUIRED` or `CONSENT_REQUIRED`.
    pub code: &'static str,
    /// The tool that was to be called.
    pub tool: String,
    /// What the service says about it.
    pub message: String,
    /// The action that waits for approval.
    pub action: Option<String>,
    /// Where a person agrees.
    pub address: Option<String>,
}

const APPROVAL: &str = "APPROVAL_REQUIRED";
const CONSENT: &str = "CONSENT_REQUIRED";

impl Pause {
    fn of(code: &'static str, tool: Option<&str>, detail: &Value) -> Self {
        let field = |name: &str| {
            detail.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(crate::text::line)
        };
        Self {
            code,
            tool: tool.map(crate::text::line).or_else(|| field("tool")).unwrap_or_default(),
            message: field("message").unwrap_or_default(),
            action: field("action_id"),
            address: field("authorization_url"),
        }
    }

    /// The pause that a whole answer tells of, if it does.
    pub fn in_answer(answer: &Value) -> Option<Self> {
        let tool = answer.get("tool").and_then(Value::as_str);
        let told = |name: &str| answer.get(name).filter(|detail| detail.is_object());
        let code = answer.get("code").and_then(Value::as_str);
        if let Some(detail) = told("approval_required") {
            return Some(Self::of(APPROVAL, tool, detail));
        }
        match (told("consent_required"), code) {
            (Some(detail), _) => {
                let own = Self::of(CONSENT, tool, answer);
                let inner = Self::of(CONSENT, tool, detail);
                Some(Self {
                    address: inner.address.or(own.address),
                    message: if inner.message.is_empty() { own.message } else { inner.message },
                    ..own
                })
            }
            (None, Some(CONSENT)) => Some(Self::of(CONSENT, tool, answer)),
            (None, Some(APPROVAL)) => Some(Self::of(APPROVAL, tool, answer)),
            _ => None,
        }
    }

    /// Exit 8, with what a person has to do.
    pub fn failure(&self) -> Failure {
        let tool = if self.tool.is_empty() { String::new() } else { format!(" to call `{}`", self.tool) };
        let (what, needed) = match self.code {
            APPROVAL => ("approval", "the agent waits for approval"),
            _ => ("consent", "the agent waits for your consent"),
        };
        let mut failure = Failure::new(Kind::Paused, format!("{needed}{tool}")).service(NAME).code(self.code);
        if !self.message.is_empty() {
            failure = failure.note(self.message.clone());
        }
        if let Some(action) = &self.action {
            failure = failure.note(format!("action: {action}"));
        }
        if let Some(address) = &self.address {
            failure = failure.note(format!("agree here: {address}"));
        }
        match what {
            "approval" => failure.hint("ra runagents approval list"),
            _ => failure.note("then ask again"),
        }
    }
}

/// The text of a whole answer, if it holds one.
pub fn text_of(answer: &Value) -> Option<&str> {
    if let Some(text) = answer.as_str() {
        return Some(text);
    }
    ["response", "output", "content", "message"].iter().find_map(|name| answer.get(*name)?.as_str())
}

/// Reads the stream of an answer: one JSON object an event, by `type`.
pub struct InvokeReader {
    decoder: Decoder,
    turn: Turn,
}

#[derive(Default)]
struct Turn {
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

impl Default for InvokeReader {
    fn default() -> Self {
        Self { decoder: Decoder::new(Framing::Joined), turn: Turn::default() }
    }
}

impl Turn {
    fn event(&mut self, data: &str, emit: &mut dyn FnMut(Event<'_>)) {
        let data = data.trim();
        if self.ended || data.is_empty() {
            return;
        }
        if data == "[DONE]" || data == "\"[DONE]\"" {
            self.ended = true;
            return;
        }
        let Ok(event) = serde_json::from_str::<Value>(data) else {
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
                let said = said.and_then(Value::as_str).filter(|text| !text.is_empty());
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

impl Reader for InvokeReader {
    type End = Invoked;

    fn feed(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Event<'_>)) -> Result<Progress, Failure> {
        let turn = &mut self.turn;
        self.decoder.feed(bytes, |data| turn.event(data, emit)).map_err(|TooLarge| too_large())?;
        Ok(match (turn.ended, turn.settled) {
            (true, _) => Progress::Ended,
            (_, true) => Progress::Settled,
            _ => Progress::Open,
        })
    }

    fn finish(mut self, ending: Ending, emit: &mut dyn FnMut(Event<'_>)) -> Result<Invoked, Failure> {
        let turn = &mut self.turn;
        self.decoder.finish(|data| turn.event(data, emit)).map_err(|TooLarge| too_large())?;
        let turn = self.turn;
        if let Some(message) = turn.error {
            return Err(Failure::new(Kind::Refused, message).service(NAME).code("AGENT_ERROR"));
        }
        if !turn.ended && !turn.settled {
            // What the agent waits for is known, whatever became of the connection.
            if let Some(pause) = turn.pause {
                return Ok(Invoked {
                    characters: turn.characters,
                    unreadable: turn.unreadable,
                    pause: Some(pause),
                });
            }
            let failure = cut(NAME, &ending, turn.characters, "the agent finished");
            return Err(if turn.characters == 0 && turn.tools == 0 {
                failure.note("empty response")
            } else {
                failure
            });
        }
        Ok(Invoked { characters: turn.characters, unreadable: turn.unreadable, pause: turn.pause })
    }
}

fn too_large() -> Failure {
    Failure::unavailable("one event of the stream is larger than 16 MiB")
        .service(NAME)
        .code("INVALID_RESPONSE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_in_whole_answers() {
        let of = |text: &str| Pause::in_answer(&serde_json::from_str(text).unwrap());
        let pause = of(r#"{"response":"m","approval_required":{"code":"APPROVAL_REQUIRED","action_id":"act-1","tool":"t","message":"m"}}"#).unwrap();
        assert_eq!(
            (pause.code, pause.tool.as_str(), pause.action.as_deref()),
            (APPROVAL, "t", Some("act-1"))
        );
        let pause = of(r#"{"code":"CONSENT_REQUIRED","message":"m","tool":"mail","authorization_url":"https://e/o","consent_required":{}}"#).unwrap();
        assert_eq!(
            (pause.code, pause.message.as_str(), pause.address.as_deref()),
            (CONSENT, "m", Some("https://e/o"))
        );
        assert_eq!(of(r#"{"response":"hi"}"#), None);
        assert_eq!(of("3"), None);
    }
}
