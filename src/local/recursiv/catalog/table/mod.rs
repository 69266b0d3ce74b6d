//! Every route of the local Recursiv.

mod infrastructure;
mod social;

/// One route: method, path, scope (empty when it needs none), what it does, fields of its body.
///
/// A field with `!` is needed.
pub type Row = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

/// All of them.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    infrastructure::ROWS.iter().chain(social::ROWS)
}

/// Scopes that a key may be given although no route here wants them.
pub const OTHER_SCOPES: &[&str] = &[
    "posts:read",
    "posts:write",
    "communities:read",
    "communities:write",
    "users:write",
    "notifications:read",
    "notifications:write",
    "tags:read",
    "tags:write",
    "uploads:write",
    "commands:read",
    "commands:write",
    "settings:read",
    "settings:write",
    "billing:read",
    "billing:write",
    "wallet:read",
    "wallet:write",
    "memory:read",
    "memory:write",
    "storage:read",
    "storage:write",
    "agent-activity:read",
    "agent-activity:write",
    "admin",
];
