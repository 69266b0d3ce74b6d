//! How long a background run will take, worked out before it begins, so that any process can tell its
//! state from the clock.

use std::time::Duration;

use super::block::{Block, Work};
use super::engine::{Run, seconds_of};
use super::function::compute;
use super::reference::{Scope, plain};
use serde_json::json;

/// How many words an answer is expected to have when a model will choose them.
const WORDS: u32 = 24;

/// The time from the run's position to its end, its pause or its failure.
pub fn duration(run: &Run, pace: Duration) -> Duration {
    let mut total = Duration::from_millis(50);
    let mut scope = run.scope.clone();
    for block in run.blocks.iter().skip(run.position) {
        match &block.work {
            Work::Wait(seconds) if seconds_of(seconds, &scope).is_err() => break,
            Work::Function(code) => match compute(code, &scope) {
                Ok(result) => {
                    scope.outputs.insert(plain(&block.name), json!({"result": result}));
                }
                Err(_) => break,
            },
            Work::Fail(_) | Work::Human(_) | Work::Response { .. } | Work::Unknown(_) => break,
            Work::Wait(_) | Work::Agent(_) | Work::Read(_) => {}
        }
        total += of_block(block, &scope, pace);
    }
    total
}

/// The time that one block will take.
pub fn of_block(block: &Block, scope: &Scope, pace: Duration) -> Duration {
    match &block.work {
        Work::Wait(seconds) => seconds_of(seconds, scope).unwrap_or_default(),
        Work::Agent(agent) => {
            let count =
                |text: &str| u32::try_from(scope.fill_text(text).split_whitespace().count()).unwrap_or(WORDS);
            let answer = agent.script.as_deref().map_or(WORDS, count);
            pace * (answer + count(&agent.thinking) + count(&agent.preface))
        }
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::super::trace::Trace;
    use super::*;

    #[test]
    fn waits_and_words_count_until_the_run_stops() {
        let blocks = [
            json!({"name": "double", "type": "function", "code": {"$sum": ["<start.seconds>", "<start.seconds>"]}}),
            json!({"name": "pause", "type": "wait", "seconds": "<double.result>"}),
            json!({"name": "say", "type": "agent", "script": "one two"}),
            json!({"name": "boom", "type": "fail", "message": "x"}),
            json!({"name": "never", "type": "wait", "seconds": 100}),
        ];
        let scope = Scope { start: json!({"seconds": 2}), ..Scope::default() };
        let blocks = blocks.iter().map(Block::read).collect();
        let run = Run { execution_id: String::new(), blocks, position: 0, scope, trace: Trace::default() };
        assert_eq!(duration(&run, Duration::from_millis(100)), Duration::from_millis(50 + 4000 + 200));
    }
}
