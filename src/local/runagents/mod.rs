//! Local Runagents: routes as the real service answers them.

use axum::Router;

use super::World;
use super::store;

/// The routes below `/runagents`.
pub fn routes() -> Router<World> {
    Router::new()
}

/// What a fresh state starts with; a state that has it already is left alone.
pub fn seed(_world: &World) -> store::Result<()> {
    Ok(())
}
