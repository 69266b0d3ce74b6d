//! A job until it settles: asked at once, then less and less often, and a last time at the deadline.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use crate::error::{Failure, Kind, unpack};
use crate::live::interrupt::Interrupt;

/// How often to ask, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The pause after the first question; it doubles up to `cap`.
    pub first: Duration,
    /// The longest pause.
    pub cap: Duration,
    /// When to give up; zero = never.
    pub limit: Duration,
    /// The longest pause that a server may ask for (`--max-wait`).
    pub max_wait: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            cap: Duration::from_secs(15),
            limit: Duration::from_secs(3600),
            max_wait: Duration::from_secs(60),
        }
    }
}

/// What one question gave.
pub enum Step<T> {
    /// It is over.
    Settled(T),
    /// Not yet.
    Pending {
        /// What was seen.
        seen: T,
        /// When the server wants to be asked again.
        again_in: Option<Duration>,
    },
}

/// How a wait ended.
pub enum Waited<T> {
    /// It settled.
    Settled(T),
    /// The deadline came first; the last thing seen, if any.
    Deadline(Option<T>),
    /// The user left.
    Left(Kind, Option<T>),
}

/// A look at the thing that is waited for, for a progress line.
pub struct Seen<'a, T> {
    /// What was seen last; nothing when the last question failed.
    pub state: Option<&'a T>,
    /// Why the last question failed.
    pub trouble: Option<&'a str>,
    /// How long until the next question.
    pub again_in: Duration,
}

/// Failures in a row that are borne before a wait gives up.
const PATIENCE: u32 = 5;
/// A thing just started may not be known everywhere yet (Recall contract 3.2).
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(10);
const UNKNOWN_TIMES: u32 = 3;
/// What the last question gets, which is asked when the time is over already.
const LAST_QUESTION: Duration = Duration::from_secs(5);

/// Asks until the thing settles. A question that stalls ends at the deadline; a pause that would last longer ends
/// there with one more question, so that nothing is called unsettled that has settled meanwhile.
///
/// # Errors
/// What `ask` gave when it cannot get better (a bad key), did not get better five times in a row, or came with a
/// wish for a longer pause than is allowed.
pub async fn wait<T>(
    pace: Pace,
    interrupt: &Interrupt,
    mut ask: impl AsyncFnMut() -> Result<Step<T>>,
    mut look: impl FnMut(Seen<'_, T>),
) -> Result<Waited<T>> {
    let started = Instant::now();
    let deadline = (!pace.limit.is_zero()).then(|| started + pace.limit);
    let mut pause = pace.first;
    let mut last = None;
    let (mut failed, mut unknown) = (0, 0);
    let mut over = false;
    loop {
        let until = if over { Some(Instant::now() + LAST_QUESTION) } else { deadline };
        let asked = async {
            match until {
                Some(deadline) => tokio::time::timeout_at(deadline, ask()).await.ok(),
                None => Some(ask().await),
            }
        };
        let asked = match interrupt.guard(asked).await {
            Ok(Some(asked)) => asked,
            Ok(None) => return Ok(Waited::Deadline(last)),
            Err(kind) => return Ok(Waited::Left(kind, last)),
        };
        let again_in = match asked {
            Ok(Step::Settled(end)) => return Ok(Waited::Settled(end)),
            Ok(Step::Pending { seen, again_in }) => {
                failed = 0;
                look(Seen { state: Some(&seen), trouble: None, again_in: again_in.unwrap_or(pause) });
                last = Some(seen);
                again_in
            }
            Err(error) => {
                let (failure, _) = unpack(&error);
                // Nothing that is asked again will give a server a route that it lacks.
                let borne = if failure.route_missing {
                    false
                } else if failure.kind == Kind::NotFound {
                    unknown += 1;
                    unknown <= UNKNOWN_TIMES && started.elapsed() < UNKNOWN_AT_FIRST
                } else {
                    failed += 1;
                    let bearable = failure.retry_after.is_none_or(|wait| wait <= pace.max_wait);
                    failed <= PATIENCE && bearable && passes(&failure)
                };
                if !borne {
                    return Err(error);
                }
                let again_in = failure.retry_after;
                let trouble = Some(failure.message.as_str());
                look(Seen { state: None, trouble, again_in: again_in.unwrap_or(pause) });
                again_in
            }
        };
        if over {
            return Ok(Waited::Deadline(last));
        }
        let rest = again_in.unwrap_or(pause);
        pause = (pause * 2).min(pace.cap);
        let wake = Instant::now() + rest;
        let end = deadline.filter(|deadline| *deadline < wake);
        if let Err(kind) = interrupt.guard(tokio::time::sleep_until(end.unwrap_or(wake))).await {
            return Ok(Waited::Left(kind, last));
        }
        // Who asked us to stay away longer is not asked again.
        if end.is_some() && again_in.is_some() {
            return Ok(Waited::Deadline(last));
        }
        over = end.is_some();
    }
}

/// Whether a failed question is a matter of time.
pub fn passes(failure: &Failure) -> bool {
    match failure.kind {
        // Money does not come back by asking again.
        Kind::Limit => failure.status != Some(402),
        Kind::Unavailable | Kind::Timeout => true,
        // "Too early".
        _ => failure.status == Some(425),
    }
}

impl<T> Waited<T> {
    /// The settled thing, or the failure for a wait that ended without it.
    ///
    /// # Errors
    /// Exit 6 with `what` when the deadline came; the bare exit code after Ctrl-C. Both carry `hints`.
    pub fn settled(self, what: &str, hints: &[String]) -> Result<T, Failure> {
        let mut failure = match self {
            Self::Settled(end) => return Ok(end),
            Self::Deadline(_) => {
                Failure::new(Kind::Timeout, format!("{what} did not settle in time")).code("TIMEOUT")
            }
            Self::Left(kind, _) => Failure::new(kind, format!("{what} is still running")),
        };
        failure.hints = hints.to_vec();
        Err(failure)
    }
}

#[cfg(test)]
mod tests;
