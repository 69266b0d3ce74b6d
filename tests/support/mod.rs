//! What the tests stand on: a sandbox for the binary, a server that follows a script.

mod sandbox;
mod server;

pub use sandbox::{Run, Sandbox};
pub use server::{Received, Reply, Server};
