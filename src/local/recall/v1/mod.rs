//! `/api/v1`: what all its routes have in common, and the routes over workflows and logs.

mod deployments;
mod logs;
mod query;
mod workflows;

pub use logs::snapshot;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::answer::{Answer, Refusal, refuse};
use super::auth;
use super::bucket::{self, API, Level};
use super::generation::Generation;
use super::limits::with_rate;
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// The routes over workflows and logs as servers of this generation have them.
pub fn routes(generation: Generation) -> Router<World> {
    let all = Router::new()
        .route("/api/v1/workflows", get(workflows::list))
        .route("/api/v1/workflows/{id}", get(workflows::get))
        .route("/api/v1/logs", get(logs::list))
        .route("/api/v1/logs/{id}", get(logs::get))
        .route("/api/v1/logs/executions/{execution}", get(logs::execution));
    if generation.is_b() {
        return all;
    }
    all.route("/api/v1/workflows/import", post(deployments::import))
        .route("/api/v1/workflows/{id}/deploy", post(deployments::deploy).delete(deployments::undeploy))
        .route("/api/v1/workflows/{id}/rollback", post(deployments::rollback))
        .route("/api/v1/workflows/{id}/export", get(deployments::export))
}

/// Key, rate window and rate headers around every route of workflows and logs.
async fn answered(world: &World, headers: &HeaderMap, work: impl Future<Output = Answer>) -> Response {
    // Early servers name the rate in the header, later ones the size of the bucket.
    let limit = if world.generation.is_b() { API.per_minute } else { API.burst() };
    if let Err(refusal) = auth::for_v1(world, headers) {
        let nothing = Level { remaining: 0, reset_at: now_ms() };
        let limit = if world.generation.is_b() { 10 } else { 0 };
        return with_rate(refusal.into_response(), limit, &nothing);
    }
    let now = now_ms();
    let (drawn, level) = match bucket::draw(&world.store, &API, now) {
        Ok(drawn) => drawn,
        Err(error) => return Refusal::from(error).into_response(),
    };
    if drawn {
        return match work.await {
            Ok(response) => with_rate(response, limit, &level),
            // Refusals of the route itself come without them.
            Err(refusal) => refusal.into_response(),
        };
    }
    let reset = iso(level.reset_at);
    let refusal = refuse(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded")
        .with("message", format!("API rate limit exceeded. Please retry after {reset}"))
        .with("retryAfter", level.reset_at);
    let mut response = with_rate(refusal.into_response(), limit, &level);
    response.headers_mut().insert("retry-after", HeaderValue::from(level.wait_seconds(now)));
    response
}
