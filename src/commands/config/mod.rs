//! `ra config`: what is set, where it came from, and how to change it.

mod edit;
mod import;
mod profile;
mod show;
mod store;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use super::Exit;
use crate::columns::View;
use crate::config::{Resolved, Setting};
use crate::context::Context;
use crate::json::Json;
use crate::secret::Secret;

/// Show and change settings and profiles
///
/// A setting comes from a flag, else from its environment variable, else from the profile in use, else from the
/// official tools' own files, else it has its default. `ra help environment` names the variables.
#[derive(Args, Debug)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  ra config list --origin
  ra config set recall.base_url https://recall.example.com
  ra config profile add work"
)]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    List(show::ListArgs),
    Get(show::GetArgs),
    Set(store::SetArgs),
    Unset(store::UnsetArgs),
    Path(PathArgs),
    Edit(edit::EditArgs),
    Profile(profile::ProfileArgs),
    Import(import::ImportArgs),
}

/// Print where the configuration file is
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra config path
  ls -l \"$(ra config path)\"")]
struct PathArgs {}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(args: ConfigArgs, ctx: &Context) -> Result<Exit> {
    match args.command {
        Command::List(args) => show::list(&args, ctx),
        Command::Get(args) => show::get(&args, ctx),
        Command::Set(args) => store::set(args, ctx).await,
        Command::Unset(args) => store::unset(&args, ctx),
        Command::Path(_) => path(ctx),
        Command::Edit(_) => edit::run(ctx),
        Command::Profile(args) => profile::run(args, ctx),
        Command::Import(args) => import::run(&args, ctx),
    }
}

fn path(ctx: &Context) -> Result<Exit> {
    let path = ctx.paths()?.config.display().to_string();
    let view = View { columns: &[], id: "path" };
    ctx.output.emit_text(&format!("{path}\n"), &Json::from(json!({"path": path})), view)?;
    Ok(0)
}

/// A setting's value as it may be shown: a key masked, unless the whole of it was asked for.
pub fn shown(setting: &Setting, resolved: &Resolved, whole: bool) -> String {
    match setting.is_secret() && !whole {
        true => Secret::new(&resolved.value).masked(),
        false => resolved.value.clone(),
    }
}
