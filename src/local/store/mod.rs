//! The state of the local services: JSON documents in one SQLite file.

mod documents;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};
use serde_json::Value;

pub use self::documents::Documents;

/// Documents by kind (`recursiv/agent`, `recall/job`) and id, in the order in which they were added.
///
/// Several processes may use one file at the same time: every change is one immediate transaction.
pub struct Store {
    connection: Mutex<Connection>,
}

/// What can go wrong in the state file.
pub type Error = rusqlite::Error;

/// What the state file gives.
pub type Result<T> = rusqlite::Result<T>;

/// Longest wait for another process.
const BUSY: Duration = Duration::from_secs(10);

const SCHEMA: &str = "
create table if not exists document (
    seq  integer primary key autoincrement,
    kind text not null,
    id   text not null,
    body text not null,
    unique (kind, id)
);
create table if not exists counter (name text primary key, value integer not null);
";

impl Store {
    /// Opens the state file, made with mode 0600 when it is new.
    pub fn open(path: &Path) -> Result<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // SQLite gives its journal files the mode of the database, so this one open decides for all.
            let _ = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        }
        let connection = open_shared(path)?;
        connection.pragma_update(None, "synchronous", "normal")?;
        Self::with_schema(connection)
    }

    /// State that ends with the process.
    pub fn memory() -> Result<Self> {
        Self::with_schema(Connection::open_in_memory()?)
    }

    fn with_schema(connection: Connection) -> Result<Self> {
        // One immediate transaction, so that a process that starts at the same moment waits instead of failing.
        connection.execute_batch(&format!("begin immediate; {SCHEMA} commit;"))?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panicking handler leaves no transaction open, so the connection is still good.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes many documents at once: all of it, or nothing when `work` gives an error.
    pub fn change<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Documents) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&Documents::of(&transaction))?;
        transaction.commit()?;
        Ok(value)
    }

    /// Adds a document; false when the id is taken.
    pub fn insert(&self, kind: &str, id: &str, body: &Value) -> Result<bool> {
        documents::add(&self.lock(), kind, id, body)
    }

    /// Adds or replaces a document; a replaced one keeps its place in the order.
    pub fn put(&self, kind: &str, id: &str, body: &Value) -> Result<()> {
        self.lock().execute(
            "insert into document (kind, id, body) values (?1, ?2, ?3)
             on conflict (kind, id) do update set body = excluded.body",
            params![kind, id, body.to_string()],
        )?;
        Ok(())
    }

    /// One document.
    pub fn get(&self, kind: &str, id: &str) -> Result<Option<Value>> {
        documents::read(&self.lock(), kind, id)
    }

    /// All documents of a kind, oldest first.
    pub fn list(&self, kind: &str) -> Result<Vec<Value>> {
        documents::all(&self.lock(), kind)
    }

    /// How many documents of a kind there are.
    pub fn size(&self, kind: &str) -> Result<usize> {
        documents::size(&self.lock(), kind)
    }

    /// Changes a document in place, atomically; gives what it became, or nothing when there is none.
    pub fn update(&self, kind: &str, id: &str, change: impl FnOnce(&mut Value)) -> Result<Option<Value>> {
        self.change(|documents| {
            let Some(mut body) = documents.get(kind, id)? else { return Ok(None) };
            change(&mut body);
            documents.replace(kind, id, &body)?;
            Ok(Some(body))
        })
    }

    /// Removes a document; false when there was none.
    pub fn delete(&self, kind: &str, id: &str) -> Result<bool> {
        Ok(self.lock().execute("delete from document where kind = ?1 and id = ?2", params![kind, id])? == 1)
    }

    /// Removes the oldest documents of a kind, up to the first whose number in `field` is not below `limit`; gives
    /// what was removed. Documents are added in the order of their age, so no younger one is looked at.
    pub fn drop_before(&self, kind: &str, field: &str, limit: i64) -> Result<Vec<Value>> {
        self.change(|documents| {
            let transaction = documents.transaction();
            // The index alone gives the order; bodies are read one by one, from the oldest on.
            let mut statement = transaction.prepare_cached("select seq from document where kind = ?1")?;
            let mut order: Vec<i64> =
                statement.query_map([kind], |row| row.get(0))?.collect::<Result<_>>()?;
            order.sort_unstable();
            let mut body_of = transaction.prepare_cached("select body from document where seq = ?1")?;
            let mut remove = transaction.prepare_cached("delete from document where seq = ?1")?;
            let mut dropped = Vec::new();
            for seq in order {
                let body = documents::parse(&body_of.query_row([seq], |row| row.get::<_, String>(0))?);
                if body[field].as_i64().is_none_or(|moment| moment >= limit) {
                    break;
                }
                remove.execute([seq])?;
                dropped.push(body);
            }
            Ok(dropped)
        })
    }

    /// Adds `by` to a named counter (0 when new) and gives its new value.
    pub fn count(&self, name: &str, by: i64) -> Result<i64> {
        self.lock().query_row(
            "insert into counter (name, value) values (?1, ?2)
             on conflict (name) do update set value = value + excluded.value returning value",
            params![name, by],
            |row| row.get(0),
        )
    }
}

/// Opens a database file that several processes use at the same time, with a write-ahead log.
pub fn open_shared(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    // SQLite does not wait for its own lock when it changes to the log: two that open a fresh file at once would
    // wait for each other. So the waiting is done here.
    let begun = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && begun.elapsed() < BUSY =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done.map(|()| connection),
        }
    }
}
