//! Talking to an agent: one answer, or its words as they come.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::UnboundedReceiverStream;

use super::answer::{self, Answer, Problem};
use super::conversations::Which;
use super::input::Fields;
use super::{agents, conversations, people};
use crate::local::World;

/// The two routes for chatting.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/agents/{id}/chat", routing::post(inline))
        .route("/agents/{id}/chat/stream", routing::post(streamed))
}

/// A turn that has begun: what the person said is stored.
struct Begun {
    world: World,
    agent: Value,
    conversation: String,
}

impl Begun {
    fn new(world: World, id: &str, mut fields: Fields) -> Result<Self, Problem> {
        let message = fields.text("message");
        let known = fields.maybe("conversation_id");
        let fresh = fields.flag("new_conversation");
        if known.is_some() && fresh {
            fields.blame("new_conversation", "Send either conversation_id or new_conversation");
        }
        fields.check()?;
        let agent = agents::find(&world, id)?;
        let which = match known {
            Some(id) => Which::Known(id),
            None if fresh => Which::New,
            None => Which::Latest,
        };
        let conversation = conversations::open(&world, &agent, which)?;
        conversations::add(&world, &conversation, &people::user(&world)?, false, &message)?;
        Ok(Self { world, agent, conversation })
    }

    /// Lets the agent speak; every piece is also handed to `said`. The whole is stored, whoever listens.
    async fn answer(&self, paced: bool, mut said: impl FnMut(&str)) -> Result<Value, String> {
        let history = conversations::history(&self.world, &self.conversation)
            .map_err(|_| "the state file cannot be read")?;
        let text = |name: &str| self.agent[name].as_str().unwrap_or_default();
        let pace = if paced { self.world.pace } else { std::time::Duration::ZERO };
        let pieces = self.world.talker.answer(text("name"), text("system_prompt"), &history, pace);
        let mut pieces = std::pin::pin!(pieces);
        let (mut whole, mut failure) = (String::new(), None);
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => {
                    said(&piece);
                    whole.push_str(&piece);
                }
                Err(why) => failure = Some(why),
            }
        }
        // Also a broken answer is part of what was said, but an empty one is nothing.
        let stored = match whole.is_empty() {
            true => Ok(Value::Null),
            false => conversations::add(&self.world, &self.conversation, &self.agent, true, &whole),
        };
        match failure {
            Some(why) => Err(why),
            None => stored.map_err(|_| "the state file cannot be written".into()),
        }
    }
}

async fn inline(State(world): State<World>, Path(id): Path<String>, fields: Fields) -> Answer {
    let begun = Begun::new(world, &id, fields)?;
    let message = begun
        .answer(false, |_| {})
        .await
        .map_err(|why| Problem::new(502, "api_error", "model_error", why))?;
    Ok(answer::one(json!({
        "message_id": message["id"], "conversation_id": begun.conversation, "content": message["content"],
        "created_at": message["created_at"],
    })))
}

async fn streamed(State(world): State<World>, Path(id): Path<String>, fields: Fields) -> Answer {
    let begun = Begun::new(world, &id, fields)?;
    let (to, from) = unbounded_channel();
    tokio::spawn(speak(begun, to));
    let body = Body::from_stream(UnboundedReceiverStream::new(from));
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, body).into_response() as Response)
}

type Piece = Result<Bytes, std::convert::Infallible>;

/// Writes one turn as events. It goes on when nobody listens, because the answer is stored in any case.
async fn speak(begun: Begun, to: UnboundedSender<Piece>) {
    let send = |event: Value| {
        let _ = to.send(Ok(format!("data: {event}\n\n").into()));
    };
    let conversation = &begun.conversation;
    send(json!({"type": "message_start", "conversation_id": conversation}));
    match begun.answer(true, |piece| send(json!({"type": "text_delta", "delta": piece}))).await {
        Ok(message) => {
            send(json!({"type": "done", "conversation_id": conversation, "message_id": message["id"]}));
        }
        Err(why) => send(json!({"type": "error", "error": why})),
    }
    let _ = to.send(Ok(Bytes::from_static(b"data: [DONE]\n\n")));
}
