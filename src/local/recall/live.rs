//! Runs that somebody waits for: bounded in time, and over when the caller goes away.

use std::time::Duration;

use serde_json::{Value, json};

use super::deferred::timed_out;
use super::engine::{Outcome, Pace, Run};
use super::execution;
use super::listener::Listener;
use crate::local::World;
use crate::local::store::Result;
use crate::local::time::now_ms;

/// How long a caller may be kept waiting.
pub const LIMIT_SECONDS: i64 = 300;

/// A run that is cancelled when this is dropped before its end, as happens when the caller hangs up.
pub struct Live {
    world: World,
    run: Run,
    over: bool,
}

/// How such a run ended.
pub struct Ended {
    /// The run's document.
    pub document: Value,
    /// Whether it was cut off by the limit.
    pub timed_out: bool,
}

impl Live {
    /// Begins a run that `document` describes; nothing when its id was used before.
    pub fn begin(world: &World, run: Run, mut document: Value) -> Result<Option<Self>> {
        document["deadlineAt"] = json!(now_ms() + (LIMIT_SECONDS + 5) * 1000);
        let begun = execution::begin(world, &document)?;
        Ok(begun.then(|| Self { world: world.clone(), run, over: false }))
    }

    /// Runs to the end.
    pub async fn finish(mut self, listener: &mut impl Listener) -> Result<Ended> {
        let limit = Duration::from_secs(LIMIT_SECONDS.unsigned_abs());
        let outcome = tokio::time::timeout(limit, self.run.go(&self.world, Pace::Live, listener)).await;
        let late = outcome.is_err();
        let outcome = outcome.unwrap_or_else(|_| Outcome::Failed(timed_out(LIMIT_SECONDS)));
        self.over = true;
        let document = execution::finish(&self.world, &self.run, &outcome, now_ms())?;
        Ok(Ended { document, timed_out: late })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if !self.over {
            // Nobody is left to tell when the state file refuses; the deadline then ends the run.
            let _ = execution::cancel(&self.world.store, &self.run.execution_id);
        }
    }
}
