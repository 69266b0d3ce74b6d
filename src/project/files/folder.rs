//! The files of a folder: kinds, sizes, ignore rules, secrets left behind.

use std::fs;
use std::path::{Path, PathBuf};

use super::{LARGEST_FILE, Left, MOST_BYTES, MOST_FILES, Plan, read};
use crate::error::Failure;
use crate::project::ignored::{Ignored, matcher};
use crate::project::manifest::Manifest;
use crate::project::secrets;
use crate::text;

/// Folders that hold what can be made again.
const MADE_FOLDERS: &[&str] = &[
    ".git",
    ".venv",
    "venv",
    "node_modules",
    "dist",
    "build",
    "target",
    "out",
    "bin",
    "obj",
    "coverage",
    "__pycache__",
    ".runagents",
];

/// Names that go up whatever their ending.
const NAMES: &[&str] = &[
    "dockerfile",
    "makefile",
    "readme.md",
    "requirements.txt",
    "pyproject.toml",
    "poetry.lock",
    "uv.lock",
    "package.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "go.mod",
    "go.sum",
    "cargo.toml",
    "cargo.lock",
    "pom.xml",
    "build.gradle",
    "settings.gradle",
];

/// Endings of source files.
const ENDINGS: &[&str] = &[
    "py", "js", "jsx", "mjs", "cjs", "ts", "tsx", "go", "java", "kt", "rb", "php", "rs", "cs", "swift",
    "scala", "sh", "bash", "zsh", "ps1", "yaml", "yml", "toml", "json", "ini", "cfg", "conf", "sql", "proto",
];

/// The files of a folder, by the rules of contract 4.3 and what the project says about itself.
///
/// # Errors
/// Exit 2 for a folder that cannot be read, a text that is not UTF-8, too many files or bytes, or nothing at all.
pub fn collected(root: &Path, manifest: &Manifest) -> Result<Plan, Failure> {
    let root = self::root(root)?;
    let mut ignored = Ignored::above(&root)?;
    ignored.patterns(&root, &manifest.ignore, &manifest.shown())?;
    let listed = match manifest.files.is_empty() {
        true => None,
        false => Some(matcher(&root, &manifest.files, &manifest.shown())?),
    };
    let mut walk = Walk { root: root.clone(), listed, plan: Plan::default() };
    walk.folder(&root, &ignored)?;
    let plan = walk.plan;
    if plan.files.is_empty() {
        let failure = Failure::usage(format!("nothing to deploy in `{}`", root.display()));
        return Err(plan.left.iter().take(10).fold(failure, |failure, left| {
            failure.note(format!("left behind: {} ({})", text::line(&left.path), left.why))
        }));
    }
    if plan.files.len() > MOST_FILES {
        return Err(Failure::usage(format!(
            "{} would go up, {MOST_FILES} are allowed",
            text::count(plan.files.len(), "file")
        ))
        .note("what is not needed can be listed in .runagentsignore"));
    }
    if plan.bytes() > MOST_BYTES {
        return Err(Failure::usage(format!("{} would go up, 2 MiB are allowed", plan.summary()))
            .note("what is not needed can be listed in .runagentsignore"));
    }
    Ok(plan)
}

/// The folder's own place, links resolved.
///
/// # Errors
/// Exit 2 when there is no such folder.
pub fn root(given: &Path) -> Result<PathBuf, Failure> {
    let shown = text::line(&given.display().to_string());
    let root = fs::canonicalize(given)
        .map_err(|error| Failure::usage(format!("cannot read the folder `{shown}`: {error}")))?;
    if root.is_dir() {
        return Ok(root);
    }
    Err(Failure::usage(format!("`{shown}` is no folder"))
        .hint(format!("ra runagents deploy --name NAME --file {shown}")))
}

struct Walk {
    root: PathBuf,
    listed: Option<ignore::gitignore::Gitignore>,
    plan: Plan,
}

impl Walk {
    fn folder(&mut self, folder: &Path, above: &Ignored) -> Result<(), Failure> {
        let unreadable =
            |error| Failure::usage(format!("cannot read the folder `{}`: {error}", folder.display()));
        let mut ignored = above.clone();
        ignored.enter(folder, &self.root)?;
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            entries.push(entry.map_err(unreadable)?.path());
        }
        // The order of the disk is nobody's business.
        entries.sort();
        for path in entries {
            self.entry(&path, &ignored)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, ignored: &Ignored) -> Result<(), Failure> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let key =
            below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        // Not followed: a link could bring in anything.
        let meta = fs::symlink_metadata(path)
            .map_err(|error| Failure::usage(format!("cannot read `{}`: {error}", text::line(&key))))?;
        let is_folder = meta.is_dir();
        let explicit = self
            .listed
            .as_ref()
            .is_some_and(|listed| listed.matched_path_or_any_parents(path, is_folder).is_ignore());
        let why = if meta.is_symlink() {
            Some(("symbolic link".to_owned(), true))
        } else if !is_folder && !meta.is_file() {
            Some(("no regular file".to_owned(), false))
        } else if MADE_FOLDERS.contains(&name.as_str()) {
            Some(("can be made again".to_owned(), false))
        } else if is_folder && secrets::is_folder(&name) {
            Some(("settings of another tool".to_owned(), true))
        } else if let (false, Some(what)) = (is_folder, secrets::by_name(&name)) {
            Some((what.to_owned(), true))
        } else if let Some(by) = ignored.by(path, is_folder) {
            Some((format!("ignored by {by}"), false))
        } else if is_folder {
            return self.folder(path, ignored);
        } else if self.listed.is_some() && !explicit {
            Some(("not in the list `files`".to_owned(), false))
        } else if self.listed.is_none() && !is_source(&name) {
            Some(("not a kind of file that is deployed".to_owned(), false))
        } else if meta.len() > LARGEST_FILE {
            Some((format!("{}, more than 256 KiB", indicatif::HumanBytes(meta.len())), true))
        } else {
            None
        };
        if let Some((why, notable)) = why {
            let path = if is_folder { format!("{key}/") } else { key };
            self.plan.left.push(Left { path, why, notable });
            return Ok(());
        }
        let content = read(path, &key)?;
        if secrets::holds_key(&content) {
            self.plan.left.push(Left { path: key, why: "holds a key".to_owned(), notable: true });
            return Ok(());
        }
        self.plan.add(key, content)
    }
}

fn is_source(name: &str) -> bool {
    let name = name.to_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    NAMES.contains(&name.as_str()) || ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for name in ["agent.py", "Dockerfile", "README.md", "a.PROTO", "x.tsx"] {
            assert!(is_source(name), "{name}");
        }
        for name in ["photo.png", "notes.md", "data.csv", "LICENSE", "py"] {
            assert!(!is_source(name), "{name}");
        }
    }
}
