//! Starting a run: one request for three ways of getting its result (contract 2.1–2.5).

use std::time::Duration;

use serde_json::Value;

use super::Recall;
use crate::error::Failure;
use crate::http::{Answer, Method, Request, segment};
use crate::json::{Json, Node};
use crate::services::Service as _;

/// A workflow in step takes longer than the common limit allows.
const PATIENCE: Duration = Duration::from_secs(120);

/// How the result of a run is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In one answer, when it is over.
    Whole,
    /// As it arises.
    Stream {
        /// Outputs to stream, `block.path`.
        selected: Vec<String>,
        /// Reasoning, tools and withdrawn text too (newer servers).
        agent_events: bool,
    },
    /// As a job to ask after.
    Background,
}

/// A run to be started.
#[derive(Clone, Debug)]
pub struct Order {
    /// The input, as it goes into the body's root.
    pub body: Node,
    /// How the result is wanted.
    pub mode: Mode,
    /// The run's id, chosen here: the only way to stop a stream or to find a run whose answer got lost.
    pub execution: String,
}

impl Recall {
    /// The request that starts a run. Never sent twice unless the server says that it did not take it.
    pub fn execute(&self, workflow: &str, order: &Order) -> Request {
        let path = format!("/api/workflows/{}/execute", segment(workflow));
        let mut request = self.request(Method::Post, &path).patient(PATIENCE);
        request = request.header("X-Execution-Id", &order.execution);
        match &order.mode {
            Mode::Whole => {}
            Mode::Background => request = request.header("X-Execution-Mode", "async"),
            Mode::Stream { selected, agent_events } => {
                let mut body = order.body.clone();
                body.set("stream", true);
                if !selected.is_empty() {
                    let selected: Vec<Node> = selected.iter().map(|name| Node::from(name.as_str())).collect();
                    body.set("selectedOutputs", selected);
                }
                if *agent_events {
                    body.set("includeThinking", true);
                    body.set("includeToolCalls", true);
                    request = request.header("X-Sim-Stream-Protocol", "agent-events-v1");
                }
                return request.streaming().json_text(body.compact());
            }
        }
        request.json_text(order.body.compact())
    }
}

/// Names that the server takes out of the input for itself (2.1).
pub const RESERVED: &[&str] = &[
    "selectedOutputs",
    "triggerType",
    "stream",
    "useDraftState",
    "includeFileBase64",
    "base64MaxBytes",
    "workflowStateOverride",
    "stopAfterBlockId",
    "runFromBlock",
    "workflowId",
    "inputFromExecutionId",
    "deploymentVersionId",
    "triggerBlockId",
    "copilotToolCallId",
    "parentWorkspaceId",
];

/// The body for an input: an object is spread at the root, anything else stands under `input`; `wrap` puts an object
/// there too (2.1).
///
/// # Errors
/// Exit 2 when a name of the input is one that the service takes for itself.
pub fn body(input: Option<Node>, wrap: bool) -> Result<Node, Failure> {
    match input {
        None => Ok(Node::object()),
        Some(Node::Object(members)) if !wrap => {
            match members.iter().find(|(name, _)| RESERVED.contains(&name.as_str())) {
                None => Ok(Node::Object(members)),
                Some((name, _)) => {
                    Err(Failure::usage(format!("the service takes the input field `{name}` for itself"))
                        .code("RESERVED_FIELD")
                        .hint("add --wrap-input, which sends the input as one field called `input`"))
                }
            }
        }
        Some(value) => {
            let mut body = Node::object();
            body.set("input", value);
            Ok(body)
        }
    }
}

/// A run accepted as a job.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The job's id.
    pub job: String,
    /// The run's id, when the server names it.
    pub execution: Option<String>,
    /// What the server said.
    pub whole: Json,
}

/// Reads the acceptance of a background run, in all the shapes it comes in (2.4).
pub fn accepted(answer: &Answer) -> Option<Accepted> {
    let whole = answer.json()?;
    let inner = whole.value.get("data").filter(|data| data.is_object());
    let find = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| {
                whole
                    .value
                    .get(*name)
                    .or_else(|| inner?.get(*name))
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            })
            .filter(|id| !id.is_empty())
    };
    let job = find(&["taskId", "jobId", "task_id", "job_id", "runId"])?;
    let execution = find(&["executionId", "runId"]);
    Some(Accepted { job, execution, whole })
}
