//! Recall's operations, each stated once, in a file for each family.
//!
//! Where several generations of the service have a route, the oldest stands here, because every later server keeps it;
//! only workflows, runs and logs follow `recall.api` (contract, guiding rule).

mod audit_log;
mod billing;
mod credential;
mod custom_tool;
pub mod file;
pub mod knowledge;
pub mod log;
mod mcp_server;
pub mod row;
mod run;
mod secret;
mod skill;
pub mod table;
pub mod workflow;
mod workspace;

use crate::http::pages::Paging;
use crate::services::operation::{Lookup, Operation, Parameter, Place};

/// All operations with words of their own.
pub const OPERATIONS: &[&[Operation]] = &[
    run::ALL,
    workflow::ALL,
    log::ALL,
    table::ALL,
    row::ALL,
    file::ALL,
    knowledge::ALL,
    secret::ALL,
    credential::ALL,
    skill::ALL,
    custom_tool::ALL,
    mcp_server::ALL,
    workspace::ALL,
    billing::ALL,
    audit_log::ALL,
];

/// What the nouns are about that have no command with code of its own.
pub const NOUNS: &[(&[&str], &str)] = &[
    (&["workflow", "version"], "Look at what was deployed, version by version"),
    (&["table", "column"], "Add, change and delete columns"),
    (&["secret"], "Store secrets that workflows use; values are never shown"),
    (&["credential"], "Look at connected accounts, store service accounts"),
    (&["credential", "provider"], "Look at what credentials can be made for"),
    (&["skill"], "Manage instructions that agents read when they need them"),
    (&["custom-tool"], "Manage tools of your own that agents call"),
    (&["mcp-server"], "Manage MCP servers whose tools agents call"),
    (&["mcp-server", "tool"], "Look at what an MCP server offers"),
    (&["workspace"], "Look at workspaces and their members"),
    (&["workspace", "member"], "Look at who belongs to a workspace"),
    (&["billing"], "Look at plan, credits and charges"),
    (&["audit-log"], "Look up who did what in the organisation"),
];

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
    paging: Paging::Usual,
};

/// A workflow as a word.
pub const WORKFLOW: Parameter =
    Parameter::path("workflow", "Workflow, an id or a name").by_name(WORKFLOW_NAMES);
