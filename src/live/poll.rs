//! Something that is looked at again and again, without an end: outages are outlasted.

use std::time::Duration;

use anyhow::Result;

use super::interrupt::Interrupt;
use super::wait::passes;
use crate::error::{Failure, Kind, unpack};

/// What becomes of the connection while one looks; each is told once.
pub enum Outage<'a> {
    /// It is out, and will be tried again after this long.
    Began(&'a Failure, Duration),
    /// It is back.
    Over,
}

/// The longest pause of our own making.
const LONGEST: Duration = Duration::from_secs(30);
/// A pause of nothing would be an attack.
const SHORTEST: Duration = Duration::from_millis(10);

/// Asks each `interval` until the user wants to leave; gives what they pressed. The first question comes after one
/// interval: what is shown before is the caller's, and a failure there ends the command.
///
/// # Errors
/// What `ask` gives when it will not get better by itself (a bad key, a missing workspace, a full disk).
pub async fn poll(
    interval: Duration,
    interrupt: &Interrupt,
    mut ask: impl AsyncFnMut() -> Result<()>,
    mut tell: impl FnMut(Outage<'_>),
) -> Result<Kind> {
    let interval = interval.max(SHORTEST);
    let mut pause = interval;
    let mut backoff = None;
    loop {
        if let Err(kind) = interrupt.guard(tokio::time::sleep(pause)).await {
            return Ok(kind);
        }
        let asked = match interrupt.guard(ask()).await {
            Ok(asked) => asked,
            Err(kind) => return Ok(kind),
        };
        let Err(error) = asked else {
            if backoff.take().is_some() {
                tell(Outage::Over);
            }
            pause = interval;
            continue;
        };
        // What has no failure in it is our own trouble: nobody reads any more, the disk is full.
        let Some(failure) = error.downcast_ref::<Failure>().is_some().then(|| unpack(&error).0) else {
            return Err(error);
        };
        // A redirect stays what it is.
        if !passes(&failure) || failure.code.as_deref() == Some("REDIRECT") {
            return Err(error);
        }
        let own = backoff.map_or(interval, |last: Duration| (last * 2).min(LONGEST).max(interval));
        pause = failure.retry_after.unwrap_or(own).max(SHORTEST);
        if backoff.replace(own).is_none() {
            tell(Outage::Began(&failure, pause));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use tokio::time::Instant;

    use super::*;

    fn bad_key() -> anyhow::Error {
        Failure::new(Kind::Auth, "").into()
    }

    #[tokio::test(start_paused = true)]
    async fn outages_are_outlasted_less_and_less_often() {
        let start = Instant::now();
        let (asked, told) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let ask = async || {
            asked.borrow_mut().push(start.elapsed().as_secs());
            let number = asked.borrow().len();
            let mut limited = Failure::new(Kind::Limit, "slow down").status(429);
            limited.retry_after = Some(Duration::from_secs(50));
            match number {
                1 | 9 => Ok(()),
                2..=6 => Err(Failure::unavailable("out").into()),
                7 => Err(limited.into()),
                8 => Err(Failure::new(Kind::Refused, "early").status(425).into()),
                _ => Err(bad_key()),
            }
        };
        let tell = |outage: Outage| {
            told.borrow_mut().push(match outage {
                Outage::Began(failure, pause) => format!("{} {}", failure.message, pause.as_secs()),
                Outage::Over => "over".to_owned(),
            });
        };
        let error = poll(Duration::from_secs(3), &Interrupt::listen(), ask, tell).await.unwrap_err();
        assert_eq!(unpack(&error).0.kind, Kind::Auth);
        let pauses: Vec<u64> = asked.borrow().windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(pauses, [3, 3, 6, 12, 24, 30, 50, 30, 3]);
        assert_eq!(*told.borrow(), ["out 3", "over"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_pass_ends_it() {
        for failure in [
            Failure::new(Kind::Limit, "").status(402),
            Failure::unavailable("").code("REDIRECT"),
            Failure::new(Kind::NotFound, "").status(404),
        ] {
            let ask = async || Err(failure.clone().into());
            assert!(poll(Duration::ZERO, &Interrupt::listen(), ask, |_| {}).await.is_err());
        }
        let ask = async || Err(anyhow::anyhow!("the disk is full"));
        assert!(poll(Duration::ZERO, &Interrupt::listen(), ask, |_| {}).await.is_err());
    }
}
