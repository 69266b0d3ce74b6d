//! Waits on a clock that jumps.

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
    assert_eq!(*asked.borrow(), [0, 2, 6, 14, 29, 44, 50]);
    assert_eq!(start.elapsed().as_secs(), 50);
}

#[tokio::test(start_paused = true)]
async fn the_last_question_counts_and_is_short() {
    let pace = Pace { limit: Duration::from_secs(7), ..Pace::default() };
    let start = Instant::now();
    let settles = async || if start.elapsed().as_secs() < 7 { pending() } else { Ok(Step::Settled(7)) };
    let end = wait(pace, &Interrupt::listen(), settles, |_| {}).await;
    assert!(matches!(end.unwrap(), Waited::Settled(7)));
    let start = Instant::now();
    let stalls =
        async || if start.elapsed().as_secs() < 7 { pending() } else { std::future::pending().await };
    let end = wait(pace, &Interrupt::listen(), stalls, |_| {}).await;
    assert!(matches!(end.unwrap(), Waited::Deadline(Some(0))));
    assert_eq!(start.elapsed().as_secs(), 12);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_wants_more_patience_than_allowed() {
    let limited = |seconds| {
        let wait = Some(Duration::from_secs(seconds));
        async move || -> Result<Step<u32>> {
            Err(Failure { retry_after: wait, ..Failure::new(Kind::Limit, "") }.into())
        }
    };
    let start = Instant::now();
    let end = wait(Pace::default(), &Interrupt::listen(), limited(61), |_| {}).await;
    assert!(end.is_err() && start.elapsed().is_zero());
    // An allowed pause that leads beyond the deadline is no reason to ask earlier.
    let pace = Pace { limit: Duration::from_secs(10), ..Pace::default() };
    let end = wait(pace, &Interrupt::listen(), limited(60), |_| {}).await;
    assert!(matches!(end.unwrap(), Waited::Deadline(None)));
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_question_ends_at_the_deadline() {
    let start = Instant::now();
    let pace = Pace { limit: Duration::from_secs(7), ..Pace::default() };
    let ask = async || std::future::pending::<Result<Step<u32>>>().await;
    assert!(matches!(wait(pace, &Interrupt::listen(), ask, |_| {}).await.unwrap(), Waited::Deadline(None)));
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
