//! Local RunAgents: agents, deployments, tools, models and runs as the real service answers them.
//!
//! [`wire`] says how requests are read and answers are shaped, [`access`] who may ask; every other module
//! is one family of resources with its own routes, and [`fields`] reads what a body holds. A document is stored in the shape in which it is
//! answered, beside private fields whose names start with `_`.

mod access;
mod agents;
mod analysis;
mod approvals;
mod billing;
mod catalog;
mod context;
mod deploy;
mod echo;
mod fields;
mod governance;
mod identity_providers;
mod loopback;
mod models;
mod policies;
mod runs;
mod settings;
mod spend;
mod starter_kit;
mod tools;
mod wire;

use axum::{Extension, Router, extract::DefaultBodyLimit};

use super::{World, store};
use access::Dialect;

/// The workspace that the local service plays; every namespace word of a request means this one.
const NAMESPACE: &str = "default";

/// Who works here when a request does not say.
const LOCAL_USER: &str = "local-user";

/// Project sources travel inside JSON: 2 MiB of text and what escaping adds.
const LARGEST_BODY: usize = 16 << 20;

/// The routes below `/runagents`: today's dialect with and without a workspace in the path, and the
/// dialect of releases before 1.4.2.
pub fn routes() -> Router<World> {
    let current = || shared_families().merge(current_families()).layer(Extension(Dialect::Current));
    let legacy = legacy_families().nest("/api", shared_families().merge(agents::legacy_routes()));
    Router::new()
        .nest("/api/v1", current())
        .nest("/api/v1/workspaces/{workspace}", current())
        .merge(legacy.layer(Extension(Dialect::Legacy)))
        .merge(echo::routes())
        .method_not_allowed_fallback(wire::method_not_allowed)
        .fallback(wire::unknown_route)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// Families whose paths are the same in both dialects but for the prefix.
fn shared_families() -> Router<World> {
    Router::new()
        .merge(deploy::routes())
        .merge(tools::routes())
        .merge(models::routes())
        .merge(policies::routes())
        .merge(identity_providers::routes())
        .merge(catalog::routes())
        .merge(context::routes())
        .merge(billing::routes())
        .merge(settings::routes())
        .merge(starter_kit::routes())
}

/// Families that moved with 1.4.2, where they are now.
fn current_families() -> Router<World> {
    Router::new()
        .merge(agents::routes())
        .merge(analysis::routes())
        .merge(spend::routes("/model-spend"))
        .merge(runs::routes())
        .merge(approvals::routes("/approvals/requests"))
}

/// Families that moved with 1.4.2, where they were.
fn legacy_families() -> Router<World> {
    Router::new()
        .merge(analysis::legacy_routes())
        .merge(spend::routes("/api/dashboard/model-spend"))
        .merge(runs::routes())
        .merge(approvals::routes("/governance/requests"))
}

/// What a fresh state starts with; a state that has it already is left alone.
pub fn seed(world: &World) -> store::Result<()> {
    if world.store.count("runagents/seeded", 1)? > 1 {
        // A newcomer's first `delete` has to last.
        return Ok(());
    }
    starter_kit::create(world)?;
    agents::seed(world)
}
