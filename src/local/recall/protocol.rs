//! `agent-events-v1`: the frames that a stream has beside words, for callers who understand them.

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::order::is_true;

/// The frames of `agent-events-v1` that were asked for beside the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Events {
    /// What agents think.
    pub thinking: bool,
    /// What tools they call.
    pub tools: bool,
}

const PROTOCOL: &str = "agent-events-v1";

/// The refusal of such frames without the protocol.
pub const NEEDS_PROTOCOL: &str =
    "includeThinking and includeToolCalls require X-Sim-Stream-Protocol: agent-events-v1";

impl Events {
    /// What was negotiated.
    ///
    /// # Errors
    /// When frames are asked for without the protocol.
    pub fn negotiated(headers: &HeaderMap, body: &Map<String, Value>) -> Result<Option<Self>, &'static str> {
        let wanted =
            Self { thinking: is_true(body, "includeThinking"), tools: is_true(body, "includeToolCalls") };
        let header = headers.get("x-sim-stream-protocol").and_then(|value| value.to_str().ok());
        match header {
            Some(PROTOCOL) => Ok(Some(wanted)),
            _ if wanted.thinking || wanted.tools => Err(NEEDS_PROTOCOL),
            _ => Ok(None),
        }
    }
}
