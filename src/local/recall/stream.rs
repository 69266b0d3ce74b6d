//! The streamed answer: `data:` lines while the run goes on, a last word, and `"[DONE]"`.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::block::Block;
use super::document::text;
use super::engine::Listener;
use super::live::Live;
use super::order::Order;
use super::reference::Scope;
use super::selection::{self, Selection};
use super::workflow::Workflow;

/// Starts the run and answers with its frames. When the caller goes away the run is cancelled.
pub fn answer(live: Live, workflow: &Workflow, order: &Order) -> Response {
    let (sender, receiver) = channel(16);
    let frames = Frames {
        sender: sender.clone(),
        selections: selection::read(&order.selected, workflow),
        asked: !order.selected.is_empty(),
        workflow: workflow.clone(),
        speaking: None,
    };
    tokio::spawn(async move {
        tokio::select! {
            () = sender.closed() => {}
            () = frames.tell(live) => {}
        }
    });
    let body = Body::from_stream(ReceiverStream::new(receiver).map(Ok::<_, std::convert::Infallible>));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("keep-alive"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    if order.agent_events {
        headers.insert("x-sim-stream-protocol", HeaderValue::from_static("agent-events-v1"));
    }
    response
}

/// Turns what happens in a run into frames.
struct Frames {
    sender: Sender<Bytes>,
    selections: Vec<Selection>,
    /// Whether outputs were selected at all; names that exist nowhere count as well.
    asked: bool,
    workflow: Workflow,
    /// The block whose words came last.
    speaking: Option<String>,
}

impl Listener for Frames {
    async fn words(&mut self, block: &Block, text: &str) {
        if !selection::is_streamed(&self.selections, block) {
            return;
        }
        // The service itself puts an empty line before every output but the first.
        let later = self.speaking.as_ref().is_some_and(|speaking| *speaking != block.id);
        self.speaking = Some(block.id.clone());
        let chunk = if later { format!("\n\n{text}") } else { text.to_owned() };
        self.send(&json!({"blockId": block.id, "chunk": chunk})).await;
    }
}

impl Frames {
    /// Runs to the end and sends the last word. A failure is an `error` frame and never a `final` one.
    async fn tell(mut self, live: Live) {
        let ended = live.finish(&mut self).await;
        let document = ended.map(|ended| ended.document).unwrap_or_default();
        let frame = match text(&document, "status") {
            "failed" => json!({"event": "error", "error": document["error"]}),
            "" => json!({"event": "error", "error": "Internal server error"}),
            status => json!({"event": "final", "data": self.last_word(&document, status)}),
        };
        self.send(&frame).await;
        self.send(&json!("[DONE]")).await;
    }

    fn last_word(&self, document: &Value, status: &str) -> Value {
        let output = if status == "cancelled" {
            json!({})
        } else if self.asked {
            let outputs = document["outputs"].as_object().cloned().unwrap_or_default();
            let scope = Scope { start: Value::Null, outputs };
            // What was streamed is not said twice; every other selected value comes here and only here,
            // as recorded from a running server.
            let streamed = |block: &Block| selection::is_streamed(&self.selections, block);
            selection::values(&self.selections, &self.workflow, &scope, streamed)
        } else {
            document["output"].clone()
        };
        let mut data = Map::new();
        data.insert("success".into(), json!(status != "cancelled"));
        data.insert("output".into(), output);
        if status == "paused" {
            data.insert("status".into(), "paused".into());
        }
        Value::Object(data)
    }

    async fn send(&self, frame: &Value) {
        // A caller who is gone cancels the run elsewhere.
        let _ = self.sender.send(Bytes::from(format!("data: {frame}\n\n"))).await;
    }
}
