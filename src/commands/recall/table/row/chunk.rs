//! Many rows in few requests: filled up to a limit, sent once, and told apart by their lines.

use super::source::Row;

/// Rows that the service takes at once.
const ROWS: usize = 1000;
/// A request's body stays below this, where servers and proxies draw their lines.
const BYTES: usize = 4 * 1024 * 1024;

/// Rows on their way.
#[derive(Default)]
pub struct Chunk {
    rows: Vec<String>,
    bytes: usize,
    first: u64,
    last: u64,
}

impl Chunk {
    /// Whether a row still fits.
    pub fn fits(&self, row: &Row) -> bool {
        self.rows.is_empty() || (self.rows.len() < ROWS && self.bytes + row.data.len() <= BYTES)
    }

    /// Adds a row.
    pub fn push(&mut self, row: Row) {
        if self.rows.is_empty() {
            self.first = row.line;
        }
        self.last = row.line;
        self.bytes += row.data.len() + 1;
        self.rows.push(row.data);
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The line of its first row.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// `line 7`, `lines 7 to 1006`.
    pub fn lines(&self) -> String {
        if self.first == self.last {
            format!("line {}", self.first)
        } else {
            format!("lines {} to {}", self.first, self.last)
        }
    }

    /// The rows as a JSON array.
    pub fn json(&self) -> String {
        format!("[{}]", self.rows.join(","))
    }
}
