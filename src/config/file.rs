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
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Read::default()),
        Err(error) => return Err(Failure::usage(format!("cannot read {}: {error}", path.display()))),
    };
    let warning = tighten(path);
    if text.trim().is_empty() {
        return Ok(Read { document: None, warning });
    }
    let broken = |what: String| {
        Failure::usage(format!("{what} in {}", path.display()))
            .hint(format!("mend it in an editor, or move it away: mv {0} {0}.broken", path.display()))
    };
    match serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
        Ok(document @ Value::Object(_)) => Ok(Read { document: Some(document), warning }),
        Ok(_) => Err(broken("the configuration is not a JSON object at line 1, column 1".into())),
        Err(error) => Err(broken(format!("the configuration is not JSON: {error}"))),
    }
}

/// Changes the file under its lock: it is read again, changed, written beside itself, synced and renamed.
///
/// # Errors
/// When it is broken (it is left as it is), cannot be written, or `change` refuses.
pub fn change(path: &Path, change: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
    // Resolve the link first: renaming onto it would replace a dotfile manager's link with a file.
    let target = resolve_link(path);
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let lock = open_private(&folder.join(".lock"))
        .with_context(|| format!("cannot write in {}", folder.display()))?;
    let mut lock = fd_lock::RwLock::new(lock);
    let _held = lock.write().with_context(|| format!("cannot lock {}", folder.display()))?;
    let mut document = read(&target)?.document.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    change(&mut document)?;
    replace(&target, format!("{document:#}\n").as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a private file whole: a uniquely named one beside it, synced, renamed over it.
///
/// # Errors
/// The system's reason; the old file is then untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
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
