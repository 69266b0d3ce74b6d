//! Tables and their columns (contract 5.2).

use super::{IN_WORKSPACE, WITH_WORKSPACE, WORKSPACE_SETTING};
use crate::columns::{Column, Kind};
use crate::http::pages::Paging;
use crate::http::{Method, Repeat};
use crate::services::operation::{Lookup, Operation, Parameter, Place, Shape, Type};

/// Tables by name.
pub const NAMES: Lookup = Lookup {
    noun: "table",
    path: "/api/v1/tables",
    names: &["name"],
    within: Some(("workspaceId", WORKSPACE_SETTING)),
    paging: Paging::Whole,
};

/// A table as a word.
pub const TABLE: Parameter = Parameter::path("table", "Table, an id or a name").by_name(NAMES);

/// What a column may hold; older servers know the first five.
pub const TYPES: &[&str] = &["string", "number", "boolean", "date", "json", "currency", "select"];

/// How a table is shown.
pub const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("rows", "rowCount"),
    Column::text("at most", "maxRows"),
    Column::of(Kind::Time, "updated", "updatedAt"),
    Column::text("description", "description"),
];

/// How one table is shown: with the columns it has.
pub const SHEET: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("description", "description"),
    Column::text("rows", "rowCount"),
    Column::text("at most", "maxRows"),
    Column::of(Kind::Fields, "columns", "schema.columns"),
    Column::of(Kind::Time, "updated", "updatedAt"),
    Column::of(Kind::Time, "created", "createdAt"),
];

/// What is answered when the columns change: all that the table has now, mostly without the table around them.
const CHANGED: &[Column] = &[Column::of(Kind::Fields, "columns", "columns|schema.columns")];

const COLUMN: Parameter = Parameter {
    kind: Type::Text,
    place: Place::BodyWord("columnName"),
    ..Parameter::path("column", "Column, by its name")
};

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["table", "list"],
        about: "List the workspace's tables",
        examples: &["ra recall table list", "ra recall table list -o json --jq '.[].schema.columns[].name'"],
        method: Method::Get,
        path: "/api/v1/tables",
        parameters: &[IN_WORKSPACE],
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::Whole,
        ..Operation::BASE
    },
    Operation {
        words: &["table", "get"],
        about: "Show a table and its columns",
        examples: &["ra recall table get contacts", "ra recall table get contacts --jq .rowCount"],
        method: Method::Get,
        path: "/api/v1/tables/{table}",
        parameters: &[TABLE, IN_WORKSPACE],
        columns: SHEET,
        within: "table",
        ..Operation::BASE
    },
    Operation {
        words: &["table", "create"],
        about: "Create a table",
        method: Method::Post,
        path: "/api/v1/tables",
        columns: SHEET,
        within: "table",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["table", "delete"],
        about: "Delete a table with its rows",
        examples: &["ra recall table delete contacts --yes"],
        method: Method::Delete,
        path: "/api/v1/tables/{table}",
        parameters: &[TABLE, IN_WORKSPACE],
        columns: &[Column::text("result", "message")],
        destructive: true,
        ..Operation::BASE
    },
    Operation {
        words: &["table", "column", "add"],
        about: "Add a column to a table",
        examples: &[
            "ra recall table column add contacts email --type string --unique",
            "ra recall table column add contacts score --type number",
        ],
        method: Method::Post,
        path: "/api/v1/tables/{table}/columns",
        parameters: &[
            TABLE,
            WITH_WORKSPACE,
            Parameter::body_word("column", "column.name", "Name of the column").required(),
            Parameter::body("type", "column.type", "What it holds").of(Type::OneOf(TYPES)).required(),
            Parameter::body("required", "column.required", "No row without it").of(Type::Switch),
            Parameter::body("unique", "column.unique", "No two rows with the same value").of(Type::Switch),
            Parameter::body("position", "column.position", "Where it stands, counted from 0")
                .of(Type::Number),
        ],
        within: "table",
        columns: CHANGED,
        fields: Some("column"),
        more: "-f and -F set what newer servers know beside: the options of a select, a currency's code.",
        ..Operation::BASE
    },
    Operation {
        words: &["table", "column", "update"],
        about: "Rename a column or change what it holds",
        examples: &[
            "ra recall table column update contacts mail --name email",
            "ra recall table column update contacts score --type number",
        ],
        method: Method::Patch,
        path: "/api/v1/tables/{table}/columns",
        parameters: &[
            TABLE,
            WITH_WORKSPACE,
            COLUMN,
            Parameter::body("name", "updates.name", "New name"),
            Parameter::body("type", "updates.type", "What it holds from now on").of(Type::OneOf(TYPES)),
            Parameter::body("required", "updates.required", "Whether no row goes without it").of(Type::Bool),
            Parameter::body("unique", "updates.unique", "Whether no two rows have the same value")
                .of(Type::Bool),
        ],
        within: "table",
        columns: CHANGED,
        fields: Some("updates"),
        any_of: &[&["name", "type", "required", "unique", "fields"]],
        // Once renamed, the column is not found a second time.
        repeat: Some(Repeat::Once),
        ..Operation::BASE
    },
    Operation {
        words: &["table", "column", "delete"],
        about: "Delete a column with what all rows hold in it",
        examples: &["ra recall table column delete contacts score --yes"],
        method: Method::Delete,
        path: "/api/v1/tables/{table}/columns",
        parameters: &[TABLE, WITH_WORKSPACE, COLUMN],
        within: "table",
        columns: CHANGED,
        destructive: true,
        ..Operation::BASE
    },
];
