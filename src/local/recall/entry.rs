//! The door of `/api/v1`: the key, the rate window, and the headers that tell of it (contract 3.5).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::answer::{Answer, Refusal, refuse};
use super::auth;
use super::bucket::{self, API, Level};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// A caller that was let in and the window that it drew on. Taking one as an argument is what guards a route: it
/// refuses with 401 and 429, both with rate headers.
pub struct Entry(Level);

impl FromRequestParts<World> for Entry {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Response> {
        if let Err(refusal) = auth::for_v1(world, &parts.headers) {
            let nothing = Level { remaining: 0, reset_at: now_ms() };
            return Err(with_rate(refusal.into_response(), 10, &nothing));
        }
        let now = now_ms();
        match bucket::draw(&world.store, &API, now) {
            Ok((true, level)) => Ok(Self(level)),
            Ok((false, level)) => Err(used_up(&level, now)),
            Err(error) => Err(Refusal::from(error).into_response()),
        }
    }
}

impl Entry {
    /// The answer of a family that shows the window when all went well: workflows, logs, audit logs. Its refusals
    /// come without.
    pub fn shown(&self, answer: Answer) -> Response {
        match answer {
            Ok(response) => with_rate(response, API.per_minute, &self.0),
            Err(refusal) => refusal.into_response(),
        }
    }
}

fn used_up(level: &Level, now: i64) -> Response {
    let refusal = refuse(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded")
        .with("message", format!("API rate limit exceeded. Please retry after {}", iso(level.reset_at)))
        .with("retryAfter", level.reset_at);
    let mut response = with_rate(refusal.into_response(), API.per_minute, level);
    let seconds = (level.reset_at - now).max(0) / 1000 + 1;
    response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
    response
}

fn with_rate(mut response: Response, limit: i64, level: &Level) -> Response {
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(level.remaining));
    if let Ok(reset) = HeaderValue::try_from(iso(level.reset_at)) {
        headers.insert("x-ratelimit-reset", reset);
    }
    response
}
