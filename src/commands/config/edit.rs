//! `ra config edit`: the file in an editor, kept only when it can be read afterwards.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::{Value, json};

use crate::columns::View;
use crate::commands::Exit;
use crate::config::{SETTINGS, file, paths::private_folder, stored};
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;

/// Open the configuration file in your editor ($VISUAL, else $EDITOR)
///
/// A copy is edited. It takes the file's place when it can be read; otherwise the file stays as it is and the copy is
/// kept.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra config edit
  EDITOR='code --wait' ra config edit")]
pub struct EditArgs {}

/// What a file that is not there yet begins with.
const BEGINNING: &str = "{\n  \"profile\": \"default\",\n  \"profiles\": {\n    \"default\": {}\n  }\n}\n";

/// Carries the command out.
pub fn run(ctx: &Context) -> Result<Exit> {
    let path = &ctx.paths()?.config;
    if ctx.globals.no_input {
        return Err(Failure::usage("an editor cannot be opened with --no-input")
            .hint("ra config set KEY VALUE")
            .into());
    }
    if ctx.rehearses(&format!("open an editor on {}", path.display())) {
        return Ok(0);
    }
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(Failure::usage(format!("cannot read {}: {error}", path.display())).into());
        }
    };
    let copy = copy(path, if before.is_empty() { BEGINNING } else { &before })?;
    open(&copy, ctx)?;
    let after = std::fs::read_to_string(&copy)
        .map_err(|error| unsaved(&copy, format!("the edited copy cannot be read: {error}")))?;
    let changed = after != if before.is_empty() { BEGINNING } else { &before };
    if changed {
        check(&after).map_err(|what| unsaved(&copy, what))?;
        if !file::swap(path, &before, &after)? {
            return Err(unsaved(&copy, "the file was changed by someone else meanwhile".to_owned()).into());
        }
    }
    let _ = std::fs::remove_file(&copy);
    if ctx.output.is_human() {
        let what = if changed { "saved" } else { "nothing changed in" };
        ctx.output.note(&format!("{what} {}", path.display()));
        return Ok(0);
    }
    let row = json!({"path": path.display().to_string(), "changed": changed});
    ctx.output.emit(&Json::from(row), View { columns: &[], id: "path" })?;
    Ok(0)
}

/// A private copy beside the file, so that no other folder ever holds the keys.
fn copy(path: &Path, text: &str) -> Result<PathBuf> {
    let folder = file::folder_of(path);
    private_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut copy = tempfile::Builder::new()
        .prefix("config-edit-")
        .suffix(".json")
        .tempfile_in(folder)
        .with_context(|| format!("cannot write in {}", folder.display()))?;
    copy.write_all(text.as_bytes()).with_context(|| format!("cannot write in {}", folder.display()))?;
    let (_, path) = copy.keep().with_context(|| format!("cannot write in {}", folder.display()))?;
    Ok(path)
}

fn open(copy: &Path, ctx: &Context) -> Result<(), Failure> {
    let named = ctx.env.get("VISUAL").or(ctx.env.get("EDITOR")).unwrap_or("vi");
    let words = shlex::split(named).filter(|words| !words.is_empty());
    let Some([program, arguments @ ..]) = words.as_deref() else {
        let _ = std::fs::remove_file(copy);
        return Err(Failure::usage(format!("`{named}` is no command (from VISUAL or EDITOR)")));
    };
    match Command::new(program).args(arguments).arg(copy).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure {
            kind: Kind::Refused,
            ..unsaved(copy, format!("the editor `{program}` did not end well: {status}"))
        }),
        Err(error) => {
            let _ = std::fs::remove_file(copy);
            Err(Failure::usage(format!("cannot start the editor `{program}`: {error}"))
                .hint("EDITOR=nano ra config edit"))
        }
    }
}

/// Whether the text can be saved: a document whose settings can be used.
fn check(text: &str) -> Result<(), String> {
    let Some(document) = file::parse(text)? else { return Ok(()) };
    let profiles = document.get("profiles").and_then(Value::as_object).into_iter().flatten();
    let names: Vec<&str> = profiles.map(|(name, _)| name.as_str()).collect();
    for setting in SETTINGS {
        let places: Vec<(String, Option<&Value>)> = match setting.key.contains('.') {
            false => vec![("the edited copy".to_owned(), document.get(setting.key))],
            true => names
                .iter()
                .map(|name| (format!("profile {name}"), stored(&document, name, setting.key)))
                .collect(),
        };
        for (origin, value) in places {
            let why = match value {
                None | Some(Value::Null) => continue,
                Some(Value::String(text)) if text.trim().is_empty() => continue,
                Some(Value::String(text)) => setting.checked(text, &origin).err().map(|why| why.message),
                Some(_) => Some(format!("{} is no text (from {origin})", setting.key)),
            };
            if let Some(why) = why {
                return Err(why);
            }
        }
    }
    Ok(())
}

fn unsaved(copy: &Path, what: String) -> Failure {
    Failure::usage(format!("{what}; nothing was saved"))
        .note(format!("your changes are in {}", copy.display()))
}
