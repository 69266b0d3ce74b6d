//! Recall's operations, each stated once, in a file for each family.
//!
//! Where several generations of the service have a route, the oldest stands here, because every later server keeps it;
//! only workflows, runs and logs follow `recall.api` (contract, guiding rule).

pub mod log;
mod run;
pub mod workflow;

use crate::services::operation::{Lookup, Operation, Parameter, Place};

/// All operations with words of their own.
pub const OPERATIONS: &[&[Operation]] = &[run::ALL, workflow::ALL, log::ALL];

/// The setting that says whose things are meant.
pub const WORKSPACE_SETTING: &str = "recall.workspace_id";

/// The workspace, for routes that want it in the query.
pub const IN_WORKSPACE: Parameter = Parameter::of_setting(Place::Query("workspaceId"), WORKSPACE_SETTING);

/// The workspace, for routes that want it in the body.
pub const WITH_WORKSPACE: Parameter = Parameter::of_setting(Place::Body("workspaceId"), WORKSPACE_SETTING);

/// Workflows by name, where the server can list them.
pub const WORKFLOW_NAMES: Lookup = Lookup {
    noun: "workflow",
    path: "/api/v1/workflows",
    names: &["name"],
    within: Some(("workspaceId", WORKSPACE_SETTING)),
};

/// A workflow as a word.
pub const WORKFLOW: Parameter =
    Parameter::path("workflow", "Workflow, an id or a name").by_name(WORKFLOW_NAMES);
