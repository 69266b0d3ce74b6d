//! `/api/v2` for workspaces, workflows, runs, logs, billing and what workflows use: strict requests, one envelope,
//! one form of refusal.
//!
//! Follow a request: the gate here (key, rate window, headers) → `strict` (what was asked, to the letter) → a
//! route's own file.

mod billing;
mod credentials;
mod deployments;
mod execute;
mod folders;
mod library;
mod logs;
mod refusal;
mod runs;
mod secrets;
mod strict;
mod tables;
mod workflows;
mod workspaces;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::bucket::{self, API};
use super::generation::Generation;
use super::{auth, cursor, limits};
use crate::local::World;
use crate::local::time::now_ms;

use refusal::Refusal;

/// What a handler gives.
type Answer = Result<Response, Refusal>;

/// The routes as servers of this generation have them: all, a closed door, or nothing at all.
pub fn routes(world: &World) -> Router<World> {
    match world.generation {
        Generation::V2 => open(world),
        Generation::D => Router::new().route("/api/v2", any(closed)).route("/api/v2/{*rest}", any(closed)),
        Generation::B => Router::new(),
    }
}

fn open(world: &World) -> Router<World> {
    let counted = Router::new()
        .route("/api/v2/workspaces", get(workspaces::list))
        .route("/api/v2/workspaces/{id}", get(workspaces::get))
        .route("/api/v2/workspaces/{id}/members", get(workspaces::members))
        .route("/api/v2/workflows", get(workflows::list).post(workflows::create))
        .route(
            "/api/v2/workflows/folders",
            get(folders::list).post(folders::create).patch(folders::change).delete(folders::delete),
        )
        .route("/api/v2/workflows/import", post(deployments::import))
        .route(
            "/api/v2/workflows/{id}",
            get(workflows::get).patch(workflows::patch).delete(workflows::delete),
        )
        .route("/api/v2/workflows/{id}/versions", get(deployments::versions))
        .route("/api/v2/workflows/{id}/versions/{version}", get(deployments::version))
        .route("/api/v2/workflows/{id}/deployment", get(deployments::get))
        .route("/api/v2/workflows/{id}/deploy", post(deployments::deploy).delete(deployments::undeploy))
        .route("/api/v2/workflows/{id}/rollback", post(deployments::rollback))
        .route("/api/v2/workflows/{id}/export", get(deployments::export))
        .route("/api/v2/workflows/{id}/runs", get(runs::list))
        .route("/api/v2/workflows/{id}/runs/{run}", get(runs::get))
        .route("/api/v2/workflows/{id}/runs/{run}/cancel", post(runs::cancel))
        .route("/api/v2/workflows/{id}/runs/{run}/resume", post(runs::resume))
        .route("/api/v2/logs", get(logs::list))
        .route("/api/v2/logs/{run}", get(logs::get))
        .route("/api/v2/billing/status", get(billing::status))
        .route("/api/v2/billing/logs", get(billing::logs))
        .merge(credentials::routes())
        .merge(library::routes())
        .merge(secrets::routes())
        .merge(tables::routes())
        .route_layer(from_fn_with_state(world.clone(), count));
    // Runs have a window of their own, which the route draws on.
    let runs = Router::new()
        .route("/api/v2/workflows/{id}/execute", post(execute::execute))
        .route_layer(from_fn_with_state(world.clone(), know));
    counted.merge(runs)
}

/// The answer of every path while v2 is switched off.
async fn closed() -> Response {
    private(Refusal::new(StatusCode::NOT_FOUND, "Not found").into_response())
}

/// Lets callers with the key in, as many as the rate window allows.
async fn count(State(world): State<World>, request: Request, next: Next) -> Response {
    if let Err(refusal) = known(&world, &request) {
        return private(refusal.into_response());
    }
    let now = now_ms();
    let (drawn, level) = match bucket::draw(&world.store, &API, now) {
        Ok(drawn) => drawn,
        Err(error) => return private(Refusal::from(error).into_response()),
    };
    let response = if drawn {
        next.run(request).await
    } else {
        Refusal::limited("API rate limit exceeded", None, &level, now).into_response()
    };
    private(limits::with_rate(response, API.burst(), &level))
}

/// Lets callers with the key in.
async fn know(State(world): State<World>, request: Request, next: Next) -> Response {
    match known(&world, &request) {
        Ok(()) => private(next.run(request).await),
        Err(refusal) => private(refusal.into_response()),
    }
}

fn known(world: &World, request: &Request) -> Result<(), Refusal> {
    auth::for_v2(world, request.headers()).map_err(|why| Refusal::new(StatusCode::UNAUTHORIZED, why))
}

/// Nothing of this API is to be kept by anyone on the way.
fn private(mut response: Response) -> Response {
    let value = HeaderValue::from_static("private, no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}

/// One thing in the envelope.
fn single(status: StatusCode, data: impl Into<Value>) -> Response {
    (status, Json(json!({"data": data.into()}))).into_response()
}

/// A page of a list in the envelope. `list` names the list and its filters, which a cursor belongs to.
fn page<T>(page: &cursor::Page<T>, list: &str, show: impl Fn(&T) -> Value) -> Response {
    let data: Vec<Value> = page.items.iter().map(show).collect();
    let next = page.last.as_ref().map(|last| cursor::write(last, list));
    Json(json!({"data": data, "nextCursor": next})).into_response()
}
