//! What `.gitignore`, `.runagentsignore` and the project's own list leave out, and which of them said so.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::error::Failure;

/// Files whose rules hold in their folder and below; the later one wins.
const FILES: [&str; 2] = [".gitignore", ".runagentsignore"];

/// Rules from the outermost folder to the innermost.
#[derive(Clone, Debug, Default)]
pub struct Ignored {
    rules: Vec<(String, Gitignore)>,
}

impl Ignored {
    /// The rules above `root`: those of the repository it lies in, if it lies in one. `.gitignore` counts without a
    /// repository too, but not from folders that have nothing to do with the project.
    ///
    /// # Errors
    /// Exit 2 when a rule cannot be read.
    pub fn above(root: &Path) -> Result<Self, Failure> {
        let mut ignored = Self::default();
        let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else {
            return Ok(ignored);
        };
        ignored.add(top, &top.join(".git/info/exclude"), ".git/info/exclude")?;
        let mut between: Vec<&Path> =
            root.ancestors().skip(1).take_while(|folder| folder.starts_with(top)).collect();
        between.reverse();
        for folder in between {
            ignored.enter(folder, folder)?;
        }
        Ok(ignored)
    }

    /// Adds the rules of a folder, named in reports by its path below `root`.
    ///
    /// # Errors
    /// Exit 2 when a rule cannot be read.
    pub fn enter(&mut self, folder: &Path, root: &Path) -> Result<(), Failure> {
        for name in FILES {
            let path = folder.join(name);
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            self.add(folder, &path, &shown)?;
        }
        Ok(())
    }

    /// Adds patterns that stand in the project's own description.
    ///
    /// # Errors
    /// Exit 2 when one cannot be read.
    pub fn patterns(&mut self, root: &Path, patterns: &[String], shown: &str) -> Result<(), Failure> {
        let rules = matcher(root, patterns, shown)?;
        self.rules.push((shown.to_owned(), rules));
        Ok(())
    }

    fn add(&mut self, folder: &Path, path: &Path, shown: &str) -> Result<(), Failure> {
        if !path.is_file() {
            return Ok(());
        }
        let mut builder = GitignoreBuilder::new(folder);
        if let Some(error) = builder.add(path) {
            return Err(Failure::usage(format!("cannot read {shown}: {error}")));
        }
        let rules =
            builder.build().map_err(|error| Failure::usage(format!("cannot read {shown}: {error}")))?;
        self.rules.push((shown.to_owned(), rules));
        Ok(())
    }

    /// Which file leaves this path out, if one does. The innermost rule that speaks of it decides.
    pub fn by(&self, path: &Path, is_folder: bool) -> Option<&str> {
        for (shown, rules) in self.rules.iter().rev() {
            match rules.matched(path, is_folder) {
                Match::Ignore(_) => return Some(shown),
                Match::Whitelist(_) => return None,
                Match::None => {}
            }
        }
        None
    }
}

/// Patterns as `.gitignore` has them, matched below `root`.
///
/// # Errors
/// Exit 2, naming the pattern.
pub fn matcher(root: &Path, patterns: &[String], shown: &str) -> Result<Gitignore, Failure> {
    let mut builder = GitignoreBuilder::new(root);
    for pattern in patterns {
        builder.add_line(None::<PathBuf>, pattern).map_err(|error| {
            Failure::usage(format!("`{}` in {shown} is no pattern: {error}", crate::text::line(pattern)))
        })?;
    }
    builder.build().map_err(|error| Failure::usage(format!("cannot read the patterns of {shown}: {error}")))
}
