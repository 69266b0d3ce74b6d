//! Postgres as far as an application needs it, on SQLite: one statement in, rows out.

mod casts;
mod enforcement;
mod expression;
mod functions;
mod items;
mod moments;
mod refusals;
mod schema;
mod statement;
mod token;
mod types;

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, InterruptHandle, OptionalExtension, Statement, params_from_iter};
use serde_json::{Map, Value, json};

use statement::{Plan, Step};
use types::Kind;

use crate::local::store::open_shared;

/// Most rows of one answer; more would not fit into memory as JSON.
const MOST_ROWS: usize = 100_000;

/// What a statement gave.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// One object for each row.
    pub rows: Vec<Value>,
    /// Rows given, or rows changed.
    pub count: usize,
}

/// One database file.
pub struct Database(Connection);

/// Views under which the catalogues of Postgres are found.
const CATALOGUES: &str = "
create temp view if not exists information_schema_tables as
  select 'local' as table_catalog, 'public' as table_schema, name as table_name,
         case type when 'view' then 'VIEW' else 'BASE TABLE' end as table_type
  from main.sqlite_master where type in ('table', 'view') and name not like 'sqlite\\_%';
create temp view if not exists information_schema_columns as
  select 'local' as table_catalog, 'public' as table_schema, m.name as table_name, c.name as column_name,
         c.cid + 1 as ordinal_position, c.dflt_value as column_default,
         case when c.\"notnull\" or c.pk then 'NO' else 'YES' end as is_nullable, pg_type_name(c.type) as data_type,
         lower(c.type) as udt_name
  from main.sqlite_master m join pragma_table_xinfo(m.name) c
  where m.type in ('table', 'view') and m.name not like 'sqlite\\_%' and c.hidden <> 1;
create temp view if not exists pg_tables as
  select 'public' as schemaname, name as tablename, 'local' as tableowner
  from main.sqlite_master where type = 'table' and name not like 'sqlite\\_%';
";

impl Database {
    /// Opens the file, made when it is missing.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = open_shared(path)?;
        Self::prepared(connection)
    }

    fn prepared(connection: Connection) -> rusqlite::Result<Self> {
        connection.pragma_update(None, "foreign_keys", true)?;
        // A misspelled "column" must be an error, not a text.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        functions::register(&connection)?;
        Ok(Self(connection))
    }

    /// What stops a statement that runs on another thread.
    pub fn interrupter(&self) -> InterruptHandle {
        self.0.get_interrupt_handle()
    }

    /// Runs one statement with its parameters, all or nothing.
    ///
    /// # Errors
    /// What Postgres would say.
    pub fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Outcome, String> {
        let plan = statement::plan(sql)?;
        if plan.parameters != parameters.len() {
            return Err(format!(
                "bind message supplies {} parameters, but prepared statement \"\" requires {}",
                parameters.len(),
                plan.parameters
            ));
        }
        if plan
            .steps
            .iter()
            .any(|step| step.sql.contains("information_schema_") || step.sql.contains("pg_tables"))
        {
            self.0.execute_batch(CATALOGUES).map_err(|error| refusals::translate(&error))?;
        }
        let parameters: Vec<Sql> = parameters.iter().map(bound).collect();
        let said = |error: rusqlite::Error| refusals::translate(&error);
        let transaction = self.0.transaction().map_err(said)?;
        let mut outcome = Outcome::default();
        for step in &plan.steps {
            if due(&transaction, step)? {
                let kinds = kinds(&transaction, &plan);
                if let Some(table) = &step.table_must_exist {
                    enforcement::release(&transaction, table).map_err(said)?;
                }
                outcome = run(&transaction, step, &parameters, &kinds)?;
                if let Some(table) = &step.typed {
                    enforcement::enforce(&transaction, table).map_err(said)?;
                }
            }
        }
        transaction.commit().map_err(said)?;
        Ok(outcome)
    }
}

/// Whether a step's condition holds.
fn due(connection: &Connection, step: &Step) -> Result<bool, String> {
    let has = |table: &str, column: Option<&str>| {
        let sql = "select 1 from pragma_table_xinfo(?1) where ?2 is null or name = ?2 limit 1";
        let found = connection.query_row(sql, (table, column), |_| Ok(())).optional();
        found.map(|row| row.is_some()).map_err(|error| refusals::translate(&error))
    };
    if let Some(table) = &step.table_must_exist
        && !has(table, None)?
    {
        return Err(format!("relation \"{table}\" does not exist"));
    }
    match &step.only_if {
        Some((table, column, wanted)) => Ok(has(table, Some(column))? == *wanted),
        None => Ok(true),
    }
}

/// How each column of the result is to be shown: as its expression tells, else as its table's column does.
fn kinds(connection: &Connection, plan: &Plan) -> Vec<Kind> {
    let Some(shape) = &plan.shape else { return Vec::new() };
    // Only a view tells the declared types of a query's columns. One that cannot be made is no harm: then
    // the statement itself fails, or its values are shown as they are.
    let declared =
        connection.execute_batch(&format!("create temp view ra_shape as {shape}")).and_then(|()| {
            let mut columns =
                connection.prepare("select type from pragma_table_xinfo('ra_shape', 'temp')")?;
            columns.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()
        });
    let _ = connection.execute_batch("drop view if exists temp.ra_shape");
    let mut kinds: Vec<Kind> = declared.unwrap_or_default().iter().map(|name| Kind::declared(name)).collect();
    let total = kinds.len();
    let star = plan.items.iter().position(items::Item::is_star).unwrap_or(plan.items.len());
    for (at, item) in plan.items.iter().enumerate() {
        // Behind a `*` columns are counted from the end, because it stands for any number of them.
        let at = if at < star { Some(at) } else { (total + at).checked_sub(plan.items.len()) };
        if let (Some(kind), Some(place)) = (item.kind, at.and_then(|at| kinds.get_mut(at))) {
            *place = kind;
        }
    }
    kinds
}

fn run(connection: &Connection, step: &Step, parameters: &[Sql], kinds: &[Kind]) -> Result<Outcome, String> {
    let said = |error: rusqlite::Error| refusals::translate(&error);
    let mut statement = connection.prepare(&step.sql).map_err(said)?;
    if statement.column_count() == 0 {
        let changed = statement.execute(params_from_iter(parameters)).map_err(said)?;
        let data = ["insert", "update", "delete", "with"].iter().any(|word| step.sql.starts_with(word));
        return Ok(Outcome { count: if data { changed } else { 0 }, ..Outcome::default() });
    }
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = rows(&mut statement, parameters, &columns, kinds).map_err(said)?;
    if rows.len() > MOST_ROWS {
        return Err(format!("the result has more than {MOST_ROWS} rows; add a LIMIT"));
    }
    Ok(Outcome { count: rows.len(), columns, rows })
}

fn rows(
    statement: &mut Statement,
    parameters: &[Sql],
    columns: &[String],
    kinds: &[Kind],
) -> rusqlite::Result<Vec<Value>> {
    let mut cursor = statement.query(params_from_iter(parameters))?;
    let mut rows = Vec::new();
    while let Some(row) = cursor.next()? {
        let mut object = Map::new();
        for (at, name) in columns.iter().enumerate() {
            let kind = kinds.get(at).copied().unwrap_or(Kind::Plain);
            object.insert(name.clone(), kind.show(row.get_ref(at)?));
        }
        rows.push(Value::Object(object));
        if rows.len() > MOST_ROWS {
            break;
        }
    }
    Ok(rows)
}

/// A parameter as SQLite takes it.
fn bound(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(on) => Sql::Integer((*on).into()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Sql::Integer(whole),
            None => Sql::Real(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Sql::Text(text.clone()),
        other => Sql::Text(json!(other).to_string()),
    }
}

#[cfg(test)]
mod tests;
