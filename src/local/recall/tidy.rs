//! What is forgotten with time, looked for when a server starts.

use serde_json::Value;

use super::document::text;
use super::{execution, files, jobs, pause};
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::now_ms;

const DAY: i64 = 24 * 60 * 60 * 1000;
/// How long a run is kept, in days.
const KEPT: i64 = 30;

/// Drops runs and what belongs to them once they are older than 30 days.
pub fn tidy(world: &World) -> Result<()> {
    for file in forget(&world.store, now_ms() - KEPT * DAY)? {
        if let Some(path) = files::path(world, text(&file, "id")) {
            // One that is gone already is as it should be.
            let _ = std::fs::remove_file(path);
        }
    }
    Ok(())
}

/// Drops what is older than `limit`; gives the files whose bytes can go as well.
fn forget(store: &Store, limit: i64) -> Result<Vec<Value>> {
    for (kind, field) in
        [(execution::KIND, "startedAt"), (jobs::KIND, "createdAt"), (pause::KIND, "pausedAt")]
    {
        store.drop_before(kind, field, limit)?;
    }
    store.drop_before(files::KIND, "storedAt", limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_old_is_dropped() {
        let store = Store::memory().unwrap();
        for (id, started) in [("old", 10), ("older", 20), ("young", 100), ("younger", 300)] {
            store.put(execution::KIND, id, &json!({"executionId": id, "startedAt": started})).unwrap();
        }
        store.put(files::KIND, "f", &json!({"id": "f", "storedAt": 99})).unwrap();
        let files = forget(&store, 100).unwrap();
        assert_eq!(files[0]["id"], "f");
        let kept: Vec<Value> = store.list(execution::KIND).unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0]["executionId"], "young");
        assert!(forget(&store, 100).unwrap().is_empty());
    }
}
