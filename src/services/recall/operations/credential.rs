//! Connected accounts and service accounts that workflows act with (contract 5.3).

use super::{IN_WORKSPACE, WITH_WORKSPACE};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Operation, Parameter, Shape, Type};

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "displayName|name"),
    Column::text("type", "type"),
    Column::text("provider", "providerId"),
    Column::of(Kind::Time, "updated", "updatedAt|createdAt"),
];

/// What older servers offer.
const IN_THE_BROWSER: &str = "servers without /api/v2 keep credentials in the browser's settings only";

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["credential", "list"],
        about: "List the workspace's credentials, without their secrets",
        examples: &["ra recall credential list", "ra recall credential list --type service_account"],
        method: Method::Get,
        path: "/api/v2/credentials",
        parameters: &[
            IN_WORKSPACE,
            Parameter::query("type", "type", "Only this kind, such as oauth or service_account"),
            Parameter::query("provider", "providerId", "Only those of this provider"),
        ],
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::Cursor(100),
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["credential", "create"],
        about: "Store a service account",
        examples: &[
            "ra recall credential create --provider slack --name alerts --credentials @slack.json",
            "ra recall credential create --provider jira -f domain=acme.atlassian.net --credentials -",
        ],
        method: Method::Post,
        path: "/api/v2/credentials",
        parameters: &[
            WITH_WORKSPACE,
            Parameter::body("type", "type", "Kind of credential, such as service_account"),
            Parameter::body("provider", "providerId", "Provider it is for; see credential provider list"),
            Parameter::body("name", "displayName", "Name to show"),
            Parameter::body("description", "description", "What it is for"),
            Parameter::body(
                "credentials",
                "",
                "Its secret fields as a JSON object: @FILE, or - for stdin; never shown",
            )
            .of(Type::Object)
            .secret(),
        ],
        columns: COLUMNS,
        fields: Some(""),
        any_of: &[&["credentials", "fields"]],
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["credential", "delete"],
        about: "Delete a credential",
        examples: &["ra recall credential delete cred_1a2b --yes"],
        method: Method::Delete,
        path: "/api/v2/credentials/{credential}",
        parameters: &[Parameter::path("credential", "Credential, by its id"), IN_WORKSPACE],
        columns: COLUMNS,
        destructive: true,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["credential", "provider", "list"],
        about: "List the providers that credentials can be made for",
        examples: &["ra recall credential provider list"],
        method: Method::Get,
        path: "/api/v2/credentials/providers",
        parameters: &[IN_WORKSPACE],
        answer: Shape::List,
        columns: &[
            Column::text("id", "id|providerId"),
            Column::text("name", "name|displayName"),
            Column::text("type", "type"),
        ],
        id: "id|providerId",
        paging: Paging::Whole,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
];
