//! What stands before every route: a request id, the refusal of odd user agents, and unknown addresses.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use uuid::Uuid;

use super::BASE;

/// The id of the request at hand, also sent as `x-request-id`.
#[derive(Clone)]
pub struct RequestId(pub String);

/// Names the request and turns suspicious callers away.
pub async fn guard(mut request: Request, next: Next) -> Response {
    let id = Uuid::new_v4().simple().to_string()[..8].to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let mut response = if suspicious(agent.unwrap_or_default()) {
        (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/plain")], "").into_response()
    } else {
        next.run(request).await
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Whether a user agent is one that the service answers with an empty 403.
fn suspicious(agent: &str) -> bool {
    const SCANNERS: [&str; 5] = ["sqlmap", "nikto", "gobuster", "dirb", "nmap"];
    let agent = agent.trim().to_lowercase();
    agent.is_empty()
        || agent.contains("..")
        || agent.contains("<script")
        || agent.starts_with("() {")
        || SCANNERS.iter().any(|scanner| agent.contains(scanner))
}

/// An address that no route has: a redirect when only its slashes are wrong, else the site's HTML page.
pub async fn unknown(uri: Uri) -> Response {
    if let Some(path) = tidied(uri.path()) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{BASE}{path}{query}");
        let refresh = format!("0;url={target}");
        let headers = [(header::LOCATION, target.clone()), (header::REFRESH, refresh)];
        return (StatusCode::PERMANENT_REDIRECT, headers, target).into_response();
    }
    let page = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><title>404: This page could \
                not be found.</title></head><body><h1>404</h1><h2>This page could not be found.</h2></body></html>";
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

/// The path without doubled and trailing slashes, when it has any.
fn tidied(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let tidy = format!("/{}", parts.join("/"));
    (tidy != path).then_some(tidy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_user_agents_are_suspicious() {
        for agent in ["", "  ", "../../etc", "() { :;}", "sqlmap/1.7", "a<script>"] {
            assert!(suspicious(agent), "{agent}");
        }
        assert!(!suspicious("ra/0.1.0"));
    }

    #[test]
    fn only_slashes_are_tidied() {
        assert_eq!(tidied("/api/workflows/x/execute/").as_deref(), Some("/api/workflows/x/execute"));
        assert_eq!(tidied("/api/workflows//execute").as_deref(), Some("/api/workflows/execute"));
        assert_eq!(tidied("/api/no/such/route"), None);
    }
}
