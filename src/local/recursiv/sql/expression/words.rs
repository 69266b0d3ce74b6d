//! Words, names and operators that mean something else to SQLite.

use crate::local::recursiv::sql::token::Token;

/// Functions under another name in SQLite.
pub const RENAMED: &[(&str, &str)] = &[
    ("jsonb_build_object", "json_object"),
    ("json_build_object", "json_object"),
    ("jsonb_build_array", "json_array"),
    ("json_build_array", "json_array"),
    ("jsonb_agg", "json_group_array"),
    ("json_agg", "json_group_array"),
    ("array_agg", "json_group_array"),
    ("jsonb_object_agg", "json_group_object"),
    ("json_object_agg", "json_group_object"),
    ("jsonb_array_length", "json_array_length"),
    ("jsonb_typeof", "json_type"),
    ("json_typeof", "json_type"),
    ("to_jsonb", "json_quote"),
    ("to_json", "json_quote"),
    ("greatest", "max"),
    ("least", "min"),
    ("char_length", "length"),
    ("strpos", "instr"),
    ("btrim", "trim"),
    ("random", "pg_random"),
    ("uuid_generate_v4", "gen_random_uuid"),
    ("clock_timestamp", "now"),
    ("statement_timestamp", "now"),
    ("transaction_timestamp", "now"),
    ("bool_and", "min"),
    ("bool_or", "max"),
    ("every", "min"),
];

/// Words that stand for a call without brackets.
pub const CALLS: &[(&str, &str)] = &[
    ("current_timestamp", "now"),
    ("localtimestamp", "now"),
    ("current_date", "pg_today"),
    ("current_user", "pg_user"),
    ("session_user", "pg_user"),
];

/// Operators that become a call with both sides.
pub const OPERATORS: &[(&str, &str)] = &[
    ("->", "pg_json"),
    ("->>", "pg_json_text"),
    ("#>", "pg_json_path"),
    ("#>>", "pg_json_path_text"),
    ("@>", "pg_contains"),
    ("?", "pg_has_key"),
];

/// Words that are never the name of a column.
pub fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "select",
        "from",
        "where",
        "and",
        "or",
        "not",
        "in",
        "is",
        "as",
        "on",
        "by",
        "order",
        "group",
        "having",
        "limit",
        "offset",
        "union",
        "all",
        "except",
        "intersect",
        "distinct",
        "case",
        "when",
        "then",
        "else",
        "like",
        "between",
        "exists",
        "join",
        "left",
        "right",
        "inner",
        "outer",
        "full",
        "cross",
        "using",
        "values",
        "set",
        "insert",
        "into",
        "update",
        "delete",
        "returning",
        "with",
        "recursive",
        "asc",
        "desc",
        "nulls",
        "over",
        "partition",
        "filter",
        "default",
        "conflict",
        "do",
        "nothing",
        "create",
        "table",
        "index",
        "view",
        "if",
        "drop",
        "alter",
        "add",
        "column",
        "primary",
        "foreign",
        "key",
        "references",
        "unique",
        "check",
        "constraint",
        "collate",
        "escape",
        "glob",
        "regexp",
    ];
    // `left(…)` and `right(…)` are functions as well as joins; a bracket decides where they are called.
    KEYWORDS.contains(&word)
}

/// `public.t` is `t`; the catalogues are views of ours.
pub fn qualify(path: &mut Vec<Token>) {
    if path.len() >= 3 {
        let schema = path[0].name().unwrap_or_default();
        match schema {
            "public" => drop(path.drain(..2)),
            "information_schema" => {
                let view = format!("information_schema_{}", path[2].name().unwrap_or_default());
                path.splice(..3, [Token::Word(view)]);
            }
            "pg_catalog" => drop(path.drain(..2)),
            _ => {}
        }
    }
}

/// SQLite's own tables, which Postgres does not have.
pub fn is_hidden(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("sqlite_") || name.starts_with("pragma_") || name == "dbstat"
}

/// SQLite's own functions that reach beyond a query's data.
pub fn is_hidden_function(name: &str) -> bool {
    ["load_extension", "zeroblob", "randomblob", "readfile", "writefile", "fts3_tokenizer"].contains(&name)
}
