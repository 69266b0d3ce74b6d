//! The door of `/api/v1`: the key, the rate window, and the headers that tell of it (contract 3.5).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::answer::{Answer, Refusal, refuse};
use super::auth;
use super::bucket::{self, API, Level};
use super::limits::with_rate;
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// A caller that was let in and the window that it drew on. Taking one as an argument is what guards a route: it
/// refuses with 401 and 429, both with rate headers.
pub struct Entry {
    level: Level,
    /// What the headers call the limit.
    limit: i64,
}

impl FromRequestParts<World> for Entry {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Response> {
        Self::of(world, &parts.headers)
    }
}

impl Entry {
    /// Lets a caller in.
    ///
    /// # Errors
    /// The answer to give instead.
    pub fn of(world: &World, headers: &HeaderMap) -> Result<Self, Response> {
        // Early servers name the rate in the header, later ones the size of the bucket.
        let limit = if world.generation.is_b() { API.per_minute } else { API.burst() };
        if let Err(refusal) = auth::for_v1(world, headers) {
            let nothing = Level { remaining: 0, reset_at: now_ms() };
            let limit = if world.generation.is_b() { 10 } else { 0 };
            return Err(with_rate(refusal.into_response(), limit, &nothing));
        }
        let now = now_ms();
        match bucket::draw(&world.store, &API, now) {
            Ok((true, level)) => Ok(Self { level, limit }),
            Ok((false, level)) => Err(used_up(&level, limit, now)),
            Err(error) => Err(Refusal::from(error).into_response()),
        }
    }

    /// The answer of a family that shows the window when all went well: workflows, logs, audit logs. Its refusals
    /// come without.
    pub fn shown(&self, answer: Answer) -> Response {
        match answer {
            Ok(response) => with_rate(response, self.limit, &self.level),
            Err(refusal) => refusal.into_response(),
        }
    }
}

fn used_up(level: &Level, limit: i64, now: i64) -> Response {
    let refusal = refuse(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded")
        .with("message", format!("API rate limit exceeded. Please retry after {}", iso(level.reset_at)))
        .with("retryAfter", level.reset_at);
    let mut response = with_rate(refusal.into_response(), limit, level);
    response.headers_mut().insert("retry-after", HeaderValue::from(level.wait_seconds(now)));
    response
}
