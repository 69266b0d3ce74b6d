//! MCP servers whose tools agents can call (contract 5.3).

use super::{IN_WORKSPACE, WITH_WORKSPACE, WORKSPACE_SETTING};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Lookup, Operation, Parameter, Shape, Type};

const NAMES: Lookup = Lookup {
    noun: "mcp-server",
    path: "/api/v2/mcp-servers",
    names: &["name"],
    within: Some(("workspaceId", WORKSPACE_SETTING)),
    paging: Paging::Whole,
};

const SERVER: Parameter = Parameter::path("server", "Server, an id or a name").by_name(NAMES);

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("address", "url"),
    Column::of(Kind::Status, "status", "connectionStatus"),
    Column::text("tools", "toolCount"),
    Column::text("enabled", "enabled"),
];

const DESCRIPTION: Parameter = Parameter::body("description", "description", "What it is for");
const ADDRESS: Parameter = Parameter::body("url", "url", "Its address");
const HEADERS: Parameter = Parameter::body(
    "headers",
    "headers",
    "Headers it is asked with, as a JSON object: @FILE, or - for stdin; never shown",
)
.of(Type::Object)
.secret();
const ENABLED: Parameter =
    Parameter::body("enabled", "enabled", "Whether workflows may use its tools").of(Type::Bool);
const PATIENCE: Parameter =
    Parameter::body("request-timeout", "timeout", "Longest time for a request to it, in milliseconds")
        .of(Type::Count);
const RETRIES: Parameter =
    Parameter::body("retries", "retries", "Attempts after the first, 0 to 10").of(Type::Number);

/// What older servers offer.
const IN_THE_BROWSER: &str = "servers without /api/v2 keep MCP servers in the browser only";

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["mcp-server", "list"],
        about: "List the workspace's MCP servers",
        examples: &["ra recall mcp-server list"],
        method: Method::Get,
        path: "/api/v2/mcp-servers",
        parameters: &[IN_WORKSPACE],
        answer: Shape::List,
        columns: COLUMNS,
        // Newer servers refuse a limit here.
        paging: Paging::Whole,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["mcp-server", "get"],
        about: "Show an MCP server",
        examples: &["ra recall mcp-server get search"],
        method: Method::Get,
        path: "/api/v2/mcp-servers/{server}",
        parameters: &[SERVER, IN_WORKSPACE],
        columns: COLUMNS,
        within: "server",
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["mcp-server", "create"],
        about: "Register an MCP server",
        examples: &[
            "ra recall mcp-server create search --url https://mcp.example.com/mcp",
            "ra recall mcp-server create search --url https://mcp.example.com/mcp --headers @headers.json",
        ],
        method: Method::Post,
        path: "/api/v2/mcp-servers",
        parameters: &[
            Parameter::body_word("name", "name", "Name of the server").required(),
            WITH_WORKSPACE,
            ADDRESS.required(),
            DESCRIPTION,
            HEADERS,
            ENABLED,
            PATIENCE,
            RETRIES,
        ],
        columns: COLUMNS,
        within: "server",
        fields: Some(""),
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["mcp-server", "update"],
        about: "Change how an MCP server is used; for another address, delete and create it",
        examples: &["ra recall mcp-server update search --enabled false"],
        method: Method::Patch,
        path: "/api/v2/mcp-servers/{server}",
        parameters: &[
            SERVER,
            WITH_WORKSPACE,
            Parameter::body("name", "name", "New name"),
            DESCRIPTION,
            HEADERS,
            ENABLED,
            PATIENCE,
            RETRIES,
        ],
        columns: COLUMNS,
        within: "server",
        fields: Some(""),
        any_of: &[&["name", "description", "headers", "enabled", "request-timeout", "retries", "fields"]],
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["mcp-server", "delete"],
        about: "Remove an MCP server",
        examples: &["ra recall mcp-server delete search --yes"],
        method: Method::Delete,
        path: "/api/v2/mcp-servers/{server}",
        parameters: &[SERVER, IN_WORKSPACE],
        columns: COLUMNS,
        destructive: true,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["mcp-server", "tool", "list"],
        about: "List the tools that an MCP server offers",
        examples: &[
            "ra recall mcp-server tool list search",
            "ra recall mcp-server tool list search --refresh",
        ],
        method: Method::Get,
        path: "/api/v2/mcp-servers/{server}/tools",
        parameters: &[
            SERVER,
            IN_WORKSPACE,
            Parameter::query("refresh", "refresh", "Ask the server itself instead of what is remembered")
                .of(Type::Switch),
        ],
        answer: Shape::List,
        columns: &[Column::text("name", "name"), Column::text("description", "description")],
        id: "name",
        paging: Paging::Whole,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
];
