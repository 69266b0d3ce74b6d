//! What came with a request of `/api/v1`: a JSON body or query parameters, checked field by field.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde_json::{Map, Value, json};

use super::WORKSPACE;
use super::answer::{Refusal, refuse};

/// The fields of a JSON body and what was found wrong with them.
pub struct Fields {
    given: Map<String, Value>,
    wrong: Vec<Value>,
}

/// The query parameters, as fields of text.
pub struct Parameters(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| refuse(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large"))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(given)) => Ok(Self { given, wrong: Vec::new() }),
            Ok(other) => {
                let message = format!("Invalid input: expected object, received {}", kind(&other));
                Err(invalid("Validation error", vec![issue(json!([]), "invalid_type", &message)]))
            }
            Err(_) => Err(refuse(StatusCode::BAD_REQUEST, "Request body must be valid JSON")),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let given = Query::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Query(given) = given.map_err(|_| refuse(StatusCode::BAD_REQUEST, "Invalid parameters"))?;
        // A parameter without a value counts as not given.
        let given = given.into_iter().filter(|(_, value)| !value.is_empty());
        let given = given.map(|(name, value)| (name, Value::String(value))).collect();
        Ok(Self(Fields { given, wrong: Vec::new() }))
    }
}

impl Parameters {
    /// Holds a route of one thing to its workspace.
    ///
    /// # Errors
    /// 400 without a `workspaceId`, 403 for a workspace that is not this key's.
    pub fn in_workspace(&self) -> Result<(), Refusal> {
        match self.0.given.get("workspaceId").and_then(Value::as_str) {
            None => Err(refuse(StatusCode::BAD_REQUEST, "workspaceId query parameter is required")),
            Some(id) => accessible(id),
        }
    }
}

/// Whether the key reaches a workspace; there is only one.
///
/// # Errors
/// 403 for any other.
pub fn accessible(workspace: &str) -> Result<(), Refusal> {
    if workspace == WORKSPACE { Ok(()) } else { Err(refuse(StatusCode::FORBIDDEN, "Access denied")) }
}

impl Fields {
    /// A field as it came.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.given.get(name).filter(|value| !value.is_null())
    }

    /// A text that must be there, of at most `longest` characters; empty when it is wrong.
    pub fn text(&mut self, name: &str, longest: usize) -> String {
        match self.maybe_text(name, longest) {
            Some(text) if text.trim().is_empty() => {
                self.blame(json!([name]), "too_small", "Too small: expected string to have >=1 characters");
                String::new()
            }
            Some(text) => text,
            None => {
                if self.value(name).is_none() {
                    self.blame(
                        json!([name]),
                        "invalid_type",
                        "Invalid input: expected string, received undefined",
                    );
                }
                String::new()
            }
        }
    }

    /// A text that may be missing.
    pub fn maybe_text(&mut self, name: &str, longest: usize) -> Option<String> {
        match self.value(name) {
            None => None,
            Some(Value::String(text)) if text.chars().count() <= longest => Some(text.clone()),
            Some(Value::String(_)) => {
                self.blame(
                    json!([name]),
                    "too_big",
                    &format!("Too big: expected string to have <={longest} characters"),
                );
                None
            }
            Some(other) => {
                let message = format!("Invalid input: expected string, received {}", kind(other));
                self.blame(json!([name]), "invalid_type", &message);
                None
            }
        }
    }

    /// One of a few words, or missing.
    pub fn choice(&mut self, name: &str, choices: &[&str]) -> Option<String> {
        let text = self.maybe_text(name, usize::MAX)?;
        if choices.contains(&text.as_str()) {
            return Some(text);
        }
        self.blame(
            json!([name]),
            "invalid_value",
            &format!("Invalid option: expected one of {}", choices.join("|")),
        );
        None
    }

    /// A whole number, also as text, or missing.
    pub fn whole(&mut self, name: &str, range: RangeInclusive<usize>) -> Option<usize> {
        let number = match self.value(name)? {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_u64().and_then(|number| usize::try_from(number).ok()),
        };
        if let Some(number) = number.filter(|number| range.contains(number)) {
            return Some(number);
        }
        let most = if *range.end() == usize::MAX { String::new() } else { format!(" to {}", range.end()) };
        let message = format!("Invalid input: expected int from {}{most}", range.start());
        self.blame(json!([name]), "invalid_type", &message);
        None
    }

    /// An object that must be there; empty when it is wrong.
    pub fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.value(name) {
            Some(Value::Object(fields)) => fields.clone(),
            other => {
                let message = format!("Invalid input: expected record, received {}", received(other));
                self.blame(json!([name]), "invalid_type", &message);
                Map::new()
            }
        }
    }

    /// A list that must be there, of `range` entries; empty when it is wrong.
    pub fn list(&mut self, name: &str, range: RangeInclusive<usize>) -> Vec<Value> {
        let (code, message) = match self.value(name) {
            Some(Value::Array(entries)) if range.contains(&entries.len()) => return entries.clone(),
            Some(Value::Array(entries)) if entries.len() < *range.start() => {
                ("too_small", format!("Too small: expected array to have >={} items", range.start()))
            }
            Some(Value::Array(_)) => {
                ("too_big", format!("Too big: expected array to have <={} items", range.end()))
            }
            other => ("invalid_type", format!("Invalid input: expected array, received {}", received(other))),
        };
        self.blame(json!([name]), code, &message);
        Vec::new()
    }

    /// Notes that something is wrong with the field at `path`.
    pub fn blame(&mut self, path: Value, code: &str, message: &str) {
        self.wrong.push(issue(path, code, message));
    }

    /// Holds a request to its workspace, when all its fields were read.
    ///
    /// # Errors
    /// 400 with everything that was found wrong, 403 for a workspace that is not this key's.
    pub fn in_workspace(&mut self) -> Result<(), Refusal> {
        let workspace = self.text("workspaceId", usize::MAX);
        self.check("Validation error")?;
        accessible(&workspace)
    }

    /// The refusal of what was found wrong, under the family's own `error`, when anything was.
    pub fn check(&mut self, error: &str) -> Result<(), Refusal> {
        if self.wrong.is_empty() { Ok(()) } else { Err(invalid(error, std::mem::take(&mut self.wrong))) }
    }
}

fn invalid(error: &str, details: Vec<Value>) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, error).with("details", details)
}

fn issue(path: Value, code: &str, message: &str) -> Value {
    json!({"code": code, "path": path, "message": message})
}

fn received(value: Option<&Value>) -> &'static str {
    value.map_or("undefined", kind)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
