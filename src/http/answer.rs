//! What came back: a status, headers, bytes.

use std::borrow::Cow;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::json::Json;

/// Response headers, names in lower case.
#[derive(Clone, Debug, Default)]
pub struct Headers(pub(super) HeaderMap);

impl Headers {
    /// Headers by hand, for tests and for answers made up from something else.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let fit = |(name, value): &(&str, &str)| {
            Some((
                HeaderName::from_bytes(name.as_bytes()).ok()?,
                HeaderValue::from_bytes(value.as_bytes()).ok()?,
            ))
        };
        Self(pairs.iter().filter_map(fit).collect())
    }

    /// The first value of a header that is text; `name` in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.0.get(name)?.as_bytes()).ok()
    }

    /// All of them in their order, bytes that are no text as U+FFFD.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
    }

    /// The media type without its parameters, in lower case.
    pub fn content_type(&self) -> String {
        let full = self.get("content-type").unwrap_or_default();
        full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// A whole answer. An error's body holds at most its first 64 KiB.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `POST /agents/a1/chat`.
    pub request: String,
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
    /// Which attempt it answers, counted from 0: what a later one is refused for an earlier one may have done.
    pub attempt: u32,
}

impl Answer {
    /// Whether the status is 2xx.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The status line and the headers, as curl shows them with `-i`, an empty line at the end.
    pub fn head(&self) -> String {
        let reason = reqwest::StatusCode::from_u16(self.status).ok().and_then(|it| it.canonical_reason());
        let mut text =
            format!("HTTP/1.1 {} {}", self.status, reason.unwrap_or_default()).trim_end().to_owned();
        for (name, value) in self.headers.iter() {
            text.push_str(&format!("\n{name}: {value}"));
        }
        text.push_str("\n\n");
        text
    }

    /// The body as JSON, if it is JSON. Half a character and a byte that is none become U+FFFD, as in a browser.
    pub fn json(&self) -> Option<Json> {
        let exact = Json::parse_bytes(&self.body).ok();
        exact.or_else(|| Json::lenient(String::from_utf8_lossy(&self.body).trim_start_matches('\u{feff}')))
    }

    /// The service's correlation id.
    pub fn request_id(&self) -> Option<String> {
        self.headers.get("x-request-id").map(str::to_owned)
    }

    /// Whether the body is a web page.
    pub fn is_html(&self) -> bool {
        let start =
            String::from_utf8_lossy(&self.body[..self.body.len().min(256)]).trim_start().to_ascii_lowercase();
        self.headers.content_type() == "text/html"
            || start.starts_with("<!doctype html")
            || start.starts_with("<html")
    }

    /// The body as one short line without tags and control characters, for a message.
    pub fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(4096)]);
        let mut plain = String::new();
        let mut in_tag = false;
        for character in text.chars() {
            match character {
                '<' if self.is_html() => in_tag = true,
                '>' if in_tag => {
                    in_tag = false;
                    plain.push(' ');
                }
                _ if in_tag => {}
                character => plain.push(character),
            }
        }
        crate::text::shortened(&crate::text::line(&plain), 200)
    }
}
