//! What the tests stand on: a sandbox for the binary, a server that follows a script.

mod raw;
mod sandbox;
mod server;
mod terminal;

pub use raw::{Raw, raw};
pub use sandbox::{Run, Sandbox, Serving};
pub use server::{Received, Reply, Server};
pub use terminal::Terminal;

/// Says on the test's own stderr that something could not be tried here.
#[allow(clippy::print_stderr)]
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
