//! Answers that break off: cut, stalled and failing event streams, and half a JSON document.

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::Response;
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::{Kind, Service, answers};

/// A stream's next piece; an error makes the server drop the connection without a last chunk.
type Piece = Result<Bytes, io::Error>;

fn lost() -> Piece {
    Err(io::Error::new(io::ErrorKind::ConnectionReset, "injected"))
}

/// The first half of an answer, then a lost connection.
pub async fn half(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.remove(header::CONTENT_LENGTH);
    let first = whole.slice(..whole.len() / 2);
    Response::from_parts(
        head,
        sent_by(async move |to| {
            let _ = to.send(Ok(first)).await;
            breather().await;
            let _ = to.send(lost()).await;
        }),
    )
}

/// An event stream that goes wrong as `kind` says.
pub fn broken(service: Service, kind: &Kind, response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    let kind = kind.clone();
    Response::from_parts(
        head,
        sent_by(async move |to| {
            let _ = spoil(service, kind, body, to).await;
        }),
    )
}

/// Passes events on until the fault's place is reached; ends early when the reader is gone.
async fn spoil(service: Service, kind: Kind, body: Body, to: Sender<Piece>) -> Option<Infallible> {
    let after = match kind {
        Kind::Cut(events) | Kind::CutIn(events) | Kind::Stall(events) | Kind::Error(events) => events,
        _ => 0,
    };
    let mut pieces = body.into_data_stream();
    let (mut pending, mut events) = (Vec::new(), 0);
    loop {
        while let Some(frame) = next_frame(&mut pending) {
            let counts = frame.starts_with(b"data") || frame.windows(5).any(|part| part == b"\ndata");
            if counts && events == after {
                return strike(service, &kind, frame, to).await;
            }
            events += usize::from(counts);
            to.send(Ok(frame.into())).await.ok()?;
        }
        if events == after && !matches!(kind, Kind::CutIn(_) | Kind::Half) {
            return strike(service, &kind, Vec::new(), to).await;
        }
        match pieces.next().await {
            Some(Ok(piece)) => pending.extend_from_slice(&piece),
            Some(Err(_)) | None => {
                to.send(Ok(pending.into())).await.ok()?;
                return None;
            }
        }
    }
}

/// What happens in place of `frame`.
async fn strike(service: Service, kind: &Kind, frame: Vec<u8>, to: Sender<Piece>) -> Option<Infallible> {
    match kind {
        Kind::Error(_) => to.send(Ok(answers::error_event(service).into())).await.ok()?,
        Kind::Stall(_) => {
            to.closed().await;
        }
        Kind::CutIn(_) | Kind::Half => {
            let first = frame[..frame.len() / 2].to_vec();
            to.send(Ok(first.into())).await.ok()?;
            breather().await;
            to.send(lost()).await.ok()?;
        }
        _ => {
            breather().await;
            to.send(lost()).await.ok()?;
        }
    }
    None
}

/// The bytes up to and with the next blank line.
fn next_frame(pending: &mut Vec<u8>) -> Option<Vec<u8>> {
    let end = pending.windows(2).position(|two| two == b"\n\n")? + 2;
    let rest = pending.split_off(end);
    Some(std::mem::replace(pending, rest))
}

/// What was sent must have left before the connection is dropped, else it may be dropped with it.
async fn breather() {
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
}

fn sent_by<W: Future<Output = ()> + Send + 'static>(write: impl FnOnce(Sender<Piece>) -> W) -> Body {
    let (to, from) = channel(1);
    tokio::spawn(write(to));
    Body::from_stream(ReceiverStream::new(from))
}
