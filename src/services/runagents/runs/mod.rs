//! Runs: which are shown, what an event comes to in words, how a run stands (contract 5.8).

mod summary;

use serde_json::Value;

pub use self::summary::summary;
use super::Runagents;
use crate::http::{Method, Request, parse_moment, segment};
use crate::json::{Json, Node};
use crate::services::Service as _;

/// All states a run may be in; a list without a filter holds only the running ones.
pub const STATUSES: [&str; 6] =
    ["RUNNING", "PAUSED", "PAUSED_APPROVAL", "PAUSED_CONSENT", "COMPLETED", "FAILED"];

impl Runagents {
    /// The request for a list of runs.
    pub fn runs(&self, agent: Option<&str>, status: Option<&str>) -> Request {
        let mut request = self.request(Method::Get, "/runs");
        for (name, value) in [("agent_id", agent), ("status", status)] {
            if let Some(value) = value {
                request = request.query(name, value);
            }
        }
        request
    }

    /// The request for a run.
    pub fn run(&self, id: &str) -> Request {
        self.request(Method::Get, &format!("/runs/{}", segment(id)))
    }

    /// The request for all events of a run.
    pub fn run_events(&self, id: &str) -> Request {
        self.request(Method::Get, &format!("/runs/{}/events", segment(id)))
    }
}

/// The runs of one user and one conversation, each once, newest first.
pub fn newest(runs: Vec<Json>, user: Option<&str>, conversation: Option<&str>) -> Vec<Json> {
    let field = |run: &Json, name: &str| run.value.get(name).and_then(Value::as_str).map(str::to_owned);
    let fits = |run: &Json, name: &str, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| field(run, name).as_deref() == Some(wanted))
    };
    let mut kept: Vec<Json> = Vec::new();
    for run in runs {
        let known = field(&run, "id")
            .is_some_and(|id| kept.iter().any(|other| field(other, "id").as_deref() == Some(&id)));
        if !known && fits(&run, "user_id", user) && fits(&run, "conversation_id", conversation) {
            kept.push(run);
        }
    }
    let moment = |run: &Json| {
        let told = field(run, "updated_at").and_then(|text| parse_moment(&text));
        told.or_else(|| parse_moment(&field(run, "created_at")?))
    };
    kept.sort_by_key(|run| std::cmp::Reverse(moment(run)));
    kept
}

/// The number of an event in its run.
pub fn seq(event: &Json) -> i64 {
    event.value.get("seq").or_else(|| event.value.get("sequence")).and_then(Value::as_i64).unwrap_or(0)
}

/// The last `limit` events of a type (0 = all), in their order.
pub fn tail(mut events: Vec<Json>, kind: Option<&str>, limit: usize) -> Vec<Json> {
    if let Some(kind) = kind {
        events.retain(|event| type_of(&event.value).eq_ignore_ascii_case(kind));
    }
    events.sort_by_key(seq);
    let surplus = if limit == 0 { 0 } else { events.len().saturating_sub(limit) };
    events.split_off(surplus)
}

fn type_of(event: &Value) -> &str {
    event.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// An event as a row: its number, type, actor, what it comes to, its time.
pub fn row(event: &Json) -> Json {
    let node = Node::of(event);
    let mut row = Node::object();
    for (name, paths) in
        [("seq", ["seq", "sequence"]), ("type", ["type", "type"]), ("actor", ["actor", "actor"])]
    {
        if let Some(value) = paths.iter().find_map(|path| node.get(path)) {
            row.set(name, value.clone());
        }
    }
    row.set("detail", summary(&event.value));
    if let Some(time) = node.get("timestamp").or_else(|| node.get("created_at")) {
        row.set("timestamp", time.clone());
    }
    Json::parse(&row.compact()).unwrap_or_else(|_| event.clone())
}

/// What happened in a run, for people and programs: one entry an event, or the run's own state when it has none.
pub fn timeline(run: &Json, events: &[Json]) -> Vec<Json> {
    let entry = |source: &Node, kind: &str, detail: String, time: &[&str], seq: Node| {
        let mut entry = Node::object();
        entry.set("seq", seq);
        entry.set("type", kind);
        if let Some(actor) = source.get("actor").filter(|actor| **actor != Node::Null) {
            entry.set("actor", actor.clone());
        }
        entry.set("summary", detail);
        if let Some(time) = time.iter().find_map(|name| source.get(name)) {
            entry.set("timestamp", time.clone());
        }
        if let Some(data) = source.get("data").filter(|data| **data != Node::Null) {
            entry.set("data", data.clone());
        }
        Json::parse(&entry.compact()).unwrap_or_else(|_| Json::from(Value::Null))
    };
    if events.is_empty() {
        let kind = run.value.get("status").and_then(Value::as_str).unwrap_or("UNKNOWN");
        let said = format!("Run is {}", kind.replace('_', " ").to_lowercase());
        return vec![entry(
            &Node::of(run),
            kind,
            said,
            &["updated_at", "created_at"],
            Node::Number("0".into()),
        )];
    }
    let one = |event: &Json| {
        let number = Node::Number(seq(event).to_string());
        entry(
            &Node::of(event),
            type_of(&event.value),
            summary(&event.value),
            &["timestamp", "created_at"],
            number,
        )
    };
    events.iter().map(one).collect()
}
