//! What came with a request: its JSON body, checked field by field, and its page of a list.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use serde_json::{Map, Value, json};

use super::answer::Problem;

/// The fields of a body and what was found wrong with them.
pub struct Fields {
    body: Map<String, Value>,
    wrong: Map<String, Value>,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            Problem::new(413, "validation_error", "body_too_large", "Request body is too large")
        })?;
        if bytes.is_empty() {
            return Ok(Self { body: Map::new(), wrong: Map::new() });
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(body)) => Ok(Self { body, wrong: Map::new() }),
            Ok(_) => Err(Problem::invalid("invalid_input", "Request body must be a JSON object")),
            Err(error) => {
                Err(Problem::invalid("invalid_json", format!("Malformed JSON in request body: {error}")))
            }
        }
    }
}

impl Fields {
    /// A text that must be there and must not be blank; empty when it is wrong.
    pub fn text(&mut self, name: &str) -> String {
        match self.body.get(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => text.clone(),
            Some(Value::String(_)) => self.blame(name, "must not be empty"),
            None | Some(Value::Null) => self.blame(name, "Required"),
            Some(_) => self.blame(name, "Expected string"),
        }
    }

    /// A text that may be missing.
    pub fn maybe(&mut self, name: &str) -> Option<String> {
        match self.body.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            None | Some(Value::Null) => None,
            Some(_) => {
                self.blame(name, "Expected string");
                None
            }
        }
    }

    /// A text out of a fixed set, or missing.
    pub fn choice(&mut self, name: &str, choices: &[&str]) -> Option<String> {
        let text = self.maybe(name)?;
        if !choices.contains(&text.as_str()) {
            self.blame(name, &format!("Expected one of: {}", choices.join(", ")));
        }
        Some(text)
    }

    /// Whether a switch is on; off when it is missing.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.body.get(name) {
            Some(Value::Bool(on)) => *on,
            None | Some(Value::Null) => false,
            Some(_) => {
                self.blame(name, "Expected boolean");
                false
            }
        }
    }

    /// Any value, unchecked.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.body.get(name)
    }

    /// Notes what is wrong with a field.
    pub fn blame(&mut self, name: &str, why: &str) -> String {
        self.wrong.insert(name.to_owned(), json!([why]));
        String::new()
    }

    /// Refuses when anything was wrong; say it after the last field was read.
    pub fn check(&self) -> Result<(), Problem> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Problem::fields(self.wrong.clone())) }
    }
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many, 20 unless told, at most 100.
    pub limit: usize,
    /// How many to pass over.
    pub offset: usize,
}

/// The query parameters, and the page among them.
pub struct Asked {
    /// Every parameter as it came.
    pub query: HashMap<String, String>,
    /// The page.
    pub page: Page,
}

impl Asked {
    /// A parameter that must be there.
    pub fn needed(&self, name: &str) -> Result<&str, Problem> {
        match self.query.get(name).map(String::as_str) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(Problem::field(name, "Required")),
        }
    }

    /// A parameter that may be missing.
    pub fn maybe(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(query) = Query::<HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::invalid("invalid_input", "Unreadable query parameters"))?;
        let number = |name: &str, default: usize| match query.get(name) {
            None => Ok(default),
            Some(text) => {
                text.parse::<usize>().map_err(|_| Problem::field(name, "Expected a number of 0 or more"))
            }
        };
        let page = Page { limit: number("limit", 20)?.clamp(1, 100), offset: number("offset", 0)? };
        Ok(Self { query, page })
    }
}
