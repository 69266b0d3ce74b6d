//! How refusals look: `{"error"}` with what each family of routes adds to it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// What a handler gives: an answer, or why there is none.
pub type Answer = Result<Response, Refusal>;

/// A request that was not carried out.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    body: Map<String, Value>,
}

/// A refusal with nothing but its text, as the execute route writes it.
pub fn refuse(status: StatusCode, error: &str) -> Refusal {
    let mut body = Map::new();
    body.insert("error".into(), error.into());
    Refusal { status, body }
}

impl Refusal {
    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Its text.
    pub fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    /// Adds a field to the body.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.body.insert(field.into(), value.into());
        self
    }

    /// Adds the code that the service derives from the text: capitals, each run of white space a `_`.
    pub fn coded(self) -> Self {
        let text = self.body["error"].as_str().unwrap_or_default();
        let code = text.split_whitespace().collect::<Vec<_>>().join("_").to_uppercase();
        self.with("code", code)
    }
}

/// A refused field, by name.
pub fn invalid_field(error: &str, path: &str, message: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, error).with("details", json!([{"path": path, "message": message}]))
}

/// What the families with `success` around their data answer (contract 5.2, F2).
pub fn success(data: Value) -> Response {
    Json(json!({"success": true, "data": data})).into_response()
}

/// A thing that is not there, in the words of its family: `Table not found`.
pub fn missing(thing: &str) -> Refusal {
    refuse(StatusCode::NOT_FOUND, &format!("{thing} not found"))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(Value::Object(self.body))).into_response()
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(_: rusqlite::Error) -> Self {
        refuse(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_punctuation() {
        let refusal = refuse(StatusCode::UNAUTHORIZED, "Unauthorized: Invalid API key").coded();
        assert_eq!(refusal.body["code"], "UNAUTHORIZED:_INVALID_API_KEY");
    }
}
