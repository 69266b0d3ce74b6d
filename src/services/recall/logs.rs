//! Requests for what ran (contract 5.2), and one row of it as code decides on it.

use jiff::Timestamp;
use serde_json::Value;

use super::Recall;
use crate::http::{Method, Request, parse_moment, segment};
use crate::services::Service as _;

impl Recall {
    /// One run, by its log id.
    pub fn log(&self, id: &str) -> Request {
        self.request(Method::Get, &format!("/api/v1/logs/{}", segment(id)))
    }

    /// The rows of one run, by its own id: one row, or none.
    pub fn logs_of(&self, execution: &str, workspace: &str) -> Request {
        let list = self.request(Method::Get, "/api/v1/logs").query("workspaceId", workspace);
        list.query("executionId", execution).query("limit", "1")
    }

    /// When one run was and what it cost, by its own id and without a workspace.
    pub fn log_of(&self, execution: &str) -> Request {
        self.request(Method::Get, &format!("/api/v1/logs/executions/{}", segment(execution)))
    }
}

/// The facts of a row that tell it from others and say whether it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The log id.
    pub id: String,
    /// When the run began; nothing when the service's word for it cannot be read.
    pub started: Option<Timestamp>,
    /// Whether it has ended. A paused run has not.
    pub ended: bool,
}

impl Row {
    /// Reads one; nothing without an id.
    pub fn of(row: &Value) -> Option<Self> {
        let id = row["id"].as_str().or_else(|| row["executionId"].as_str())?.to_owned();
        let started = row["startedAt"].as_str().and_then(parse_moment);
        Some(Self { id, started, ended: row["endedAt"].as_str().is_some() })
    }
}
