//! The body of an answer, as it arrives.

use std::collections::VecDeque;

use bytes::Bytes;

use super::answer::Headers;
use super::broken::cause;

/// The body of an answer, as it arrives.
pub struct Stream {
    /// The headers of the answer.
    pub headers: Headers,
    /// Pieces that were read to find out that it is a stream.
    read: VecDeque<Bytes>,
    response: reqwest::Response,
}

impl Stream {
    pub(super) fn new(
        headers: Headers,
        read: impl Into<VecDeque<Bytes>>,
        response: reqwest::Response,
    ) -> Self {
        Self { headers, read: read.into(), response }
    }

    /// The status code of the answer.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The next bytes; nothing at the orderly end.
    ///
    /// # Errors
    /// Why the connection broke, in words.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, String> {
        match self.read.pop_front() {
            Some(piece) => Ok(Some(piece)),
            None => self.response.chunk().await.map_err(|error| cause(&error)),
        }
    }
}

/// Whether a body that nobody labelled begins as a stream of events does: some proxies call everything plain text.
pub(super) fn looks_like_events(headers: &Headers, body: &[u8]) -> bool {
    let unlabelled =
        matches!(headers.content_type().as_str(), "" | "text/plain" | "application/octet-stream");
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    unlabelled && [&b"data:"[..], b"event:", b"retry:", b": "].iter().any(|start| body.starts_with(start))
}
