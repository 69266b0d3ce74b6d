//! The words a person types: each one is a folder or a file, and the last file reached holds the command.

pub mod account;
pub mod api;
pub mod auth;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod help;
pub mod local;
pub mod man;
pub mod recall;
pub mod recursiv;
pub mod resource;
pub mod runagents;
pub mod transfer;

/// What a command that did not fail gives: the process's exit code, nearly always 0.
pub type Exit = u8;
