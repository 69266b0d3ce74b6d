//! A stream until its last word: idle limit, no silent cut, Ctrl-C.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::event::Event;
use super::interrupt::Interrupt;
use crate::error::{Failure, Kind};

/// How far a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More is to come.
    Open,
    /// The service has said its last word; only the end marker is missing.
    Settled,
    /// The end marker came.
    Ended,
}

/// How a stream came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server closed it in good order, or the end marker came.
    Closed,
    /// The connection broke, with the reason.
    Lost(String),
    /// Nothing came for this long.
    Silent(Duration),
}

/// What a service's stream means. It takes bytes, hands out events, and judges the end.
pub trait Reader {
    /// What a good end gives.
    type End;

    /// Takes the next bytes.
    ///
    /// # Errors
    /// When the stream cannot be read on.
    fn feed(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Event<'_>)) -> Result<Progress, Failure>;

    /// The stream is over: what it came to.
    ///
    /// # Errors
    /// A failure the stream told of, or the missing last word.
    fn finish(self, ending: Ending, emit: &mut dyn FnMut(Event<'_>)) -> Result<Self::End, Failure>;
}

/// Where the events of a stream go.
pub trait Sink {
    /// Takes one event.
    fn show(&mut self, event: Event<'_>);

    /// Makes visible what was shown; called once for each network read.
    ///
    /// # Errors
    /// When nobody reads any more.
    fn flush(&mut self) -> anyhow::Result<()>;
}

/// After its last word a stream gets this long for its end marker.
const AFTER_LAST_WORD: Duration = Duration::from_secs(2);

/// Bytes that are shown with one flush at most.
const AT_ONCE: usize = 64 * 1024;

/// What a future gives without waiting.
async fn if_ready<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

/// Follows a stream. `next` gives the next bytes (nothing at an orderly end, or why the connection broke); `idle`
/// of zero means no limit.
///
/// # Errors
/// What the reader makes of the end; [`Kind::Interrupted`] without words after Ctrl-C, so that the caller can say
/// what goes on elsewhere; what the sink says when the reader of our output has gone.
pub async fn follow<R: Reader>(
    mut next: impl AsyncFnMut() -> Result<Option<Bytes>, String>,
    mut reader: R,
    idle: Duration,
    interrupt: &Interrupt,
    sink: &mut impl Sink,
) -> anyhow::Result<R::End> {
    let mut last_word: Option<Instant> = None;
    let ending = loop {
        let limit = match last_word {
            Some(moment) => Some(moment + AFTER_LAST_WORD),
            None => (!idle.is_zero()).then(|| Instant::now() + idle),
        };
        let read = async {
            match limit {
                Some(limit) => tokio::time::timeout_at(limit, next()).await.ok(),
                None => Some(next().await),
            }
        };
        let mut arrived = interrupt.guard(read).await.map_err(Failure::said)?;
        let (mut taken, mut first) = (0, true);
        // One network read comes in several pieces: what is there already is shown with one flush.
        let over = loop {
            let fed = match arrived {
                Some(Ok(Some(bytes))) => {
                    taken += bytes.len();
                    reader.feed(&bytes, &mut |event| sink.show(event))
                }
                Some(Ok(None)) => break Some(Ending::Closed),
                Some(Err(reason)) => break Some(Ending::Lost(reason)),
                None if !first => break None,
                None => break Some(if last_word.is_some() { Ending::Closed } else { Ending::Silent(idle) }),
            };
            match fed {
                Ok(Progress::Open) => {}
                Ok(Progress::Settled) => {
                    last_word.get_or_insert_with(Instant::now);
                }
                Ok(Progress::Ended) => break Some(Ending::Closed),
                Err(failure) => {
                    sink.flush()?;
                    return Err(failure.into());
                }
            }
            first = false;
            if taken >= AT_ONCE {
                break None;
            }
            // The connection runs beside us and gets its turn to hand over more.
            tokio::task::yield_now().await;
            arrived = if_ready(next()).await;
        };
        sink.flush()?;
        if let Some(ending) = over {
            break ending;
        }
    };
    let end = reader.finish(ending, &mut |event| sink.show(event));
    sink.flush()?;
    Ok(end?)
}

/// The failure of a stream without its last word, after `length` characters of text.
pub fn cut(service: &'static str, ending: &Ending, length: usize, before: &str) -> Failure {
    let what = format!("the stream ended after {length} characters, before {before}");
    match ending {
        Ending::Closed => Failure::unavailable(what).code("STREAM_CUT"),
        Ending::Lost(reason) => {
            Failure::unavailable(what).note(format!("the connection broke: {reason}")).code("STREAM_CUT")
        }
        Ending::Silent(idle) => {
            let seconds = idle.as_secs_f64();
            Failure::new(Kind::Timeout, format!("no data for {seconds} s, after {length} characters"))
                .code("TIMEOUT")
                .hint("allow longer silence with --idle-timeout")
        }
    }
    .service(service)
}
