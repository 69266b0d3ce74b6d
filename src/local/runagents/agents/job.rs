//! What a turn has to do and what comes of it, in the words that pass between its makers and its readers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Instant;

use super::record;
use crate::local::time::now_ms;
use crate::local::{World, store};

/// Where conversations are kept, by agent and id.
const CONVERSATIONS: &str = "runagents/conversation";

/// What is to be done in a turn, and what has been; stored with a run that waits for a person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Job {
    /// The run that records it.
    pub run: String,
    /// The agent's name.
    pub agent: String,
    /// What was said to it.
    pub message: String,
    /// What was said before, `{role, content}`.
    pub history: Vec<Value>,
    /// The conversation it belongs to.
    pub conversation: String,
    /// Who said it.
    pub user: String,
    /// Tools still to be called.
    pub tools: Vec<String>,
    /// The calls that were made.
    pub calls: Vec<Value>,
}

/// What a caller gets to see of a turn.
pub enum Step {
    /// A tool is called.
    ToolCall { function: String, arguments: String },
    /// It answered.
    ToolResult { function: String, result: String },
    /// The turn stops until a person agrees.
    Approval { tool: String, detail: Value },
    /// A piece of the answer.
    Text(String),
    /// The last word.
    Done(Summary),
    /// It went wrong.
    Failed(String),
}

/// What a finished turn came to.
pub struct Summary {
    /// The model that answered.
    pub model: String,
    /// Tokens, by estimate.
    pub usage: Value,
    /// The tool calls that were made.
    pub calls: Vec<Value>,
    /// How long it took.
    pub duration_ms: u64,
}

impl Job {
    /// Adds this turn to its conversation.
    pub fn remember(&self, world: &World, answer: &str) -> store::Result<()> {
        let mut turns = self.history.clone();
        turns.push(json!({"role": "user", "content": self.message}));
        turns.push(json!({"role": "assistant", "content": answer}));
        let id = format!("{}/{}", self.agent, self.conversation);
        world.store.put(CONVERSATIONS, &id, &json!({"turns": turns, "updated_ms": now_ms()}))
    }

    /// What the turn came to, when `answered` tokens were said.
    pub fn summary(&self, model: &str, answered: i64, started: Instant) -> Summary {
        let before: i64 = self.history.iter().filter_map(|turn| turn["content"].as_str()).map(tokens).sum();
        let asked = before + tokens(&self.message);
        Summary {
            model: model.to_owned(),
            usage: json!({
                "prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered,
            }),
            calls: self.calls.clone(),
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// The tools of an agent that a message asks for, by name.
pub fn asked_tools(agent: &Value, message: &str) -> Vec<String> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], " ");
    let message = plain(message);
    record::strings(agent, "required_tools")
        .filter(|tool| message.contains(&plain(tool)))
        .map(str::to_owned)
        .collect()
}

/// What was said in a conversation so far.
pub fn history(world: &World, agent: &str, conversation: &str) -> store::Result<Vec<Value>> {
    let known = world.store.get(CONVERSATIONS, &format!("{agent}/{conversation}"))?;
    Ok(known.and_then(|known| known["turns"].as_array().cloned()).unwrap_or_default())
}

/// About how many tokens a text is.
pub fn tokens(text: &str) -> i64 {
    i64::try_from(text.chars().count().div_ceil(4)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_asked_for_by_its_name() {
        let agent = json!({"required_tools": ["echo-tool", "stripe-api"]});
        assert_eq!(asked_tools(&agent, "please use the Echo Tool"), ["echo-tool"]);
        assert!(asked_tools(&agent, "hello").is_empty());
    }
}
