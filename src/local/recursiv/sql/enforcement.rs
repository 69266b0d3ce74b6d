//! Keeps values true to their columns' types, which SQLite by itself only suggests.

use rusqlite::{Connection, Result};

/// Types whose values are brought into shape, or refused, as they are written.
const ENFORCED: [&str; 12] = [
    "integer",
    "smallint",
    "bigint",
    "boolean",
    "uuid",
    "timestamp",
    "timestamptz",
    "date",
    "numeric",
    "json",
    "jsonb",
    "double",
];

const EVENTS: [&str; 2] = ["insert", "update"];

/// Makes triggers that put every written value of `table` through its column's cast; replaces older ones.
pub fn enforce(connection: &Connection, table: &str) -> Result<()> {
    release(connection, table)?;
    let columns = typed_columns(connection, table)?;
    if columns.is_empty() {
        return Ok(());
    }
    for event in EVENTS {
        let trigger = trigger(table, event);
        let cast = |(name, kind): &(String, String)| format!("pg_cast(new.{}, '{kind}')", quoted(name));
        let differs: Vec<String> = columns
            .iter()
            .map(|column| format!("new.{} is not {}", quoted(&column.0), cast(column)))
            .collect();
        let sets: Vec<String> =
            columns.iter().map(|column| format!("{} = {}", quoted(&column.0), cast(column))).collect();
        let table = quoted(table);
        connection.execute_batch(&format!(
            "create trigger {trigger} after {event} on {table} when {} begin update {table} set {} where rowid = new.rowid; end",
            differs.join(" or "),
            sets.join(", ")
        ))?;
    }
    Ok(())
}

/// Takes the triggers of `table` away; while they are there no column can be dropped.
pub fn release(connection: &Connection, table: &str) -> Result<()> {
    for event in EVENTS {
        connection.execute_batch(&format!("drop trigger if exists {}", trigger(table, event)))?;
    }
    Ok(())
}

fn trigger(table: &str, event: &str) -> String {
    quoted(&format!("{table}_ra_{event}"))
}

/// Names and types of the columns to look after. A counting key is SQLite's own affair.
fn typed_columns(connection: &Connection, table: &str) -> Result<Vec<(String, String)>> {
    let mut statement =
        connection.prepare("select name, lower(type) from pragma_table_xinfo(?1) where hidden = 0 and not (pk = 1 and lower(type) = 'integer')")?;
    let all = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let all: Vec<(String, String)> = all.collect::<Result<_>>()?;
    let base = |kind: &str| kind.split('(').next().unwrap_or_default().to_owned();
    Ok(all.into_iter().filter(|(_, kind)| ENFORCED.contains(&base(kind).as_str())).collect())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
