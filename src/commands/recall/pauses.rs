//! The pauses before a refused run is tried again, as flags.

use std::time::Duration;

use clap::Args;

use crate::args::duration;
use crate::context::Context;
use crate::http::Retry;

/// How long to wait between attempts.
#[derive(Args, Clone, Debug)]
pub struct PauseArgs {
    /// First pause before a refused run is tried again
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub initial_delay: Option<Duration>,

    /// Longest pause between attempts, unless the service names one
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub max_delay: Option<Duration>,

    /// What each pause is multiplied with for the next
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    pub backoff_multiplier: Option<f64>,
}

impl PauseArgs {
    /// The rules they make together with `--max-retries` and `--max-wait`.
    pub fn retry(&self, ctx: &Context) -> Retry {
        let usual = Retry::default();
        Retry {
            max_retries: ctx.globals.max_retries.unwrap_or(usual.max_retries),
            max_wait: ctx.globals.max_wait.unwrap_or(usual.max_wait),
            initial_delay: self.initial_delay.unwrap_or(usual.initial_delay),
            max_delay: self.max_delay.unwrap_or(usual.max_delay),
            multiplier: self.backoff_multiplier.unwrap_or(usual.multiplier),
        }
    }
}

fn factor(text: &str) -> Result<f64, String> {
    let factor = text.parse::<f64>().ok().filter(|factor| factor.is_finite() && *factor >= 1.0);
    factor.ok_or_else(|| format!("`{text}` is no factor: a number from 1 on"))
}
