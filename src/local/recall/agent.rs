//! Agent blocks: thinking, a tool, and words that come one by one.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_stream::StreamExt;

use super::block::{Agent, Block, Tool};
use super::engine::{Pace, Run, Step};
use super::function::compute;
use super::listener::{Event, Listener};
use super::reference::{Scope, plain};
use crate::local::World;
use crate::local::talker::Turn;

/// Where an agent's words go.
struct Stage<'a, L> {
    block: &'a Block,
    listener: &'a mut L,
    between: Duration,
}

/// How something is said.
#[derive(Clone, Copy)]
enum Manner {
    Thinking,
    Aside,
    Words,
}

impl<L: Listener> Stage<'_, L> {
    /// Tells a text word by word.
    async fn tell(&mut self, text: &str, manner: Manner) {
        for word in text.split_inclusive(' ') {
            let event = match manner {
                Manner::Thinking => Event::Thinking(word),
                Manner::Aside => Event::Aside(word),
                Manner::Words => Event::Words(word),
            };
            self.listener.hear(self.block, event).await;
            tokio::time::sleep(self.between).await;
        }
    }
}

/// Runs an agent block.
///
/// # Errors
/// When its tool or the model fails.
pub async fn talk(
    run: &Run,
    block: &Block,
    agent: &Agent,
    world: &World,
    pace: Pace,
    listener: &mut impl Listener,
) -> Result<Step, String> {
    let between = if pace == Pace::Live { world.pace } else { Duration::ZERO };
    let prompt = run.scope.fill_text(&agent.prompt);
    let mut scope = run.scope.clone();
    let mut stage = Stage { block, listener, between };
    stage.tell(&run.scope.fill_text(&agent.thinking), Manner::Thinking).await;
    let mut calls = Vec::new();
    if let Some(tool) = &agent.tool {
        stage.tell(&run.scope.fill_text(&agent.preface), Manner::Aside).await;
        calls.push(call(&mut stage, tool, &mut scope).await?);
    }
    let mut content = String::new();
    if let Some(script) = &agent.script {
        for word in scope.fill_text(script).split_inclusive(' ') {
            if run.is_cancelled(world, pace) {
                return Ok(Step::Cancelled);
            }
            stage.tell(word, Manner::Words).await;
            content.push_str(word);
        }
    } else {
        let history = [Turn { from_user: true, text: prompt.clone() }];
        let answer = world.talker.answer(&block.name, &scope.fill_text(&agent.system), &history, between);
        let mut answer = std::pin::pin!(answer);
        while let Some(piece) = answer.next().await {
            if run.is_cancelled(world, pace) {
                return Ok(Step::Cancelled);
            }
            let piece = piece?;
            stage.listener.hear(block, Event::Words(&piece)).await;
            content.push_str(&piece);
        }
    }
    let (asked, said) = (tokens(&agent.system) + tokens(&prompt), tokens(&content));
    let tokens = json!({"input": asked, "output": said, "total": asked + said});
    let mut output = json!({"content": content, "model": agent.model, "tokens": tokens});
    if !calls.is_empty() {
        output["toolCalls"] = json!({"count": calls.len(), "list": calls});
    }
    Ok(Step::Output(output))
}

/// Calls a tool; its result can be referred to by its name from then on. What the agent said before the
/// call was only on the way there and is taken back.
async fn call<L: Listener>(
    stage: &mut Stage<'_, L>,
    tool: &Tool,
    scope: &mut Scope,
) -> Result<Value, String> {
    let id = format!("call_{}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
    let (id, name) = (id.as_str(), tool.name.as_str());
    stage.listener.hear(stage.block, Event::ToolStart { id, name }).await;
    stage.listener.hear(stage.block, Event::Reset).await;
    let result = compute(&tool.code, scope);
    tokio::time::sleep(stage.between).await;
    stage.listener.hear(stage.block, Event::ToolEnd { id, name, ok: result.is_ok() }).await;
    let result = result?;
    scope.outputs.insert(plain(name), json!({"result": result}));
    Ok(
        json!({"id": id, "name": name, "arguments": scope.fill(&tool.code), "result": result, "status": "success"}),
    )
}

/// About as many tokens as a model would count.
fn tokens(text: &str) -> usize {
    text.split_whitespace().count() * 4 / 3
}
