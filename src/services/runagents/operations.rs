//! RunAgents's operations, each stated once.

use super::columns::{
    AGENT, AGENT_SHEET, APPROVAL, BUILD, DEPLOYED, PROBE, RUN, RUN_EVENT, RUN_SHEET, STARTER_KIT, TOOL,
    TOOL_SHEET,
};
use crate::columns::Column;
use crate::http::Method;
use crate::services::operation::{Operation, Parameter, Shape, Type};

const AGENT_NAME: Parameter = Parameter::path("name", "Name of the agent");
const TOOL_NAME: Parameter = Parameter::path("name", "Name of the tool");
const RUN_ID: Parameter = Parameter::path("run", "Run's id");

/// All operations with words of their own.
pub const OPERATIONS: &[Operation] = &[
    list(
        &["agent", "list"],
        "List agents",
        &["ra runagents agent list", "ra runagents agents ls -o id"],
        "/agents",
        AGENT,
        "name|metadata.name",
    ),
    Operation {
        parameters: &[AGENT_NAME],
        generic: false,
        ..one(
            &["agent", "get"],
            "Show an agent",
            &["ra runagents agent get my-agent"],
            "/agents/{name}",
            AGENT_SHEET,
            "name|metadata.name",
        )
    },
    Operation {
        method: Method::Delete,
        parameters: &[AGENT_NAME],
        destructive: true,
        generic: false,
        ..one(
            &["agent", "delete"],
            "Delete an agent",
            &["ra runagents agent delete my-agent --yes"],
            "/agents/{name}",
            &[],
            "name",
        )
    },
    Operation {
        method: Method::Post,
        parameters: &[
            AGENT_NAME,
            Parameter::body("message", "message", "What to say").required(),
            Parameter::body("conversation", "conversation_id", "Conversation to go on with"),
        ],
        generic: false,
        ..one(
            &["agent", "invoke"],
            "Say something to an agent",
            &["ra runagents agent invoke my-agent 'Hello'"],
            "/agents/{name}/invoke",
            &[],
            "",
        )
    },
    Operation {
        method: Method::Post,
        parameters: &[
            Parameter::body("name", "agent_name", "Name of the agent").required(),
            Parameter::body(
                "system-prompt",
                "system_prompt",
                "What the agent is told before everything else",
            ),
            Parameter::body("image", "image", "Container image to run"),
            Parameter::body("draft-id", "draft_id", "Draft to deploy"),
            Parameter::body("artifact-id", "artifact_id", "Artifact to deploy"),
            Parameter::body("tool", "required_tools", "Tool it may call").of(Type::Words),
            Parameter::body("policy", "policies", "Policy it stands under").of(Type::Words),
        ],
        generic: false,
        ..one(
            &["deploy"],
            "Deploy an agent",
            &["ra runagents deploy"],
            "/deploy",
            DEPLOYED,
            "agent|agent_name",
        )
    },
    list(
        &["tool", "list"],
        "List tools",
        &["ra runagents tool list", "ra runagents tools ls -o json"],
        "/tools",
        TOOL,
        "name|metadata.name",
    ),
    Operation {
        parameters: &[TOOL_NAME],
        ..one(
            &["tool", "get"],
            "Show a tool",
            &["ra runagents tool get echo-tool"],
            "/tools/{name}",
            TOOL_SHEET,
            "name|metadata.name",
        )
    },
    Operation {
        method: Method::Delete,
        parameters: &[TOOL_NAME],
        destructive: true,
        generic: false,
        ..one(
            &["tool", "delete"],
            "Delete a tool",
            &["ra runagents tool delete stripe-api --yes"],
            "/tools/{name}",
            &[],
            "name",
        )
    },
    Operation {
        method: Method::Post,
        parameters: &[TOOL_NAME],
        generic: false,
        ..one(
            &["tool", "test"],
            "Try whether a tool can be reached",
            &["ra runagents tool test echo-tool"],
            "/tools/{name}/test",
            PROBE,
            "",
        )
    },
    Operation {
        parameters: &[
            Parameter::query("agent", "agent_id", "Only those of this agent"),
            Parameter::query("status", "status", "Only those in this state"),
        ],
        generic: false,
        ..list(&["run", "list"], "List runs, newest first", &["ra runagents run list"], "/runs", RUN, "id")
    },
    Operation {
        parameters: &[RUN_ID],
        ..one(&["run", "get"], "Show a run", &["ra runagents run get run-1"], "/runs/{run}", RUN_SHEET, "id")
    },
    Operation {
        parameters: &[RUN_ID],
        generic: false,
        ..list(
            &["run", "event"],
            "Show what happened in a run",
            &["ra runagents run event run-1"],
            "/runs/{run}/events",
            RUN_EVENT,
            "event_id|id",
        )
    },
    Operation {
        parameters: &[Parameter::query(
            "status",
            "status",
            "Only those in this state: PENDING, APPROVED, REJECTED",
        )],
        ..list(
            &["approval", "list"],
            "List requests for approval",
            &["ra runagents approval list", "ra runagents approval list --status PENDING -o id"],
            "/approvals/requests",
            APPROVAL,
            "id",
        )
    },
    Operation {
        parameters: &[Parameter::path("build", "Build's id")],
        ..one(
            &["build", "get"],
            "Show a build",
            &["ra runagents build get build-a1b2c3"],
            "/builds/{build}",
            BUILD,
            "id",
        )
    },
    Operation {
        method: Method::Post,
        generic: false,
        ..one(
            &["starter-kit"],
            "Create an echo tool and a playground model to begin with",
            &["ra runagents starter-kit"],
            "/starter-kit",
            STARTER_KIT,
            "tool_created",
        )
    },
];

/// An operation that shows one thing; the others are told by what differs.
const fn one(
    words: &'static [&'static str],
    about: &'static str,
    examples: &'static [&'static str],
    path: &'static str,
    columns: &'static [Column],
    id: &'static str,
) -> Operation {
    Operation {
        words,
        about,
        examples,
        method: Method::Get,
        path,
        parameters: &[],
        answer: Shape::One,
        columns,
        id,
        destructive: false,
        generic: true,
        ..Operation::BASE
    }
}

/// An operation that lists things.
const fn list(
    words: &'static [&'static str],
    about: &'static str,
    examples: &'static [&'static str],
    path: &'static str,
    columns: &'static [Column],
    id: &'static str,
) -> Operation {
    Operation { answer: Shape::List, ..one(words, about, examples, path, columns, id) }
}
