//! Requests about one run by its own id, and about the runs of a workflow (contract 2.6, 3.3, 5.1).

use std::time::Duration;

use super::{Generation, Recall};
use crate::http::pages::Paging;
use crate::http::{Method, Request, segment};
use crate::json::Node;
use crate::services::Service as _;
use crate::services::lookup::in_path;

/// The states of a paused run; the list wants them named, because older servers refuse a question without.
pub const PAUSE_STATES: [&str; 5] =
    ["paused", "partially_resumed", "fully_resumed", "cancelling", "cancelled"];

impl Recall {
    /// A run as it stands, with its output (newer servers).
    pub fn execution(&self, workflow: &str, execution: &str) -> Request {
        self.request(Method::Get, &self.place(workflow, execution, "")).query("includeOutput", "true")
    }

    /// Stops a run. Stopping it twice is stopping it once.
    pub fn cancel(&self, workflow: &str, execution: &str) -> Request {
        self.request(Method::Post, &self.place(workflow, execution, "/cancel")).safe()
    }

    /// Answers a run that waits for a person. Never sent twice: the run goes on with it.
    pub fn resume(&self, workflow: &str, execution: &str, context: &str, input: Node) -> Request {
        let mut body = Node::object();
        let path = match self.generation {
            Generation::Legacy => {
                format!("/api/resume/{}/{}/{}", in_path(workflow), in_path(execution), in_path(context))
            }
            Generation::V2 => {
                body.set("contextId", context);
                self.place(workflow, execution, "/resume")
            }
        };
        body.set("input", input);
        self.request(Method::Post, &path).json_text(body.compact()).patient(Duration::from_secs(120))
    }

    /// The paused runs of a workflow in these states, parted by commas; not versioned.
    pub fn paused(&self, workflow: &str, states: &str) -> Request {
        let path = format!("/api/workflows/{}/paused", in_path(workflow));
        self.request(Method::Get, &path).query("status", states)
    }

    /// One paused run with the places where it waits; not versioned.
    pub fn paused_run(&self, workflow: &str, execution: &str) -> Request {
        let path = format!("/api/workflows/{}/paused/{}", in_path(workflow), in_path(execution));
        self.request(Method::Get, &path)
    }

    /// The runs of a workflow, newest first (v2).
    pub fn runs(&self, workflow: &str) -> Request {
        self.request(Method::Get, &format!("/api/v2/workflows/{}/runs", in_path(workflow)))
    }

    /// What the logs of a workspace hold; on older servers the only list of runs.
    pub fn logs(&self, workspace: &str) -> Request {
        let request = self.request(Method::Get, "/api/v1/logs").query("workspaceId", workspace);
        request.paged(Paging::Cursor(1000))
    }

    /// What the logs hold of one run, with its output.
    pub fn logged(&self, workspace: &str, execution: &str) -> Request {
        let request = self.logs(workspace).query("executionId", execution).query("details", "full");
        request.query("includeFinalOutput", "true").query("limit", "1")
    }

    fn place(&self, workflow: &str, execution: &str, tail: &str) -> String {
        let (workflow, execution) = (in_path(workflow), segment(execution));
        match self.generation {
            Generation::Legacy => format!("/api/workflows/{workflow}/executions/{execution}{tail}"),
            Generation::V2 => format!("/api/v2/workflows/{workflow}/runs/{execution}{tail}"),
        }
    }
}
