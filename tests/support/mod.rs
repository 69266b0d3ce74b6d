//! What the tests stand on: a sandbox for the binary, a server that follows a script.

mod raw;
mod sandbox;
mod server;

pub use raw::raw;
pub use sandbox::{Run, Sandbox};
pub use server::{Reply, Server};
