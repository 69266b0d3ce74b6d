//! The words a person types: each one is a folder or a file, and the last file reached holds the command.

pub mod help;
pub mod recursiv;
pub mod resource;

/// What a command that did not fail gives: the process's exit code, nearly always 0.
pub type Exit = u8;
