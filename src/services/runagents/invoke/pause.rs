//! An agent that waits for a person: for approval of a call, or for consent to a sign-in.

use serde_json::Value;

use crate::error::{Failure, Kind};
use crate::services::runagents::NAME;

/// The agent stopped and waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// `APPROVAL_REQUIRED` or `CONSENT_REQUIRED`.
    pub code: &'static str,
    /// The tool that was to be called.
    pub tool: String,
    /// What the service says about it.
    pub message: String,
    /// The action that waits for approval.
    pub action: Option<String>,
    /// Where a person agrees.
    pub address: Option<String>,
}

/// A call waits for approval.
pub const APPROVAL: &str = "APPROVAL_REQUIRED";
/// A call waits for consent.
pub const CONSENT: &str = "CONSENT_REQUIRED";

impl Pause {
    /// The pause with this code, out of what an event or an answer says of it.
    pub fn of(code: &'static str, tool: Option<&str>, detail: &Value) -> Self {
        let field = |name: &str| {
            detail.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(crate::text::line)
        };
        Self {
            code,
            tool: tool.map(crate::text::line).or_else(|| field("tool")).unwrap_or_default(),
            message: field("message").unwrap_or_default(),
            action: field("action_id"),
            address: field("authorization_url"),
        }
    }

    /// The pause that a whole answer tells of, if it does.
    pub fn in_answer(answer: &Value) -> Option<Self> {
        let tool = answer.get("tool").and_then(Value::as_str);
        let told = |name: &str| answer.get(name).filter(|detail| detail.is_object());
        let code = answer.get("code").and_then(Value::as_str);
        if let Some(detail) = told("approval_required") {
            return Some(Self::of(APPROVAL, tool, detail));
        }
        match (told("consent_required"), code) {
            (Some(detail), _) => {
                let own = Self::of(CONSENT, tool, answer);
                let inner = Self::of(CONSENT, tool, detail);
                Some(Self {
                    address: inner.address.or(own.address),
                    message: if inner.message.is_empty() { own.message } else { inner.message },
                    ..own
                })
            }
            (None, Some(CONSENT)) => Some(Self::of(CONSENT, tool, answer)),
            (None, Some(APPROVAL)) => Some(Self::of(APPROVAL, tool, answer)),
            _ => None,
        }
    }

    /// Exit 8, with what a person has to do.
    pub fn failure(&self) -> Failure {
        let tool = if self.tool.is_empty() { String::new() } else { format!(" to call `{}`", self.tool) };
        let (what, needed) = match self.code {
            APPROVAL => ("approval", "the agent waits for approval"),
            _ => ("consent", "the agent waits for your consent"),
        };
        let mut failure = Failure::new(Kind::Paused, format!("{needed}{tool}")).service(NAME).code(self.code);
        if !self.message.is_empty() {
            failure = failure.note(self.message.clone());
        }
        if let Some(action) = &self.action {
            failure = failure.note(format!("action: {action}"));
        }
        if let Some(address) = &self.address {
            failure = failure.note(format!("agree here: {address}"));
        }
        match what {
            "approval" => failure.hint("ra runagents approval list"),
            _ => failure.note("then ask again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_in_whole_answers() {
        let of = |text: &str| Pause::in_answer(&serde_json::from_str(text).unwrap());
        let pause = of(r#"{"response":"m","approval_required":{"code":"APPROVAL_REQUIRED","action_id":"act-1","tool":"t","message":"m"}}"#).unwrap();
        assert_eq!(
            (pause.code, pause.tool.as_str(), pause.action.as_deref()),
            (APPROVAL, "t", Some("act-1"))
        );
        let pause = of(r#"{"code":"CONSENT_REQUIRED","message":"m","tool":"mail","authorization_url":"https://e/o","consent_required":{}}"#).unwrap();
        assert_eq!(
            (pause.code, pause.message.as_str(), pause.address.as_deref()),
            (CONSENT, "m", Some("https://e/o"))
        );
        assert_eq!(of(r#"{"response":"hi"}"#), None);
        assert_eq!(of("3"), None);
    }
}
