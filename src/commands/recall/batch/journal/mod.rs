//! The output file: what was started and what came of it, a line each, on the disk before anything relies on it.

pub mod ledger;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

pub use self::ledger::Ledger;
use crate::error::{Failure, Kind};

/// How long the last lines may take when the program is asked to leave.
const PATIENCE: Duration = Duration::from_secs(1);

/// The writing end. A thread of its own appends what is there, syncs it once, and tells everyone who waits.
pub struct Journal {
    lines: mpsc::Sender<Entry>,
    path: PathBuf,
}

struct Entry {
    line: String,
    written: oneshot::Sender<Result<(), String>>,
}

impl Journal {
    /// Opens the file and reads what an earlier batch wrote into it.
    ///
    /// # Errors
    /// Exit 2 when it holds something and is not to be resumed, is no batch's output, is written by another `ra`
    /// right now, or cannot be written.
    pub fn open(path: &Path, resume: bool) -> Result<(Self, Ledger), Failure> {
        let shown = path.display();
        let unusable = |error: std::io::Error| Failure::usage(format!("cannot write `{shown}`: {error}"));
        // A device or a pipe could be neither read again nor cut.
        let is_new = match path.metadata() {
            Ok(about) if !about.is_file() => {
                return Err(Failure::usage(format!("`{shown}` is no regular file")));
            }
            about => about.is_err(),
        };
        let file = File::options().read(true).append(true).create(true).open(path).map_err(unusable)?;
        if file.metadata().map_err(unusable)?.len() > 0 && !resume {
            return Err(Failure::usage(format!("`{shown}` holds an earlier batch's results"))
                .hint("add --resume to go on with it, or name another --output-file"));
        }
        let (told, taken) = mpsc::channel();
        let (lines, entries) = mpsc::channel();
        let own = path.to_owned();
        std::thread::spawn(move || {
            let mut lock = fd_lock::RwLock::new(file);
            let held = lock.try_write();
            let Ok(mut file) = held else {
                let _ = told.send(Err(Failure::usage(format!("another ra writes `{}`", own.display()))));
                return;
            };
            let ledger = Ledger::read(&mut file, &own);
            let fine = ledger.is_ok();
            let _ = told.send(ledger);
            if fine {
                keep(&mut file, &entries);
            }
        });
        let ledger = taken.recv().map_err(|_| Failure::new(Kind::Refused, "the journal has ended"))??;
        if is_new && let Ok(folder) = File::open(crate::config::file::folder_of(path)) {
            // The file's name lasts only when its folder is on the disk too.
            let _ = folder.sync_all();
        }
        Ok((Self { lines, path: path.to_owned() }, ledger))
    }

    /// Appends a line and waits until it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written (a full disk).
    pub async fn append(&self, line: String) -> Result<(), Failure> {
        let (written, told) = oneshot::channel();
        let _ = self.lines.send(Entry { line, written });
        let outcome = told.await.unwrap_or_else(|_| Err("its writer has ended".to_owned()));
        outcome.map_err(|error| {
            Failure::new(Kind::Refused, format!("cannot write `{}`: {error}", self.path.display()))
        })
    }

    /// Waits a moment until everything handed over so far is on the disk.
    pub async fn settle(&self) {
        let _ = tokio::time::timeout(PATIENCE, self.append(String::new())).await;
    }
}

/// Writes until nobody hands over lines any more. What came while the disk was busy goes with the next sync.
fn keep(file: &mut File, entries: &mpsc::Receiver<Entry>) {
    let mut failed = None;
    while let Ok(first) = entries.recv() {
        let mut waiting = Vec::new();
        let mut bytes = String::new();
        for entry in std::iter::once(first).chain(entries.try_iter()) {
            if !entry.line.is_empty() {
                bytes.push_str(&entry.line);
                bytes.push('\n');
            }
            waiting.push(entry.written);
        }
        if failed.is_none() {
            let done = file.write_all(bytes.as_bytes()).and_then(|()| file.sync_data());
            // After a failed write nobody knows what the file's end looks like: nothing more is added to it.
            failed = done.err().map(|error| error.to_string());
        }
        for written in waiting {
            let _ = written.send(failed.clone().map_or(Ok(()), Err));
        }
    }
}
