//! One pause for all workers: who is refused for haste makes everybody wait, and then they leave one by one.

use std::cell::Cell;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::http::{Repeat, Retry, Trouble, Verdict};

/// After a pause requests leave this far apart until one is let in: all at once would be refused all at once.
const APART: Duration = Duration::from_millis(50);

/// When the next request may leave.
pub struct Gate {
    retry: Retry,
    open: Cell<Instant>,
    closed: Cell<Instant>,
    /// Refusals in a row, those counted once that were under way together.
    streak: Cell<u32>,
}

/// What a refusal means.
#[derive(Debug, PartialEq)]
pub enum Refusal {
    /// Everybody waits this long; whether it is news, since the same pause may have been told.
    Wait(Duration, bool),
    /// The service wants more patience than allowed.
    TooLong(Duration),
    /// No refusal, or one too many.
    Final,
}

impl Gate {
    /// A gate that stands open.
    pub fn new(retry: Retry) -> Self {
        let now = Instant::now();
        Self { retry, open: Cell::new(now), closed: Cell::new(now), streak: Cell::new(0) }
    }

    /// Waits until a request may leave.
    pub async fn pass(&self) {
        while Instant::now() < self.open.get() {
            tokio::time::sleep_until(self.open.get()).await;
        }
        if self.streak.get() > 0 {
            self.open.set(Instant::now() + APART);
        }
    }

    /// How long it stays closed.
    pub fn closed_for(&self) -> Duration {
        self.open.get().saturating_duration_since(Instant::now())
    }

    /// Whether the service did nothing, so that the same request may be sent later.
    pub fn is_refusal(&self, trouble: &Trouble) -> bool {
        let patient = Retry { max_retries: 1, max_wait: Duration::MAX, ..self.retry.clone() };
        let verdict = patient.verdict(trouble, Repeat::Once, 0, Timestamp::now(), 0.0);
        matches!(verdict, Verdict::Again(_))
    }

    /// Judges what became of a run's attempt (counted from 0) that left at `sent`.
    pub fn judge(&self, trouble: &Trouble, attempt: u32, sent: Instant, dice: f64) -> Refusal {
        let now = Timestamp::now();
        match self.retry.verdict(trouble, Repeat::Once, attempt, now, dice) {
            Verdict::Again(_) => {}
            Verdict::TooLong(wait) => return Refusal::TooLong(wait),
            Verdict::Final => return Refusal::Final,
        }
        let is_news = sent >= self.closed.get();
        if is_news {
            self.streak.set(self.streak.get() + 1);
            self.closed.set(Instant::now());
        }
        // The run's own attempts say whether it is tried again, everybody's refusals how long the pause is.
        let retry = Retry { max_retries: u32::MAX, ..self.retry.clone() };
        let streak = self.streak.get().max(1) - 1;
        let Verdict::Again(wait) = retry.verdict(trouble, Repeat::Once, streak, now, dice) else {
            return Refusal::Final;
        };
        self.open.set(self.open.get().max(Instant::now() + wait));
        Refusal::Wait(wait, is_news)
    }

    /// A request that left at `sent` was let in.
    pub fn let_in(&self, sent: Instant) {
        if self.streak.get() > 0 && sent >= self.closed.get() {
            self.streak.set(0);
            self.open.set(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(Retry::default())
    }

    async fn after(gate: &Gate) -> Duration {
        let start = Instant::now();
        gate.pass().await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_that_were_under_way_together_are_one() {
        let gate = gate();
        let sent = Instant::now();
        tokio::time::advance(Duration::from_millis(5)).await;
        assert_eq!(gate.judge(&Trouble::Unsent, 0, sent, 0.5), Refusal::Wait(Duration::from_secs(1), true));
        assert_eq!(gate.judge(&Trouble::Unsent, 0, sent, 0.5), Refusal::Wait(Duration::from_secs(1), false));
        assert_eq!(after(&gate).await, Duration::from_secs(1));
        let again = Instant::now();
        assert_eq!(gate.judge(&Trouble::Unsent, 1, again, 0.5), Refusal::Wait(Duration::from_secs(2), true));
        assert_eq!(gate.judge(&Trouble::Unsent, 3, again, 0.5), Refusal::Final);
    }

    #[tokio::test(start_paused = true)]
    async fn they_leave_one_by_one_until_one_is_let_in() {
        let gate = gate();
        gate.judge(&Trouble::Unsent, 0, Instant::now(), 0.5);
        let left = tokio::join!(after(&gate), after(&gate), after(&gate));
        let mut left = [left.0, left.1, left.2];
        left.sort();
        let first = Duration::from_secs(1);
        assert_eq!(left, [first, first + APART, first + 2 * APART]);
        // One that left before the gate was closed proves nothing.
        gate.let_in(Instant::now() - Duration::from_secs(5));
        assert_eq!(after(&gate).await, APART);
        gate.let_in(Instant::now());
        assert_eq!(after(&gate).await, Duration::ZERO);
        assert_eq!(after(&gate).await, Duration::ZERO);
    }
}
