//! Runs started from this machine: written down before the first look at them, so that `--last` works after Ctrl-C,
//! a crash or a reboot.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::file::{open_private, replace};
use crate::config::paths::private_folder;

/// One started run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The service, `recall`.
    pub service: String,
    /// The job's id.
    pub job: String,
    /// The workflow it belongs to.
    #[serde(default)]
    pub workflow: String,
    /// The execution's id, when it is known.
    #[serde(default)]
    pub execution: Option<String>,
    /// The profile in use.
    pub profile: String,
    /// The service's address.
    pub address: String,
    /// When it was started, ISO 8601.
    pub started: String,
}

/// The file of started runs, one JSON object a line, newest last.
pub struct Runs {
    path: PathBuf,
}

/// More lines than this are cut down to the newest half.
const KEPT: usize = 1000;

impl Runs {
    /// The runs remembered in the state folder.
    pub fn in_folder(state: &Path) -> Self {
        Self { path: state.join("runs.ndjson") }
    }

    /// Appends a run and makes sure it is on the disk.
    ///
    /// # Errors
    /// The system's reason; a caller warns and goes on.
    pub fn remember(&self, run: &Run) -> std::io::Result<()> {
        private_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        // The line break before it parts it from a line that a power loss tore.
        let line = format!("\n{}\n", serde_json::to_string(run)?);
        // One write: two processes that append at once do not mix their lines.
        let mut file = open_private(&self.path)?;
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        let all = self.all();
        if all.len() > KEPT {
            let lines: Vec<String> = all[all.len() - KEPT / 2..]
                .iter()
                .filter_map(|run| serde_json::to_string(run).ok())
                .collect();
            replace(&self.path, format!("{}\n", lines.join("\n")).as_bytes())?;
        }
        Ok(())
    }

    /// The run started last for this service, profile and address.
    pub fn last(&self, service: &str, profile: &str, address: &str) -> Option<Run> {
        self.all()
            .into_iter()
            .rev()
            .find(|run| run.service == service && run.profile == profile && run.address == address)
    }

    /// A remembered run by its job or execution id.
    pub fn find(&self, service: &str, address: &str, id: &str) -> Option<Run> {
        self.all().into_iter().rev().find(|run| {
            run.service == service
                && run.address == address
                && (run.job == id || run.execution.as_deref() == Some(id))
        })
    }

    fn all(&self) -> Vec<Run> {
        let bytes = fs::read(&self.path).unwrap_or_default();
        // A line torn by a power loss is nobody's run, and a byte that is no text costs its own line only.
        String::from_utf8_lossy(&bytes).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_run_belongs_to_one_profile_and_address() {
        let folder = tempfile::tempdir().unwrap();
        let runs = Runs::in_folder(&folder.path().join("state"));
        let run = |job: &str, address: &str| Run {
            service: "recall".into(),
            job: job.into(),
            workflow: "w".into(),
            execution: Some(format!("e-{job}")),
            profile: "default".into(),
            address: address.into(),
            started: String::new(),
        };
        runs.remember(&run("1", "a")).unwrap();
        runs.remember(&run("2", "b")).unwrap();
        fs::OpenOptions::new().append(true).open(&runs.path).unwrap().write_all(b"{\"torn\xff").unwrap();
        assert_eq!(runs.last("recall", "default", "a").map(|run| run.job), Some("1".into()));
        assert_eq!(runs.last("recall", "work", "a"), None);
        assert_eq!(runs.find("recall", "b", "e-2").map(|run| run.job), Some("2".into()));
    }
}
