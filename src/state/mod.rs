//! What this machine remembers between two calls.

pub mod names;
pub mod runs;
