//! Running workflows, their jobs, and the account's limits: all with code of their own.

use super::WORKFLOW;
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::services::operation::{Operation, Parameter, Shape};

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
        parameters: &[WORKFLOW, Parameter::path("execution", "The run's own id")],
        answer: Shape::One,
        columns: &[Column::text("execution", "executionId"), Column::text("reason", "reason")],
        id: "executionId",
        destructive: true,
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
