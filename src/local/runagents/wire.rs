//! How requests are read and answers are shaped, the same for every family.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// What a handler gives back.
pub type Answer = Result<Response, Refusal>;

/// An answer with a status of 400 or more; its body is `{"error": text}`.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    body: Value,
}

impl Refusal {
    /// A refusal with any status.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, body: json!({"error": message.into()}) }
    }

    /// A request that cannot be meant: 400.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Nothing has that name: 404.
    pub fn missing(noun: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{noun} {name} not found"))
    }

    /// Not in this state: 409.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// What a person reads, for refusals that are told elsewhere than in an answer.
    pub fn message(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, format!("state file: {error}"))
    }
}

/// 200 with a body.
pub fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

/// 201 with a body.
pub fn created(body: Value) -> Answer {
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// What every successful DELETE says; 404 when there was nothing to delete.
pub fn deleted(was_there: bool, noun: &str, name: &str) -> Answer {
    if was_there { ok(json!({"status": "deleted"})) } else { Err(Refusal::missing(noun, name)) }
}

/// A stored document without its private fields.
pub fn public(mut document: Value) -> Value {
    if let Some(fields) = document.as_object_mut() {
        fields.retain(|name, _| !name.starts_with('_'));
    }
    document
}

/// Words of the path by their names; a workspace or namespace among them is allowed and not looked at.
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(words)| Self(words)).map_err(|error| Refusal::invalid(error.to_string()))
    }
}

/// The path word of resources that go by a name.
#[derive(serde::Deserialize)]
pub struct Named {
    /// The resource's name.
    pub name: String,
}

/// The path word of resources that go by an id.
#[derive(serde::Deserialize)]
pub struct Identified {
    /// The resource's id.
    pub id: String,
}

/// The query of a request; typed by the handler.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(asked)| Self(asked)).map_err(|error| Refusal::invalid(error.body_text()))
    }
}

/// A JSON object sent as the body; nothing and `null` count as an empty one, for the operations whose
/// body is optional. What an operation requires it asks of the fields.
pub struct Body(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let is_json = kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
        });
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| Refusal::new(error.status(), error.body_text()))?;
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        if !is_json {
            // Also keeps web pages out: a form or a simple fetch cannot carry this content type.
            let message = "Content-Type must be application/json";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(Value::Null) => Ok(Self(Map::new())),
            Ok(_) => Err(Refusal::invalid("the body must be a JSON object")),
            Err(error) => Err(Refusal::invalid(format!("invalid JSON body: {error}"))),
        }
    }
}

/// A path that no family knows.
pub async fn unknown_route() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "not found")
}

/// A known path asked in a way it does not answer; the service says so in plain text.
pub async fn method_not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, "Method not allowed").into_response()
}
