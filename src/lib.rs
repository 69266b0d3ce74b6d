//! Skeleton.
pub mod local;
