//! Secrets that workflows use by name (contract 5.3). The service never gives a value back.

use super::{IN_WORKSPACE, WITH_WORKSPACE};
use crate::columns::{Column, Kind};
use crate::http::Method;
use crate::http::pages::Paging;
use crate::services::operation::{Operation, Parameter, Shape, Type};

const COLUMNS: &[Column] = &[
    Column::text("name", "name"),
    Column::text("scope", "scope"),
    Column::of(Kind::Time, "updated", "updatedAt"),
    Column::text("description", "description"),
];

const NAME: Parameter = Parameter::path("name", "Name of the secret: letters, digits and _");
const SCOPES: Type = Type::OneOf(&["workspace", "personal"]);

/// What older servers offer.
const IN_THE_BROWSER: &str = "servers without /api/v2 keep secrets in the browser's settings only";

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["secret", "list"],
        about: "List secrets, without their values",
        examples: &["ra recall secret list", "ra recall secret list --scope personal -o id"],
        method: Method::Get,
        path: "/api/v2/secrets",
        parameters: &[
            IN_WORKSPACE,
            Parameter::query("scope", "scope", "Only the workspace's, or only your own").of(SCOPES),
            Parameter::query("search", "search", "Only those whose name holds this"),
        ],
        answer: Shape::List,
        columns: COLUMNS,
        id: "name",
        paging: Paging::Cursor(100),
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
    Operation {
        words: &["secret", "set"],
        about: "Store a secret, or replace its value",
        examples: &[
            "ra recall secret set STRIPE_KEY --scope workspace",
            "ra recall secret set STRIPE_KEY --scope workspace --value @stripe.txt",
            "pass show stripe | ra recall secret set STRIPE_KEY --scope personal --value -",
        ],
        method: Method::Put,
        path: "/api/v2/secrets/{name}",
        parameters: &[
            NAME,
            WITH_WORKSPACE,
            Parameter::body("scope", "scope", "Whose it is: the workspace's, or your own in every workspace")
                .of(SCOPES)
                .required(),
            Parameter::body("value", "value", "Value: - reads it from stdin, @FILE from a file")
                .required()
                .secret(),
            Parameter::body("description", "description", "What it is for (not every server keeps it)"),
        ],
        columns: COLUMNS,
        id: "name",
        instead: IN_THE_BROWSER,
        more: "Without --value it is asked for and not shown. A line end at its end is no part of it.",
        ..Operation::BASE
    },
    Operation {
        words: &["secret", "delete"],
        about: "Delete a secret",
        examples: &["ra recall secret delete STRIPE_KEY --scope workspace --yes"],
        method: Method::Delete,
        path: "/api/v2/secrets/{name}",
        parameters: &[
            NAME,
            IN_WORKSPACE,
            Parameter::query("scope", "scope", "Whose it is").of(SCOPES).required(),
        ],
        columns: COLUMNS,
        id: "name",
        destructive: true,
        instead: IN_THE_BROWSER,
        ..Operation::BASE
    },
];
