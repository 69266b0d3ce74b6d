//! Talking to an agent: one answer (contract 7.2) or a stream (7.3).

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{NAME, Recursiv};
use crate::error::{Failure, Kind};
use crate::http::sse::Framing;
use crate::http::{Method, Request, segment};
use crate::json::Json;
use crate::live::{Ending, Event, Progress, ToolPhase, cut};
use crate::services::Service as _;
use crate::services::frames::{Frames, Turn};
use crate::services::lookup::in_path;
use crate::services::text::Text;

/// Agents think longer than the common limit allows.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is said to an agent.
#[derive(Clone, Debug, Default)]
pub struct Say {
    /// The message.
    pub message: String,
    /// Goes on with this conversation.
    pub conversation: Option<String>,
    /// Begins a new one.
    pub fresh: bool,
}

impl Recursiv {
    /// The request for one answer, or for a stream of it. Never sent twice: it may have been heard.
    pub fn chat(&self, agent: &str, say: &Say, stream: bool) -> Request {
        let mut body = serde_json::json!({"message": say.message});
        if let Some(id) = &say.conversation {
            body["conversation_id"] = id.as_str().into();
        } else if say.fresh {
            body["new_conversation"] = true.into();
        }
        let path = format!("/agents/{}/chat{}", in_path(agent), if stream { "/stream" } else { "" });
        let request = self.request(Method::Post, &path).json(&body).patient(PATIENCE);
        if stream { request.streaming() } else { request }
    }

    /// The request for a conversation's newest messages.
    pub fn messages(&self, conversation: &str) -> Request {
        let path = format!("/chat/conversations/{}/messages", segment(conversation));
        self.request(Method::Get, &path).query("limit", "20")
    }
}

/// The answer in a chat payload, if it holds one; some servers only acknowledge and answer later.
pub fn answer_in<'a>(payload: &'a Value, question: &str) -> Option<&'a str> {
    if let Some(text) = payload.as_str() {
        return Some(text).filter(|text| !text.is_empty());
    }
    let own = ["content", "response", "reply", "text"]
        .iter()
        .find_map(|name| payload.get(*name)?.as_str().filter(|text| !text.is_empty()));
    own.or_else(|| payload.get("message")?.as_str().filter(|text| !text.is_empty() && *text != question))
}

/// The agent's message in a list of messages that is newer than the question.
///
/// The list runs newest first; the message named `question_id`, or the newest of a person, is the question.
pub fn reply_in(messages: &[Json], question_id: Option<&str>) -> Option<Json> {
    let by_agent = |message: &Json| {
        let sender = message.value.get("sender");
        sender
            .and_then(|sender| sender.get("is_ai").or(sender.get("isAi")))
            .and_then(Value::as_bool)
            .unwrap_or(false)
    };
    let is_question = |message: &Json| match question_id {
        Some(id) => message.value.get("id").and_then(Value::as_str) == Some(id),
        None => !by_agent(message),
    };
    let question = messages.iter().position(is_question)?;
    messages[..question].iter().rev().find(|message| by_agent(message)).cloned()
}

/// Reads the stream of an answer. Every `data:` line is one JSON object of its own.
pub type ChatReader = Frames<ChatTurn>;

/// An answer as far as it has come.
#[derive(Default)]
pub struct ChatTurn {
    settled: bool,
    ended: bool,
    characters: usize,
    tools: usize,
    unreadable: usize,
    error: Option<(String, Option<String>)>,
}

/// What a stream that ended well came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Characters of text; none is legal for a turn made of tool calls only.
    pub characters: usize,
    /// Tools called.
    pub tools: usize,
    /// Lines that were no JSON.
    pub unreadable: usize,
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    delta: Text<'a>,
    #[serde(borrow, default)]
    tool_name: Text<'a>,
    #[serde(default)]
    content: Option<Value>,
    #[serde(borrow, default)]
    conversation_id: Text<'a>,
    #[serde(default)]
    error: Option<Value>,
}

impl Chunk<'_> {
    /// What can be read of a chunk that is not quite as it should be: a number for an id, half a character, a name
    /// twice. An error in such a chunk must not be lost.
    fn lenient(line: &str) -> Option<Self> {
        let value = Json::lenient(line)?.value;
        value.as_object()?;
        let text = |name: &str| {
            let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
            Text(text.to_owned().into())
        };
        Some(Self {
            kind: text("type"),
            delta: text("delta"),
            tool_name: text("tool_name"),
            content: value.get("content").cloned(),
            conversation_id: text("conversation_id"),
            error: value.get("error").cloned(),
        })
    }
}

impl Turn for ChatTurn {
    type End = Answered;
    const SERVICE: &'static str = NAME;
    const FRAMING: Framing = Framing::Lines;

    fn progress(&self) -> Progress {
        match (self.ended, self.settled) {
            (true, _) => Progress::Ended,
            (_, true) => Progress::Settled,
            _ => Progress::Open,
        }
    }

    fn end(self, ending: &Ending, _: &mut dyn FnMut(Event<'_>)) -> Result<Answered, Failure> {
        if let Some((message, code)) = self.error {
            let mut failure = Failure::new(Kind::Refused, crate::text::line(&message)).service(NAME);
            failure.code = code;
            return Err(failure);
        }
        if !self.ended && !self.settled {
            let failure = cut(NAME, ending, self.characters, "the agent finished");
            let nothing = self.characters == 0 && self.tools == 0;
            return Err(if nothing { failure.note("empty response") } else { failure });
        }
        Ok(Answered { characters: self.characters, tools: self.tools, unreadable: self.unreadable })
    }

    fn frame(&mut self, line: &str, emit: &mut dyn FnMut(Event<'_>)) {
        let line = line.trim();
        if self.ended || line.is_empty() {
            return;
        }
        if line == "[DONE]" || line == "\"[DONE]\"" {
            self.ended = true;
            return;
        }
        let Some(chunk) = serde_json::from_str::<Chunk>(line).ok().or_else(|| Chunk::lenient(line)) else {
            // Never the end of a stream: what follows may be good (contract 7.3, rule 5).
            self.unreadable += 1;
            return;
        };
        emit(Event::Chunk(line));
        if !chunk.conversation_id.0.is_empty() {
            emit(Event::Conversation(&chunk.conversation_id.0));
        }
        match &*chunk.kind.0 {
            "text_delta" => {
                let text = &*chunk.delta.0;
                if !text.is_empty() {
                    self.characters += text.chars().count();
                    emit(Event::Text { text, block: None });
                }
            }
            "tool_use" => {
                self.tools += 1;
                let name = if chunk.tool_name.0.is_empty() { "tool" } else { &chunk.tool_name.0 };
                emit(Event::Tool { name, phase: ToolPhase::Called, detail: "" });
            }
            "tool_result" => {
                let detail = chunk.content.as_ref().map(plain).unwrap_or_default();
                let name = &*chunk.tool_name.0;
                emit(Event::Tool { name, phase: ToolPhase::Answered, detail: &detail });
            }
            "done" => self.settled = true,
            "error" => {
                self.settled = true;
                let error = chunk.error.unwrap_or(Value::Null);
                let code = error.get("code").and_then(Value::as_str).map(str::to_owned);
                let said = error.as_str().or_else(|| error.get("message")?.as_str());
                self.error = Some((said.unwrap_or("the agent failed without saying why").to_owned(), code));
            }
            _ => {}
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Reader as _;
    use proptest::prelude::*;

    /// The contract's transcripts E1 to E8 in one.
    const TRANSCRIPT: &str = ": keep-alive\r\nevent: message\r\ndata:{\"type\":\"message_start\",\"conversation_id\":\"c9\"}\r\n\r\n\
        data: {\"type\":\"reasoning_delta\",\"delta\":\"hidden\"}\n\ndata: {\"type\":\"tool_use\",\"tool_name\":\"search\"}\r\r\
        data: {\"type\":\"tool_result\",\"content\":\"3 results\"}\n\ndata: {not json\n\
        data: {\"type\":\"text_delta\",\"delta\":\"café ✓ 日本\"}\n\ndata: {\"type\":\"text_delta\"}\n\
        data: {\"type\":\"done\"}\r\n\r\ndata: [DONE]\n\n";

    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<String>, Result<Answered, String>) {
        let mut events = Vec::new();
        let mut reader = ChatReader::default();
        for piece in pieces {
            reader.feed(piece, &mut |event| events.push(format!("{event:?}"))).unwrap();
        }
        let end = reader.finish(Ending::Closed, &mut |event| events.push(format!("{event:?}")));
        (events, end.map_err(|failure| failure.to_string()))
    }

    #[test]
    fn one_cut_anywhere_changes_nothing() {
        let bytes = TRANSCRIPT.as_bytes();
        let whole = read([bytes]);
        assert_eq!(whole.1, Ok(Answered { characters: 9, tools: 1, unreadable: 1 }));
        for at in 0..=bytes.len() {
            let (a, b) = bytes.split_at(at);
            assert_eq!(read([a, b]), whole, "cut at byte {at}");
        }
        assert_eq!(read(bytes.chunks(1)), whole);
    }

    proptest! {
        #[test]
        fn many_cuts_change_nothing_and_an_early_end_is_a_failure(
            cuts: Vec<proptest::sample::Index>,
            end: proptest::sample::Index,
        ) {
            let bytes = TRANSCRIPT.as_bytes();
            let places = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([0, bytes.len()]);
            let mut places: Vec<usize> = places.collect();
            places.sort_unstable();
            prop_assert_eq!(read(places.windows(2).map(|pair| &bytes[pair[0]..pair[1]])), read([bytes]));
            let last_word = TRANSCRIPT.find("data: {\"type\":\"done\"}").unwrap();
            prop_assert!(read([&bytes[..end.index(last_word)]]).1.is_err());
        }
    }
}
