//! How a kind of thing is shown: which facts, where they stand, where its id is. Description only.

use crate::json::Node;

/// One fact about a thing: its heading, where it stands, what kind of value it is.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The heading.
    pub head: &'static str,
    /// Dotted paths, the first that holds a value counts; alternatives are parted by `|`.
    pub path: &'static str,
    /// How the value is shown to a person.
    pub kind: Kind,
}

/// How a value is shown to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it is.
    Text,
    /// A word for how something is, coloured.
    Status,
    /// A moment, as the time since.
    Time,
    /// US dollars.
    Money,
    /// Milliseconds.
    Millis,
    /// A number from 0 to 1.
    Share,
    /// A number of bytes.
    Bytes,
    /// A list of fields as schemas have them: `name`, `type`, and switches such as `required`; a line for each.
    Fields,
    /// An object whose members are columns of their own, as a table's rows have them.
    Members,
}

impl Column {
    /// A column of text.
    pub const fn text(head: &'static str, path: &'static str) -> Self {
        Self { head, path, kind: Kind::Text }
    }

    /// A column of another kind.
    pub const fn of(kind: Kind, head: &'static str, path: &'static str) -> Self {
        Self { head, path, kind }
    }

    /// The value in a row; nothing when it is missing or null.
    pub fn find<'a>(&self, row: &'a Node) -> Option<&'a Node> {
        self.path.split('|').filter_map(|path| row.at(path)).find(|node| **node != Node::Null)
    }
}

/// What a list or a sheet of such things shows.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What people and TSV get, in this order.
    pub columns: &'a [Column],
    /// Dotted paths to the id; the first that holds a value counts, alternatives parted by `|`.
    pub id: &'static str,
}
