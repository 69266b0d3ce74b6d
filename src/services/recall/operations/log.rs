//! What ran, when, for how long and at what cost: the logs of a workspace (contract 5.2).

use super::{IN_WORKSPACE, WORKFLOW_NAMES};
use crate::columns::{Column, Kind};
use crate::http::pages::Paging;
use crate::services::operation::{Operation, Parameter, Shape, Type};

const WORKFLOWS: Parameter = Parameter::query(
    "workflow",
    "workflowIds",
    "Only runs of this workflow, an id or a name; may be repeated",
)
.of(Type::Words)
.by_name(WORKFLOW_NAMES);
const FOLDERS: Parameter =
    Parameter::query("folder", "folderIds", "Only workflows in this folder, by its id; may be repeated")
        .of(Type::Words);
const TRIGGERS: Parameter = Parameter::query(
    "trigger",
    "triggers",
    "Only runs started so (api, manual, schedule, webhook, chat); may be repeated",
)
.of(Type::Words);
const LEVEL: Parameter =
    Parameter::query("level", "level", "Only runs that went well (info) or failed (error)")
        .of(Type::OneOf(&["info", "error"]));
const EXECUTION: Parameter = Parameter::query("execution", "executionId", "Only this run, by its own id");
const MIN_DURATION: Parameter =
    Parameter::query("min-duration", "minDurationMs", "Only runs that took at least this long, as 5s")
        .of(Type::Millis);
const MAX_DURATION: Parameter =
    Parameter::query("max-duration", "maxDurationMs", "Only runs that took at most this long")
        .of(Type::Millis);
const MIN_COST: Parameter =
    Parameter::query("min-cost", "minCost", "Only runs that cost at least so many US dollars")
        .of(Type::Decimal);
const MAX_COST: Parameter =
    Parameter::query("max-cost", "maxCost", "Only runs that cost at most so many US dollars")
        .of(Type::Decimal);
const MODEL: Parameter = Parameter::query("model", "model", "Only runs that used this model, as gpt-4o");
const DETAILS: Parameter = Parameter::query(
    "details",
    "details",
    "How much of each run to fetch: full (the default) has the workflow's name and the cost by model",
)
.of(Type::OneOf(&["basic", "full"]));
const TRACE: Parameter =
    Parameter::query("trace", "includeTraceSpans", "Fetch the trace of each run too, for -o json")
        .of(Type::Switch);
const FINAL_OUTPUT: Parameter =
    Parameter::query("final-output", "includeFinalOutput", "Fetch the output of each run too, for -o json")
        .of(Type::Switch);

/// What a list of runs shows.
pub const ROW: &[Column] = &[
    Column::of(Kind::Time, "when", "startedAt"),
    Column::of(Kind::Status, "level", "level"),
    Column::text("workflow", "workflow.name|workflowId"),
    Column::text("trigger", "trigger"),
    Column::of(Kind::Millis, "duration", "totalDurationMs"),
    Column::of(Kind::Money, "cost", "cost.total"),
    Column::text("execution", "executionId"),
];

/// What one run shows; its trace is a tree of its own.
pub const SHEET: &[Column] = &[
    Column::text("log", "id"),
    Column::text("execution", "executionId"),
    Column::text("workflow", "workflow.name|workflowId"),
    Column::of(Kind::Status, "level", "level|executionMetadata.level"),
    Column::text("trigger", "trigger|executionMetadata.trigger"),
    Column::of(Kind::Time, "started", "startedAt|executionMetadata.startedAt"),
    Column::of(Kind::Time, "ended", "endedAt|executionMetadata.endedAt"),
    Column::of(Kind::Millis, "took", "totalDurationMs|executionMetadata.totalDurationMs"),
    Column::of(Kind::Money, "cost", "cost.total|executionMetadata.cost.total"),
    Column::text("error", "executionData.error|executionData.finalOutput.error"),
    Column::text("output", "executionData.finalOutput"),
];

/// A page of runs, with all that narrows it down.
pub const LIST: Operation = Operation {
    words: &["log", "list"],
    about: "List what ran in a workspace, the newest first",
    path: "/api/v1/logs",
    parameters: &[
        IN_WORKSPACE,
        WORKFLOWS,
        FOLDERS,
        TRIGGERS,
        LEVEL,
        Parameter::query("since", "startDate", "Only runs started from this time on, or this long ago")
            .of(Type::Moment),
        Parameter::query("until", "endDate", "Only runs started up to this time, or this long ago")
            .of(Type::Moment),
        EXECUTION,
        MIN_DURATION,
        MAX_DURATION,
        MIN_COST,
        MAX_COST,
        MODEL,
        DETAILS,
        TRACE,
        FINAL_OUTPUT,
        Parameter::query("order", "order", "Which come first: desc (the newest, the default) or asc")
            .of(Type::OneOf(&["desc", "asc"])),
    ],
    answer: Shape::List,
    columns: ROW,
    paging: Paging::Cursor(1000),
    generic: false,
    ..Operation::BASE
};

/// The same list, asked again and again.
pub const FOLLOW: Operation = Operation {
    words: &["log", "follow"],
    about: "Show runs as they end, until Ctrl-C",
    parameters: &[
        IN_WORKSPACE,
        WORKFLOWS,
        FOLDERS,
        TRIGGERS,
        LEVEL,
        MIN_DURATION,
        MAX_DURATION,
        MIN_COST,
        MAX_COST,
        MODEL,
        DETAILS,
        TRACE,
        FINAL_OUTPUT,
    ],
    ..LIST
};

/// These operations.
pub const ALL: &[Operation] = &[
    LIST,
    FOLLOW,
    Operation {
        words: &["log", "get"],
        about: "Show one run, by its log id or its own id",
        path: "/api/v1/logs/{log}",
        parameters: &[Parameter::path("log", "Log id, or the run's own id")],
        columns: SHEET,
        generic: false,
        ..Operation::BASE
    },
];
