//! Recursiv's operations, each stated once.

use super::agents::{AGENT, PROJECT};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::services::operation::{Operation, Parameter, Place, Shape, Type};

const PROJECT_COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("slug", "slug"),
    Column::text("repository", "repo_url"),
    Column::of(Kind::Time, "created", "created_at|createdAt"),
];

const AGENT_COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("username", "username"),
    Column::text("model", "model"),
    Column::text("tools", "tool_mode"),
];

const ORGANIZATION: Parameter = Parameter::body("org", "organization_id", "Organization it belongs to")
    .or_setting("recursiv.organization_id");
const IN_ORGANIZATION: Parameter =
    Parameter::query("org", "organization_id", "Only those of this organization");

/// All operations with words of their own.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        words: &["project", "list"],
        about: "List projects",
        examples: &["ra recursiv project list", "ra recursiv project list -o id"],
        method: Method::Get,
        path: "/projects",
        parameters: &[IN_ORGANIZATION],
        answer: Shape::List,
        columns: PROJECT_COLUMNS,
        id: "id",
        destructive: false,
        generic: true,
        ..Operation::BASE
    },
    Operation {
        words: &["project", "create"],
        about: "Create a project",
        examples: &["ra recursiv project create my-app", "ra recursiv project create my-app -o id"],
        method: Method::Post,
        path: "/projects",
        parameters: &[
            Parameter {
                place: Place::BodyWord("name"),
                kind: Type::Text,
                ..Parameter::path("name", "Name of the project")
            },
            ORGANIZATION,
            Parameter::body("slug", "slug", "Short name for addresses"),
            Parameter::body("description", "description", "What it is for"),
            Parameter::body("repo", "repo_url", "Address of its repository"),
        ],
        answer: Shape::One,
        columns: PROJECT_COLUMNS,
        id: "id",
        destructive: false,
        generic: true,
        ..Operation::BASE
    },
    Operation {
        words: &["project", "get"],
        about: "Show a project",
        examples: &["ra recursiv project get demo"],
        method: Method::Get,
        path: "/projects/{project}",
        parameters: &[Parameter::path("project", "Project, an id or a name").by_name(PROJECT)],
        answer: Shape::One,
        columns: PROJECT_COLUMNS,
        id: "id",
        destructive: false,
        generic: true,
        ..Operation::BASE
    },
    Operation {
        words: &["agent", "list"],
        about: "List agents",
        examples: &["ra recursiv agent list", "ra recursiv agent list -o tsv"],
        method: Method::Get,
        path: "/agents",
        parameters: &[IN_ORGANIZATION],
        answer: Shape::List,
        columns: AGENT_COLUMNS,
        id: "id",
        destructive: false,
        generic: true,
        ..Operation::BASE
    },
    Operation {
        words: &["agent", "get"],
        about: "Show an agent with its prompt",
        examples: &["ra recursiv agent get guide"],
        method: Method::Get,
        path: "/agents/{agent}",
        parameters: &[Parameter::path("agent", "Agent, an id or a name").by_name(AGENT)],
        answer: Shape::One,
        columns: AGENT_COLUMNS,
        id: "id",
        destructive: false,
        generic: true,
        ..Operation::BASE
    },
    Operation {
        words: &["agent", "create"],
        about: "Create an agent",
        examples: &[
            "ra recursiv agent create --name helper --model openai/gpt-5 --instructions 'Be brief.'",
            "ra recursiv agent create --name helper --model openai/gpt-5 --instructions @prompt.md",
        ],
        method: Method::Post,
        path: "/agents",
        parameters: &[
            Parameter::body("name", "name", "Name people see").required(),
            Parameter::body("model", "model", "Model, vendor/name").required(),
            Parameter::body("instructions", "instructions", "How it should behave: text, @FILE or -"),
            Parameter::body("system-prompt", "system_prompt", "The same, sent as `system_prompt`"),
            Parameter::body("project", "project_id", "Project it belongs to, an id or a name")
                .by_name(PROJECT)
                .or_setting("recursiv.project_id"),
            ORGANIZATION,
            Parameter::body("username", "username", "Unique short name"),
            Parameter::body("bio", "bio", "What it is, in a sentence"),
            Parameter::body("tool-mode", "tool_mode", "How it may use tools").of(Type::OneOf(&[
                "chat_only",
                "permission",
                "autonomous",
            ])),
            Parameter::body("social-mode", "social_mode", "Where it takes part"),
        ],
        answer: Shape::One,
        columns: AGENT_COLUMNS,
        id: "id",
        destructive: false,
        generic: true,
        ..Operation::BASE
    },
];

/// The scopes that groups of routes want (contract, Appendix A): the group, for reading, for writing.
const SCOPES: &[(&str, &str, &str)] = &[
    ("/projects", "projects:read", "projects:write"),
    ("/agents", "agents:read", "agents:write"),
    ("/databases/query", "databases:read", "databases:read"),
    ("/databases", "databases:read", "databases:write"),
    ("/storage", "projects:read", "projects:write"),
    ("/deployments", "projects:read", "projects:write"),
    ("/chat", "chat:read", "chat:write"),
    ("/posts", "posts:read", "posts:write"),
    ("/tags", "posts:read", "posts:write"),
    ("/communities", "communities:read", "communities:write"),
    ("/organizations", "organizations:read", "organizations:write"),
    ("/memory", "memory:read", "memory:write"),
    ("/users", "users:read", "users:read"),
    ("/profiles", "users:read", "users:write"),
    ("/notifications", "notifications:read", "notifications:write"),
    ("/billing", "billing:read", "billing:write"),
];

/// The scope that a request line (`DELETE /projects/x`) wants, where it is known.
pub fn scope_of(request: &str) -> Option<&'static str> {
    let (method, path) = request.split_once(' ')?;
    let (_, read, write) = SCOPES.iter().find(|(group, _, _)| path.starts_with(group))?;
    Some(if method == "GET" { read } else { write })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        assert_eq!(scope_of("DELETE /projects/019d"), Some("projects:write"));
        assert_eq!(scope_of("POST /databases/query"), Some("databases:read"));
        assert_eq!(scope_of("POST /agents/a1/chat"), Some("agents:write"));
        assert_eq!(scope_of("GET /nope"), None);
    }
}
