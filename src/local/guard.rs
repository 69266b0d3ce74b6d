//! Who may talk to the local services: this machine, and no web page that its browser happens to show.

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Largest request body of the APIs, in bytes.
pub const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Below these paths bytes of any type and number are uploaded, by links that carry their own permission.
const ANY_TYPE: [&str; 1] = ["/recursiv/objects/"];

/// Below these paths files of any size come in forms; the routes count them themselves.
const ANY_SIZE: [&str; 2] = ["/recall/api/v1/files", "/recall/api/v1/knowledge/"];

/// What one server accepts.
#[derive(Clone)]
pub struct Guard {
    /// The address it was bound to when that is not loopback: whoever opened it up names it so.
    bound: Option<IpAddr>,
}

impl Guard {
    /// The guard of a server that listens on `address`.
    pub fn new(address: SocketAddr) -> Self {
        Self { bound: Some(address.ip()).filter(|ip| !ip.is_loopback()) }
    }

    /// Whether a name from a `Host` or `Origin` header means this server.
    fn knows(&self, host: &str) -> bool {
        let name = without_port(host);
        if name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let Ok(ip) = name.trim_matches(['[', ']']).parse::<IpAddr>() else { return false };
        // On all addresses at once the names are unknown, but a number cannot be rebound to another host.
        ip.is_loopback() || self.bound.is_some_and(|bound| bound == ip || bound.is_unspecified())
    }

    fn refusal(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Option<(StatusCode, &'static str)> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        // Against DNS rebinding: a foreign name that resolves to loopback still says its name here.
        if !text(header::HOST).is_some_and(|host| self.knows(host)) {
            return Some((StatusCode::FORBIDDEN, "this Host is not served here; use 127.0.0.1 or localhost"));
        }
        if headers.contains_key(header::ORIGIN) {
            let host = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
            if !host.is_some_and(|host| self.knows(host)) {
                return Some((StatusCode::FORBIDDEN, "requests from other origins are refused"));
            }
        }
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let upload = ANY_TYPE.iter().any(|prefix| path.starts_with(prefix));
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let form = kind == "multipart/form-data" && ANY_SIZE.iter().any(|prefix| path.starts_with(prefix));
        if !upload && !form && length.is_some_and(|length| length > BODY_LIMIT as u64) {
            return Some((StatusCode::PAYLOAD_TOO_LARGE, "the request body is larger than 16 MiB"));
        }
        let has_body =
            length.is_some_and(|length| length > 0) || headers.contains_key(header::TRANSFER_ENCODING);
        let writes = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
        if writes && has_body && !upload {
            // A form is what a page may send without asking; only the Origin rule above lets files through.
            let accepted =
                kind == "application/json" || kind == "multipart/form-data" || kind.ends_with("+json");
            if !accepted {
                return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as application/json"));
            }
        }
        None
    }
}

/// Lets a request through, or refuses it in JSON.
pub async fn check(guard: Guard, request: Request, next: Next) -> Response {
    match guard.refusal(request.method(), request.uri().path(), request.headers()) {
        Some((status, why)) => (status, Json(json!({"error": why}))).into_response(),
        None => next.run(request).await,
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => {
            // In a bare IPv6 address the last group is no port.
            if name.contains(':') && !name.ends_with(']') { host } else { name }
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    fn status(guard: &Guard, method: Method, path: &str, pairs: &[(&'static str, &str)]) -> Option<u16> {
        guard.refusal(&method, path, &headers(pairs)).map(|(status, _)| status.as_u16())
    }

    #[test]
    fn only_loopback_names_pass() {
        let guard = Guard::new("127.0.0.1:80".parse().unwrap());
        for host in ["127.0.0.1:8787", "localhost", "LOCALHOST:1", "[::1]:9", "[::1]", "127.0.0.2"] {
            assert_eq!(status(&guard, Method::GET, "/", &[("host", host)]), None, "{host}");
        }
        for host in ["evil.example", "evil.example:8787", "localhost.evil.example", "10.0.0.1:80", "", ":80"]
        {
            assert_eq!(status(&guard, Method::GET, "/", &[("host", host)]), Some(403), "{host}");
        }
        assert_eq!(status(&guard, Method::GET, "/", &[]), Some(403));
        let open = Guard::new("10.0.0.1:80".parse().unwrap());
        assert_eq!(status(&open, Method::GET, "/", &[("host", "10.0.0.1:80")]), None);
    }

    #[test]
    fn foreign_origins_and_forms_are_refused() {
        let guard = Guard::new("127.0.0.1:80".parse().unwrap());
        let host = ("host", "localhost");
        let origin = |origin| status(&guard, Method::GET, "/", &[host, ("origin", origin)]);
        assert_eq!(origin("http://127.0.0.1:8787"), None);
        assert_eq!(origin("https://evil.example"), Some(403));
        assert_eq!(origin("null"), Some(403));
        let post = |path, kind| {
            status(&guard, Method::POST, path, &[host, ("content-length", "3"), ("content-type", kind)])
        };
        assert_eq!(post("/x", "application/json; charset=utf-8"), None);
        assert_eq!(post("/x", "text/plain"), Some(415));
        assert_eq!(post("/recursiv/objects/x", "image/png"), None);
        assert_eq!(status(&guard, Method::POST, "/x", &[host]), None);
        let huge = [host, ("content-length", "99999999999"), ("content-type", "application/json")];
        assert_eq!(status(&guard, Method::POST, "/x", &huge), Some(413));
        let form =
            [host, ("content-length", "99999999999"), ("content-type", "multipart/form-data; boundary=x")];
        assert_eq!(status(&guard, Method::POST, "/recall/api/v1/files", &form), None);
        assert_eq!(status(&guard, Method::POST, "/recall/api/v1/tables", &form), Some(413));
    }
}
