//! Who did what (contract 5.2): for administrators of an enterprise organisation.

use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Operation, Parameter, Shape, Type};

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::of(Kind::Time, "when", "createdAt"),
    Column::text("who", "actorEmail|actorName|actorId"),
    Column::text("action", "action"),
    Column::text("kind", "resourceType"),
    Column::text("thing", "resourceName|resourceId"),
    Column::text("description", "description"),
];

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["audit-log", "list"],
        about: "List who did what in the organisation",
        examples: &[
            "ra recall audit-log list --since 7d",
            "ra recall audit-log list --action workflow.deployed --resource-type workflow -o ndjson",
        ],
        method: Method::Get,
        path: "/api/v1/audit-logs",
        parameters: &[
            Parameter::query("action", "action", "Only this action, such as workflow.deployed"),
            Parameter::query("resource-type", "resourceType", "Only this kind of thing, such as workflow"),
            Parameter::query("resource-id", "resourceId", "Only this thing"),
            Parameter::query("in-workspace", "workspaceId", "Only this workspace, by its id; else all"),
            Parameter::query("actor", "actorId", "Only this person, by their id"),
            Parameter::query("since", "startDate", "Only from then on").of(Type::Moment),
            Parameter::query("until", "endDate", "Only until then").of(Type::Moment),
            // Sent only when it is true: older servers read any text as true.
            Parameter::query("include-departed", "includeDeparted", "People who left the organisation too")
                .of(Type::Switch),
        ],
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::Cursor(100),
        more: "Only for administrators of an organisation with the enterprise plan.",
        ..Operation::BASE
    },
    Operation {
        words: &["audit-log", "get"],
        about: "Show one entry of the audit log",
        examples: &["ra recall audit-log get log_1a2b"],
        method: Method::Get,
        path: "/api/v1/audit-logs/{entry}",
        parameters: &[Parameter::path("entry", "Entry, by its id")],
        columns: COLUMNS,
        ..Operation::BASE
    },
];
