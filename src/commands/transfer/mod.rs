//! Bytes to and from services: what uploads and downloads share.

mod save;
mod upload;

use std::time::Duration;

use anyhow::Result;
use bytes::{Bytes, BytesMut};

pub use self::save::{Destination, to_disk, to_stdout};
pub use self::upload::{Sent, check, send};
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::Stream;

/// Longest silence of a download when nobody says.
const IDLE: Duration = Duration::from_secs(120);
/// What is kept in memory at most.
const WHOLE: usize = 256 * 1024 * 1024;

/// The next bytes of a download; nothing at its end.
///
/// # Errors
/// Exit 7 when it broke off, 6 after too much silence, 130 after Ctrl-C.
async fn next(stream: &mut Stream, so_far: u64, ctx: &Context) -> Result<Option<Bytes>, Failure> {
    let expected = stream.headers.get("content-length").and_then(|length| length.parse::<u64>().ok());
    let of = expected.map(|expected| format!(" of {expected}")).unwrap_or_default();
    let idle = ctx.idle_timeout(IDLE);
    let read = async {
        if idle.is_zero() {
            return Some(stream.chunk().await);
        }
        tokio::time::timeout(idle, stream.chunk()).await.ok()
    };
    match ctx.interrupt().guard(read).await {
        Err(kind) => Err(Failure::new(kind, format!("the download was stopped after {so_far}{of} bytes"))),
        Ok(None) => {
            let seconds = idle.as_secs_f64();
            let what = format!("no data for {seconds} s, after {so_far}{of} bytes");
            Err(Failure::new(Kind::Timeout, what)
                .code("TIMEOUT")
                .hint("allow longer silence with --idle-timeout"))
        }
        Ok(Some(Err(reason))) => Err(cut(so_far, &of).note(format!("the connection broke: {reason}"))),
        Ok(Some(Ok(None))) if expected.is_some_and(|expected| expected != so_far) => Err(cut(so_far, &of)),
        Ok(Some(Ok(piece))) => Ok(piece),
    }
}

fn cut(so_far: u64, of: &str) -> Failure {
    let what = format!("the download broke off after {so_far}{of} bytes");
    Failure { sent: true, ..Failure::unavailable(what).code("STREAM_CUT") }
}

/// All of an answer that is known to be a document.
///
/// # Errors
/// As a download's; exit 7 when it is larger than 256 MiB.
pub async fn whole(stream: &mut Stream, ctx: &Context) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(piece) = next(stream, all.len() as u64, ctx).await? {
        all.extend_from_slice(&piece);
        if all.len() > WHOLE {
            return Err(Failure::unavailable("the answer is larger than 256 MiB").into());
        }
    }
    Ok(all.freeze())
}
