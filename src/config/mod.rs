//! One loader: flag > environment > profile > the official tools' own files > default, each setting on its own.

pub mod env;
pub mod file;
pub mod foreign;
pub mod paths;
mod settings;
pub mod write;

pub use env::Env;
pub use paths::Paths;
pub use settings::{
    Check, Origin, Resolved, SETTINGS, Setting, Settings, find, profiles, stored, unknown_profile,
};
