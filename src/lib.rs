//! `ra`, as a newcomer reads it: the command line first, the wire last.
//!
//! - `cli`: the root command, the tree, dispatch, how everything ends
//! - `commands`: the words a person types; follow them to the file
//! - `args`: flag groups that commands share, and how their values are read
//! - `context`: what every command is handed
//! - [`services`]: three clients with the same manners, and their operations as data
//! - [`live`]: streams that are followed, jobs that are waited for
//! - [`http`]: requests as values, one client, retries, server-sent events
//! - [`output`]: where results become bytes
//! - `config`, `state`: what the user set, what this machine remembers
//! - `project`: a directory to deploy
//! - `local`: the three services on loopback, an independent reading of the contracts
//! - [`json`], [`columns`], [`error`], [`secret`], [`text`]: what everyone speaks of

mod args;
mod cli;
pub mod columns;
mod commands;
mod config;
mod context;
pub mod error;
pub mod http;
pub mod json;
pub mod live;
mod local;
pub mod output;
mod project;
pub mod secret;
pub mod services;
mod state;
pub mod text;

/// Runs the program with these arguments, the first being its name, and gives its exit code.
pub fn main(arguments: Vec<std::ffi::OsString>) -> u8 {
    output::install_panic_hook();
    // A panic is a failure like any other to whoever called us: exit 1, not the runtime's 101.
    std::panic::catch_unwind(|| cli::run(arguments)).unwrap_or(error::Kind::Refused.exit_code())
}
