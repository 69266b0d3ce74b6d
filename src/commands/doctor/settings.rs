//! The configuration file, the profile, every setting, and the folders.

use std::path::Path;

use super::Check;
use crate::config::{Paths, SETTINGS, profiles};
use crate::context::Context;
use crate::error::Failure;

/// All of them; what cannot be known without a usable file is left out.
pub fn checks(ctx: &Context) -> Vec<Check> {
    let paths = match ctx.paths() {
        Ok(paths) => paths,
        Err(failure) => return vec![Check::fail("home", said(&failure))],
    };
    let mut checks = vec![file(paths, ctx)];
    checks.extend(usable(ctx));
    for (name, folder) in
        [("state folder", &paths.state), ("data folder", &paths.data), ("cache folder", &paths.cache)]
    {
        checks.push(writable(name, folder));
    }
    checks
}

/// A failure with its first hint, in one line.
pub fn said(failure: &Failure) -> String {
    match failure.hints.first() {
        Some(hint) => format!("{}; {hint}", failure.message),
        None => failure.message.clone(),
    }
}

fn file(paths: &Paths, ctx: &Context) -> Check {
    let shown = paths.config.display();
    match (paths.config.exists(), ctx.settings_to_mend()) {
        (_, Err(failure)) => Check::fail("configuration", said(&failure)),
        (false, Ok(_)) => Check::ok("configuration", format!("none yet; {shown} is made when it is needed")),
        (true, Ok(_)) => match mode(&paths.config) {
            Some(mode) if mode & 0o077 != 0 => {
                Check::warn("configuration", format!("{shown} can be read by others (mode {mode:04o})"))
            }
            Some(mode) => Check::ok("configuration", format!("{shown}, mode {mode:04o}")),
            None => Check::ok("configuration", shown.to_string()),
        },
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_path: &Path) -> Option<u32> {
    None
}

/// The profile, and each setting that cannot be used.
fn usable(ctx: &Context) -> Vec<Check> {
    let Ok(settings) = ctx.settings_to_mend() else { return Vec::new() };
    let count = profiles(&settings.document).len();
    let detail = format!("{} ({})", settings.profile, crate::text::count(count, "profile"));
    let mut checks = vec![Check::ok("profile", detail)];
    let unusable = SETTINGS.iter().filter_map(|setting| settings.get(setting.key).err());
    checks.extend(unusable.map(|failure| Check::fail("setting", said(&failure))));
    checks
}

/// Whether files can be made in a folder, or in the nearest one above it that is there.
fn writable(name: &str, folder: &Path) -> Check {
    let there = folder.ancestors().find(|above| above.exists()).unwrap_or(Path::new("/"));
    match tempfile::tempfile_in(there) {
        Ok(_) => Check::ok(name, folder.display().to_string()),
        Err(error) => Check::fail(name, format!("cannot write in {}: {error}", there.display())),
    }
}
