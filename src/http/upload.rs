//! Files on their way out: read piece by piece, with their length told beforehand.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::fs::File;
use tokio::io::{AsyncRead as _, ReadBuf};

use super::body::{Attachment, Content, Meter, Part};
use crate::error::Failure;

/// What is read from the disk at once.
const PIECE: u64 = 64 * 1024;

/// A body made of texts and files, one after the other.
pub(super) struct Upload {
    pieces: VecDeque<Piece>,
    left: u64,
    buffer: Vec<u8>,
}

enum Piece {
    Bytes(Bytes),
    File { file: File, left: u64, shown: String, meter: Meter },
}

impl Upload {
    /// One file as it is.
    ///
    /// # Errors
    /// Exit 2 when it cannot be opened.
    pub fn file(file: &Attachment) -> Result<Self, Failure> {
        Ok(Self::of([Piece::open(file)?]))
    }

    /// A form; its parts are separated by `boundary`.
    ///
    /// # Errors
    /// Exit 2 when a file cannot be opened.
    pub fn form(parts: &[Part], boundary: &str) -> Result<Self, Failure> {
        let mut pieces = Vec::new();
        for part in parts {
            let mut head =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(part.name));
            if let Content::File(file) = &part.content {
                let _ = write!(head, "; filename=\"{}\"", quoted(&file.name));
                let _ = write!(head, "\r\nContent-Type: {}", file.media_type);
            }
            head.push_str("\r\n\r\n");
            pieces.push(Piece::Bytes(head.into()));
            pieces.push(match &part.content {
                Content::Text(text) => Piece::Bytes(text.clone().into()),
                Content::File(file) => Piece::open(file)?,
            });
            pieces.push(Piece::Bytes("\r\n".into()));
        }
        pieces.push(Piece::Bytes(format!("--{boundary}--\r\n").into()));
        Ok(Self::of(pieces))
    }

    fn of(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let pieces: VecDeque<Piece> = pieces.into_iter().collect();
        let left = pieces.iter().map(Piece::left).sum();
        Self { pieces, left, buffer: Vec::new() }
    }

    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let bytes = match self.pieces.front_mut() {
                None => return Poll::Ready(None),
                Some(Piece::Bytes(bytes)) => std::mem::take(bytes),
                Some(Piece::File { left: 0, .. }) => Bytes::new(),
                Some(Piece::File { file, left, shown, meter }) => {
                    self.buffer.resize(usize::try_from(PIECE.min(*left)).unwrap_or_default(), 0);
                    let mut read = ReadBuf::new(&mut self.buffer);
                    ready!(Pin::new(file).poll_read(cx, &mut read))?;
                    let bytes = Bytes::copy_from_slice(read.filled());
                    if bytes.is_empty() {
                        let what = format!("`{shown}` became shorter while it was sent");
                        return Poll::Ready(Some(Err(io::Error::other(what))));
                    }
                    let length = bytes.len() as u64;
                    *left -= length;
                    self.left -= length;
                    meter.add(length);
                    return Poll::Ready(Some(Ok(bytes)));
                }
            };
            self.pieces.pop_front();
            if !bytes.is_empty() {
                self.left -= bytes.len() as u64;
                return Poll::Ready(Some(Ok(bytes)));
            }
        }
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.get_mut().next(cx).map(|next| next.map(|bytes| bytes.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl Piece {
    fn open(file: &Attachment) -> Result<Self, Failure> {
        let shown = crate::text::line(&file.path.display().to_string());
        let opened = std::fs::File::open(&file.path)
            .map_err(|error| Failure::usage(format!("cannot read `{shown}`: {error}")))?;
        // Another attempt counts from the start.
        file.meter.reset();
        Ok(Self::File { file: File::from_std(opened), left: file.length, shown, meter: file.meter.clone() })
    }

    fn left(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { left, .. } => *left,
        }
    }
}

/// A name between quotes, as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
