//! Recall's client: base address, key, and the requests of contract 3 that have no file of their own.

pub mod acceptance;
pub mod commands;
mod envelope;
pub mod errors;
pub mod execute;
pub mod generation;
pub mod jobs;
pub mod logs;
pub mod operations;
pub mod outcome;
pub mod runs;
pub mod stream;
pub mod trace;
pub mod workflows;

use std::rc::Rc;

pub use self::generation::Generation;
use super::lookup::in_path;
use super::{Service, unreadable};
use crate::error::Failure;
use crate::http::pages::{Page, Paging, Walk};
use crate::http::{Answer, Client, HeaderValue, Method, Request, segment};
use crate::json::Json;
use crate::secret::Secret;

/// The service's name.
pub const NAME: &str = "recall";

/// A client for one base address and key.
pub struct Recall {
    http: Rc<Client>,
    /// Normalised, without a slash at its end.
    pub base: String,
    key: Option<Secret>,
    /// Through which routes runs are started and asked after.
    pub generation: Generation,
}

impl Recall {
    /// A client; without a key for what needs none.
    pub fn new(http: Rc<Client>, base: &str, key: Option<Secret>) -> Self {
        let base = base.trim().trim_end_matches('/').to_owned();
        Self { http, base, key, generation: Generation::default() }
    }

    /// The same service through another client, one that repeats otherwise.
    #[must_use]
    pub fn through(&self, http: Rc<Client>) -> Self {
        Self { http, base: self.base.clone(), key: self.key.clone(), generation: self.generation }
    }

    /// Whether a workflow is deployed (contract 3.1).
    pub fn status(&self, workflow: &str) -> Request {
        self.request(Method::Get, &format!("/api/workflows/{}/status", in_path(workflow)))
    }

    /// A workflow's whole definition; its blocks' names stand in `state.blocks` (3.1).
    pub fn definition(&self, workflow: &str) -> Request {
        self.request(Method::Get, &format!("/api/workflows/{}", in_path(workflow)))
    }

    /// A job as it stands (3.2). The address is ours: a link from the server may name another host.
    pub fn job(&self, id: &str) -> Request {
        self.request(Method::Get, &format!("/api/jobs/{}", segment(id)))
    }

    /// What the account has used and may still use (3.4).
    pub fn usage(&self) -> Request {
        self.request(Method::Get, "/api/users/me/usage-limits")
    }
}

impl Service for Recall {
    fn name(&self) -> &'static str {
        NAME
    }

    fn http(&self) -> &Client {
        &self.http
    }

    fn request(&self, method: Method, path: &str) -> Request {
        let mut request = Request::new(NAME, method, &self.base, path);
        if let Some(key) = &self.key {
            let value = HeaderValue::Secret { prefix: "", secret: key.clone(), variable: "RECALL_API_KEY" };
            request.headers.push(("X-API-Key", value));
        }
        request
    }

    fn failure(&self, answer: &Answer) -> Failure {
        errors::failure(answer)
    }

    fn payload(&self, answer: &Answer) -> Result<Json, Failure> {
        // Nothing is an answer to a deed, and none to a question.
        if matches!(answer.status, 204 | 205) && !answer.request.starts_with("GET ") {
            return Ok(Json::from(serde_json::Value::Null));
        }
        // Every route answers with an object; a list or a bare word comes from somewhere else.
        let whole = answer.json().filter(|json| json.value.is_object());
        whole.map(envelope::opened).ok_or_else(|| unreadable(NAME, answer, "recall.base_url"))
    }

    fn page_query(&self, walk: &Walk, paging: Paging) -> Vec<(&'static str, String)> {
        envelope::page_query(walk, paging)
    }

    fn page(&self, answer: &Answer, walk: &Walk) -> Result<Page, Failure> {
        let whole = answer.json().ok_or_else(|| unreadable(NAME, answer, "recall.base_url"))?;
        envelope::page(&whole, walk).ok_or_else(|| unreadable(NAME, answer, "recall.base_url"))
    }

    fn largest_page(&self) -> usize {
        100
    }
}
