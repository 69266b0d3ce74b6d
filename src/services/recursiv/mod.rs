//! Recursiv's client: base address, key, envelopes, pages (contract sections 1–3).

pub mod agents;
pub mod chat;
mod errors;
pub mod operations;

use std::rc::Rc;

use serde_json::Value;

use super::{Service, unreadable};
use crate::error::Failure;
use crate::http::pages::{Next, Page, Paging, Walk};
use crate::http::{Answer, Body, Client, HeaderValue, Method, Request};
use crate::json::Json;
use crate::secret::Secret;
use crate::services::operation::Operation;

/// The service's name.
pub const NAME: &str = "recursiv";

/// A client for one base address and key.
pub struct Recursiv {
    http: Rc<Client>,
    /// Normalised, without a slash at its end.
    pub base: String,
    key: Option<Secret>,
}

/// The base address that a person's spelling stands for (contract section 1): the bare origin gets `/api/v1`.
pub fn normalised(given: &str) -> String {
    let trimmed = given.trim().trim_end_matches('/');
    match url::Url::parse(trimmed) {
        Ok(url) if url.path().trim_matches('/').is_empty() => format!("{trimmed}/api/v1"),
        _ => trimmed.to_owned(),
    }
}

impl Recursiv {
    /// A client; without a key for what needs none.
    pub fn new(http: Rc<Client>, base: &str, key: Option<Secret>) -> Self {
        Self { http, base: normalised(base), key }
    }

    /// The same service through another client, one that repeats otherwise.
    #[must_use]
    pub fn through(&self, http: Rc<Client>) -> Self {
        Self { http, base: self.base.clone(), key: self.key.clone() }
    }

    /// A request that never carries the key, even when there is one.
    pub fn open_request(&self, method: Method, path: &str) -> Request {
        Request::new(NAME, method, &self.base, path)
    }
}

impl Service for Recursiv {
    fn name(&self) -> &'static str {
        NAME
    }

    fn http(&self) -> &Client {
        &self.http
    }

    fn request(&self, method: Method, path: &str) -> Request {
        let mut request = self.open_request(method, path);
        if let Some(key) = &self.key {
            let value =
                HeaderValue::Secret { prefix: "Bearer ", secret: key.clone(), variable: "RECURSIV_API_KEY" };
            request.headers.push(("Authorization", value));
        }
        request
    }

    fn failure(&self, answer: &Answer) -> Failure {
        errors::failure(answer)
    }

    fn payload(&self, answer: &Answer) -> Result<Json, Failure> {
        if answer.status == 204 || answer.body.is_empty() {
            return Ok(Json::from(Value::Null));
        }
        let whole = answer.json().ok_or_else(|| unreadable(NAME, answer, "recursiv.base_url"))?;
        Ok(whole.get("data").unwrap_or(whole))
    }

    fn page_query(&self, walk: &Walk, _paging: Paging) -> Vec<(&'static str, String)> {
        let start = match &walk.next {
            Next::Offset(offset) => ("offset", offset.to_string()),
            Next::Cursor(cursor) => ("cursor", cursor.clone()),
            Next::End => ("offset", "0".to_owned()),
        };
        vec![("limit", walk.page_size.to_string()), start]
    }

    fn page(&self, answer: &Answer, walk: &Walk) -> Result<Page, Failure> {
        let whole = answer.json().ok_or_else(|| unreadable(NAME, answer, "recursiv.base_url"))?;
        let payload = whole.get("data").unwrap_or_else(|| whole.clone());
        const WRAPPERS: [&str; 6] = ["items", "databases", "projects", "deployments", "tasks", "results"];
        let items = payload
            .items()
            .or_else(|| WRAPPERS.iter().find_map(|name| payload.get(name)?.items()))
            .ok_or_else(|| unreadable(NAME, answer, "recursiv.base_url"))?;
        let meta = whole.value.get("meta").cloned().unwrap_or(Value::Null);
        let cursor =
            ["next_cursor", "nextCursor", "cursor"].iter().find_map(|name| meta.get(*name)?.as_str());
        let more = meta.get("has_more").or(meta.get("hasMore")).and_then(Value::as_bool);
        let offset = match walk.next {
            Next::Offset(offset) => offset + items.len(),
            _ => items.len(),
        };
        let next = match (cursor.filter(|cursor| !cursor.is_empty()), more) {
            (Some(cursor), more) if more != Some(false) => Next::Cursor(cursor.to_owned()),
            (_, Some(true)) => Next::Offset(offset),
            // A full page without a word about the rest may have one.
            (_, None) if items.len() >= walk.page_size => Next::Offset(offset),
            _ => Next::End,
        };
        Ok(Page { items, next })
    }

    fn largest_page(&self) -> usize {
        100
    }

    fn budget(&self, answer: &Answer) -> Option<(String, bool)> {
        let number = |name: &str| answer.headers.get(name)?.trim().parse::<f64>().ok();
        let pair = |left: &str, limit: &str| Some((number(left)?, number(limit)?));
        let window = pair("x-ratelimit-remaining", "x-ratelimit-limit");
        let calls = pair("x-recursiv-calls-remaining", "x-recursiv-calls-limit");
        let scarce = [window, calls].into_iter().flatten().any(|(left, limit)| left <= limit * 0.05);
        let mut parts = Vec::new();
        parts.extend(window.map(|(left, limit)| format!("{left}/{limit} requests left in this window")));
        parts.extend(
            answer.headers.get("x-recursiv-tier").map(|tier| format!("tier {}", crate::text::line(tier))),
        );
        parts.extend(calls.map(|(left, limit)| format!("{left}/{limit} calls left")));
        (!parts.is_empty()).then(|| (format!("recursiv: {}", parts.join(", ")), scarce && answer.ok()))
    }

    fn doubt(&self, operation: &Operation, sent: &Request, answer: &Json) -> Option<String> {
        let Body::Json(sent) = &sent.body else { return None };
        let sent: Value = serde_json::from_str(sent).ok()?;
        let given = ["instructions", "system_prompt"].into_iter().find(|name| sent.get(*name).is_some())?;
        let lost = operation.words == ["agent", "create"] && agents::lost_its_prompt(&answer.value);
        let other = if given == "instructions" { "--system-prompt" } else { "--instructions" };
        lost.then(|| {
            format!("the agent was made without its prompt: the service did not take `{given}`; try {other}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_addresses() {
        for given in ["http://h", "http://h/", "http://h/api/v1", "http://h/api/v1/"] {
            assert_eq!(normalised(given), "http://h/api/v1");
        }
        assert_eq!(normalised("http://h/custom/"), "http://h/custom");
    }
}
