//! Running workflows, their jobs, and the account's limits: all with code of their own.

use super::WORKFLOW;
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::services::operation::{Operation, Parameter, Shape};

const EXECUTION: Parameter = Parameter::path("execution", "The run's own id");

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["run"],
        about: "Run a deployed workflow and print its output",
        examples: &[
            "ra recall run hello",
            "ra recall run hello -f name=Ada --stream --select agent1.content",
        ],
        method: Method::Post,
        path: "/api/workflows/{workflow}/execute",
        parameters: &[WORKFLOW],
        answer: Shape::One,
        columns: &[],
        id: "executionId",
        destructive: false,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["job", "status"],
        about: "Show where a job is, without waiting",
        examples: &["ra recall job status --last"],
        method: Method::Get,
        path: "/api/jobs/{job}",
        parameters: &[Parameter::path("job", "Job, by its id")],
        answer: Shape::One,
        columns: &[Column::text("job", "taskId"), Column::of(Kind::Status, "status", "status")],
        id: "taskId",
        destructive: false,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["job", "cancel"],
        about: "Stop a job, or a run by its own id",
        examples: &["ra recall job cancel --last"],
        method: Method::Post,
        path: "/api/workflows/{workflow}/executions/{execution}/cancel",
        parameters: &[WORKFLOW, EXECUTION],
        answer: Shape::One,
        columns: &[Column::text("execution", "executionId"), Column::text("reason", "reason")],
        id: "executionId",
        destructive: true,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["execution", "list"],
        about: "List the runs of a workflow, newest first",
        examples: &["ra recall execution list hello"],
        path: "/api/v2/workflows/{workflow}/runs",
        parameters: &[WORKFLOW],
        answer: Shape::List,
        columns: &[Column::text("execution", "runId"), Column::of(Kind::Status, "status", "status")],
        id: "runId",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["execution", "get"],
        about: "Show where a run is, without waiting, and what it came to",
        examples: &["ra recall execution get --last"],
        path: "/api/workflows/{workflow}/executions/{execution}",
        parameters: &[WORKFLOW, EXECUTION],
        columns: &[Column::text("execution", "executionId"), Column::of(Kind::Status, "status", "status")],
        id: "executionId",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["execution", "cancel"],
        about: "Stop a run",
        examples: &["ra recall execution cancel --last"],
        method: Method::Post,
        path: "/api/workflows/{workflow}/executions/{execution}/cancel",
        parameters: &[WORKFLOW, EXECUTION],
        columns: &[Column::text("execution", "executionId"), Column::text("reason", "reason")],
        id: "executionId",
        destructive: true,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["execution", "paused"],
        about: "Show the runs of a workflow that wait for a person, and what each asks",
        examples: &["ra recall execution paused asks"],
        path: "/api/workflows/{workflow}/paused",
        parameters: &[WORKFLOW],
        answer: Shape::List,
        columns: &[Column::text("execution", "executionId"), Column::of(Kind::Status, "status", "status")],
        id: "executionId",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["execution", "resume"],
        about: "Answer a run that waits for a person",
        examples: &["ra recall execution resume --last -F approved=true"],
        method: Method::Post,
        path: "/api/resume/{workflow}/{execution}/{context}",
        parameters: &[WORKFLOW, EXECUTION, Parameter::path("context", "The place where it waits")],
        columns: &[Column::text("execution", "executionId"), Column::of(Kind::Status, "status", "status")],
        id: "executionId",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["limits"],
        about: "Show what the account has used and may still use",
        examples: &["ra recall limits"],
        method: Method::Get,
        path: "/api/users/me/usage-limits",
        parameters: &[],
        answer: Shape::One,
        columns: &[],
        id: "usage.plan",
        destructive: false,
        generic: false,
        ..Operation::BASE
    },
];
