//! Documents inside one transaction, and how they are read and written at all.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::Value;

use super::Result;

/// The documents inside a transaction of [`super::Store::change`].
pub struct Documents<'a>(&'a Transaction<'a>);

impl<'a> Documents<'a> {
    pub(super) fn of(transaction: &'a Transaction<'a>) -> Self {
        Self(transaction)
    }

    pub(super) fn transaction(&self) -> &Transaction<'a> {
        self.0
    }

    /// One document.
    pub fn get(&self, kind: &str, id: &str) -> Result<Option<Value>> {
        read(self.0, kind, id)
    }

    /// All documents of a kind, oldest first.
    pub fn list(&self, kind: &str) -> Result<Vec<Value>> {
        all(self.0, kind)
    }

    /// How many documents of a kind there are.
    pub fn size(&self, kind: &str) -> Result<usize> {
        size(self.0, kind)
    }

    /// Adds a document; false when the id is taken.
    pub fn insert(&self, kind: &str, id: &str, body: &Value) -> Result<bool> {
        add(self.0, kind, id, body)
    }

    /// Writes a document that is there; false when there is none.
    pub fn replace(&self, kind: &str, id: &str, body: &Value) -> Result<bool> {
        let mut statement =
            self.0.prepare_cached("update document set body = ?3 where kind = ?1 and id = ?2")?;
        Ok(statement.execute(params![kind, id, body.to_string()])? == 1)
    }

    /// Removes a document; false when there was none.
    pub fn delete(&self, kind: &str, id: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached("delete from document where kind = ?1 and id = ?2")?;
        Ok(statement.execute([kind, id])? == 1)
    }

    /// Removes all documents of a kind.
    pub fn clear(&self, kind: &str) -> Result<()> {
        self.0.execute("delete from document where kind = ?1", [kind]).map(|_| ())
    }
}

pub(super) fn read(connection: &Connection, kind: &str, id: &str) -> Result<Option<Value>> {
    let body = connection
        .prepare_cached("select body from document where kind = ?1 and id = ?2")?
        .query_row([kind, id], |row| row.get::<_, String>(0))
        .optional()?;
    Ok(body.map(|text| parse(&text)))
}

pub(super) fn all(connection: &Connection, kind: &str) -> Result<Vec<Value>> {
    let mut statement =
        connection.prepare_cached("select body from document where kind = ?1 order by seq")?;
    let rows = statement.query_map([kind], |row| row.get::<_, String>(0))?;
    rows.map(|body| body.map(|text| parse(&text))).collect()
}

pub(super) fn size(connection: &Connection, kind: &str) -> Result<usize> {
    connection
        .prepare_cached("select count(*) from document where kind = ?1")?
        .query_row([kind], |row| row.get::<_, i64>(0))
        .map(|count| usize::try_from(count).unwrap_or_default())
}

pub(super) fn add(connection: &Connection, kind: &str, id: &str, body: &Value) -> Result<bool> {
    let mut statement = connection
        .prepare_cached("insert into document (kind, id, body) values (?1, ?2, ?3) on conflict do nothing")?;
    Ok(statement.execute(params![kind, id, body.to_string()])? == 1)
}

pub(super) fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}
