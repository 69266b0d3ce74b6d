//! A request as a value, ready to be sent, traced or printed.

use std::fmt::Write as _;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::body::{Attachment, Body, Part};
use super::pages::Paging;
use crate::secret::Secret;

/// The verbs the services use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The verb on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Whether a request may be sent again when nobody knows if it was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Doing it twice is the same as doing it once.
    Safe,
    /// It may have been carried out: never twice by itself.
    Once,
}

/// A header's value; a secret one is masked wherever a request is shown.
#[derive(Clone, Debug)]
pub enum HeaderValue {
    /// Anyone may see it.
    Plain(String),
    /// A key, with what stands before it and the variable that stands for it when the request is printed.
    Secret {
        /// `Bearer ` or nothing.
        prefix: &'static str,
        /// The key.
        secret: Secret,
        /// `RECURSIV_API_KEY`.
        variable: &'static str,
    },
}

/// What a stream of server-sent events is called.
pub(super) const EVENTS: &str = "text/event-stream";

/// Stands for what is not shown.
pub(super) const MASK: &str = "********";

/// A header of a request.
pub type Header = (&'static str, HeaderValue);

/// One request to one service.
#[derive(Clone, Debug)]
pub struct Request {
    /// The service's name, for messages.
    pub service: &'static str,
    /// The verb.
    pub method: Method,
    /// The service's base URL, without a slash at its end.
    pub base: String,
    /// The path below the base, percent-encoded, with its leading slash.
    pub path: String,
    /// Query parameters in order, not yet encoded.
    pub query: Vec<(String, String)>,
    /// Headers beside those every request has.
    pub headers: Vec<Header>,
    /// What it carries.
    pub body: Body,
    /// Dotted paths in a JSON body whose values are nobody's business: masked wherever the request is shown.
    pub hidden: Vec<String>,
    /// Whether it may be sent again.
    pub repeat: Repeat,
    /// Its own time limit when the user named none; `None` stands for the common 30 s.
    pub timeout: Option<Duration>,
    /// What kind of answer it asks for.
    pub accept: &'static str,
    /// How its list goes on, when it asks for one.
    pub paging: Paging,
}

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One path segment, percent-encoded.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

impl Request {
    /// A request without body and headers; GET, HEAD, PUT and DELETE are safe to repeat, the others are not.
    pub fn new(service: &'static str, method: Method, base: &str, path: impl Into<String>) -> Self {
        let repeat = match method {
            Method::Get | Method::Head | Method::Put | Method::Patch | Method::Delete => Repeat::Safe,
            Method::Post => Repeat::Once,
        };
        Self {
            service,
            method,
            base: base.to_owned(),
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::None,
            hidden: Vec::new(),
            repeat,
            timeout: None,
            accept: "application/json",
            paging: Paging::Usual,
        }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header that anyone may see.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, HeaderValue::Plain(value.into())));
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = Body::Json(body.to_string());
        self
    }

    /// Sets a JSON body from its text, unchanged.
    #[must_use]
    pub fn json_text(mut self, body: impl Into<String>) -> Self {
        self.body = Body::Json(body.into());
        self
    }

    /// Sets a form with files.
    #[must_use]
    pub fn form(mut self, parts: impl Into<Vec<Part>>) -> Self {
        self.body = Body::Multipart(parts.into());
        self
    }

    /// Sets a file as the whole body.
    #[must_use]
    pub fn file(mut self, file: Attachment) -> Self {
        self.body = Body::File(file);
        self
    }

    /// Marks a POST whose repetition is harmless.
    #[must_use]
    pub fn safe(mut self) -> Self {
        self.repeat = Repeat::Safe;
        self
    }

    /// Sets the time limit that holds unless the user names one.
    #[must_use]
    pub fn patient(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Says how its list goes on.
    #[must_use]
    pub fn paged(mut self, paging: Paging) -> Self {
        self.paging = paging;
        self
    }

    /// Asks for a stream of server-sent events.
    #[must_use]
    pub fn streaming(mut self) -> Self {
        self.accept = EVENTS;
        self
    }

    /// The whole address. Joined as text, because joining URLs would drop a base's own path.
    pub fn url(&self) -> String {
        let mut url = format!("{}{}", self.base, self.path);
        for (index, (name, value)) in self.query.iter().enumerate() {
            url.push(if index == 0 && !self.path.contains('?') { '?' } else { '&' });
            let _ = write!(url, "{}={}", segment(name), segment(value));
        }
        url
    }

    /// `POST /agents/a1/chat`, for messages.
    pub fn line(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }

    /// All headers but `Host` and `User-Agent`, in the order of sending.
    pub fn all_headers(&self) -> Vec<Header> {
        let mut headers = vec![("Accept", HeaderValue::Plain(self.accept.to_owned()))];
        if let Some(kind) = self.body.content_type() {
            headers.push(("Content-Type", HeaderValue::Plain(kind.to_owned())));
        }
        headers.extend(self.headers.iter().cloned());
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_and_queries_are_encoded() {
        assert_eq!(segment("workflow-execution:9d3c/ü"), "workflow-execution%3A9d3c%2F%C3%BC");
        let request =
            Request::new("recall", Method::Get, "http://h", "/a").query("cursor", "a+/=").query("b", " ");
        assert_eq!(request.url(), "http://h/a?cursor=a%2B%2F%3D&b=%20");
    }
}
