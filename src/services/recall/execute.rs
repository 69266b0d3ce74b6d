//! Starting a run: one request for three ways of getting its result (contract 2.1–2.5).

use std::time::Duration;

use serde_json::Value;

use super::{Generation, Recall};
use crate::error::Failure;
use crate::http::{Answer, Method, Request};
use crate::json::{Json, Node};
use crate::services::Service as _;
use crate::services::lookup::in_path;

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

/// What else may be said about a run; what is not said is left to the server.
#[derive(Clone, Debug, Default)]
pub struct Controls {
    /// Outputs wanted of a run in step, `block.path` (v2 only).
    pub selected: Vec<String>,
    /// Put output files into the answer, as base64.
    pub inline_files: Option<bool>,
    /// The largest file to put there, in bytes.
    pub inline_limit: Option<u64>,
    /// How long a background run may take, in seconds.
    pub run_limit: Option<u64>,
}

impl Recall {
    /// The request that starts a run. Never sent twice unless the server says that it did not take it.
    pub fn execute(&self, workflow: &str, order: &Order) -> Request {
        self.execute_with(workflow, order, &Controls::default())
    }

    /// The same with more said about it.
    pub fn execute_with(&self, workflow: &str, order: &Order, controls: &Controls) -> Request {
        let v2 = self.generation == Generation::V2;
        let mut more = Node::object();
        let generation = if v2 { "/v2" } else { "" };
        let path = format!("/api{generation}/workflows/{}/execute", in_path(workflow));
        let mut request = self.request(Method::Post, &path).patient(PATIENCE);
        request = request.header(if v2 { "X-Run-Id" } else { "X-Execution-Id" }, &order.execution);
        match &order.mode {
            Mode::Whole => select(&mut more, &controls.selected),
            Mode::Background => match (v2, controls.run_limit.map(|seconds| seconds.to_string())) {
                (true, limit) => {
                    more.set("async", true);
                    limit.into_iter().for_each(|seconds| {
                        more.set("executionTimeoutSeconds", Node::Number(seconds));
                    });
                }
                (false, limit) => {
                    request = request.header("X-Execution-Mode", "async");
                    if let Some(seconds) = limit {
                        request = request.header("X-Execution-Timeout-Seconds", seconds);
                    }
                }
            },
            Mode::Stream { selected, agent_events } => {
                more.set("stream", true);
                select(&mut more, selected);
                if *agent_events {
                    more.set("includeThinking", true);
                    more.set("includeToolCalls", true);
                    request = request.header("X-Sim-Stream-Protocol", "agent-events-v1");
                }
                request = request.streaming();
            }
        }
        if let Some(inline) = controls.inline_files {
            more.set("includeFileBase64", inline);
        }
        if let Some(limit) = controls.inline_limit {
            more.set("base64MaxBytes", Node::Number(limit.to_string()));
        }
        // Most runs say nothing more, and inputs may be large.
        let plain = !v2 && matches!(&more, Node::Object(members) if members.is_empty());
        if plain {
            return request.json_text(order.body.compact());
        }
        let mut body = if v2 { under_input(&order.body) } else { order.body.clone() };
        if let Node::Object(members) = more {
            members.into_iter().for_each(|(name, value)| body.set(&name, value));
        }
        request.json_text(body.compact())
    }
}

/// The body of v2: the whole input under `input`, nothing where there is none.
fn under_input(input: &Node) -> Node {
    let mut body = Node::object();
    if !matches!(input, Node::Object(members) if members.is_empty()) {
        body.set("input", input.clone());
    }
    body
}

fn select(body: &mut Node, selected: &[String]) {
    if !selected.is_empty() {
        let selected: Vec<Node> = selected.iter().map(|name| Node::from(name.as_str())).collect();
        body.set("selectedOutputs", selected);
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

/// The acceptance of a run that was wanted in step: the server made a job of it. What the author of a Response block
/// chose to answer with 202 is none.
pub fn accepted_in_step(answer: &Answer) -> Option<Accepted> {
    let accepted = accepted(answer).filter(|_| answer.status == 202)?;
    let whole = &accepted.whole.value;
    let is_ours =
        whole.get("success") == Some(&Value::Bool(true)) || whole.get("async") == Some(&Value::Bool(true));
    (is_ours && whole.get("output").is_none()).then_some(accepted)
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
