//! Many things at once, a few at a time.

use std::pin::Pin;
use std::task::Poll;

/// Runs all of them, at most `width` side by side, and hands over each result as it comes.
pub async fn at_most<F: Future>(
    width: usize,
    work: impl IntoIterator<Item = F>,
    mut done: impl FnMut(F::Output),
) {
    let mut ahead = work.into_iter();
    let mut running: Vec<Pin<Box<F>>> = Vec::new();
    std::future::poll_fn(|cx| {
        loop {
            while running.len() < width.max(1) {
                match ahead.next() {
                    Some(next) => running.push(Box::pin(next)),
                    None => break,
                }
            }
            let before = running.len();
            running.retain_mut(|work| match work.as_mut().poll(cx) {
                Poll::Ready(result) => {
                    done(result);
                    false
                }
                Poll::Pending => true,
            });
            if running.is_empty() && before == 0 {
                return Poll::Ready(());
            }
            // Something ended: there is room for the next, which must be polled once to be heard of.
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_few_at_a_time_in_the_order_of_their_ends() {
        let (now, most) = (Cell::new(0), Cell::new(0));
        let order = RefCell::new(Vec::new());
        let work = [30, 10, 20, 5].map(|millis| {
            let (now, most) = (&now, &most);
            async move {
                now.set(now.get() + 1);
                most.set(most.get().max(now.get()));
                tokio::time::sleep(Duration::from_millis(millis)).await;
                now.set(now.get() - 1);
                millis
            }
        });
        at_most(2, work, |millis| order.borrow_mut().push(millis)).await;
        assert_eq!((order.into_inner(), most.get()), (vec![10, 30, 20, 5], 2));
        at_most(3, Vec::<std::future::Ready<()>>::new(), |()| {}).await;
    }
}
