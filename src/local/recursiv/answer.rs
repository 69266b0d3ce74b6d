//! The shapes of Recursiv's answers: `data`, `data` with `meta`, and errors.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::input::Page;

/// What a handler gives.
pub type Answer = Result<Response, Problem>;

/// One thing.
pub fn one(data: Value) -> Response {
    Json(json!({"data": data})).into_response()
}

/// One thing that was made.
pub fn created(data: Value) -> Response {
    (StatusCode::CREATED, one(data)).into_response()
}

/// The page of a list that was asked for.
pub fn list(all: Vec<Value>, page: Page) -> Response {
    let total = all.len();
    let data: Vec<Value> = all.into_iter().skip(page.offset).take(page.limit).collect();
    let has_more = page.offset.saturating_add(data.len()) < total;
    Json(json!({
        "data": data,
        "meta": {"limit": page.limit, "offset": page.offset, "has_more": has_more, "total": total},
    }))
    .into_response()
}

/// Something with information about it.
pub fn with_meta(data: Value, meta: Value) -> Response {
    Json(json!({"data": data, "meta": meta})).into_response()
}

/// Said when something was removed.
pub fn deleted() -> Response {
    one(json!({"deleted": true}))
}

/// Said when something was done that has no result.
pub fn success() -> Response {
    one(json!({"success": true}))
}

/// A refusal or a failure.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    class: &'static str,
    code: String,
    message: String,
    /// Boxed, because every handler's result has room for it.
    fields: Box<Map<String, Value>>,
    retry_after: Option<u64>,
}

impl Problem {
    /// Any problem that names itself.
    pub fn new(status: u16, class: &'static str, code: &str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            class,
            code: code.to_owned(),
            message: message.into(),
            fields: Box::default(),
            retry_after: None,
        }
    }

    /// 400 without particular fields.
    pub fn invalid(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, "validation_error", code, message)
    }

    /// 400 with what is wrong, by field.
    pub fn fields(fields: Map<String, Value>) -> Self {
        Self { fields: Box::new(fields), ..Self::invalid("invalid_input", "Invalid request body") }
    }

    /// 400 about one field.
    pub fn field(name: &str, why: &str) -> Self {
        Self::fields(Map::from_iter([(name.to_owned(), json!([why]))]))
    }

    /// 404: `Project` gives `project_not_found`.
    pub fn missing(what: &str) -> Self {
        let code = format!("{}_not_found", what.to_ascii_lowercase().replace(' ', "_"));
        Self::new(404, "not_found", &code, format!("{what} not found"))
    }

    /// 409.
    pub fn conflict(code: &str, message: impl Into<String>) -> Self {
        Self::new(409, "conflict_error", code, message)
    }

    /// 429 that says when to come back, in seconds.
    pub fn later(seconds: u64, message: impl Into<String>) -> Self {
        let problem = Self::new(429, "rate_limit_error", "rate_limit_exceeded", message);
        Self { retry_after: Some(seconds), ..problem }
    }

    /// 500.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "api_error", "internal_error", message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut error = json!({"type": self.class, "message": self.message, "code": self.code});
        if !self.fields.is_empty() {
            error["details"] = json!({"fieldErrors": self.fields});
        }
        let mut response = (self.status, Json(json!({"error": error}))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(format!("the state file cannot be used: {error}"))
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::internal(format!("the data folder cannot be used: {error}"))
    }
}

/// What an address that leads nowhere is answered with.
pub async fn nowhere() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"error": "Not Found"}))).into_response()
}
