//! Reading the query of a v1 list, with the traits of early servers.

use axum::http::StatusCode;
use serde_json::json;

use super::super::answer::{Refusal, refuse};
use super::super::fields::{Fields, accessible};
use super::super::generation::Generation;

/// The parameters of a request.
pub struct Params<'a> {
    given: &'a Fields,
    generation: Generation,
}

/// The refusal of a parameter or field.
pub fn invalid(field: &str, message: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, "Invalid parameters")
        .with("details", json!([{"code": "invalid_type", "path": [field], "message": message}]))
}

impl<'a> Params<'a> {
    /// The parameters of this query.
    pub fn of(given: &'a Fields, generation: Generation) -> Self {
        Self { given, generation }
    }

    /// A parameter that is not empty.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.given.value(name)?.as_str()
    }

    /// A yes or no. To early servers any text is a yes, even `false`.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| self.generation.is_b() || value == "true")
    }

    /// The parts of a comma list; empty when it is missing.
    pub fn list(&self, name: &str) -> Vec<&'a str> {
        let parts = self.get(name).into_iter().flat_map(|value| value.split(','));
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// A number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Refusal> {
        let value = self.get(name).map(|value| value.parse().map_err(|_| value));
        value.transpose().map_err(|_| invalid(name, "Invalid input: expected number"))
    }

    /// A moment, as milliseconds.
    ///
    /// # Errors
    /// When it is none.
    pub fn moment(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let moment: jiff::Timestamp = value.parse().map_err(|_| invalid(name, "Invalid ISO datetime"))?;
        Ok(Some(moment.as_millisecond()))
    }

    /// Checks that the one workspace is asked for.
    ///
    /// # Errors
    /// 400 without a workspace, 403 for another one.
    pub fn workspace(&self) -> Result<(), Refusal> {
        match self.get("workspaceId") {
            None => Err(invalid("workspaceId", "Invalid input: expected string, received undefined")),
            Some(id) => accessible(id),
        }
    }
}
