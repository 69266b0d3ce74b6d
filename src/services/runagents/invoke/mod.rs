//! Talking to an agent: one answer, or the events of an answer while it is made (contract 2.1, 6.5).

mod pause;
mod reader;

use std::time::Duration;

use serde_json::Value;

pub use self::pause::Pause;
pub use self::reader::InvokeReader;
use super::Runagents;
use crate::http::{Method, Request, segment};
use crate::json::Node;
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

/// The text of a whole answer, if it holds one.
pub fn text_of(answer: &Value) -> Option<&str> {
    if let Some(text) = answer.as_str() {
        return Some(text);
    }
    ["response", "output", "content", "message"].iter().find_map(|name| answer.get(*name)?.as_str())
}
