//! Runagents's operations, each stated once.

use crate::services::operation::Operation;

/// All operations with words of their own.
pub const OPERATIONS: &[Operation] = &[];
