//! The configuration file: 0600 in a 0700 folder, written whole or not at all, no key of others lost.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::paths::private_folder;
use crate::error::Failure;

/// What reading gave.
#[derive(Debug, Default)]
pub struct Read {
    /// The document, an object; nothing when there is no file.
    pub document: Option<Value>,
    /// What the user should know.
    pub warning: Option<String>,
}

/// Reads the file; one that others can read is tightened to 0600, with a warning.
///
/// # Errors
/// Exit 2 with file, line and column when it is broken.
pub fn read(path: &Path) -> Result<Read, Failure> {
    let document = peek(path)?;
    Ok(Read { document, warning: tighten(path) })
}

/// Reads the file and leaves its mode alone.
///
/// # Errors
/// As for [`read`].
pub fn peek(path: &Path) -> Result<Option<Value>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        // A home like /dev/null, as system accounts have it, holds no file either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(Failure::usage(format!("cannot read {}: {error}", path.display()))),
    };
    let quoted = shlex::try_quote(&path.display().to_string()).map(std::borrow::Cow::into_owned);
    let away = quoted.map(|path| format!("mv {path} {path}.broken   # to begin anew")).unwrap_or_default();
    parse(&text).map_err(|what| {
        Failure::usage(format!("{what} of {}", path.display())).hint("ra config edit").hint(away)
    })
}

/// The document in a configuration's text; nothing when the text is empty.
///
/// # Errors
/// What is wrong with it, with line and column.
pub fn parse(text: &str) -> Result<Option<Value>, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Ok(None);
    }
    let what = match serde_json::from_str::<Value>(text) {
        Ok(document @ Value::Object(_)) => match misshapen(&document) {
            None => return Ok(Some(document)),
            Some((name, what)) => {
                let (line, column) = place(text, name);
                format!("the configuration's {what} at line {line} column {column}")
            }
        },
        Ok(_) => "the configuration is no JSON object at line 1 column 1".to_owned(),
        // The reader's own words end in `at line 3 column 7`.
        Err(error) => format!("the configuration is not JSON: {error}"),
    };
    Err(what)
}

/// What stands where the settings should be found and is of another kind.
fn misshapen(document: &Value) -> Option<(&str, String)> {
    if document.get("profile").is_some_and(|name| !name.is_string()) {
        return Some(("profile", "`profile` is no text".to_owned()));
    }
    let profiles = match document.get("profiles")? {
        Value::Object(profiles) => profiles,
        _ => return Some(("profiles", "`profiles` is no object".to_owned())),
    };
    let odd = profiles.iter().find(|(_, profile)| !profile.is_object());
    odd.map(|(name, _)| (name.as_str(), format!("profile `{name}` is no object")))
}

/// Line and column of a member's name.
fn place(text: &str, name: &str) -> (usize, usize) {
    let before = text.find(&format!("\"{name}\"")).map_or("", |at| &text[..at]);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// Changes the file under its lock: it is read again, changed, written beside itself, synced and renamed.
///
/// # Errors
/// When it is broken (it is left as it is), cannot be written, or `change` refuses.
pub fn change(path: &Path, change: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
    locked(path, |target| {
        let mut document = read(target)?.document.unwrap_or_else(super::write::empty);
        change(&mut document)?;
        replace(target, format!("{document:#}\n").as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))
    })
}

/// Puts `after` where `before` stands, under the file's lock; false when something else stands there by now.
///
/// # Errors
/// When it cannot be written.
pub fn swap(path: &Path, before: &str, after: &str) -> Result<bool> {
    locked(path, |target| {
        if fs::read_to_string(target).unwrap_or_default() != before {
            return Ok(false);
        }
        replace(target, after.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(true)
    })
}

/// Does something while no other `ra` writes the file. It is given the place where the file really is.
fn locked<T>(path: &Path, work: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    // Resolve the link first: renaming onto it would replace a dotfile manager's link with a file.
    let target = resolve_link(path);
    let folder = folder_of(&target);
    private_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Named after the file: `--config` may point into a folder that is not ours alone.
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let lock = open_private(&folder.join(format!(".{name}.lock")))
        .with_context(|| format!("cannot write in {}", folder.display()))?;
    let mut lock = fd_lock::RwLock::new(lock);
    let _held = lock.write().with_context(|| format!("cannot lock {}", folder.display()))?;
    work(&target)
}

/// The folder a file is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a private file whole: a uniquely named one beside it, synced, renamed over it.
///
/// # Errors
/// The system's reason; the old file is then untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = folder_of(path);
    let mut fresh = tempfile::Builder::new().prefix(".ra-").tempfile_in(folder)?;
    fresh.write_all(bytes)?;
    fresh.as_file().sync_all()?;
    fresh.persist(path).map_err(|error| error.error)?;
    // The rename itself lasts only when the folder is on the disk too.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Opens (or makes) a file that only its owner can read and write.
///
/// # Errors
/// The system's reason.
pub fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn resolve_link(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    // A chain of links longer than the system's own limit leads nowhere.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&target) else { break };
        target = match target.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    target
}

#[cfg(unix)]
fn tighten(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return None;
    }
    let shown = path.display();
    Some(match fs::set_permissions(path, fs::Permissions::from_mode(0o600)) {
        Ok(()) => format!("{shown} was readable by others (mode {mode:04o}); it is 0600 now"),
        Err(error) => {
            format!("{shown} is readable by others (mode {mode:04o}) and cannot be tightened: {error}")
        }
    })
}

#[cfg(not(unix))]
fn tighten(_path: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_placed() {
        for (text, place) in [
            ("{\n  \"a\": nope}", "line 2 column 9"),
            ("[1]", "line 1 column 1"),
            ("{\"a\": 1,\n  \"profiles\": 3}", "line 2 column 3"),
            ("{\"profiles\": {\n\"work\": []}}", "line 2 column 1"),
            ("{\"profile\": 1}", "line 1 column 2"),
        ] {
            let what = parse(text).unwrap_err();
            assert!(what.ends_with(place), "{text}: {what}");
        }
        assert!(matches!(parse(" \n"), Ok(None)) && matches!(parse("\u{feff}{}"), Ok(Some(_))));
    }
}
