//! Workspaces and who belongs to them (contract 5.3).

use super::WORKSPACE_SETTING;
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Operation, Parameter, Shape};

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("role", "role|permissions"),
    Column::of(Kind::Time, "created", "createdAt"),
];

const WORKSPACE: Parameter =
    Parameter::path("id", "Workspace, by its id; else the one in use").or_setting(WORKSPACE_SETTING);

/// What older servers offer.
const IN_THE_ADDRESS: &str =
    "the id stands in the browser's address, /workspace/ID; keep it: ra config set recall.workspace_id ID";

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["workspace", "list"],
        about: "List the workspaces that the key reaches",
        examples: &["ra recall workspace list", "ra recall workspace list -o id"],
        method: Method::Get,
        path: "/api/v2/workspaces",
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::Cursor(100),
        instead: IN_THE_ADDRESS,
        ..Operation::BASE
    },
    Operation {
        words: &["workspace", "get"],
        about: "Show a workspace",
        examples: &["ra recall workspace get ws_1a2b"],
        method: Method::Get,
        path: "/api/v2/workspaces/{id}",
        parameters: &[WORKSPACE],
        columns: COLUMNS,
        instead: IN_THE_ADDRESS,
        ..Operation::BASE
    },
    Operation {
        words: &["workspace", "member", "list"],
        about: "List who belongs to a workspace",
        examples: &["ra recall workspace member list ws_1a2b"],
        method: Method::Get,
        path: "/api/v2/workspaces/{id}/members",
        parameters: &[WORKSPACE],
        answer: Shape::List,
        columns: &[
            Column::text("id", "userId|id|email"),
            Column::text("name", "name"),
            Column::text("email", "email"),
            Column::text("role", "role|permission|permissions"),
        ],
        id: "userId|id|email",
        paging: Paging::Cursor(100),
        instead: "servers without /api/v2 show members in the browser only",
        ..Operation::BASE
    },
];
