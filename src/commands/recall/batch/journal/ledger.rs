//! What an earlier batch wrote: which lines are done, and which were started and not heard of again.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::line::Id;
use crate::error::Failure;

/// A run that was started and whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its own id.
    pub execution: String,
    /// Its job, when it was accepted as one.
    pub job: Option<String>,
}

/// What is known of a line by its id.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    /// Over; whether it completed.
    Done(bool),
    Open(Box<Open>),
    /// It ended without having been run: a limit, a bad key, a line that could not be read.
    Free,
}

/// What is known of all lines; of a line that stands there more than once the last word counts.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: HashMap<String, Entry>,
}

/// What a written line says, as far as it matters here.
#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    status: String,
    execution_id: Option<String>,
    job_id: Option<String>,
    #[serde(default = "yes")]
    ran: bool,
}

fn yes() -> bool {
    true
}

impl Ledger {
    /// Reads the file to its end. A last line that a crash tore is cut off.
    ///
    /// # Errors
    /// Exit 2 when a line in the midst of others is none of a batch's, or the file cannot be read.
    pub fn read(file: &mut File, path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let unreadable = |error: std::io::Error| Failure::usage(format!("cannot read `{shown}`: {error}"));
        let foreign = |number: u64| {
            Failure::usage(format!("line {number} of `{shown}` is no result of a batch"))
                .hint("name another --output-file")
        };
        let mut ledger = Self::default();
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut reader = BufReader::new(&mut *file);
        let (mut number, mut good, mut torn) = (0, 0, None);
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line).map_err(unreadable)? as u64;
            if length == 0 {
                break;
            }
            number += 1;
            // A line end is written with its line: without one, the line was not finished.
            let whole = line.ends_with(b"\n") && (line.trim_ascii().is_empty() || ledger.note(&line));
            match (whole, torn) {
                (true, None) => good += length,
                (true, Some(torn)) => return Err(foreign(torn)),
                (false, _) if !is_torn(&line, good == 0) => return Err(foreign(number)),
                (false, _) => torn = torn.or(Some(number)),
            }
        }
        if torn.is_some() {
            file.set_len(good).map_err(unreadable)?;
        }
        Ok(ledger)
    }

    /// Takes a line's word; false when it is none of ours.
    fn note(&mut self, line: &[u8]) -> bool {
        let Ok(written) = serde_json::from_slice::<Written>(line) else { return false };
        let Some(id) = Id::raw(written.id) else { return false };
        let known = self.entries.get(&id.key());
        let entry = match (written.status.as_str(), written.execution_id.clone()) {
            // Of a second line with this id, or of this one's run alone: what else is known stays true.
            _ if !written.ran => match (known, written.execution_id) {
                (Some(Entry::Done(_)), _) => return true,
                (Some(Entry::Open(open)), run) if run.as_ref() != Some(&open.execution) => return true,
                _ => Entry::Free,
            },
            ("started" | "unknown", Some(execution)) => {
                Entry::Open(Box::new(Open { execution, job: written.job_id }))
            }
            ("started" | "unknown", None) => Entry::Free,
            ("completed", _) => Entry::Done(true),
            ("failed" | "paused" | "cancelled" | "skipped" | "invalid", _) => Entry::Done(false),
            _ => return false,
        };
        self.entries.insert(id.key(), entry);
        true
    }

    /// Whether a line that has its result completed; nothing for one without.
    pub fn done(&self, id: &Id) -> Option<bool> {
        match self.entries.get(&id.key()) {
            Some(Entry::Done(completed)) => Some(*completed),
            _ => None,
        }
    }

    /// The run that an earlier batch started for a line and did not see the end of.
    pub fn open(&self, id: &Id) -> Option<Open> {
        match self.entries.get(&id.key()) {
            Some(Entry::Open(open)) => Some((**open).clone()),
            _ => None,
        }
    }
}

/// Whether a crash may have left this of a line of ours; somebody else's file must not be cut.
fn is_torn(line: &[u8], is_first: bool) -> bool {
    // A disk that lost its power may hold zeros where the line should be.
    if line.contains(&0) {
        return true;
    }
    if line.ends_with(b"\n") {
        return false;
    }
    let ours = b"{\"id\":";
    let begins = ours.starts_with(line) || line.starts_with(ours);
    !is_first || (begins && (serde_json::from_slice::<Written>(line).is_ok() || !is_json(line)))
}

fn is_json(line: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn read(content: &str) -> (Result<Ledger, Failure>, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        std::fs::write(&path, content).unwrap();
        let mut file = File::options().read(true).append(true).open(&path).unwrap();
        let ledger = Ledger::read(&mut file, &path);
        file.write_all(b"next\n").unwrap();
        (ledger, std::fs::read_to_string(&path).unwrap())
    }

    const STARTED: &str = "{\"id\":\"a\",\"line\":1,\"execution_id\":\"e1\",\"status\":\"started\"}\n";
    const DONE: &str = "{\"id\":2,\"line\":2,\"execution_id\":\"e2\",\"status\":\"failed\"}\n";

    fn id(json: &str) -> Id {
        Id::raw(&RawValue::from_string(json.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn the_last_word_counts() {
        let job = STARTED.replace("\"status\"", "\"job_id\":\"j\",\"status\"");
        let (ledger, _) = read(&format!("{STARTED}{DONE}\n{job}"));
        let ledger = ledger.unwrap();
        let open = Open { execution: "e1".into(), job: Some("j".into()) };
        assert_eq!(ledger.open(&id("\"a\"")), Some(open));
        let done = ["2", "\"2\"", "\"a\""].map(|json| ledger.done(&id(json)));
        assert_eq!(done, [Some(false), Some(false), None]);
    }

    #[test]
    fn what_was_not_run_is_free_and_takes_nothing_back() {
        let refused = "{\"id\":\"a\",\"execution_id\":\"e1\",\"status\":\"failed\",\"ran\":false}\n";
        let (ledger, _) = read(&format!("{STARTED}{refused}"));
        let ledger = ledger.unwrap();
        assert!(ledger.done(&id("\"a\"")).is_none() && ledger.open(&id("\"a\"")).is_none());
        let double = "{\"id\":2,\"execution_id\":null,\"status\":\"invalid\",\"ran\":false}\n";
        assert!(read(&format!("{DONE}{double}")).0.unwrap().done(&id("2")).is_some());
        let (ledger, _) = read(&format!("{STARTED}{}", double.replace("2", "\"a\"")));
        assert!(ledger.unwrap().open(&id("\"a\"")).is_some());
    }

    #[test]
    fn a_torn_end_is_cut_off() {
        for tail in ["{\"id\":\"b\",\"sta", "{\"id\":3,\"status\":\"completed\"}", "\0\0\0\0", "\0\0\n"] {
            let (ledger, left) = read(&format!("{STARTED}{tail}"));
            assert!(ledger.unwrap().open(&id("\"a\"")).is_some());
            assert_eq!(left, format!("{STARTED}next\n"), "{tail:?}");
        }
        for alone in ["{\"i", "{\"id\":1,\"status\":\"comp", "\0\0\0"] {
            assert_eq!(read(alone).1, "next\n", "{alone:?}");
        }
    }

    #[test]
    fn somebody_elses_file_is_left_alone() {
        for content in [
            "my notes\n",
            "my notes",
            "{\"id\":1}",
            "{\"id\":1}\n{\"id\":2}\n",
            &format!("{STARTED}what?\n{DONE}"),
        ] {
            let (ledger, left) = read(content);
            let message = ledger.unwrap_err().message;
            assert!(message.contains("is no result of a batch"), "{content:?}: {message}");
            assert_eq!(left, format!("{content}next\n"));
        }
    }
}
