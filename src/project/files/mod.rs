//! Which files of a project go up, and what stays (contract 4.3).

mod folder;
mod named;

use std::fs;
use std::path::Path;

pub use self::folder::{collected, root};
pub use self::named::named;
use crate::error::Failure;
use crate::text;

/// More files than this are an error.
const MOST_FILES: usize = 80;
/// A larger file stays, with a warning.
const LARGEST_FILE: u64 = 256 * 1024;
/// More bytes than this are an error.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// What goes up, and what does not.
#[derive(Debug, Default)]
pub struct Plan {
    /// Path with `/` and text, in order.
    pub files: Vec<(String, String)>,
    /// Path and reason of what stays.
    pub left: Vec<Left>,
}

/// Something that stays.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    /// Its path below the project.
    pub path: String,
    /// Why, in a few words.
    pub why: String,
    /// Whether its author may miss it.
    pub notable: bool,
}

impl Plan {
    /// Bytes that go up.
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|(_, text)| text.len()).sum()
    }

    /// `5 files, 12.3 KiB`.
    pub fn summary(&self) -> String {
        let size = indicatif::HumanBytes(self.bytes() as u64);
        format!("{}, {size}", text::count(self.files.len(), "file"))
    }

    fn add(&mut self, key: String, content: String) -> Result<(), Failure> {
        if self.files.iter().any(|(known, _)| *known == key) {
            return Err(Failure::usage(format!(
                "two files would both be `{}` in the deployment",
                text::line(&key)
            ))
            .hint("ra runagents deploy DIR   # keeps the folders in the names"));
        }
        self.files.push((key, content));
        Ok(())
    }
}

fn read(path: &Path, shown: &str) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::usage(format!("cannot read `{shown}`: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::usage(format!("`{shown}` is not UTF-8 text (byte {at}); only text can be deployed"))
            .hint(format!("echo '{shown}' >> .runagentsignore"))
    })
}
