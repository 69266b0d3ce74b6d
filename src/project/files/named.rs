//! Files that are named one by one.

use std::fs;
use std::path::{Component, Path};

use super::{Plan, read};
use crate::error::Failure;
use crate::project::secrets;
use crate::text;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_deployment() {
        let current = Path::new("/home/ada/p");
        for (given, expected) in [
            ("agent.py", "agent.py"),
            ("./src/agent.py", "src/agent.py"),
            ("a/../b/c.py", "b/c.py"),
            ("../x/agent.py", "agent.py"),
            ("/home/ada/p/lib/a.py", "lib/a.py"),
            ("/elsewhere/agent.py", "agent.py"),
        ] {
            assert_eq!(
                key(given, current, "agent.py".rsplit('/').next().unwrap_or_default()),
                expected,
                "{given}"
            );
        }
    }
}
