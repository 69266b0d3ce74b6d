//! One loader: flag > environment > profile > the official tools' own files > default, each setting on its own.

pub mod env;
pub mod file;
pub mod foreign;
pub mod paths;
mod settings;
mod table;
pub mod write;

pub use env::Env;
pub use paths::Paths;
pub use settings::{Origin, Resolved, Settings, profiles, stored, unknown_profile};
pub use table::{Check, SETTINGS, Setting, find};
