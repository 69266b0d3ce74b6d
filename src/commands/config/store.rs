//! `ra config set` and `ra config unset`: one value into the file, or out of it.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::args::input;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::config::{self, Setting, Settings, write};
use crate::context::Context;
use crate::error::Failure;
use crate::json::Json;
use crate::secret::Secret;

/// Store a setting in the profile in use
///
/// Without a value it is asked for, a key without echo; when stdin is no terminal it is read from there.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra config set recursiv.agent_id support
  ra config set recall.base_url https://recall.example.com --profile work
  ra config set recall.api_key
  ra config set recall.api_key - < key.txt")]
pub struct SetArgs {
    /// Setting, service.name
    key: String,

    /// Its value: text, @FILE, or - for stdin
    value: Option<String>,
}

/// Remove a setting from the profile in use
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra config unset recall.api_key
  ra config unset recursiv.agent_id --profile work")]
pub struct UnsetArgs {
    /// Setting, service.name
    key: String,
}

const COLUMNS: &[Column] = &[
    Column::text("key", "key"),
    Column::text("value", "value"),
    Column::text("profile", "profile"),
    Column::text("file", "file"),
];

/// Stores a value.
pub async fn set(args: SetArgs, ctx: &Context) -> Result<Exit> {
    let setting = config::find(&args.key)?;
    let settings = ctx.settings_to_mend()?;
    let (value, origin) = value(setting, args.value.as_deref(), ctx).await?;
    if setting.is_secret() {
        ctx.hide(&Secret::new(value.trim()));
    }
    let value = setting.checked(&value, &origin)?;
    if value.is_empty() {
        return Err(Failure::usage(format!("the value for {} is empty", setting.key))
            .hint(format!("ra config unset {}", setting.key))
            .into());
    }
    let shown = if setting.is_secret() { Secret::new(value.as_str()).masked() } else { value.clone() };
    if ctx.rehearses(&format!("set {} to {shown} in {}", setting.key, settings.paths.config.display())) {
        return Ok(0);
    }
    write::store(&settings.paths, &settings.profile, setting.key, Some(&value))?;
    done(setting, Some(&shown), &format!("{} is {shown} now", setting.key), settings, ctx)?;
    warn_of_winner(setting, settings, ctx);
    Ok(0)
}

/// Removes a value.
pub fn unset(args: &UnsetArgs, ctx: &Context) -> Result<Exit> {
    let setting = config::find(&args.key)?;
    let settings = ctx.settings_to_mend()?;
    if ctx.rehearses(&format!("remove {} from {}", setting.key, settings.paths.config.display())) {
        return Ok(0);
    }
    let was_there = match setting.key.contains('.') {
        true => config::stored(&settings.document, &settings.profile, setting.key).is_some(),
        false => settings.document.get(setting.key).is_some(),
    };
    if was_there {
        write::store(&settings.paths, &settings.profile, setting.key, None)?;
    }
    let note =
        format!("{} {}", setting.key, if was_there { "is no longer stored" } else { "was not stored" });
    done(setting, None, &note, settings, ctx)?;
    warn_of_winner(setting, settings, ctx);
    Ok(0)
}

/// The value given, read or asked for, and where it came from.
async fn value(setting: &Setting, given: Option<&str>, ctx: &Context) -> Result<(String, String)> {
    use std::io::IsTerminal as _;
    if let Some(given) = given {
        let literal = given != "-" && !given.starts_with('@');
        if literal && setting.is_secret() {
            ctx.hide(&Secret::new(given));
            ctx.output.warning(
                "a key on the command line can be seen by others in `ps`; give no value and type it, or pipe it",
            );
        }
        let origin = match given {
            "-" | "@-" => "stdin",
            given => given.strip_prefix('@').unwrap_or("the command line"),
        };
        return Ok((input::text(given, "the value", &ctx.stdin)?, origin.to_owned()));
    }
    if !std::io::stdin().is_terminal() {
        return Ok((input::text("-", "the value", &ctx.stdin)?, "stdin".to_owned()));
    }
    if !ctx.may_ask() {
        return Err(Failure::usage(format!("no value for {}", setting.key))
            .hint(format!("ra config set {} VALUE", setting.key))
            .into());
    }
    ctx.output.prompt(&format!("{}: ", setting.key));
    let typed =
        if setting.is_secret() { ctx.hidden_line().await? } else { console::Term::stderr().read_line()? };
    Ok((typed, "the terminal".to_owned()))
}

fn done(
    setting: &Setting,
    value: Option<&str>,
    note: &str,
    settings: &Settings,
    ctx: &Context,
) -> Result<()> {
    let dotted = setting.key.contains('.');
    if ctx.output.is_human() {
        let place = if dotted { format!("profile {}", settings.profile) } else { "all profiles".to_owned() };
        ctx.output.note(&format!("{note} ({place}, {})", settings.paths.config.display()));
        return Ok(());
    }
    let row = json!({
        "key": setting.key,
        "value": value,
        "profile": dotted.then_some(&settings.profile),
        "file": settings.paths.config.display().to_string(),
    });
    ctx.output.emit(&Json::from(row), View { columns: COLUMNS, id: "key" })
}

/// A variable that is set wins over the file; who stores a value should know that it will not be seen.
fn warn_of_winner(setting: &Setting, settings: &Settings, ctx: &Context) {
    if let Some(name) = setting.variables.iter().find(|name| settings.env.get(name).is_some()) {
        ctx.output.warning(&format!("{name} is set in the environment and wins over the file"));
    }
}
