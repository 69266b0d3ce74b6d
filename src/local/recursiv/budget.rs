//! How many calls are left, and the headers that tell.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::local::store::{self, Store};
use crate::local::time::now_ms;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// Calls a minute with a key, and without.
const WITH_KEY: usize = 60;
const WITHOUT_KEY: usize = 300;
const DAILY: i64 = 10_000;

/// The calls of the last minute, of this server.
///
/// The day's calls are in the state, because they outlive a server; a minute's are not worth a write.
#[derive(Default)]
pub struct Budget {
    with_key: Mutex<VecDeque<i64>>,
    without_key: Mutex<VecDeque<i64>>,
}

/// Where one call stands in its windows.
pub struct Standing {
    limit: usize,
    remaining: usize,
    reset_ms: i64,
    with_key: bool,
    calls_left: i64,
    /// Seconds until the next call is allowed, when this one is not.
    pub wait: Option<u64>,
}

impl Budget {
    /// Counts one call.
    pub fn spend(&self, store: &Store, with_key: bool) -> store::Result<Standing> {
        let now = now_ms();
        let (window, limit) = match with_key {
            true => (&self.with_key, WITH_KEY),
            false => (&self.without_key, WITHOUT_KEY),
        };
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        while window.front().is_some_and(|at| at + MINUTE_MS <= now) {
            window.pop_front();
        }
        let allowed = window.len() < limit;
        if allowed {
            window.push_back(now);
        }
        let reset_ms = window.front().map_or(now, |at| at + MINUTE_MS);
        let today = store.count(&format!("recursiv/calls/{}", now / DAY_MS), i64::from(allowed))?;
        let wait = if !allowed {
            Some(reset_ms - now)
        } else if today > DAILY {
            Some(DAY_MS - now % DAY_MS)
        } else {
            None
        };
        Ok(Standing {
            limit,
            remaining: limit - window.len(),
            reset_ms,
            with_key,
            calls_left: (DAILY - today).max(0),
            wait: wait.map(|ms| (ms.max(1) as u64).div_ceil(1000)),
        })
    }
}

impl Standing {
    /// Writes the standing into an answer's headers.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let mut set = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        set("x-ratelimit-limit", self.limit.to_string());
        set("x-ratelimit-remaining", self.remaining.to_string());
        set("x-ratelimit-reset", (self.reset_ms / 1000 + i64::from(self.reset_ms % 1000 > 0)).to_string());
        if self.with_key {
            set("x-ratelimit-policy", format!("{WITH_KEY};w=60, {DAILY};w=86400"));
        }
        set("x-recursiv-tier", "local".into());
        set("x-recursiv-calls-remaining", self.calls_left.to_string());
        set("x-recursiv-calls-limit", DAILY.to_string());
    }
}
