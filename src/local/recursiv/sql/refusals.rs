//! SQLite's errors in Postgres' words.

use rusqlite::Error;

/// What Postgres would say.
pub fn translate(error: &Error) -> String {
    let message = match error {
        Error::SqliteFailure(_, Some(message)) => message.clone(),
        Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    say(&message)
}

fn say(message: &str) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.trim().trim_matches('"'));
    if let Some(table) = message.strip_prefix("no such table: ") {
        return format!("relation {} does not exist", quoted(table.trim_start_matches("main.")));
    }
    for kind in ["index", "view"] {
        if let Some(name) = message.strip_prefix(&format!("no such {kind}: ")) {
            return format!("{kind} {} does not exist", quoted(name));
        }
    }
    if let Some(column) = message.strip_prefix("no such column: ") {
        // SQLite adds a remark about quotes after a dash.
        let column = column.split(" - ").next().unwrap_or(column);
        return match column.contains('.') {
            true => format!("column {column} does not exist"),
            false => format!("column {} does not exist", quoted(column)),
        };
    }
    if let Some(function) = message.strip_prefix("no such function: ") {
        return format!("function {function} does not exist");
    }
    if let Some(function) = message.strip_prefix("wrong number of arguments to function ") {
        return format!("function {function} does not exist with these arguments");
    }
    if let Some(column) = message.strip_prefix("ambiguous column name: ") {
        return format!("column reference {} is ambiguous", quoted(column));
    }
    if let Some((table, column)) = between(message, "table ", " has no column named ") {
        return format!("column {} of relation {} does not exist", quoted(column), quoted(table));
    }
    if let Some(token) =
        message.strip_prefix("near \"").and_then(|rest| rest.strip_suffix("\": syntax error"))
    {
        return format!("syntax error at or near \"{}\"", token.trim_matches('"'));
    }
    if message.starts_with("incomplete input") {
        return "syntax error at end of input".into();
    }
    if let Some((_, name)) = between(message, "", "table ").filter(|_| message.ends_with(" already exists")) {
        return format!("relation {} already exists", quoted(name.trim_end_matches(" already exists")));
    }
    if message.ends_with(" already exists") {
        let name = message.trim_end_matches(" already exists").rsplit(' ').next().unwrap_or_default();
        return format!("relation {} already exists", quoted(name));
    }
    if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
        return format!("duplicate key value violates unique constraint {}", quoted(&constraint(columns)));
    }
    if let Some((table, column)) =
        message.strip_prefix("NOT NULL constraint failed: ").and_then(|path| path.split_once('.'))
    {
        return format!(
            "null value in column {} of relation {} violates not-null constraint",
            quoted(column),
            quoted(table)
        );
    }
    if let Some(check) = message.strip_prefix("CHECK constraint failed: ") {
        return format!("new row violates check constraint {}", quoted(check));
    }
    if message.starts_with("FOREIGN KEY constraint failed") {
        return "insert or update or delete violates foreign key constraint".into();
    }
    if message.starts_with("interrupted") {
        return "canceling statement due to statement timeout".into();
    }
    message.to_owned()
}

/// The name that Postgres gives to a key: the table, its columns, `key`.
fn constraint(columns: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for (table, column) in columns.split(", ").filter_map(|path| path.split_once('.')) {
        if parts.is_empty() {
            parts.push(table);
        }
        parts.push(column);
    }
    match parts.as_slice() {
        [table, "id"] => format!("{table}_pkey"),
        _ => format!("{}_key", parts.join("_")),
    }
}

fn between<'a>(text: &'a str, before: &str, middle: &str) -> Option<(&'a str, &'a str)> {
    text.strip_prefix(before)?.split_once(middle)
}

#[cfg(test)]
mod tests {
    use super::say;

    #[test]
    fn speaks_postgres() {
        for (sqlite, postgres) in [
            ("no such table: x", "relation \"x\" does not exist"),
            ("no such column: a", "column \"a\" does not exist"),
            ("no such column: t.a", "column t.a does not exist"),
            ("near \"selct\": syntax error", "syntax error at or near \"selct\""),
            ("table \"users\" already exists", "relation \"users\" already exists"),
            ("table users already exists", "relation \"users\" already exists"),
            (
                "UNIQUE constraint failed: users.email",
                "duplicate key value violates unique constraint \"users_email_key\"",
            ),
            (
                "UNIQUE constraint failed: users.id",
                "duplicate key value violates unique constraint \"users_pkey\"",
            ),
            (
                "NOT NULL constraint failed: t.c",
                "null value in column \"c\" of relation \"t\" violates not-null constraint",
            ),
            ("table t has no column named c", "column \"c\" of relation \"t\" does not exist"),
        ] {
            assert_eq!(say(sqlite), postgres);
        }
    }
}
