//! Which generation of the service is played, as far as its answers differ.

use serde_json::{Value, json};

use super::document::text;
use crate::local::World;
use crate::local::store::Result;

const KIND: &str = "recall/setting";
const ID: &str = "dialect";

/// A generation of Recall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Spring 2026, the most likely build: `jobId` and `statusUrl` for a background run.
    B,
    /// The official SDK page's: `taskId` and `links.status`.
    Seed,
}

impl Dialect {
    /// The dialect that is set, B when none is.
    pub fn of(world: &World) -> Result<Self> {
        let stored = world.store.get(KIND, ID)?.unwrap_or(Value::Null);
        Ok(if text(&stored, "value") == "seed" { Self::Seed } else { Self::B })
    }

    fn name(self) -> &'static str {
        match self {
            Self::B => "b",
            Self::Seed => "seed",
        }
    }
}

/// Makes the service answer in `dialect` from now on.
pub fn set_dialect(world: &World, dialect: Dialect) -> Result<()> {
    world.store.put(KIND, ID, &json!({"value": dialect.name()}))
}

/// Whether a dialect was ever set.
pub fn is_set(world: &World) -> Result<bool> {
    Ok(world.store.get(KIND, ID)?.is_some())
}
