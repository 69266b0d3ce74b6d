//! The engine: runs the blocks of a workflow one after the other.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_stream::StreamExt;

use super::block::{Block, Work};
use super::document::plain_number;
use super::execution;
use super::function::compute;
use super::reference::{Scope, plain};
use crate::local::World;
use crate::local::talker::Turn;

/// A run in progress.
pub struct Run {
    /// Its id.
    pub execution_id: String,
    /// The workflow's steps.
    pub blocks: Vec<Block>,
    /// The step to begin with: not the first for a resumed run.
    pub position: usize,
    /// What the steps so far have given.
    pub scope: Scope,
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// All blocks ran, or a Response block ended it.
    Completed {
        /// The last block's output.
        output: Value,
        /// Whether that is a Response block's.
        responded: bool,
    },
    /// A block raised an error.
    Failed(String),
    /// A person must answer before it can go on.
    Paused {
        /// Which block asks.
        position: usize,
    },
    /// Somebody stopped it.
    Cancelled,
}

/// Whether time passes in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Somebody is watching: waits are waited out and words come one by one.
    Live,
    /// The time has passed already: only the results are wanted.
    AtOnce,
}

/// Who hears about a run while it goes on.
pub trait Listener: Send {
    /// A piece of an agent's answer.
    fn words(&mut self, block: &Block, text: &str) -> impl Future<Output = ()> + Send;
}

/// Nobody.
pub struct Silent;

impl Listener for Silent {
    async fn words(&mut self, _: &Block, _: &str) {}
}

/// What one block came to.
enum Step {
    Output(Value),
    Response(Value),
    Pause,
    Cancelled,
}

impl Run {
    /// Runs to the end, a pause or a cancellation.
    pub async fn go(&mut self, world: &World, pace: Pace, listener: &mut impl Listener) -> Outcome {
        let mut last = self.output_before();
        for position in self.position..self.blocks.len() {
            let block = self.blocks[position].clone();
            let step = self.step(&block, world, pace, listener).await;
            match step {
                Ok(Step::Output(output)) => {
                    self.scope.outputs.insert(plain(&block.name), output.clone());
                    last = output;
                }
                Ok(Step::Response(output)) => {
                    self.scope.outputs.insert(plain(&block.name), output.clone());
                    return Outcome::Completed { output, responded: true };
                }
                Ok(Step::Pause) => return Outcome::Paused { position },
                Ok(Step::Cancelled) => return Outcome::Cancelled,
                Err(error) => return Outcome::Failed(format!("{}: {error}", block.name)),
            }
        }
        Outcome::Completed { output: last, responded: false }
    }

    /// What a resumed run gives when nothing is left to do.
    fn output_before(&self) -> Value {
        let before = self.position.checked_sub(1).and_then(|position| self.blocks.get(position));
        before
            .and_then(|block| self.scope.outputs.get(&plain(&block.name)))
            .cloned()
            .unwrap_or_else(|| json!({}))
    }

    async fn step(
        &self,
        block: &Block,
        world: &World,
        pace: Pace,
        listener: &mut impl Listener,
    ) -> Result<Step, String> {
        if self.is_cancelled(world, pace) {
            return Ok(Step::Cancelled);
        }
        match &block.work {
            Work::Agent { .. } => self.talk(block, world, pace, listener).await,
            Work::Function(code) => {
                let result = compute(code, &self.scope)?;
                // As with the real service, a function that returns nothing has no `result`.
                Ok(Step::Output(if result.is_null() {
                    json!({"stdout": ""})
                } else {
                    json!({"result": result, "stdout": ""})
                }))
            }
            Work::Wait(seconds) => {
                let wait = seconds_of(seconds, &self.scope)?;
                if pace == Pace::Live && !self.sleep(wait, world).await {
                    return Ok(Step::Cancelled);
                }
                let duration = plain_number(wait.as_secs_f64() * 1000.0);
                Ok(Step::Output(json!({"waitDuration": duration, "status": "completed"})))
            }
            Work::Fail(message) => Err(self.scope.fill_text(message)),
            Work::Human(_) => Ok(Step::Pause),
            Work::Response { status, headers, data } => Ok(Step::Response(json!({
                "data": compute(data, &self.scope)?,
                "status": status,
                "headers": self.scope.fill(headers),
            }))),
            Work::Unknown(kind) => Err(format!("No handler found for block type: {kind}")),
        }
    }

    async fn talk(
        &self,
        block: &Block,
        world: &World,
        pace: Pace,
        listener: &mut impl Listener,
    ) -> Result<Step, String> {
        let Work::Agent { system, prompt, script, model } = &block.work else {
            return Err("not an agent".into());
        };
        let prompt = self.scope.fill_text(prompt);
        let between = if pace == Pace::Live { world.pace } else { Duration::ZERO };
        let mut content = String::new();
        if let Some(script) = script {
            for word in self.scope.fill_text(script).split_inclusive(' ') {
                if self.is_cancelled(world, pace) {
                    return Ok(Step::Cancelled);
                }
                listener.words(block, word).await;
                content.push_str(word);
                tokio::time::sleep(between).await;
            }
        } else {
            let history = [Turn { from_user: true, text: prompt.clone() }];
            let answer = world.talker.answer(&block.name, &self.scope.fill_text(system), &history, between);
            let mut answer = std::pin::pin!(answer);
            while let Some(piece) = answer.next().await {
                if self.is_cancelled(world, pace) {
                    return Ok(Step::Cancelled);
                }
                let piece = piece?;
                listener.words(block, &piece).await;
                content.push_str(&piece);
            }
        }
        let (asked, said) = (tokens(system) + tokens(&prompt), tokens(&content));
        let tokens = json!({"input": asked, "output": said, "total": asked + said});
        Ok(Step::Output(json!({"content": content, "model": model, "tokens": tokens})))
    }

    /// Sleeps in slices, so that a cancellation from another process is noticed; false when one came.
    async fn sleep(&self, wait: Duration, world: &World) -> bool {
        const SLICE: Duration = Duration::from_millis(100);
        let began = Instant::now();
        while let Some(left) = wait.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) {
            tokio::time::sleep(left.min(SLICE)).await;
            if execution::is_cancelled(&world.store, &self.execution_id) {
                return false;
            }
        }
        true
    }

    fn is_cancelled(&self, world: &World, pace: Pace) -> bool {
        pace == Pace::Live && execution::is_cancelled(&world.store, &self.execution_id)
    }
}

/// About as many tokens as a model would count.
fn tokens(text: &str) -> usize {
    text.split_whitespace().count() * 4 / 3
}

/// How long a wait block waits.
///
/// # Errors
/// When that is not a number of seconds from 0 to 600.
pub fn seconds_of(seconds: &Value, scope: &Scope) -> Result<Duration, String> {
    let filled = scope.fill(seconds);
    let number = filled.as_f64().or_else(|| filled.as_str()?.trim().parse().ok());
    number
        .filter(|seconds| (0.0..=600.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "Wait time must be a number of seconds from 0 to 600".into())
}
