//! A directory to deploy: what it says about itself, and which of its files go up.

pub mod files;
mod ignored;
pub mod manifest;
mod secrets;
