//! Which files of a project go up: kinds, sizes, ignore rules, secrets left behind (contract 4.3).

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::ignored::{Ignored, matcher};
use super::manifest::Manifest;
use super::secrets;
use crate::error::Failure;
use crate::text;

/// More files than this are an error.
const MOST_FILES: usize = 80;
/// A larger file stays, with a warning.
pub const LARGEST_FILE: u64 = 256 * 1024;
/// More bytes than this are an error.
const MOST_BYTES: usize = 2 * 1024 * 1024;

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

/// The files that are named one by one. Their number and size are the author's affair.
///
/// # Errors
/// Exit 2 for a path that is no readable text file, holds a secret, or has another's name.
pub fn named(paths: &[String], current: &Path) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    for given in paths {
        let given = given.trim();
        if given.is_empty() {
            return Err(Failure::usage("--file is empty"));
        }
        let path = current.join(given);
        let shown = text::line(given);
        let meta =
            fs::metadata(&path).map_err(|error| Failure::usage(format!("cannot read `{shown}`: {error}")))?;
        if meta.is_dir() {
            return Err(
                Failure::usage(format!("`{shown}` is a folder")).hint(format!("ra runagents deploy {shown}"))
            );
        }
        if !meta.is_file() {
            return Err(Failure::usage(format!("`{shown}` is no regular file")));
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let content = read(&path, &shown)?;
        let secret =
            secrets::by_name(&name).or_else(|| secrets::holds_key(&content).then_some("it holds a key"));
        if let Some(what) = secret {
            return Err(Failure::usage(format!("`{shown}` is never uploaded: {what}"))
                .hint("--env NAME=@FILE   # hands one value to the agent"));
        }
        plan.add(key(given, current, &name), content)?;
    }
    Ok(plan)
}

/// The name of a file in the deployment: its path below the current folder, or its bare name from anywhere else.
fn key(given: &str, current: &Path, name: &str) -> String {
    let path = Path::new(given);
    let relative = if path.is_absolute() { path.strip_prefix(current).ok() } else { Some(path) };
    let mut parts: Vec<String> = Vec::new();
    for component in relative.into_iter().flat_map(Path::components) {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir if parts.pop().is_none() => return name.to_owned(),
            _ => {}
        }
    }
    if parts.is_empty() { name.to_owned() } else { parts.join("/") }
}

fn read(path: &Path, shown: &str) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::usage(format!("cannot read `{shown}`: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::usage(format!("`{shown}` is not UTF-8 text (byte {at}); only text can be deployed"))
            .hint(format!("echo '{shown}' >> .runagentsignore"))
    })
}

/// The files of a folder, by the rules of contract 4.3 and what the project says about itself.
///
/// # Errors
/// Exit 2 for a folder that cannot be read, a text that is not UTF-8, too many files or bytes, or nothing at all.
pub fn collected(root: &Path, manifest: &Manifest) -> Result<Plan, Failure> {
    let unreadable = |error| Failure::usage(format!("cannot read the folder `{}`: {error}", root.display()));
    let root = fs::canonicalize(root).map_err(unreadable)?;
    if !root.is_dir() {
        return Err(Failure::usage(format!("`{}` is no folder", root.display()))
            .hint("ra runagents deploy --name NAME --file PATH   # for single files"));
    }
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
        .hint("list what is not needed in .runagentsignore"));
    }
    if plan.bytes() > MOST_BYTES {
        return Err(Failure::usage(format!("{} would go up, 2 MiB are allowed", plan.summary()))
            .hint("list what is not needed in .runagentsignore"));
    }
    Ok(plan)
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
    fn names_in_a_deployment() {
        let current = Path::new("/work/p");
        for (given, expected) in [
            ("agent.py", "agent.py"),
            ("./src/agent.py", "src/agent.py"),
            ("a/../b/c.py", "b/c.py"),
            ("../x/agent.py", "agent.py"),
            ("/work/p/lib/a.py", "lib/a.py"),
            ("/elsewhere/agent.py", "agent.py"),
        ] {
            assert_eq!(
                key(given, current, "agent.py".rsplit('/').next().unwrap_or_default()),
                expected,
                "{given}"
            );
        }
    }

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
