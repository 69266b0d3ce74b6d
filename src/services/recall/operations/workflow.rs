//! Workflows: lists and versions, deployments, and taking them from one workspace to another (contract 3.1, 5.2, 5.3).

use super::{IN_WORKSPACE, WITH_WORKSPACE, WORKFLOW};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::services::operation::{Operation, Parameter, Shape, Type};

/// What works on a server that leaves this to the people in front of a browser.
const IN_A_BROWSER: &str = "servers without /api/v2 leave this to the editor in a browser";

const DESCRIPTION: Parameter = Parameter::body("description", "description", "What the workflow is for");
const FOLDER: Parameter = Parameter::body("folder", "folderPath", "Folder it lies in, such as /Reports/Q1");

const ITEM: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::of(Kind::Status, "deployed", "isDeployed"),
    Column::text("runs", "runCount"),
    Column::of(Kind::Time, "last run", "lastRunAt"),
];

const VERSION: &[Column] = &[
    Column::text("version", "version"),
    Column::text("name", "name"),
    Column::of(Kind::Status, "active", "isActive"),
    Column::of(Kind::Status, "status", "latestOperationStatus"),
    Column::of(Kind::Time, "created", "createdAt"),
    Column::text("by", "deployedBy"),
];

/// What an answer about a deployment shows.
pub const DEPLOYMENT: &[Column] = &[
    Column::text("workflow", "id"),
    Column::of(Kind::Status, "deployed", "isDeployed"),
    Column::of(Kind::Time, "deployed at", "deployedAt"),
    Column::text("version", "activeDeployment.version|version"),
    Column::of(Kind::Status, "attempt", "latestDeploymentAttempt.status"),
    Column::text("needs redeployment", "needsRedeployment"),
];

/// What one workflow shows.
pub const SHEET: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("description", "description"),
    Column::of(Kind::Status, "deployed", "isDeployed"),
    Column::of(Kind::Time, "deployed at", "deployedAt"),
    Column::text("runs", "runCount"),
    Column::of(Kind::Time, "last run", "lastRunAt"),
    Column::text("workspace", "workspaceId"),
    Column::text("folder", "folderPath|folderId"),
    Column::of(Kind::Time, "created", "createdAt"),
    Column::of(Kind::Time, "updated", "updatedAt"),
];

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["workflow", "list"],
        about: "List the workflows of a workspace",
        examples: &[
            "ra --local recall workflow list",
            "ra recall workflow list --deployed-only --limit 0 -o id",
            "ra recall workflow list --workspace ws_1 --folder f1",
        ],
        path: "/api/v1/workflows",
        parameters: &[
            IN_WORKSPACE,
            Parameter::query("folder", "folderId", "Only workflows in this folder, by its id"),
            Parameter::query("deployed-only", "deployedOnly", "Only deployed workflows").of(Type::Switch),
        ],
        answer: Shape::List,
        columns: ITEM,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "get"],
        about: "Show a workflow and the inputs it takes",
        path: "/api/v1/workflows/{workflow}",
        parameters: &[WORKFLOW],
        columns: SHEET,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "status"],
        about: "Show whether a workflow is deployed",
        path: "/api/workflows/{workflow}/status",
        parameters: &[WORKFLOW],
        columns: &[
            Column::text("deployed", "isDeployed"),
            Column::of(Kind::Time, "deployed at", "deployedAt"),
            Column::text("published", "isPublished"),
            Column::text("needs redeployment", "needsRedeployment"),
        ],
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "deploy"],
        about: "Deploy a workflow as it stands in the editor",
        method: Method::Post,
        path: "/api/v1/workflows/{workflow}/deploy",
        parameters: &[WORKFLOW],
        columns: DEPLOYMENT,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "undeploy"],
        about: "Take a workflow out of service",
        method: Method::Delete,
        path: "/api/v1/workflows/{workflow}/deploy",
        parameters: &[WORKFLOW],
        columns: DEPLOYMENT,
        destructive: true,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "rollback"],
        about: "Put an earlier version of a workflow back into service",
        method: Method::Post,
        path: "/api/v1/workflows/{workflow}/rollback",
        parameters: &[WORKFLOW],
        columns: DEPLOYMENT,
        destructive: true,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "export"],
        about: "Write a workflow down as a document, without its secrets",
        path: "/api/v1/workflows/{workflow}/export",
        parameters: &[WORKFLOW],
        columns: &[Column::text("workflow", "workflow.name")],
        id: "workflow.id",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "import"],
        about: "Make a workflow from an exported document",
        method: Method::Post,
        path: "/api/v1/workflows/import",
        parameters: &[WITH_WORKSPACE],
        columns: SHEET,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "deployment"],
        about: "Show what of a workflow is in service, and how the last attempt to deploy it went",
        examples: &[
            "ra recall workflow deployment support-triage",
            "ra recall workflow deployment support-triage --jq .latestDeploymentAttempt.status",
        ],
        path: "/api/v2/workflows/{workflow}/deployment",
        parameters: &[WORKFLOW],
        columns: DEPLOYMENT,
        instead: "ra recall workflow status WORKFLOW",
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "version", "list"],
        about: "List the versions of a workflow that were deployed",
        examples: &["ra recall workflow version list support-triage"],
        path: "/api/v2/workflows/{workflow}/versions",
        parameters: &[WORKFLOW],
        answer: Shape::List,
        columns: VERSION,
        id: "version",
        instead: IN_A_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "version", "get"],
        about: "Show one version of a workflow, with all its blocks",
        examples: &["ra recall workflow version get support-triage 3 -o json --jq .state"],
        path: "/api/v2/workflows/{workflow}/versions/{number}",
        parameters: &[WORKFLOW, Parameter::path("number", "Version, by its number")],
        columns: VERSION,
        id: "version",
        instead: IN_A_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "create"],
        about: "Make an empty workflow",
        examples: &["ra recall workflow create 'Support triage' --folder /Support"],
        method: Method::Post,
        path: "/api/v2/workflows",
        parameters: &[
            WITH_WORKSPACE,
            Parameter::body_word("name", "name", "Name of the new workflow").required(),
            DESCRIPTION,
            FOLDER,
        ],
        columns: SHEET,
        instead: "ra recall workflow import FILE",
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "update"],
        about: "Rename a workflow, describe it, move it into another folder",
        examples: &[
            "ra recall workflow update support-triage --name 'Triage'",
            "ra recall workflow update support-triage --folder /Archive",
        ],
        method: Method::Patch,
        path: "/api/v2/workflows/{workflow}",
        parameters: &[WORKFLOW, Parameter::body("name", "name", "Its new name"), DESCRIPTION, FOLDER],
        columns: SHEET,
        instead: IN_A_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["workflow", "delete"],
        about: "Delete a workflow",
        examples: &["ra recall workflow delete old-draft --yes"],
        method: Method::Delete,
        path: "/api/v2/workflows/{workflow}",
        parameters: &[WORKFLOW],
        columns: &[Column::text("id", "id"), Column::text("deleted", "deleted")],
        destructive: true,
        instead: IN_A_BROWSER,
        ..Operation::BASE
    },
];
