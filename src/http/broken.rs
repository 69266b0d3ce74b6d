//! Attempts without a usable answer, in words for a person.

use std::time::Duration;

use super::request::Request;
use crate::error::{Failure, Kind};
use crate::text;

/// An attempt without a usable answer.
pub(super) struct Broken {
    /// The request may have reached the server.
    pub sent: bool,
    /// Trying again is a sensible reaction, if the request allows it.
    pub again: bool,
    pub failure: Failure,
}

impl Broken {
    /// It could not even be tried.
    pub fn unsent(failure: Failure) -> Self {
        Self { sent: true, again: false, failure }
    }

    /// No answer in time.
    pub fn late(request: &Request, limit: Duration) -> Self {
        let mut failure = Failure::new(Kind::Timeout, format!("no answer within {} s", limit.as_secs_f64()))
            .hint("allow more time with --timeout");
        failure.sent = true;
        Self { sent: true, again: false, failure: placed(failure, request, "TIMEOUT") }
    }

    /// No connection, or none that lasted until an answer came.
    pub fn request(request: &Request, error: &reqwest::Error, has_roots: bool) -> Self {
        let sent = !error.is_connect();
        let host = reqwest::Url::parse(&request.base).ok();
        let host =
            host.as_ref().and_then(|url| url.host_str().map(|name| (name, url.port_or_known_default())));
        let place =
            host.map_or_else(String::new, |(name, port)| format!("{name}:{}", port.unwrap_or_default()));
        let reason = cause(error);
        let mut failure = if sent {
            Failure::unavailable(format!(
                "the connection to {place} was lost before an answer came: {reason}"
            ))
        } else {
            Failure::unavailable(format!("cannot connect to {place}: {reason}"))
        };
        if error.is_timeout() {
            failure.kind = Kind::Timeout;
        }
        if !has_roots && request.base.starts_with("https:") {
            failure = failure
                .note("this machine has no certificates to check the server's with")
                .hint("install the ca-certificates package, set SSL_CERT_FILE, or give --cacert FILE");
        }
        failure.sent = sent;
        if !sent {
            failure = failure
                .hint("ra doctor   # what can be reached from here, and where each address comes from");
        }
        let code = if error.is_timeout() { "TIMEOUT" } else { "CONNECTION_ERROR" };
        Self { sent, again: true, failure: placed(failure, request, code) }
    }

    /// An answer that broke off.
    pub fn halfway(request: &Request, status: u16, error: &reqwest::Error, length: usize) -> Self {
        let mut failure =
            Failure::unavailable(format!("the answer broke off after {length} bytes: {}", cause(error)));
        failure.sent = true;
        Self { sent: true, again: true, failure: placed(failure.status(status), request, "INVALID_RESPONSE") }
    }

    /// An answer without a sensible end.
    pub fn too_large(request: &Request) -> Self {
        let failure = Failure::unavailable(format!(
            "the answer is larger than {} MiB",
            super::client::WHOLE_BODY >> 20
        ));
        Self { sent: true, again: false, failure: placed(failure, request, "INVALID_RESPONSE") }
    }
}

fn placed(mut failure: Failure, request: &Request, code: &str) -> Failure {
    failure.request = Some(request.line());
    failure.service(request.service).code(code)
}

/// The innermost reason of an error, which is where the words are.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    text::line(&inner.to_string())
}
