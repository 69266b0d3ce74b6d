//! Which program of this machine runs a source, under which file name.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::Language;

/// From this version on node runs TypeScript by itself.
const NODE_WITH_TYPES: (u32, u32) = (22, 18);

/// What to start, or what is missing.
pub enum Plan {
    Run(Command),
    Missing(String),
}

/// Writes `source` into `folder` and says how to run it, with what is found on `search_path`.
pub async fn plan(language: Language, source: &str, folder: &Path, search_path: &OsStr) -> io::Result<Plan> {
    let find = |name: &str| find(search_path, name);
    match language {
        Language::Python => python(source, folder, find),
        Language::JavaScript => javascript(source, folder, find),
        Language::TypeScript => typescript(source, folder, find).await,
    }
}

fn python(source: &str, folder: &Path, find: impl Fn(&str) -> Option<PathBuf>) -> io::Result<Plan> {
    let Some(python) = find("python3").or_else(|| find("python")) else {
        return Ok(Plan::Missing(
            "Python code needs python3, which was not found; install it from python.org.".into(),
        ));
    };
    start(&python, &["-u", "-B"], write(folder, "main.py", source)?)
}

fn javascript(source: &str, folder: &Path, find: impl Fn(&str) -> Option<PathBuf>) -> io::Result<Plan> {
    let name = if is_module(source) { "main.mjs" } else { "main.cjs" };
    if let Some(node) = find("node") {
        return start(&node, &[], write(folder, name, source)?);
    }
    match (find("deno"), find("bun")) {
        (Some(deno), _) => start(&deno, &DENO, write(folder, name, source)?),
        (None, Some(bun)) => start(&bun, &["run"], write(folder, name, source)?),
        (None, None) => {
            Ok(Plan::Missing("JavaScript code needs node, deno or bun; none was found. Install one, for example from nodejs.org.".into()))
        }
    }
}

const DENO: [&str; 5] = ["run", "--no-prompt", "--allow-net", "--allow-read=.", "--allow-write=."];

async fn typescript(source: &str, folder: &Path, find: impl Fn(&str) -> Option<PathBuf>) -> io::Result<Plan> {
    if let Some(deno) = find("deno") {
        return start(&deno, &DENO, write(folder, "main.ts", source)?);
    }
    if let Some(bun) = find("bun") {
        return start(&bun, &["run"], write(folder, "main.ts", source)?);
    }
    let Some(node) = find("node") else {
        return Ok(Plan::Missing("TypeScript code needs deno, bun or node 22.18 or later; none was found. Install one, for example from nodejs.org.".into()));
    };
    let version = version(&node).await.unwrap_or_default();
    if version >= NODE_WITH_TYPES {
        return start(&node, &["--no-warnings"], write(folder, "main.ts", source)?);
    }
    // Much that is called TypeScript is plain JavaScript; an older node says so itself.
    let names = if is_module(source) { ["main.mjs", "main.cjs"] } else { ["main.cjs", "main.mjs"] };
    for name in names {
        let file = write(folder, name, source)?;
        let checked = bare(&node, folder).arg("--check").arg(&file).status().await?;
        if checked.success() {
            return start(&node, &[], file);
        }
    }
    let (major, minor) = version;
    Ok(Plan::Missing(format!(
        "TypeScript code needs deno, bun or node 22.18 or later; only node {major}.{minor} was found, which runs plain \
         JavaScript. Install a newer one, for example from nodejs.org."
    )))
}

/// Whether a source uses what only modules have.
fn is_module(source: &str) -> bool {
    let starts = |line: &str, word: &str| {
        line.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '{', '*', '"', '\'']))
    };
    source.lines().map(str::trim_start).any(|line| {
        starts(line, "import")
            || starts(line, "export")
            || line.starts_with("await ")
            || line.contains("= await ")
    }) && !source.contains("require(")
}

async fn version(node: &Path) -> Option<(u32, u32)> {
    let said = bare(node, Path::new("/")).arg("--version").stdout(Stdio::piped()).output().await.ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    let mut numbers = text.trim().trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn write(folder: &Path, name: &str, source: &str) -> io::Result<PathBuf> {
    let file = folder.join(name);
    std::fs::write(&file, source)?;
    Ok(file)
}

fn start(program: &Path, arguments: &[&str], file: PathBuf) -> io::Result<Plan> {
    let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
    let mut command = bare(program, &folder);
    command.args(arguments).arg(file);
    Ok(Plan::Run(command))
}

/// A command that inherits nothing: neither keys from the environment nor open input.
fn bare(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    let own = program.parent().unwrap_or(Path::new("/usr/bin"));
    let mut path = OsString::from(own);
    path.push(":/usr/local/bin:/usr/bin:/bin");
    command.env_clear().current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("PATH", path).env("HOME", folder).env("TMPDIR", folder);
    command.env("LANG", "C.UTF-8").env("NO_COLOR", "1");
    command
}

/// The first executable of that name on the path.
fn find(search_path: &OsStr, name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(search_path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|file| runs(file))
}

#[cfg(unix)]
fn runs(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn runs(file: &Path) -> bool {
    file.is_file()
}
