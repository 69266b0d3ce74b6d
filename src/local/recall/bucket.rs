//! Token buckets: a rate for each minute, twice of it held at most.

use serde_json::json;

use super::document::number;
use crate::local::store::{Result, Store};

const KIND: &str = "recall/bucket";
const MINUTE: i64 = 60_000;

/// The size of a bucket.
pub struct Rate {
    name: &'static str,
    /// Tokens that come each minute.
    pub per_minute: i64,
}

/// Runs.
pub const SYNC: Rate = Rate { name: "sync", per_minute: 50 };
/// Background runs, as usage limits show them; nothing draws on it.
pub const ASYNC: Rate = Rate { name: "async", per_minute: 200 };
/// Calls of `/api/v1`.
pub const API: Rate = Rate { name: "api", per_minute: 30 };

impl Rate {
    /// What the bucket holds when it is full.
    pub fn burst(&self) -> i64 {
        2 * self.per_minute
    }

    /// Adds what has come in whole minutes since `since`; gives tokens and the new `since`.
    fn refill(&self, tokens: i64, since: i64, now: i64) -> (i64, i64) {
        let minutes = ((now - since) / MINUTE).max(0);
        (
            tokens.saturating_add(minutes.saturating_mul(self.per_minute)).min(self.burst()),
            since + minutes * MINUTE,
        )
    }
}

/// How full a bucket is.
pub struct Level {
    /// Tokens left.
    pub remaining: i64,
    /// When more come.
    pub reset_at: i64,
}

impl Level {
    /// Whole seconds from `now` until more tokens have come.
    pub fn wait_seconds(&self, now: i64) -> i64 {
        (self.reset_at - now).max(0) / 1000 + 1
    }
}

/// Takes a token; false when there is none.
pub fn draw(store: &Store, rate: &Rate, now: i64) -> Result<(bool, Level)> {
    store.insert(KIND, rate.name, &json!({"tokens": rate.burst(), "since": now}))?;
    let mut drawn = false;
    let stored = store.update(KIND, rate.name, |bucket| {
        let (tokens, since) = rate.refill(number(bucket, "tokens"), number(bucket, "since"), now);
        drawn = tokens > 0;
        *bucket = json!({"tokens": tokens - i64::from(drawn), "since": since});
    })?;
    let stored = stored.unwrap_or_default();
    Ok((drawn, Level { remaining: number(&stored, "tokens"), reset_at: number(&stored, "since") + MINUTE }))
}

/// How full a bucket is now; looking takes nothing.
pub fn look(store: &Store, rate: &Rate, now: i64) -> Result<Level> {
    let (remaining, since) = match store.get(KIND, rate.name)? {
        Some(bucket) => rate.refill(number(&bucket, "tokens"), number(&bucket, "since"), now),
        None => (rate.burst(), now),
    };
    Ok(Level { remaining, reset_at: since + MINUTE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_refills_by_the_minute() {
        let store = Store::memory().unwrap();
        for left in (0..60).rev() {
            let (drawn, level) = draw(&store, &API, 1_000).unwrap();
            assert!(drawn);
            assert_eq!((level.remaining, level.reset_at), (left, 61_000));
        }
        assert!(!draw(&store, &API, 60_999).unwrap().0);
        assert_eq!(look(&store, &API, 61_000).unwrap().remaining, 30);
        assert!(draw(&store, &API, 61_000).unwrap().0);
        assert_eq!(look(&store, &API, 10_000_000).unwrap().remaining, 60);
    }

    #[test]
    fn looking_takes_nothing() {
        let store = Store::memory().unwrap();
        assert_eq!(look(&store, &SYNC, 5).unwrap().remaining, 100);
        assert_eq!(look(&store, &SYNC, 5).unwrap().remaining, 100);
    }
}
