//! Runagents's client.

pub mod operations;

/// The service's name.
pub const NAME: &str = "runagents";
