//! `ra runagents` against scripted servers and the local service.

mod agents;
mod config;
mod deploy;
mod files;
mod invoke;
mod local;
mod runs;
mod tools;
mod waiting;
mod wire;

use crate::support::{Sandbox, Server};

/// The key of the contract's vectors.
pub const KEY: &str = "ra_ws_test";
/// The path of the contract's workspace.
pub const BASE: &str = "/api/v1/workspaces/revops";

/// A home whose RunAgents is this server, in the contract's workspace.
pub fn sandbox(server: &Server) -> Sandbox {
    Sandbox::new()
        .env("RUNAGENTS_API_KEY", KEY)
        .env("RUNAGENTS_ENDPOINT", format!("{}/workspaces/revops", server.url()))
}
