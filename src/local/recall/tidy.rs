//! What is forgotten with time, looked for when a server starts.

use super::document::text;
use super::{execution, files, jobs, pause};
use crate::local::World;
use crate::local::store::Result;
use crate::local::time::now_ms;

const DAY: i64 = 24 * 60 * 60 * 1000;
/// How long a run is kept, in days.
const KEPT: i64 = 30;

/// Drops runs and what belongs to them once they are older than 30 days.
pub fn tidy(world: &World) -> Result<()> {
    let limit = now_ms() - KEPT * DAY;
    for file in world.store.drop_before(files::KIND, "storedAt", limit)? {
        if let Some(path) = files::path(world, text(&file, "id")) {
            // One that is gone already is as it should be.
            let _ = std::fs::remove_file(path);
        }
    }
    for (kind, field) in
        [(execution::KIND, "startedAt"), (jobs::KIND, "createdAt"), (pause::KIND, "pausedAt")]
    {
        world.store.drop_before(kind, field, limit)?;
    }
    Ok(())
}
