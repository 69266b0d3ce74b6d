//! The keys of the local services: made once for this machine's user, never a real service's.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;

/// One key for each local service.
#[derive(Clone)]
pub struct Keys {
    /// Recursiv's, `sk_live_local…`.
    pub recursiv: String,
    /// Recall's, `sk-local-…`.
    pub recall: String,
    /// RunAgents', `ra_ws_local…`.
    pub runagents: String,
}

impl Keys {
    /// New random keys.
    pub fn random() -> Self {
        let one = || Uuid::new_v4().simple().to_string();
        Self {
            recursiv: format!("sk_live_local{}", one()),
            recall: format!("sk-local-{}", one()),
            runagents: format!("ra_ws_local{}", one()),
        }
    }

    /// The keys kept in `file` (mode 0600), made when there are none, so that a server started by one
    /// process and `ra local env` in another agree.
    ///
    /// # Errors
    /// When the file can neither be read nor made.
    pub fn load_or_create(file: &Path) -> std::io::Result<Self> {
        if let Some(keys) = Self::read(file) {
            return Ok(keys);
        }
        let folder = file.parent().unwrap_or(Path::new("."));
        let keys = Self::random();
        let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(fresh, "{:#}", keys.to_json())?;
        // Two processes may be the first at once: the one that comes second takes the other's keys.
        match fresh.persist_noclobber(file) {
            Ok(_) => Ok(keys),
            Err(error) => Self::read(file).ok_or(error.error),
        }
    }

    fn read(file: &Path) -> Option<Self> {
        let text = std::fs::read(file).ok()?;
        let value: Value = serde_json::from_slice(&text).ok()?;
        let one = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Self { recursiv: one("recursiv")?, recall: one("recall")?, runagents: one("runagents")? })
    }

    fn to_json(&self) -> Value {
        json!({"recursiv": self.recursiv, "recall": self.recall, "runagents": self.runagents})
    }
}
