//! Runs: which are shown, what an event comes to in words, how a run stands (contract 5.8).

use serde_json::Value;

use super::Runagents;
use crate::http::{Method, Request, parse_moment, segment};
use crate::json::{Json, Node};
use crate::services::Service as _;

/// All states a run may be in; a list without a filter holds only the running ones.
pub const STATUSES: [&str; 6] =
    ["RUNNING", "PAUSED", "PAUSED_APPROVAL", "PAUSED_CONSENT", "COMPLETED", "FAILED"];

/// A summary is no longer than this.
const LONGEST: usize = 120;

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

/// What an event comes to, in a few words.
pub fn summary(event: &Value) -> String {
    let data = event.get("data").unwrap_or(&Value::Null);
    let text = |name: &str| data.get(name).map(plain).filter(|text| !text.is_empty());
    if let Some(said) = ["message", "detail", "summary"]
        .iter()
        .find_map(|name| data.get(*name)?.as_str().filter(|text| !text.is_empty()))
    {
        return cut(said);
    }
    let tool = text("tool_id").or_else(|| text("tool"));
    let or = |value: Option<String>, usual: &str| value.map_or_else(|| usual.to_owned(), |value| cut(&value));
    let by = || text("approver_id").or_else(|| event.get("actor").and_then(Value::as_str).map(str::to_owned));
    let who = |word: &str| by().map_or_else(|| word.to_owned(), |by| cut(&format!("{word} by {by}")));
    match type_of(event) {
        "RUN_CREATED" => "Run created".to_owned(),
        "USER_MESSAGE" => or(text("content"), "User message"),
        "AGENT_MESSAGE" => or(text("content"), "Agent message"),
        "TOOL_REQUEST" | "TOOL_CALLED" => {
            let mut said = format!("Called {}", tool.unwrap_or_else(|| "a tool".to_owned()));
            if let Some(capability) = text("capability") {
                said.push_str(&format!(" {capability}"));
            }
            for part in [text("tool_method"), text("tool_url")].into_iter().flatten() {
                said.push_str(&format!(" {part}"));
            }
            said
        }
        "TOOL_RESPONSE" => {
            let tool = tool.unwrap_or_else(|| "Tool".to_owned());
            match text("status_code") {
                Some(status) => format!("{tool} returned HTTP {status}"),
                None => format!("{tool} answered"),
            }
        }
        "APPROVAL_REQUIRED" => {
            let mut said = "Approval required".to_owned();
            if let Some(tool) = tool {
                said.push_str(&format!(" for {tool}"));
            }
            if let Some(capability) = text("capability") {
                said.push_str(&format!(" ({capability})"));
            }
            said
        }
        "CONSENT_REQUIRED" => {
            tool.map_or_else(|| "Consent required".to_owned(), |tool| format!("Consent required for {tool}"))
        }
        "APPROVED" => who("Approved"),
        "REJECTED" => who("Rejected"),
        "RESUMED" => "Run resumed".to_owned(),
        "INVOKE_REQUESTED" => "Agent invoked".to_owned(),
        "INVOKE_COMPLETED" => "Agent answered".to_owned(),
        "COMPLETED" => "Run completed".to_owned(),
        "INVOKE_FAILED" => or(text("error"), "Agent call failed"),
        "FAILED" => or(text("error"), "Run failed"),
        other => match data.as_object().filter(|data| !data.is_empty()) {
            Some(data) => {
                let mut pairs: Vec<String> =
                    data.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
                pairs.sort();
                cut(&pairs.join(" "))
            }
            None => words(other),
        },
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// At most [`LONGEST`] characters, the last three being dots when some are missing.
fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST - 3).collect();
    format!("{}...", kept.trim_end())
}

/// `LLM_CALL` as `Llm call`.
fn words(kind: &str) -> String {
    let lower = kind.replace('_', " ").to_lowercase();
    let mut letters = lower.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        for (event, expected) in [
            (
                r#"{"type":"TOOL_REQUEST","data":{"tool_id":"calendar","tool_method":"POST","tool_url":"https://g/x"}}"#,
                "Called calendar POST https://g/x",
            ),
            (
                r#"{"type":"APPROVAL_REQUIRED","data":{"tool_id":"calendar","capability":"create-event"}}"#,
                "Approval required for calendar (create-event)",
            ),
            (r#"{"type":"APPROVAL_REQUIRED"}"#, "Approval required"),
            (
                r#"{"type":"TOOL_RESPONSE","data":{"tool":"calc","status_code":200}}"#,
                "calc returned HTTP 200",
            ),
            (r#"{"type":"APPROVED","actor":"bob"}"#, "Approved by bob"),
            (r#"{"type":"FAILED","data":{"error":"boom"}}"#, "boom"),
            (r#"{"type":"LLM_CALL","data":{"b":1,"a":"x"}}"#, "a=x b=1"),
            (r#"{"type":"LLM_CALL","data":null}"#, "Llm call"),
            (r#"{"type":"COMPLETED","data":{"summary":"all done"}}"#, "all done"),
        ] {
            assert_eq!(summary(&serde_json::from_str(event).unwrap()), expected, "{event}");
        }
        let long = summary(&serde_json::json!({"type": "X", "data": {"message": "é".repeat(200)}}));
        assert!(long.ends_with("...") && long.chars().count() == 120);
    }
}
