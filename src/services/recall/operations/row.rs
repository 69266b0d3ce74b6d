//! A table's rows (contract 5.2; queries with predicates 5.3).

use super::table::TABLE;
use super::{IN_WORKSPACE, WITH_WORKSPACE};
use crate::columns::{Column, Kind};
use crate::http::pages::Paging;
use crate::http::{Method, Repeat};
use crate::services::operation::{Operation, Parameter, Shape, Type};

/// How a row is shown: its id, and the table's own columns.
pub const COLUMNS: &[Column] = &[Column::text("id", "id"), Column::of(Kind::Members, "data", "data")];

const ROW: Parameter = Parameter::path("row", "Row, by its id");

const DATA: Parameter =
    Parameter::body("data", "data", "Values as a JSON object: text, @FILE, or - for stdin").of(Type::Object);

const FILTER_HELP: &str = "Only rows that fit, as JSON: {\"score\":{\"$gt\":10}} with $eq $ne $gt $gte $lt $lte $in $nin $contains \
     $and $or";
const WHERE_HELP: &str = "Only rows where a column has this value, column=value; once for each column";

const FILTER: Parameter = Parameter::body("filter", "filter", FILTER_HELP).of(Type::Object);
const WHERE: Parameter = Parameter::body("where", "filter", WHERE_HELP).of(Type::Pairs);

const PREDICATE: Parameter = Parameter::body(
    "predicate",
    "predicate",
    "Which rows, as JSON: {\"all\":[{\"field\":\"score\",\"op\":\"gt\",\"value\":10}]}, or \"any\"",
)
.of(Type::Object);

/// What servers without predicates offer.
const BY_FILTER: &str = "ra recall table row list TABLE --filter JSON";

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["table", "row", "list"],
        about: "List a table's rows",
        examples: &[
            "ra recall table row list contacts",
            "ra recall table row list contacts --where status=open --sort '{\"score\":\"desc\"}' --limit 10",
            "ra recall table row list contacts --filter '{\"score\":{\"$gt\":10}}' --limit 0 -o csv",
        ],
        method: Method::Get,
        path: "/api/v1/tables/{table}/rows",
        parameters: &[
            TABLE,
            IN_WORKSPACE,
            Parameter::query("filter", "filter", FILTER_HELP).of(Type::Object),
            Parameter::query("where", "filter", WHERE_HELP).of(Type::Pairs),
            Parameter::query("sort", "sort", "Order, as JSON: {\"score\":\"desc\"}").of(Type::Object),
        ],
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::Offset(1000),
        more: "People, tsv and csv get the table's own columns; json and ndjson the rows as the service has them.",
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "get"],
        about: "Show one row",
        examples: &["ra recall table row get contacts row_1a2b"],
        method: Method::Get,
        path: "/api/v1/tables/{table}/rows/{row}",
        parameters: &[TABLE, ROW, IN_WORKSPACE],
        columns: COLUMNS,
        within: "row",
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "create"],
        about: "Insert rows",
        method: Method::Post,
        path: "/api/v1/tables/{table}/rows",
        parameters: &[TABLE],
        columns: COLUMNS,
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "update"],
        about: "Change values of one row",
        examples: &[
            "ra recall table row update contacts row_1a2b -f status=done -F score=12",
            "ra recall table row update contacts row_1a2b --data @row.json",
        ],
        method: Method::Patch,
        path: "/api/v1/tables/{table}/rows/{row}",
        parameters: &[TABLE, ROW, WITH_WORKSPACE, DATA],
        columns: COLUMNS,
        within: "row",
        fields: Some("data"),
        any_of: &[&["data", "fields"]],
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "upsert"],
        about: "Insert a row, or change the one that has the same value in a unique column",
        examples: &["ra recall table row upsert contacts --on email -f email=ada@example.com -f status=open"],
        method: Method::Post,
        path: "/api/v1/tables/{table}/rows/upsert",
        parameters: &[
            TABLE,
            WITH_WORKSPACE,
            DATA,
            Parameter::body(
                "on",
                "conflictTarget",
                "Unique column that decides; needed when there are several",
            ),
        ],
        columns: &[
            Column::text("operation", "operation"),
            Column::text("id", "row.id"),
            Column::of(Kind::Members, "data", "row.data"),
            Column::text("result", "message"),
        ],
        id: "row.id",
        fields: Some("data"),
        any_of: &[&["data", "fields"]],
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "delete"],
        about: "Delete one row",
        examples: &["ra recall table row delete contacts row_1a2b --yes"],
        method: Method::Delete,
        path: "/api/v1/tables/{table}/rows/{row}",
        parameters: &[TABLE, ROW, IN_WORKSPACE],
        columns: &[Column::text("result", "message")],
        destructive: true,
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "update-many"],
        about: "Change values of all rows that fit",
        examples: &[
            "ra recall table row update-many contacts --where status=open -f status=done --yes",
            "ra recall table row update-many contacts --filter '{\"score\":{\"$lt\":1}}' -F score=1 --yes",
        ],
        method: Method::Put,
        path: "/api/v1/tables/{table}/rows",
        parameters: &[
            TABLE,
            WITH_WORKSPACE,
            FILTER,
            WHERE,
            DATA,
            Parameter::body("limit", "limit", "Rows to change at most").of(Type::Count),
        ],
        columns: &[Column::text("updated", "updatedCount"), Column::text("result", "message")],
        id: "updatedRowIds",
        fields: Some("data"),
        destructive: true,
        // With a limit, a second time would change further rows.
        repeat: Some(Repeat::Once),
        any_of: &[&["filter", "where"], &["data", "fields"]],
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "delete-many"],
        about: "Delete all rows that fit, or those with these ids",
        examples: &[
            "ra recall table row delete-many contacts --where status=done --yes",
            "ra recall table row delete-many contacts row_1a2b row_3c4d --yes",
        ],
        method: Method::Delete,
        path: "/api/v1/tables/{table}/rows",
        parameters: &[
            TABLE,
            Parameter::body_word("rows", "rowIds", "Rows, by their ids").of(Type::Words),
            WITH_WORKSPACE,
            FILTER,
            WHERE,
            Parameter::body("limit", "limit", "Rows to delete at most").of(Type::Count),
        ],
        columns: &[Column::text("deleted", "deletedCount"), Column::text("result", "message")],
        id: "deletedRowIds",
        destructive: true,
        // With a limit, a second time would delete further rows.
        repeat: Some(Repeat::Once),
        any_of: &[&["rows", "filter", "where"]],
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "query"],
        about: "List rows that a predicate selects (newer servers)",
        examples: &[
            "ra recall table row query contacts --predicate '{\"all\":[{\"field\":\"score\",\"op\":\"isNotNull\"}]}'",
            "ra recall table row query contacts --predicate @predicate.json --limit 0 -o ndjson",
        ],
        method: Method::Post,
        path: "/api/v2/tables/{table}/query",
        parameters: &[
            TABLE,
            WITH_WORKSPACE,
            PREDICATE,
            Parameter::body("sort", "sort", "Order, as JSON").of(Type::Json),
        ],
        answer: Shape::List,
        columns: COLUMNS,
        paging: Paging::InBody(1000),
        repeat: Some(Repeat::Safe),
        instead: BY_FILTER,
        ..Operation::BASE
    },
    Operation {
        words: &["table", "row", "count"],
        about: "Count rows that a predicate selects (newer servers)",
        examples: &[
            "ra recall table row count contacts",
            "ra recall table row count contacts --predicate '{\"all\":[{\"field\":\"score\",\"op\":\"isNull\"}]}'",
        ],
        method: Method::Post,
        path: "/api/v2/tables/{table}/query/count",
        parameters: &[TABLE, WITH_WORKSPACE, PREDICATE],
        repeat: Some(Repeat::Safe),
        instead: "ra recall table get TABLE --jq .rowCount",
        ..Operation::BASE
    },
];
