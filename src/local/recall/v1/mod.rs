//! `/api/v1`: what all its routes have in common, and the routes over workflows and logs.

mod deployments;
mod logs;
mod query;
mod workflows;

pub use logs::snapshot;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};

use super::answer::Answer;
use super::entry::Entry;
use super::generation::Generation;
use crate::local::World;

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
    match Entry::of(world, headers) {
        Ok(entry) => entry.shown(work.await),
        Err(response) => response,
    }
}
