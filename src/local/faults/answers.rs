//! What a struck request is answered with, in the service's own shape.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Kind, Service};

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Please wait</title></head>\
                    <body><h1>One moment</h1><p>This page is not the service.</p></body></html>\n";

/// The answer of a fault that stands in the service's place, at this path below its base.
pub fn refuse(service: Service, path: &str, kind: &Kind) -> Response {
    match kind {
        Kind::Html => answer(200, "text/html; charset=utf-8", PAGE.into()),
        Kind::Empty => answer(200, "application/json", String::new()),
        Kind::Redirect(to) => {
            let mut response = answer(302, "text/plain", String::new());
            if let Ok(to) = to.parse() {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Kind::Status(status, wait) => {
            let mut response = answer(*status, "application/json", body(service, path, *status).to_string());
            if let Some(wait) = wait.as_ref().and_then(|wait| wait.parse().ok()) {
                response.headers_mut().insert(header::RETRY_AFTER, wait);
            }
            response
        }
        _ => answer(500, "application/json", body(service, path, 500).to_string()),
    }
}

/// The event with which a service says inside a stream that it failed.
pub fn error_event(service: Service) -> String {
    let text = "the model gave up (injected by ra local)";
    let event = match service {
        Service::Recursiv => json!({"type": "error", "error": text}),
        Service::Recall => json!({"event": "error", "error": text}),
        Service::RunAgents => json!({"type": "error", "message": text}),
    };
    format!("data: {event}\n\n")
}

fn body(service: Service, path: &str, status: u16) -> Value {
    let reason =
        StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    if service == Service::Recall && path.starts_with("/api/v2/") {
        let code = match status {
            429 => "RATE_LIMITED".to_owned(),
            500 => "INTERNAL_ERROR".to_owned(),
            _ => reason.to_ascii_uppercase().replace([' ', '\''], "_"),
        };
        return json!({"error": {"code": code, "message": format!("{reason} (injected by ra local)")}});
    }
    match (service, status) {
        (Service::Recursiv, 429) => json!({"error": "Too many requests"}),
        (Service::Recall, 429) => json!({"error": "Rate limit exceeded. Please try again later."}),
        (Service::RunAgents, 429) => json!({"error": "rate limit exceeded"}),
        (Service::Recursiv, _) => {
            let code = reason.to_ascii_lowercase().replace([' ', '\''], "_");
            let class = if status >= 500 { "api_error" } else { "request_error" };
            json!({"error": {"type": class, "code": code, "message": format!("{reason} (injected by ra local)")}})
        }
        (Service::Recall | Service::RunAgents, _) => {
            json!({"error": format!("{reason} (injected by ra local)")})
        }
    }
}

fn answer(status: u16, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
