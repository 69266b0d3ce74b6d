//! The engine: runs the blocks of a workflow one after the other.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::block::{Block, Work};
use super::document::plain_number;
use super::function::compute;
use super::listener::{Event, Listener};
use super::reference::{Scope, plain};
use super::trace::{End, Trace};
use super::{agent, execution, files, plan};
use crate::local::World;

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
    /// What its blocks did and when.
    pub trace: Trace,
}

/// Why a run failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// In words, without the block's name.
    pub message: String,
    /// What kind of failure it is, as `/api/v2` spells it.
    pub code: &'static str,
    /// The block that failed; none when the run as a whole did.
    pub block: Option<Box<Block>>,
}

impl Failure {
    /// A failure that is no block's.
    pub fn of_run(code: &'static str, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, block: None }
    }

    /// In words, with the block's name before them.
    pub fn text(&self) -> String {
        match &self.block {
            Some(block) => format!("{}: {}", block.name, self.message),
            None => self.message.clone(),
        }
    }
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
    /// A block raised an error, or the whole did.
    Failed(Failure),
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

/// What one block came to.
pub enum Step {
    /// Its output.
    Output(Value),
    /// The answer of the whole run.
    Response(Value),
    /// A question to a person.
    Pause,
    /// Nothing: somebody stopped the run.
    Cancelled,
}

impl Run {
    /// Runs to the end, a pause or a cancellation.
    pub async fn go(&mut self, world: &World, pace: Pace, listener: &mut impl Listener) -> Outcome {
        let mut last = self.output_before();
        for position in self.position..self.blocks.len() {
            let block = self.blocks[position].clone();
            let (began, took) = (self.trace.now(), plan::of_block(&block, &self.scope, world.pace));
            let step = self.step(&block, world, pace, listener).await;
            let end = match &step {
                Ok(Step::Output(output) | Step::Response(output)) => End::Output(output),
                Ok(Step::Pause) => End::Paused,
                Ok(Step::Cancelled) => End::Cancelled,
                Err(error) => End::Error(error),
            };
            self.trace.record(&block, &self.scope, began, took, &end);
            match step {
                Ok(Step::Output(output)) => {
                    listener.hear(&block, Event::Output(&output)).await;
                    self.scope.outputs.insert(plain(&block.name), output.clone());
                    last = output;
                }
                Ok(Step::Response(output)) => {
                    self.scope.outputs.insert(plain(&block.name), output.clone());
                    return Outcome::Completed { output, responded: true };
                }
                Ok(Step::Pause) => return Outcome::Paused { position },
                Ok(Step::Cancelled) => return Outcome::Cancelled,
                Err(message) => {
                    let code = "BLOCK_EXECUTION_FAILED";
                    return Outcome::Failed(Failure { message, code, block: Some(Box::new(block)) });
                }
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
            Work::Agent(agent) => agent::talk(self, block, agent, world, pace, listener).await,
            Work::Read(wanted) => Ok(Step::Output(files::report(world, &self.scope.fill(wanted)))),
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

    /// Whether somebody has stopped the run meanwhile.
    pub fn is_cancelled(&self, world: &World, pace: Pace) -> bool {
        pace == Pace::Live && execution::is_cancelled(&world.store, &self.execution_id)
    }
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
