//! What an event of a run comes to, in a few words (contract 5.8).

use serde_json::Value;

use super::type_of;

/// A summary is no longer than this.
const LONGEST: usize = 120;

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
