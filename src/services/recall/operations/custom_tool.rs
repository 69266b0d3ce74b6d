//! Tools of one's own making that agents can call (contract 5.3).

use super::{IN_WORKSPACE, WITH_WORKSPACE, WORKSPACE_SETTING};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Lookup, Operation, Parameter, Shape, Type};

const NAMES: Lookup = Lookup {
    noun: "custom-tool",
    path: "/api/v2/custom-tools",
    names: &["title"],
    within: Some(("workspaceId", WORKSPACE_SETTING)),
    paging: Paging::Cursor(100),
};

const TOOL: Parameter = Parameter::path("tool", "Tool, an id or a title").by_name(NAMES);

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("title", "title"),
    Column::text("function", "schema.function.name"),
    Column::of(Kind::Time, "updated", "updatedAt"),
];

const SCHEMA: Parameter =
    Parameter::body("schema", "schema", "What it is called and takes, as an OpenAI function in JSON or YAML")
        .of(Type::Document);
const CODE: Parameter = Parameter::body("code", "code", "What it does: text, @FILE, or - for stdin");

/// What older servers offer.
const IN_THE_BROWSER: &str = "servers without /api/v2 keep custom tools in the browser only";

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["custom-tool", "list"],
        about: "List the workspace's own tools",
        examples: &["ra recall custom-tool list"],
        method: Method::Get,
        path: "/api/v2/custom-tools",
        parameters: &[
            IN_WORKSPACE,
            Parameter::query("search", "search", "Only those whose title holds this"),
        ],
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::Cursor(100),
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["custom-tool", "get"],
        about: "Show a tool with its schema and code",
        examples: &["ra recall custom-tool get lookup-order --jq .code"],
        method: Method::Get,
        path: "/api/v2/custom-tools/{tool}",
        parameters: &[TOOL, IN_WORKSPACE],
        columns: COLUMNS,
        within: "tool",
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["custom-tool", "create"],
        about: "Create a tool",
        examples: &["ra recall custom-tool create lookup-order --schema tool.json --code @tool.js"],
        method: Method::Post,
        path: "/api/v2/custom-tools",
        parameters: &[
            Parameter::body_word("title", "title", "Title of the tool").required(),
            WITH_WORKSPACE,
            SCHEMA.required(),
            CODE.required(),
        ],
        columns: COLUMNS,
        within: "tool",
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["custom-tool", "update"],
        about: "Change a tool",
        examples: &["ra recall custom-tool update lookup-order --code @tool.js"],
        method: Method::Patch,
        path: "/api/v2/custom-tools/{tool}",
        parameters: &[TOOL, WITH_WORKSPACE, Parameter::body("title", "title", "New title"), SCHEMA, CODE],
        columns: COLUMNS,
        within: "tool",
        any_of: &[&["title", "schema", "code"]],
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["custom-tool", "delete"],
        about: "Delete a tool",
        examples: &["ra recall custom-tool delete lookup-order --yes"],
        method: Method::Delete,
        path: "/api/v2/custom-tools/{tool}",
        parameters: &[TOOL, IN_WORKSPACE],
        columns: COLUMNS,
        destructive: true,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
];
