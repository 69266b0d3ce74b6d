//! Two generations of Recall's API: the same runs under other routes and in other shapes (contract 1.7 and 2.7).

use serde_json::Value;

use super::Recall;
use crate::http::{Answer, Method, Request};
use crate::services::Service as _;

/// Through which routes runs are started and asked after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generation {
    /// `/api/workflows/…`, which every server has.
    #[default]
    Legacy,
    /// `/api/v2/…`, which newer servers have when it is switched on.
    V2,
}

impl Generation {
    /// The word for it in settings and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::V2 => "v2",
        }
    }

    /// What the answer to [`Recall::probe`] says. Nothing when it says nothing about routes: an outage, a proxy.
    pub fn of(answer: &Answer) -> Option<Self> {
        if lacks_v2(answer) {
            return Some(Self::Legacy);
        }
        let body = answer.json().map(|json| json.value);
        let speaks = body.as_ref().is_some_and(|body| {
            if answer.ok() { body.get("data").is_some() } else { body.get("error").is_some_and(is_error) }
        });
        match (speaks, answer.status) {
            (true, _) => Some(Self::V2),
            (false, 500..) => None,
            (false, _) => Some(Self::Legacy),
        }
    }
}

fn is_error(error: &Value) -> bool {
    error.get("code").is_some_and(Value::is_string)
}

/// Whether an answer says that v2 is not there: switched off, or a server from before it.
pub fn lacks_v2(answer: &Answer) -> bool {
    if answer.status != 404 && answer.status != 405 {
        return false;
    }
    let body = answer.json().map(|json| json.value).unwrap_or_default();
    match body.get("error") {
        // In v2's own words everything but this one is about a thing, not about the route.
        Some(error) if is_error(error) => error["code"] == "NOT_FOUND" && error["message"] == "Not found",
        _ => true,
    }
}

impl Recall {
    /// A small question that only v2 answers.
    pub fn probe(&self) -> Request {
        self.request(Method::Get, "/api/v2/workspaces").query("limit", "1")
    }

    /// The same service asked through the routes of a generation.
    #[must_use]
    pub fn speaking(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    #[test]
    fn only_the_words_of_v2_are_v2() {
        let answer = |status, body: &'static str| Answer {
            request: String::new(),
            status,
            headers: Headers::default(),
            body: body.into(),
            attempt: 0,
        };
        for (status, body, generation) in [
            (200, r#"{"data":[],"nextCursor":null}"#, Some(Generation::V2)),
            (401, r#"{"error":{"code":"UNAUTHORIZED","message":"Unauthorized"}}"#, Some(Generation::V2)),
            (404, r#"{"error":{"code":"NOT_FOUND","message":"Workspace not found"}}"#, Some(Generation::V2)),
            (404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#, Some(Generation::Legacy)),
            (404, "<html></html>", Some(Generation::Legacy)),
            (405, "", Some(Generation::Legacy)),
            (401, r#"{"error":"Unauthorized"}"#, Some(Generation::Legacy)),
            (200, "<html>", Some(Generation::Legacy)),
            (503, "<html>", None),
        ] {
            assert_eq!(Generation::of(&answer(status, body)), generation, "{status} {body}");
        }
    }
}
