//! A turn as server-sent events: `data:` lines only, `[DONE]` last.

use axum::body::{Body, Bytes};
use serde_json::{Value, json};
use std::convert::Infallible;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use super::invoke::Started;
use super::job::Step;

/// The body of a streamed answer.
pub fn body(started: Started) -> Body {
    let Started { steps, run_id, conversation_id, .. } = started;
    let events = ReceiverStream::new(steps).map(move |step| {
        let mut event = event(step);
        if event["type"] == "done" {
            event["run_id"] = run_id.as_str().into();
            event["conversation_id"] = conversation_id.as_str().into();
        }
        line(&event.to_string())
    });
    let last = tokio_stream::once(line("[DONE]"));
    Body::from_stream(events.chain(last).map(Ok::<_, Infallible>))
}

fn line(data: &str) -> Bytes {
    format!("data: {data}\n\n").into()
}

fn event(step: Step) -> Value {
    match step {
        Step::ToolCall { function, arguments } => {
            json!({"type": "tool_call", "tool": function, "arguments": arguments})
        }
        Step::ToolResult { function, result } => {
            json!({"type": "tool_result", "tool": function, "result": result})
        }
        Step::Approval { tool, detail } => {
            json!({"type": "approval_required", "tool": tool, "detail": detail})
        }
        Step::Text(delta) => json!({"type": "content", "delta": delta}),
        Step::Done(summary) => json!({
            "type": "done",
            "model": summary.model,
            "usage": summary.usage,
            "tool_calls_made": summary.calls,
            "duration_ms": summary.duration_ms,
        }),
        Step::Failed(message) => json!({"type": "error", "message": message}),
    }
}
