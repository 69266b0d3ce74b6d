//! Local Recursiv: routes as the real service answers them.

mod agents;
mod answer;
mod budget;
mod catalog;
mod chat;
mod conversations;
mod databases;
mod deployments;
mod gate;
mod input;
mod people;
mod projects;
mod sandbox;
mod sql;

use axum::Router;

use super::World;
use super::store;

/// Kinds of documents that go with their project.
const OF_A_PROJECT: [&str; 4] =
    ["recursiv/database", "recursiv/sandbox", "recursiv/deployment", "recursiv/bucket"];

/// The routes below `/recursiv`.
pub fn routes(world: &World) -> Router<World> {
    let version_one = Router::new()
        .merge(catalog::routes())
        .merge(people::routes())
        .merge(projects::routes())
        .merge(agents::routes())
        .merge(chat::routes())
        .merge(conversations::routes())
        .merge(sandbox::routes())
        .merge(deployments::routes())
        .merge(databases::routes());
    let all = Router::new().nest("/api/v1", version_one).fallback(answer::nowhere);
    gate::around(world, all.method_not_allowed_fallback(answer::nowhere))
}

/// What the CLI derives from the base address's host alone: `/api/auth` at the bare origin.
pub fn at_origin(_world: &World) -> Router<World> {
    Router::new()
}

/// What a fresh state starts with; a state that has it already is left alone.
pub fn seed(world: &World) -> store::Result<()> {
    people::seed(world)?;
    projects::seed(world)?;
    agents::seed(world)
}
