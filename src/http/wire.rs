//! A request as a value becomes the bytes that reqwest sends.

use std::cell::RefCell;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue as WireValue};

use super::body::Body;
use super::request::{HeaderValue, Method, Request};
use super::upload::Upload;
use crate::error::Failure;

/// The request that goes out, for one attempt: files are opened for it. `stream` asks for an uncompressed answer.
///
/// # Errors
/// Exit 2 for an address that cannot be used, leads away from the base, a header that cannot be sent,
/// or a file that cannot be read.
pub(super) fn wire(request: &Request, stream: bool, last: &LastUrl) -> Result<reqwest::Request, Failure> {
    let parsed = last
        .parsed(request.url())
        .map_err(|error| Failure::usage(format!("`{}` is no usable address: {error}", request.base)))?;
    // The host ends where the path begins; only a path without its slash could make the host another one.
    let stays = request.path.starts_with('/')
        || reqwest::Url::parse(&request.base).is_ok_and(|base| base.origin() == parsed.origin());
    // A key is meant for one origin, and a request for one path: nothing an id holds, not even one that the
    // service gave, may turn it elsewhere.
    let path = request.path.split(['?', '#']).next().unwrap_or_default();
    if path.split('/').any(is_dots) || !stays {
        return Err(Failure::usage(format!("`{}` leads away from {}", request.path, request.base)));
    }
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut wire = reqwest::Request::new(method, parsed);
    for (name, value) in request.all_headers() {
        let unfit = |_| Failure::usage(format!("the value of {name} cannot be sent in a header"));
        let value = match value {
            HeaderValue::Plain(value) => WireValue::from_str(&value).map_err(unfit)?,
            HeaderValue::Secret { prefix, secret, .. } => {
                let mut value =
                    WireValue::from_str(&format!("{prefix}{}", secret.expose())).map_err(unfit)?;
                value.set_sensitive(true);
                value
            }
        };
        wire.headers_mut().append(HeaderName::from_bytes(name.as_bytes()).expect("a literal name"), value);
    }
    if stream {
        // No proxy shall hold tokens back in a compressor, and a file's length shall be the file's.
        wire.headers_mut().insert(ACCEPT_ENCODING, WireValue::from_static("identity"));
    }
    match &request.body {
        Body::Json(body) => *wire.body_mut() = Some(body.clone().into()),
        Body::File(file) => *wire.body_mut() = Some(reqwest::Body::wrap(Upload::file(file)?)),
        Body::Multipart(parts) => {
            let boundary = format!("ra-{}", uuid::Uuid::new_v4().simple());
            let kind = format!("multipart/form-data; boundary={boundary}");
            let kind = WireValue::from_str(&kind).expect("letters and digits");
            wire.headers_mut().insert(CONTENT_TYPE, kind);
            *wire.body_mut() = Some(reqwest::Body::wrap(Upload::form(parts, &boundary)?));
        }
        // Some servers want a length even for nothing.
        Body::None if request.method == Method::Post => {
            wire.headers_mut().insert(CONTENT_LENGTH, WireValue::from_static("0"));
        }
        Body::None => {}
    }
    Ok(wire)
}

/// The address that was read last: many requests in a row go to one, and reading it is a good part of their cost.
#[derive(Default)]
pub(super) struct LastUrl(RefCell<Option<(String, reqwest::Url)>>);

impl LastUrl {
    fn parsed(&self, text: String) -> Result<reqwest::Url, url::ParseError> {
        let mut last = self.0.borrow_mut();
        if let Some((_, url)) = last.as_ref().filter(|(known, _)| *known == text) {
            return Ok(url.clone());
        }
        let url = reqwest::Url::parse(&text)?;
        *last = Some((text, url.clone()));
        Ok(url)
    }
}

/// Whether a path segment is one of those that a URL resolves instead of sending, in any spelling.
fn is_dots(segment: &str) -> bool {
    // The longest spelling of two.
    segment.len() <= 6 && matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}
