//! The workspace's files (contract 5.2).

use super::{IN_WORKSPACE, WORKSPACE_SETTING};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Lookup, Operation, Parameter, Shape};

/// Files by name.
pub const NAMES: Lookup = Lookup {
    noun: "file",
    path: "/api/v1/files",
    names: &["name"],
    within: Some(("workspaceId", WORKSPACE_SETTING)),
    paging: Paging::Whole,
};

const FILE: Parameter = Parameter::path("file", "File, an id or a name").by_name(NAMES);

/// How a file is shown.
pub const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::of(Kind::Bytes, "size", "size"),
    Column::text("type", "type"),
    Column::of(Kind::Time, "uploaded", "uploadedAt"),
];

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["file", "list"],
        about: "List the workspace's files",
        examples: &["ra recall file list", "ra recall file list -o id"],
        method: Method::Get,
        path: "/api/v1/files",
        parameters: &[IN_WORKSPACE],
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::Whole,
        ..Operation::BASE
    },
    Operation {
        words: &["file", "upload"],
        about: "Upload files",
        method: Method::Post,
        path: "/api/v1/files",
        columns: COLUMNS,
        within: "file",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["file", "download"],
        about: "Download a file",
        method: Method::Get,
        path: "/api/v1/files/{file}",
        parameters: &[FILE],
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["file", "delete"],
        about: "Delete a file (the service keeps it archived)",
        examples: &["ra recall file delete report.pdf --yes"],
        method: Method::Delete,
        path: "/api/v1/files/{file}",
        parameters: &[FILE, IN_WORKSPACE],
        columns: &[Column::text("result", "message")],
        destructive: true,
        ..Operation::BASE
    },
];
