//! A download on its way to a file or to stdout: whole or not at all, never over something else.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use percent_encoding::percent_decode_str;
use tempfile::NamedTempFile;

use super::next;
use crate::context::Context;
use crate::error::Failure;
use crate::http::{Headers, Stream};

/// Where a download goes.
pub struct Destination {
    /// The folder.
    folder: PathBuf,
    /// The name in it; the service's when nothing is said.
    name: Option<String>,
    /// Whether something that is there already goes.
    force: bool,
}

impl Destination {
    /// What `[DEST]` means: a folder, or a file in one.
    ///
    /// # Errors
    /// Exit 2 when the folder is not there, or the file is and may not be overwritten.
    pub fn of(given: Option<&str>, force: bool) -> Result<Self, Failure> {
        let given = given.unwrap_or(".");
        let path = Path::new(given);
        if path.is_dir() {
            return Ok(Self { folder: path.to_owned(), name: None, force });
        }
        let shown = crate::text::line(given);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        if given.ends_with('/') || name.is_none() || !folder.is_dir() {
            return Err(Failure::usage(format!("there is no folder for `{shown}`")));
        }
        let destination = Self { folder: folder.to_owned(), name, force };
        destination.free(path)?;
        Ok(destination)
    }

    fn free(&self, path: &Path) -> Result<(), Failure> {
        if !self.force && path.symlink_metadata().is_ok() {
            let shown = crate::text::line(&path.display().to_string());
            return Err(Failure::usage(format!("`{shown}` is there already"))
                .hint("give another name as DEST, or --force to overwrite it"));
        }
        Ok(())
    }
}

/// Writes a download into a file, which appears when it is whole. Gives the file and its size.
///
/// # Errors
/// Exit 7 when it broke off, 2 when it cannot be written; nothing half is left.
pub async fn to_disk(
    stream: &mut Stream,
    destination: &Destination,
    otherwise: &str,
    ctx: &Context,
) -> Result<(PathBuf, u64)> {
    // A server that names the file after the key does not bring it onto the disk and the screen.
    let safe = |name: &String| ctx.without_secrets(name) == *name;
    let own = || file_name(&stream.headers).filter(safe).or_else(|| harmless(otherwise));
    let name = destination.name.clone().or_else(own).unwrap_or_else(|| "download".to_owned());
    let here = destination.folder == Path::new(".");
    let path = if here { PathBuf::from(&name) } else { destination.folder.join(&name) };
    destination.free(&path)?;
    let shown = crate::text::line(&path.display().to_string());
    let unwritable = |error: std::io::Error| Failure::usage(format!("cannot write `{shown}`: {error}"));
    let mut file = temporary(&destination.folder).map_err(unwritable)?;
    let progress = ctx.output.progress(&format!("downloading {name}"));
    let length = stream.headers.get("content-length").and_then(|length| length.parse().ok());
    progress.measure(length);
    let mut size = 0;
    while let Some(piece) = next(stream, size, ctx).await? {
        file.write_all(&piece).map_err(unwritable)?;
        size += piece.len() as u64;
        progress.at(size);
    }
    drop(progress);
    file.as_file().sync_all().map_err(unwritable)?;
    let kept = if destination.force { file.persist(&path) } else { file.persist_noclobber(&path) };
    kept.map_err(|error| unwritable(error.error))?;
    Ok((path, size))
}

/// A file that is gone if nobody keeps it, with the permissions of any other.
fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ra-download-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Writes a download to stdout as it arrives. A terminal gets text only, made harmless; `otherwise` says what to do
/// with the rest.
///
/// # Errors
/// Exit 2 for a terminal and bytes that are no text; as a download's.
pub async fn to_stdout(stream: &mut Stream, ctx: &Context, otherwise: &str) -> Result<u64> {
    let terminal = ctx.output.is_terminal();
    let mut disarm = crate::text::Disarm::default();
    let mut half = Vec::new();
    let mut size = 0;
    while let Some(piece) = next(stream, size, ctx).await? {
        size += piece.len() as u64;
        if !terminal {
            ctx.output.print(&piece)?;
            continue;
        }
        half.extend_from_slice(&piece);
        let valid = match std::str::from_utf8(&half) {
            Ok(_) => half.len(),
            // A character may be cut in two by the network.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err(binary(otherwise).into()),
        };
        let text: Vec<u8> = half.drain(..valid).collect();
        if text.contains(&0) {
            return Err(binary(otherwise).into());
        }
        let mut shown = String::new();
        disarm.push(&String::from_utf8_lossy(&text), &mut shown);
        ctx.output.print(shown.as_bytes())?;
    }
    if !half.is_empty() {
        return Err(binary(otherwise).into());
    }
    Ok(size)
}

fn binary(otherwise: &str) -> Failure {
    Failure::usage("this is no text, and a terminal shows nothing else").hint(otherwise)
}

/// The name that the service gives the file, made harmless.
fn file_name(headers: &Headers) -> Option<String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    if let Some(name) = headers.get("x-file-name") {
        return harmless(&decoded(name));
    }
    let disposition = headers.get("content-disposition")?;
    let value = |name: &str| {
        disposition.split(';').find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    // `filename*=UTF-8''na%C3%AFve.txt` says more than its plain twin.
    let extended =
        value("filename*").and_then(|value| value.rsplit_once('\'').map(|(_, encoded)| decoded(encoded)));
    harmless(&extended.or_else(|| value("filename"))?)
}

/// A name without a path, without characters that steer a terminal, and not one that hides itself.
fn harmless(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean = crate::text::line(last);
    // Nor one that a later `rm *` takes for a flag.
    let clean = clean.trim().trim_start_matches(['.', '-', ' ']);
    let mut end = clean.len().min(200);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    (!clean.is_empty()).then(|| clean[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, value: &str) -> Option<String> {
        file_name(&Headers::of(&[(name, value)]))
    }

    #[test]
    fn names_from_a_server_cannot_leave_the_folder() {
        for (name, value, expected) in [
            ("x-file-name", "na%C3%AFve%20plan.txt", Some("naïve plan.txt")),
            ("x-file-name", "..%2F..%2Fetc%2Fpasswd", Some("passwd")),
            ("x-file-name", "a%00b%1B[31m.txt", Some("ab.txt")),
            ("x-file-name", "..", None),
            ("x-file-name", "-rf", Some("rf")),
            ("x-file-name", ".bashrc", Some("bashrc")),
            ("content-disposition", "attachment; filename=\"a b.txt\"", Some("a b.txt")),
            ("content-disposition", "attachment; filename=\"C:\\temp\\a.txt\"", Some("a.txt")),
            ("content-disposition", "attachment; filename=x; filename*=UTF-8''%C3%A9.txt", Some("é.txt")),
            ("content-disposition", "inline", None),
        ] {
            assert_eq!(named(name, value).as_deref(), expected, "{name}: {value}");
        }
        assert_eq!(harmless(&"ä".repeat(300)).unwrap().len(), 200);
    }
}
