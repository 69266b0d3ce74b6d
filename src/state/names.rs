//! Ids and names seen in lists, kept a short while for completion.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::config::file::replace;
use crate::config::paths::private_folder;

/// The names of one kind of thing (`recursiv-agent`) at one address.
pub struct Names {
    path: PathBuf,
}

/// Older names are not offered any more.
const FRESH: Duration = Duration::from_secs(24 * 3600);

impl Names {
    /// The names kept in the cache folder for a kind, an address and a profile.
    pub fn of(cache: &Path, kind: &str, address: &str) -> Self {
        let place = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, address.as_bytes()).simple();
        Self { path: cache.join(format!("names-{kind}-{place}.txt")) }
    }

    /// Keeps these names; a cache that cannot be written is no loss.
    pub fn keep(&self, names: &[String]) {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let clean: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| !name.contains(['\n', '\r'])).collect();
        if private_folder(folder).is_ok() {
            let _ = replace(&self.path, clean.join("\n").as_bytes());
        }
    }

    /// The names kept, if they are fresh.
    pub fn fresh(&self) -> Vec<String> {
        let age = std::fs::metadata(&self.path).and_then(|data| data.modified()).ok();
        let fresh = age
            .and_then(|moment| SystemTime::now().duration_since(moment).ok())
            .is_some_and(|age| age < FRESH);
        let text =
            if fresh { std::fs::read_to_string(&self.path).unwrap_or_default() } else { String::new() };
        text.lines().map(str::to_owned).collect()
    }
}
