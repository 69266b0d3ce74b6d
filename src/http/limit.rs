//! Time limits around a piece of work.

use std::time::Duration;

/// Ends work that has stood still for a whole limit: nothing of `sent` moved. A limit of zero is none.
pub(super) async fn unless_still<T>(
    limit: Duration,
    sent: impl Fn() -> u64,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    if limit.is_zero() {
        return Some(work.await);
    }
    let mut before = sent();
    loop {
        if let Ok(done) = tokio::time::timeout(limit, &mut work).await {
            return Some(done);
        }
        let now = sent();
        if now == before {
            return None;
        }
        before = now;
    }
}

/// Ends work at a deadline; without one it takes its time.
pub(super) async fn within<T>(
    deadline: Option<tokio::time::Instant>,
    work: impl Future<Output = T>,
) -> Option<T> {
    match deadline {
        Some(deadline) => tokio::time::timeout_at(deadline, work).await.ok(),
        None => Some(work.await),
    }
}
