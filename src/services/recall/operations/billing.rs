//! What was spent (contract 5.3).

use super::WORKSPACE_SETTING;
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Operation, Parameter, Place, Shape, Type};

/// The workspace, where all of them are meant without one.
const WORKSPACE: Parameter =
    Parameter { required: false, ..Parameter::of_setting(Place::Query("workspaceId"), WORKSPACE_SETTING) };

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["billing", "status"],
        about: "Show the plan, the credits and the storage used",
        examples: &["ra recall billing status", "ra recall billing status --jq .credits.remaining"],
        method: Method::Get,
        path: "/api/v2/billing/status",
        parameters: &[WORKSPACE],
        columns: &[
            Column::of(Kind::Status, "status", "status"),
            Column::text("plan", "plan"),
            Column::text("credits used", "credits.used"),
            Column::text("credits left", "credits.remaining"),
            Column::of(Kind::Bytes, "storage", "storage.usedBytes"),
            Column::of(Kind::Time, "period ends", "period.end"),
        ],
        id: "workspaceId",
        instead: "ra recall limits",
        ..Operation::BASE
    },
    Operation {
        words: &["billing", "logs"],
        about: "List what was charged",
        examples: &["ra recall billing logs --period 7d", "ra recall billing logs --since 2026-03-01 -o csv"],
        method: Method::Get,
        path: "/api/v2/billing/logs",
        parameters: &[
            WORKSPACE,
            Parameter::query("source", "source", "Only charges from this source, such as workflow"),
            Parameter::query("period", "period", "How far back; custom goes with --since and --until")
                .of(Type::OneOf(&["1d", "7d", "30d", "all", "custom"])),
            Parameter::query("since", "startDate", "Only from then on").of(Type::Moment),
            Parameter::query("until", "endDate", "Only until then").of(Type::Moment),
        ],
        answer: Shape::List,
        columns: &[
            Column::text("id", "id"),
            Column::of(Kind::Time, "when", "createdAt"),
            Column::text("source", "source"),
            Column::text("workflow", "workflow.name|workflow"),
            Column::text("run", "runId"),
            Column::text("credits", "creditCost"),
        ],
        paging: Paging::Cursor(100),
        instead: "ra recall limits",
        ..Operation::BASE
    },
];
