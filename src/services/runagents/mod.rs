//! RunAgents's client: base address, key, dialect, lists (contract sections 1 and 2).

pub mod columns;
pub mod deploy;
mod dialect;
mod endpoint;
mod errors;
pub mod invoke;
pub mod model;
pub mod name;
pub mod operations;
pub mod runs;
pub mod tools;

use std::rc::Rc;

use serde_json::Value;

pub use self::dialect::Dialect;
pub use self::endpoint::normalised;
use super::{Service, unreadable};
use crate::error::Failure;
use crate::http::pages::{Next, Page, Paging, Walk};
use crate::http::{Answer, Client, HeaderValue, Method, Request};
use crate::json::Json;
use crate::secret::Secret;

/// The service's name.
pub const NAME: &str = "runagents";
/// The setting that a wrong address is mended with.
const ADDRESS: &str = "runagents.endpoint";
/// What a workspace key begins with (contract 1.2).
const WORKSPACE_KEY: &str = "ra_ws_";
/// The namespace of who names none, where one has to be named (contract 1.6).
const NAMESPACE: &str = "default";

/// A client for one base address and key.
pub struct Runagents {
    http: Rc<Client>,
    /// Without a slash at its end; normalised, but in the legacy dialect as it was given.
    pub base: String,
    key: Option<Secret>,
    namespace: Option<String>,
    dialect: Dialect,
}

impl Runagents {
    /// A client. Without a key it sends none; `namespace` is the one that somebody named, if anybody did.
    pub fn new(
        http: Rc<Client>,
        given: &str,
        key: Option<Secret>,
        namespace: Option<String>,
        dialect: Dialect,
    ) -> Self {
        let base = match dialect {
            Dialect::V1 => normalised(given),
            Dialect::Legacy => given.trim().trim_end_matches('/').to_owned(),
        };
        Self { http, base, key, namespace, dialect }
    }

    /// The same service through another client, one that repeats otherwise.
    #[must_use]
    pub fn through(&self, http: Rc<Client>) -> Self {
        let (base, key, namespace) = (self.base.clone(), self.key.clone(), self.namespace.clone());
        Self { http, base, key, namespace, dialect: self.dialect }
    }

    /// A path of today's dialect as this server knows it.
    pub fn path(&self, path: &str) -> String {
        match self.dialect {
            Dialect::V1 => path.to_owned(),
            Dialect::Legacy => dialect::legacy(path, self.namespace.as_deref().unwrap_or(NAMESPACE)),
        }
    }

    fn keys(&self) -> Vec<(&'static str, HeaderValue)> {
        let Some(key) = &self.key else { return Vec::new() };
        let header =
            |prefix| HeaderValue::Secret { prefix, secret: key.clone(), variable: "RUNAGENTS_API_KEY" };
        // On today's hosts `Authorization` belongs to people: their gate may turn a workspace key there away.
        match (key.expose().starts_with(WORKSPACE_KEY), self.dialect) {
            (true, Dialect::V1) => vec![("X-RunAgents-API-Key", header(""))],
            (true, Dialect::Legacy) => {
                vec![("Authorization", header("Bearer ")), ("X-RunAgents-API-Key", header(""))]
            }
            (false, _) => vec![("Authorization", header("Bearer "))],
        }
    }
}

impl Service for Runagents {
    fn name(&self) -> &'static str {
        NAME
    }

    fn http(&self) -> &Client {
        &self.http
    }

    fn request(&self, method: Method, path: &str) -> Request {
        let mut request = Request::new(NAME, method, &self.base, self.path(path));
        request.headers.extend(self.keys());
        let namespace = match self.dialect {
            Dialect::V1 => self.namespace.as_deref(),
            Dialect::Legacy => Some(self.namespace.as_deref().unwrap_or(NAMESPACE)),
        };
        match namespace {
            Some(namespace) => request.header("X-Workspace-Namespace", namespace),
            None => request,
        }
    }

    fn failure(&self, answer: &Answer) -> Failure {
        errors::failure(answer)
    }

    fn payload(&self, answer: &Answer) -> Result<Json, Failure> {
        if answer.body.is_empty() {
            return Ok(Json::from(Value::Null));
        }
        answer.json().ok_or_else(|| unreadable(NAME, answer, ADDRESS))
    }

    fn page_query(&self, _walk: &Walk, _paging: Paging) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn page(&self, answer: &Answer, _walk: &Walk) -> Result<Page, Failure> {
        let whole = answer.json().ok_or_else(|| unreadable(NAME, answer, ADDRESS))?;
        let items = items(&whole, &plural(&answer.request));
        Ok(Page { items: items.ok_or_else(|| unreadable(NAME, answer, ADDRESS))?, next: Next::End })
    }

    fn largest_page(&self) -> usize {
        100
    }
}

/// The list in an answer: bare, or under a usual name or its own plural. `null` is how Go writes a list of nothing.
fn items(whole: &Json, plural: &str) -> Option<Vec<Json>> {
    let list = |json: &Json| if json.value.is_null() { Some(Vec::new()) } else { json.items() };
    list(whole)
        .or_else(|| ["items", "data", "results", plural].iter().find_map(|name| list(&whole.get(name)?)))
}

/// The name a list may stand under: the last word of its route, `model_providers`.
fn plural(request: &str) -> String {
    let path = request.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stand_bare_or_under_a_name() {
        let count = |text: &str| {
            let plural = plural("GET /model-providers?x=/y");
            items(&Json::parse(text).unwrap(), &plural).map(|items| items.len())
        };
        for text in ["[1]", r#"{"items":[1]}"#, r#"{"data":[1]}"#, r#"{"model_providers":[1],"total":1}"#] {
            assert_eq!(count(text), Some(1), "{text}");
        }
        assert_eq!(count("null"), Some(0));
        assert_eq!(count(r#"{"items":null}"#), Some(0));
        assert_eq!(count(r#"{"agents":[1]}"#), None);
        assert_eq!(count("3"), None);
    }
}
