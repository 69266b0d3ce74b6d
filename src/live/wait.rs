//! A job until it settles: asked at once, then less and less often, never past the deadline.

use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use super::interrupt::Interrupt;
use crate::error::{Failure, Kind, unpack};

/// How often to ask, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The pause after the first question; it doubles up to `cap`.
    pub first: Duration,
    /// The longest pause.
    pub cap: Duration,
    /// When to give up; zero = never.
    pub limit: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { first: Duration::from_secs(2), cap: Duration::from_secs(15), limit: Duration::from_secs(3600) }
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
}

/// Failures in a row that are borne before a wait gives up.
const PATIENCE: u32 = 5;
/// A thing just started may not be known everywhere yet (Recall contract 3.2).
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(10);
const UNKNOWN_TIMES: u32 = 3;

/// Asks until the thing settles. A question that stalls ends at the deadline like a pause does.
///
/// # Errors
/// What `ask` gave when it cannot get better (a bad key), or did not get better five times in a row.
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
    loop {
        let asked = async {
            match deadline {
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
                look(Seen { state: Some(&seen), trouble: None });
                last = Some(seen);
                again_in
            }
            Err(error) => {
                let (failure, _) = unpack(&error);
                let borne = match failure.kind {
                    // Nothing that is asked again will give a server a route that it lacks.
                    _ if failure.route_missing => false,
                    Kind::NotFound => {
                        unknown += 1;
                        unknown <= UNKNOWN_TIMES && started.elapsed() < UNKNOWN_AT_FIRST
                    }
                    // Money does not come back by asking again.
                    Kind::Limit if failure.status == Some(402) => false,
                    Kind::Unavailable | Kind::Timeout | Kind::Limit => {
                        failed += 1;
                        failed <= PATIENCE
                    }
                    _ => false,
                };
                if !borne {
                    return Err(error);
                }
                look(Seen { state: None, trouble: Some(&failure.message) });
                failure.retry_after
            }
        };
        let rest = again_in.unwrap_or(pause);
        pause = (pause * 2).min(pace.cap);
        let wake = Instant::now() + rest;
        let end = deadline.filter(|deadline| *deadline < wake);
        if let Err(kind) = interrupt.guard(tokio::time::sleep_until(end.unwrap_or(wake))).await {
            return Ok(Waited::Left(kind, last));
        }
        if end.is_some() {
            return Ok(Waited::Deadline(last));
        }
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
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn pending() -> Result<Step<u32>> {
        Ok(Step::Pending { seen: 0, again_in: None })
    }

    #[tokio::test(start_paused = true)]
    async fn the_schedule() {
        let start = Instant::now();
        let asked = RefCell::new(Vec::new());
        let pace = Pace { limit: Duration::from_secs(50), ..Pace::default() };
        let ask = async || {
            asked.borrow_mut().push(start.elapsed().as_secs());
            pending()
        };
        let end = wait(pace, &Interrupt::listen(), ask, |_| {}).await.unwrap();
        assert!(matches!(end, Waited::Deadline(Some(0))));
        assert_eq!(*asked.borrow(), [0, 2, 6, 14, 29, 44]);
        assert_eq!(start.elapsed().as_secs(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_question_ends_at_the_deadline() {
        let start = Instant::now();
        let pace = Pace { limit: Duration::from_secs(7), ..Pace::default() };
        let ask = async || std::future::pending::<Result<Step<u32>>>().await;
        assert!(matches!(
            wait(pace, &Interrupt::listen(), ask, |_| {}).await.unwrap(),
            Waited::Deadline(None)
        ));
        assert_eq!(start.elapsed().as_secs(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn outages_are_borne_and_a_bad_key_is_not() {
        let script = RefCell::new(vec![
            Err(Failure::new(Kind::NotFound, "").into()),
            Err(Failure::unavailable("").into()),
            pending(),
            Ok(Step::Settled(7)),
        ]);
        let ask = async || script.borrow_mut().remove(0);
        let end = wait(Pace::default(), &Interrupt::listen(), ask, |_| {}).await.unwrap();
        assert!(matches!(end, Waited::Settled(7)));
        let ask = async || -> Result<Step<u32>> { Err(Failure::new(Kind::Auth, "").into()) };
        assert!(wait(Pace::default(), &Interrupt::listen(), ask, |_| {}).await.is_err());
        let count = RefCell::new(0);
        let ask = async || -> Result<Step<u32>> {
            *count.borrow_mut() += 1;
            Err(Failure::unavailable("").into())
        };
        assert!(wait(Pace::default(), &Interrupt::listen(), ask, |_| {}).await.is_err());
        assert_eq!(*count.borrow(), 6);
    }
}
