//! What is known of agents beyond their routes.

use serde_json::Value;

use crate::services::operation::Lookup;

/// Agents by name or username.
pub const AGENT: Lookup =
    Lookup { noun: "agent", path: "/agents", names: &["name", "username"], within: None };

/// Projects by name or slug.
pub const PROJECT: Lookup =
    Lookup { noun: "project", path: "/projects", names: &["name", "slug"], within: None };

/// Whether a created agent lost the prompt that was given for it (contract 7.1: two spellings of the field exist).
pub fn lost_its_prompt(agent: &Value) -> bool {
    agent
        .get("system_prompt")
        .is_some_and(|prompt| prompt.is_null() || prompt.as_str().is_some_and(str::is_empty))
}
