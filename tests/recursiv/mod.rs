//! `ra recursiv` against scripted servers and the local service.

mod chat;
mod local;
mod refusals;
mod resources;

use crate::support::{Sandbox, Server};

/// A key that must never be seen.
pub const KEY: &str = "sk_live_test000000000000000000";

/// A sandbox whose Recursiv is this server.
pub fn reach(server: &Server) -> Sandbox {
    Sandbox::new().env("RECURSIV_API_KEY", KEY).env("RECURSIV_API_BASE_URL", server.url())
}
