//! Skills: instructions that agents read when they need them (contract 5.3).

use super::{IN_WORKSPACE, WITH_WORKSPACE, WORKSPACE_SETTING};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Lookup, Operation, Parameter, Shape};

const NAMES: Lookup = Lookup {
    noun: "skill",
    path: "/api/v2/skills",
    names: &["name"],
    within: Some(("workspaceId", WORKSPACE_SETTING)),
    paging: Paging::Whole,
};

const SKILL: Parameter = Parameter::path("skill", "Skill, an id or a name").by_name(NAMES);

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("description", "description"),
    Column::of(Kind::Time, "updated", "updatedAt"),
];

/// What older servers offer.
const IN_THE_BROWSER: &str = "servers without /api/v2 keep skills in the browser only";

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["skill", "list"],
        about: "List the workspace's skills",
        examples: &["ra recall skill list"],
        method: Method::Get,
        path: "/api/v2/skills",
        parameters: &[IN_WORKSPACE],
        answer: Shape::List,
        columns: COLUMNS,
        // Newer servers refuse a limit here.
        paging: Paging::Whole,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["skill", "get"],
        about: "Show a skill with its text",
        examples: &["ra recall skill get refunds --jq .content"],
        method: Method::Get,
        path: "/api/v2/skills/{skill}",
        parameters: &[SKILL, IN_WORKSPACE],
        columns: COLUMNS,
        within: "skill",
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["skill", "create"],
        about: "Create a skill",
        examples: &[
            "ra recall skill create refunds --description 'How refunds are given' --content @refunds.md",
        ],
        method: Method::Post,
        path: "/api/v2/skills",
        parameters: &[
            Parameter::body_word("name", "name", "Name of the skill").required(),
            WITH_WORKSPACE,
            Parameter::body("description", "description", "When an agent should read it").required(),
            Parameter::body("content", "content", "What it says: text, @FILE, or - for stdin").required(),
        ],
        columns: COLUMNS,
        within: "skill",
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["skill", "update"],
        about: "Change a skill",
        examples: &["ra recall skill update refunds --content @refunds.md"],
        method: Method::Patch,
        path: "/api/v2/skills/{skill}",
        parameters: &[
            SKILL,
            WITH_WORKSPACE,
            Parameter::body("name", "name", "New name"),
            Parameter::body("description", "description", "When an agent should read it"),
            Parameter::body("content", "content", "What it says: text, @FILE, or - for stdin"),
        ],
        columns: COLUMNS,
        within: "skill",
        any_of: &[&["name", "description", "content"]],
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["skill", "delete"],
        about: "Delete a skill",
        examples: &["ra recall skill delete refunds --yes"],
        method: Method::Delete,
        path: "/api/v2/skills/{skill}",
        parameters: &[SKILL, IN_WORKSPACE],
        columns: COLUMNS,
        destructive: true,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
];
