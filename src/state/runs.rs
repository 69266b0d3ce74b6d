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
    /// The job's id; empty for a run that is no job.
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
    /// The generation of the API that it was started through, when that is not the oldest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// How it stood when it was last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// A later line about a run: how it stood when it was looked at.
#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    seen: String,
    address: String,
    state: String,
}

/// One line of the file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Run(Run),
    Seen(Seen),
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
        self.append(&serde_json::to_string(run)?, true)?;
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

    /// Notes how a remembered run stands; what is lost of that is asked again.
    pub fn note(&self, run: &Run, state: &str) {
        if run.state.as_deref() == Some(state) {
            return;
        }
        let seen = Seen { seen: run.id().to_owned(), address: run.address.clone(), state: state.to_owned() };
        if let Ok(line) = serde_json::to_string(&seen) {
            let _ = self.append(&line, false);
        }
    }

    fn append(&self, line: &str, kept: bool) -> std::io::Result<()> {
        private_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        // The line break before it parts it from a line that a power loss tore.
        let line = format!("\n{line}\n");
        // One write: two processes that append at once do not mix their lines.
        let mut file = open_private(&self.path)?;
        file.write_all(line.as_bytes())?;
        if kept { file.sync_data() } else { Ok(()) }
    }

    /// The runs started for this service, profile and address, newest first.
    pub fn newest(&self, service: &str, profile: &str, address: &str) -> Vec<Run> {
        let ours = |run: &Run| run.service == service && run.profile == profile && run.address == address;
        self.all().into_iter().rev().filter(ours).collect()
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
        let mut runs: Vec<Run> = Vec::new();
        // A line torn by a power loss is nobody's run, and a byte that is no text costs its own line only.
        for line in String::from_utf8_lossy(&bytes).lines() {
            match serde_json::from_str(line) {
                Ok(Line::Run(run)) => runs.push(run),
                Ok(Line::Seen(seen)) => {
                    let about = |run: &&mut Run| run.id() == seen.seen && run.address == seen.address;
                    if let Some(run) = runs.iter_mut().rev().find(about) {
                        run.state = Some(seen.state);
                    }
                }
                Err(_) => {}
            }
        }
        runs
    }
}

impl Run {
    /// The job's id, or the run's own when it is no job.
    pub fn id(&self) -> &str {
        if self.job.is_empty() { self.execution.as_deref().unwrap_or_default() } else { &self.job }
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
            api: None,
            state: None,
        };
        runs.remember(&run("1", "a")).unwrap();
        runs.remember(&run("2", "b")).unwrap();
        fs::OpenOptions::new().append(true).open(&runs.path).unwrap().write_all(b"{\"torn\xff").unwrap();
        let last = |profile| runs.newest("recall", profile, "a").into_iter().next().map(|run| run.job);
        assert_eq!((last("default"), last("work")), (Some("1".into()), None));
        assert_eq!(runs.find("recall", "b", "e-2").map(|run| run.job), Some("2".into()));
    }

    #[test]
    fn what_was_seen_last_counts_and_old_lines_stay_readable() {
        let folder = tempfile::tempdir().unwrap();
        let runs = Runs::in_folder(folder.path());
        let old = r#"{"service":"recall","job":"1","profile":"p","address":"a","started":"2026"}"#;
        fs::write(&runs.path, format!("{old}\n")).unwrap();
        let run = runs.find("recall", "a", "1").unwrap();
        assert_eq!((run.api.as_deref(), run.state.as_deref()), (None, None));
        runs.note(&run, "processing");
        runs.note(&run, "completed");
        let run = runs.newest("recall", "p", "a").remove(0);
        assert_eq!(run.state.as_deref(), Some("completed"));
        let before = fs::read(&runs.path).unwrap();
        runs.note(&run, "completed");
        assert_eq!(fs::read(&runs.path).unwrap(), before);
    }
}
