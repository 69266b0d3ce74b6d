//! Local Recursiv: routes as the real service answers them.

mod agents;
mod answer;
mod budget;
mod catalog;
mod chat;
mod communities;
mod conversations;
mod databases;
mod deployments;
mod gate;
mod input;
mod keys;
mod memory;
mod messages;
mod notifications;
mod people;
mod posts;
mod projects;
mod sandbox;
mod sessions;
mod sql;
mod storage;

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
        .merge(keys::routes())
        .merge(people::routes())
        .merge(projects::routes())
        .merge(agents::routes())
        .merge(chat::routes())
        .merge(conversations::routes())
        .merge(databases::routes())
        .merge(sandbox::routes())
        .merge(deployments::routes())
        .merge(storage::routes())
        .merge(messages::routes())
        .merge(memory::routes())
        .merge(posts::routes())
        .merge(communities::routes())
        .merge(notifications::routes());
    let all = Router::new()
        .nest("/api/v1", version_one)
        .merge(sessions::routes())
        .merge(storage::links())
        .route("/health", axum::routing::get(catalog::health));
    gate::around(world, all.fallback(answer::nowhere).method_not_allowed_fallback(answer::nowhere))
}

/// What lies at the bare origin of the real service: clients derive `/api/auth` from the host alone.
pub fn at_origin(world: &World) -> Router<World> {
    gate::around(world, sessions::routes())
}

/// What a fresh state starts with; a state that has it already is left alone.
pub fn seed(world: &World) -> store::Result<()> {
    people::seed(world)?;
    projects::seed(world)?;
    databases::seed(world)?;
    agents::seed(world)
}
