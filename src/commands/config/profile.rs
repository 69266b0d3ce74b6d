//! `ra config profile`: several sets of settings in one file.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::config::{file, profiles, unknown_profile, write};
use crate::context::Context;
use crate::error::Failure;
use crate::json::Json;
use crate::text;

/// Keep several sets of settings, and choose the one in use
#[derive(Args, Debug)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  ra config profile add work
  ra auth login recall --profile work
  ra config profile use work"
)]
pub struct ProfileArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// List the profiles
    #[command(after_help = "Examples:
  ra config profile list
  ra config profile list -o id")]
    List,

    /// Make a profile the one in use
    #[command(after_help = "Examples:
  ra config profile use work")]
    Use {
        /// Profile
        #[arg(value_name = "PROFILE")]
        name: String,
    },

    /// Add an empty profile
    #[command(after_help = "Examples:
  ra config profile add work")]
    Add {
        /// Name of the new profile
        name: String,
    },

    /// Remove a profile with its settings
    #[command(after_help = "Examples:
  ra config profile remove work --yes")]
    Remove {
        /// Profile
        #[arg(value_name = "PROFILE")]
        name: String,
    },
}

const COLUMNS: &[Column] = &[Column::text("name", "name"), Column::text("in use", "active")];
const VIEW: View<'static> = View { columns: COLUMNS, id: "name" };

/// Carries the command out. The file is read anew: one whose profile in use is gone must be mendable from here.
pub fn run(args: ProfileArgs, ctx: &Context) -> Result<Exit> {
    match args.command {
        Command::List => list(ctx),
        Command::Use { name } => choose(&name, ctx),
        Command::Add { name } => add(&name, ctx),
        Command::Remove { name } => remove(&name, ctx),
    }
}

/// The profile in use: `--profile`, `RA_PROFILE`, or what the file says.
fn active<'a>(document: &'a Value, ctx: &'a Context) -> &'a str {
    let asked = ctx.globals.profile.as_deref().or(ctx.env.get("RA_PROFILE"));
    asked.or(document.get("profile").and_then(Value::as_str)).unwrap_or("default")
}

fn list(ctx: &Context) -> Result<Exit> {
    let document = file::peek(&ctx.paths()?.config)?.unwrap_or_else(write::empty);
    let active = active(&document, ctx);
    let row = |name: &&str| Json::from(json!({"name": name, "active": *name == active}));
    let rows: Vec<Json> = profiles(&document).iter().map(row).collect();
    ctx.output.emit_list(&rows, VIEW)?;
    Ok(0)
}

fn choose(name: &str, ctx: &Context) -> Result<Exit> {
    let choice = |document: &mut Value| {
        if !profiles(document).contains(&name) {
            return Err(unknown_profile(document, name, "the command line").into());
        }
        document["profile"] = name.into();
        Ok(())
    };
    if !change(&format!("make {name} the profile in use"), choice, ctx)? {
        return Ok(0);
    }
    done(name, true, &format!("profile {name} is in use now"), ctx)?;
    if let Some(other) = ctx.env.get("RA_PROFILE").filter(|other| *other != name) {
        ctx.output.warning(&format!("RA_PROFILE is set to `{}` and wins over the file", text::line(other)));
    }
    Ok(0)
}

fn add(name: &str, ctx: &Context) -> Result<Exit> {
    if name.is_empty() || name.starts_with('-') || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Failure::usage(format!("`{}` cannot be the name of a profile", text::line(name)))
            .hint("ra config profile add work")
            .into());
    }
    let addition = |document: &mut Value| {
        if document.get("profiles").is_some_and(|all| all.get(name).is_some()) {
            let failure = Failure::usage(format!("there is a profile `{name}` already"));
            return Err(failure.hint(format!("ra config profile use {name}")).into());
        }
        document["profiles"][name] = write::empty();
        Ok(())
    };
    if !change(&format!("add profile {name}"), addition, ctx)? {
        return Ok(0);
    }
    done(name, false, &format!("added profile {name}; to use it: ra config profile use {name}"), ctx)?;
    Ok(0)
}

fn remove(name: &str, ctx: &Context) -> Result<Exit> {
    let path = &ctx.paths()?.config;
    removable(name, &file::peek(path)?.unwrap_or_else(write::empty), ctx)?;
    ctx.confirm(&format!("remove profile {name} with its settings and keys"))?;
    let removal = |document: &mut Value| {
        removable(name, document, ctx)?;
        if let Some(Value::Object(profiles)) = document.get_mut("profiles") {
            profiles.shift_remove(name);
        }
        Ok(())
    };
    if !change(&format!("remove profile {name} with its settings and keys"), removal, ctx)? {
        return Ok(0);
    }
    done(name, false, &format!("removed profile {name}"), ctx)?;
    Ok(0)
}

/// Changes the file; under `--dry-run` a copy that nobody keeps, so that what is refused is refused there too. Says
/// whether it was done.
fn change(deed: &str, change: impl FnOnce(&mut Value) -> Result<()>, ctx: &Context) -> Result<bool> {
    let path = &ctx.paths()?.config;
    if ctx.globals.dry_run.is_none() {
        return file::change(path, change).map(|()| true);
    }
    change(&mut file::peek(path)?.unwrap_or_else(write::empty))?;
    Ok(!ctx.rehearses(deed))
}

fn removable(name: &str, document: &Value, ctx: &Context) -> Result<(), Failure> {
    if !profiles(document).contains(&name) {
        return Err(unknown_profile(document, name, "the command line"));
    }
    if name == "default" {
        return Err(Failure::usage("profile default cannot be removed")
            .hint("ra config unset KEY   # to remove one of its settings"));
    }
    let in_file = document.get("profile").and_then(Value::as_str);
    if name == active(document, ctx) || in_file == Some(name) {
        return Err(Failure::usage(format!("profile `{name}` is in use"))
            .hint("ra config profile use default   # or another one"));
    }
    Ok(())
}

fn done(name: &str, active: bool, note: &str, ctx: &Context) -> Result<()> {
    if ctx.output.is_human() {
        ctx.output.note(note);
        return Ok(());
    }
    ctx.output.emit(&Json::from(json!({"name": name, "active": active})), VIEW)
}
