//! How v2 refuses: `{"error":{code,message,details}}`, the code following from the status.

use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::answer;
use super::super::bucket::Level;
use crate::local::time::iso;

/// A request that was not carried out.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    message: String,
    details: Option<Value>,
    /// Seconds until the caller may come back.
    wait: Option<i64>,
}

impl Refusal {
    /// A refusal with nothing but its text.
    pub fn new(status: StatusCode, message: &str) -> Self {
        Self { status, message: message.to_owned(), details: None, wait: None }
    }

    /// Something that does not exist, or belongs to somebody else.
    pub fn missing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, &format!("{what} not found"))
    }

    /// A parameter or field that is not what it must be.
    pub fn invalid(message: &str, field: &str, why: &str) -> Self {
        let path = if field.is_empty() { json!([]) } else { json!([field]) };
        Self::new(StatusCode::BAD_REQUEST, message)
            .with(json!([{"code": "invalid_type", "path": path, "message": why}]))
    }

    /// Keys that nobody knows.
    pub fn unrecognized(message: &str, keys: &[&str]) -> Self {
        let named: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
        let plural = if keys.len() == 1 { "" } else { "s" };
        let why = format!("Unrecognized key{plural}: {}", named.join(", "));
        Self::new(StatusCode::BAD_REQUEST, message).with(json!([
            {"code": "unrecognized_keys", "keys": keys, "path": [], "message": why}
        ]))
    }

    /// A rate window that is used up.
    pub fn limited(message: &str, code: Option<&str>, level: &Level, now: i64) -> Self {
        let mut details = json!({"retryAfter": iso(level.reset_at)});
        if let Some(code) = code {
            details["code"] = json!(code);
        }
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, message).with(details);
        Self { wait: Some(level.wait_seconds(now)), ..refusal }
    }

    /// With these details.
    pub fn with(self, details: Value) -> Self {
        Self { details: Some(details), ..self }
    }

    fn code(&self) -> &'static str {
        match self.status.as_u16() {
            401 => "UNAUTHORIZED",
            402 => "USAGE_LIMIT_EXCEEDED",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            409 => "CONFLICT",
            413 => "PAYLOAD_TOO_LARGE",
            429 => "RATE_LIMITED",
            500 => "INTERNAL_ERROR",
            _ => "BAD_REQUEST",
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({"code": self.code(), "message": self.message});
        if let Some(details) = self.details {
            error["details"] = details;
        }
        let mut response = (self.status, Json(json!({"error": error}))).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("SimApiKey realm=\"Sim API\", header=\"x-api-key\"");
            headers.insert("www-authenticate", scheme);
        }
        if let Some(wait) = self.wait {
            headers.insert("retry-after", HeaderValue::from(wait));
        }
        response
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(_: rusqlite::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }
}

impl From<answer::Refusal> for Refusal {
    fn from(refusal: answer::Refusal) -> Self {
        Self::new(refusal.status(), refusal.error())
    }
}
