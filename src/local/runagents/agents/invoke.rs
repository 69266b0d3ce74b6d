//! Talking to an agent: the whole answer at once, or as it comes.

use axum::{
    Json,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver};
use uuid::Uuid;

use super::super::LOCAL_USER;
use super::super::access::Member;
use super::super::fields::{self, Fields};
use super::super::runs::record as run_record;
use super::super::wire::{Answer, At, Body, Named, Refusal};
use super::job::{self, Job, Step};
use super::{find, record, sse, turn};
use crate::local::World;

/// A turn that has begun.
pub struct Started {
    /// What it does, as it does it.
    pub steps: Receiver<Step>,
    /// The id that the caller gave the request, or one of ours.
    pub request_id: String,
    /// The run that records it.
    pub run_id: String,
    /// The conversation to name in the next turn.
    pub conversation_id: String,
}

impl Started {
    /// The headers that name the request and its run.
    pub fn headers(&self) -> [(HeaderName, String); 2] {
        [
            (HeaderName::from_static("x-request-id"), self.request_id.clone()),
            (HeaderName::from_static("x-run-id"), self.run_id.clone()),
        ]
    }
}

/// `POST …/invoke`.
pub async fn whole(
    Member(world): Member,
    At(Named { name }): At<Named>,
    headers: HeaderMap,
    Body(body): Body,
) -> Answer {
    let mut started = start(&world, &name, &headers, &body, Duration::ZERO)?;
    let mut answer = json!({"response": ""});
    let mut text = String::new();
    while let Some(step) = started.steps.recv().await {
        match step {
            Step::ToolCall { .. } | Step::ToolResult { .. } => {}
            Step::Text(piece) => text += &piece,
            Step::Approval { detail, .. } => {
                text = detail["message"].as_str().unwrap_or_default().to_owned();
                answer["approval_required"] = detail;
            }
            Step::Failed(why) => {
                let body = json!({"error": why, "request_id": started.request_id});
                return Ok((StatusCode::BAD_GATEWAY, started.headers(), Json(body)).into_response());
            }
            Step::Done(summary) => {
                answer["model"] = summary.model.into();
                answer["usage"] = summary.usage;
                answer["tool_calls_made"] = summary.calls.into();
                answer["duration_ms"] = summary.duration_ms.into();
            }
        }
    }
    answer["response"] = text.into();
    answer["request_id"] = started.request_id.as_str().into();
    answer["run_id"] = started.run_id.as_str().into();
    answer["conversation_id"] = started.conversation_id.as_str().into();
    Ok((started.headers(), Json(answer)).into_response())
}

/// `POST …/invoke/stream`.
pub async fn stream(
    Member(world): Member,
    At(Named { name }): At<Named>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let started = start(&world, &name, &headers, &body, world.pace)?;
    let named = started.headers();
    let kind = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    Ok((kind, named, sse::body(started)).into_response())
}

fn start(
    world: &World,
    name: &str,
    headers: &HeaderMap,
    body: &Fields,
    pace: Duration,
) -> Result<Started, Refusal> {
    let agent = find(world, name)?;
    let message = fields::required(body, "message")?;
    let said = history(body)?;
    let phase = record::phase(world, &agent)?;
    if phase.word != "Running" {
        let message =
            format!("failed to reach agent: {name} is not running ({}: {})", phase.word, phase.message);
        return Err(Refusal::new(StatusCode::BAD_GATEWAY, message));
    }
    let sent = |name: &str| headers.get(name)?.to_str().ok().filter(|value| !value.is_empty());
    let fresh = || Uuid::new_v4().to_string();
    let conversation = fields::text(body, "conversation_id")?.map_or_else(fresh, str::to_owned);
    let user = sent("x-end-user-id").unwrap_or(LOCAL_USER);
    let mut run = run_record::new(name, user);
    run["conversation_id"] = conversation.as_str().into();
    run["initial_message"] = message.into();
    run["invoke_url"] = format!("{}/runagents/api/v1/agents/{name}/invoke", world.origin()).into();
    run["_lease_ms"] = run_record::lease().into();
    let run_id = run["id"].as_str().unwrap_or_default().to_owned();
    let job = Job {
        run: run_id.clone(),
        agent: name.to_owned(),
        message: message.to_owned(),
        history: said.map_or_else(|| job::history(world, name, &conversation), Ok)?,
        conversation: conversation.clone(),
        user: user.to_owned(),
        tools: job::asked_tools(&agent, message),
        calls: Vec::new(),
    };
    turn::begin(world, &job, &run)?;

    let request_id = sent("x-request-id").map_or_else(fresh, str::to_owned);
    let (sender, steps) = mpsc::channel(16);
    let world = world.clone();
    tokio::spawn(async move { turn::carry_out(&world, job, None, pace, Some(sender)).await });
    Ok(Started { steps, request_id, run_id, conversation_id: conversation })
}

/// The turns that the caller remembers itself; they count for more than what is stored here.
fn history(body: &Fields) -> Result<Option<Vec<Value>>, Refusal> {
    let Some(turns) = fields::items(body, "history")? else { return Ok(None) };
    let well = |turn: &Value| turn["role"].is_string() && turn["content"].is_string();
    match turns.iter().all(well) {
        true => Ok(Some(turns.clone()).filter(|turns| !turns.is_empty())),
        false => Err(Refusal::invalid("history must be a list of {\"role\", \"content\"} texts")),
    }
}
