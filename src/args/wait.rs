//! How to wait for something that takes time.

use std::time::Duration;

use clap::Args;

use super::duration;
use crate::live::Pace;

/// The flags of commands that wait.
#[derive(Args, Clone, Copy, Debug)]
pub struct WaitArgs {
    /// Ask this often instead of ever less often
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub poll_interval: Option<Duration>,

    /// Give up waiting after this long, 0 for never; what is waited for goes on
    #[arg(long, visible_alias = "wait-timeout", value_name = "DURATION", value_parser = duration::parse)]
    pub poll_timeout: Option<Duration>,
}

impl WaitArgs {
    /// The pace they ask for; `limit` holds when none is named.
    pub fn pace(&self, limit: Duration) -> Pace {
        let common = Pace { limit: self.poll_timeout.unwrap_or(limit), ..Pace::default() };
        match self.poll_interval {
            // A pause of nothing would be an attack.
            Some(fixed) => {
                let fixed = fixed.max(Duration::from_millis(10));
                Pace { first: fixed, cap: fixed, ..common }
            }
            None => common,
        }
    }
}
