//! Local Recall: routes as the real service answers them, over a small engine that runs stored workflows.
//!
//! Follow a request: `gate` (every request) → `auth` → `order` and `input` (what is asked) → `limits` (may it
//! run) → `live` with `stream` (somebody waits) or `jobs` with `deferred` (nobody does) → `engine` (it runs)
//! → `execution` (what became of it), with `trace` and `log` keeping what happened. What runs is a version of a
//! workflow (`versions`). Everything else is a route over those documents; `generation` tells which routes there
//! are.
//!
//! `tables`, `storage` (files) and `knowledge` keep the things of a workspace; each request of theirs comes in by
//! `entry` and is read by `fields` or `upload`, and `audit` remembers what they did.

mod agent;
mod answer;
mod audit;
mod auth;
mod block;
mod bucket;
mod cursor;
mod deferred;
mod definition;
mod document;
mod editor;
mod engine;
mod entry;
mod execute;
mod execution;
mod executions;
mod fields;
mod files;
mod function;
mod gate;
mod generation;
mod input;
mod job;
mod jobs;
mod knowledge;
mod limits;
mod listener;
mod live;
mod log;
mod log_filter;
mod order;
mod pause;
mod plan;
mod portable;
mod protocol;
mod reference;
mod resume;
mod resumption;
mod samples;
mod seeds;
mod selection;
mod storage;
mod stream;
mod tables;
mod tidy;
mod trace;
mod upload;
mod v1;
mod v2;
mod versions;
mod workflow;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use super::World;
use super::store;

pub use generation::Generation;
pub use tidy::tidy;

/// Where the routes are mounted; links in answers need it.
const BASE: &str = "/recall";

/// The one workspace; lists want its id.
pub const WORKSPACE: &str = "5e0f2c1a-7d34-4b8e-9a61-0c2d8e4f6b10";

/// The routes below `/recall`, as servers of this generation have them.
pub fn routes(world: &World) -> Router<World> {
    let mut router = Router::new()
        .route("/api/workflows/{id}", get(definition::get))
        .route("/api/workflows/{id}/status", get(definition::status))
        .route("/api/workflows/{id}/execute", post(execute::execute))
        .route("/api/workflows/{id}/executions/{execution}/cancel", post(executions::cancel))
        .route("/api/workflows/{id}/paused", get(resume::paused))
        .route("/api/workflows/{id}/paused/{execution}", get(resume::detail))
        .route("/api/resume/{id}/{execution}", get(resume::detail))
        .route("/api/resume/{id}/{execution}/{context}", get(resume::context).post(resume::resume))
        .route("/api/jobs/{id}", get(jobs::get))
        .route("/api/files/serve/{*key}", get(files::serve))
        .route("/api/users/me/usage-limits", get(limits::usage))
        .merge(v1::routes(world.generation))
        .merge(audit::routes())
        .merge(knowledge::routes())
        .merge(storage::routes())
        .merge(tables::routes())
        .merge(v2::routes(world));
    if !world.generation.is_b() {
        router = router.route("/api/workflows/{id}/executions/{execution}", get(executions::get));
    }
    router.fallback(gate::unknown).layer(from_fn(gate::guard))
}

/// What a fresh state starts with; a state that has it already is left alone.
pub fn seed(world: &World) -> store::Result<()> {
    seeds::plant(&world.store)?;
    samples::plant(world)
}
