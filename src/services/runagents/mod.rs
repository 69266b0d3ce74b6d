//! RunAgents's client: base address, key, errors, pages.

pub mod operations;

use std::rc::Rc;

use super::{Service, unreadable};
use crate::error::{Failure, Kind};
use crate::http::pages::{Next, Page, Walk};
use crate::http::{Answer, Client, HeaderValue, Method, Request};
use crate::json::Json;
use crate::secret::Secret;

/// The service's name.
pub const NAME: &str = "runagents";

/// A client for one base address and key.
pub struct Runagents {
    http: Rc<Client>,
    /// Normalised, without a slash at its end.
    pub base: String,
    key: Option<Secret>,
}

impl Runagents {
    /// A client; without a key for what needs none.
    pub fn new(http: Rc<Client>, base: &str, key: Option<Secret>) -> Self {
        Self { http, base: base.trim().trim_end_matches('/').to_owned(), key }
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
        let mut request = Request::new(NAME, method, &self.base, path);
        if let Some(key) = &self.key {
            let value =
                HeaderValue::Secret { prefix: "", secret: key.clone(), variable: "RUNAGENTS_API_KEY" };
            request.headers.push(("X-RunAgents-API-Key", value));
        }
        request
    }

    fn failure(&self, answer: &Answer) -> Failure {
        Failure::new(Kind::Refused, answer.excerpt()).service(NAME).status(answer.status)
    }

    fn payload(&self, answer: &Answer) -> Result<Json, Failure> {
        answer.json().ok_or_else(|| unreadable(NAME, answer, "runagents.endpoint"))
    }

    fn page_query(&self, _walk: &Walk) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn page(&self, answer: &Answer, _walk: &Walk) -> Result<Page, Failure> {
        let items =
            self.payload(answer)?.items().ok_or_else(|| unreadable(NAME, answer, "runagents.endpoint"))?;
        Ok(Page { items, next: Next::End })
    }

    fn largest_page(&self) -> usize {
        100
    }
}
