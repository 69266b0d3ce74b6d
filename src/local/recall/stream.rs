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
use super::files::{self, Inlining};
use super::listener::{Event, Listener};
use super::live::Live;
use super::order::Order;
use super::protocol::Events;
use super::reference::{Scope, at};
use super::selection::{self, Selection};
use super::workflow::Workflow;
use crate::local::World;

/// What a caller wants to be told.
pub struct Telling {
    /// Which outputs.
    pub selected: Vec<String>,
    /// Which frames beside words.
    pub events: Option<Events>,
    /// How files are.
    pub files: Inlining,
}

impl Telling {
    /// As an order asks.
    pub fn of(order: &Order) -> Self {
        Self { selected: order.selected.clone(), events: order.events, files: order.files }
    }
}

/// Starts the run and answers with its frames. When the caller goes away the run is cancelled.
pub fn answer(world: &World, live: Live, workflow: &Workflow, telling: Telling) -> Response {
    let (sender, receiver) = channel(16);
    let frames = Frames {
        world: world.clone(),
        sender: sender.clone(),
        selections: selection::read(&telling.selected, workflow),
        workflow: workflow.clone(),
        speaking: None,
        telling,
    };
    let negotiated = frames.telling.events.is_some();
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
    if negotiated {
        headers.insert("x-sim-stream-protocol", HeaderValue::from_static("agent-events-v1"));
    }
    response
}

/// Turns what happens in a run into frames.
struct Frames {
    world: World,
    sender: Sender<Bytes>,
    selections: Vec<Selection>,
    workflow: Workflow,
    /// The output whose text came last: its block and path.
    speaking: Option<(String, String)>,
    telling: Telling,
}

impl Listener for Frames {
    async fn hear(&mut self, block: &Block, event: Event<'_>) {
        let streamed = selection::is_streamed(&self.selections, block);
        let events = self.telling.events;
        let wants = |choose: fn(Events) -> bool| streamed && events.is_some_and(choose);
        match event {
            Event::Words(text) if streamed => self.chunk(block, "content", text).await,
            Event::Aside(text) if wants(|_| true) => self.chunk(block, "content", text).await,
            Event::Reset if wants(|_| true) => {
                self.send(&json!({"blockId": block.id, "event": "chunk_reset"})).await;
            }
            Event::Thinking(text) if wants(|events| events.thinking) => {
                self.send(&json!({"blockId": block.id, "event": "thinking", "data": text})).await;
            }
            Event::ToolStart { id, name } if wants(|events| events.tools) => {
                let frame =
                    json!({"blockId": block.id, "event": "tool", "phase": "start", "id": id, "name": name});
                self.send(&frame).await;
            }
            Event::ToolEnd { id, name, ok } if wants(|events| events.tools) => {
                let status = if ok { "success" } else { "error" };
                let frame = json!({
                    "blockId": block.id, "event": "tool", "phase": "end", "id": id, "name": name, "status": status,
                });
                self.send(&frame).await;
            }
            Event::Output(output) if self.world.generation.is_b() => self.values(block, output).await,
            _ => {}
        }
    }
}

impl Frames {
    /// A piece of an output's text. The service itself puts an empty line before every output but the first.
    async fn chunk(&mut self, block: &Block, path: &str, text: &str) {
        let output = (block.id.clone(), path.to_owned());
        let later = self.speaking.as_ref().is_some_and(|speaking| *speaking != output);
        self.speaking = Some(output);
        let chunk = if later { format!("\n\n{text}") } else { text.to_owned() };
        self.send(&json!({"blockId": block.id, "chunk": chunk})).await;
    }

    /// Early servers send every selected value that no model speaks as one chunk when its block is done,
    /// and once more in the last word.
    async fn values(&mut self, block: &Block, output: &Value) {
        let streamed = selection::is_streamed(&self.selections, block);
        let of_block = self.selections.iter().filter(|selection| selection.block == block.id);
        let paths: Vec<String> = of_block.map(|selection| selection.path.clone()).collect();
        for path in paths.iter().filter(|path| !(streamed && *path == "content")) {
            let text = match at(output, path) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
                None => continue,
            };
            self.chunk(block, path, &text).await;
        }
    }

    /// Runs to the end and sends the last word. A failure is an `error` frame and never a `final` one; early
    /// servers end with it, unless time ran out.
    async fn tell(mut self, live: Live) {
        let ended = live.finish(&mut self).await;
        let timed_out = ended.as_ref().is_ok_and(|ended| ended.timed_out);
        let document = ended.map(|ended| ended.document).unwrap_or_default();
        let status = text(&document, "status");
        let frame = match status {
            "failed" => json!({"event": "error", "error": document["error"]}),
            "" => json!({"event": "error", "error": "Internal server error"}),
            status => json!({"event": "final", "data": self.last_word(&document, status)}),
        };
        self.send(&frame).await;
        if !self.world.generation.is_b() || timed_out || !matches!(status, "failed" | "") {
            self.send(&json!("[DONE]")).await;
        }
    }

    fn last_word(&self, document: &Value, status: &str) -> Value {
        let output = if status == "cancelled" {
            json!({})
        } else if self.telling.selected.is_empty() {
            document["output"].clone()
        } else {
            // Outputs were selected, be it that their names exist nowhere.
            let outputs = document["outputs"].as_object().cloned().unwrap_or_default();
            let scope = Scope { start: Value::Null, outputs };
            // What was streamed is not said twice.
            let streamed = |block: &Block| selection::is_streamed(&self.selections, block);
            selection::values(&self.selections, &self.workflow, &scope, streamed)
        };
        let mut data = Map::new();
        data.insert("success".into(), json!(status != "cancelled"));
        data.insert("output".into(), files::inlined(&self.world, &output, self.telling.files));
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
