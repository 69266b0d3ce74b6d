//! `ra config list` and `ra config get`: values with where they came from.

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::shown;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::config::{self, Origin, SETTINGS, Setting};
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;

/// List every setting with the value in force
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra config list
  ra config list --origin
  ra config list --profile work -o json")]
pub struct ListArgs {
    /// Say where each value came from: a variable, the profile, another tool's file, the default
    #[arg(long)]
    origin: bool,

    /// Show keys in full
    #[arg(long)]
    show_secret: bool,
}

/// Print one setting's value in force
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra config get recall.base_url
  ra config get recall.api_key --show-secret
  ra config get recursiv.agent_id --profile work")]
pub struct GetArgs {
    /// Setting, service.name
    key: String,

    /// Show a key in full
    #[arg(long)]
    show_secret: bool,
}

const COLUMNS: [Column; 3] =
    [Column::text("key", "key"), Column::text("value", "value"), Column::text("origin", "origin")];

/// Lists all settings.
pub fn list(args: &ListArgs, ctx: &Context) -> Result<Exit> {
    let rows = SETTINGS.iter().map(|setting| row(setting, args.show_secret, ctx));
    let rows = rows.collect::<Result<Vec<Json>, Failure>>()?;
    let columns = if args.origin { &COLUMNS[..] } else { &COLUMNS[..2] };
    ctx.output.emit_list(&rows, View { columns, id: "key" })?;
    Ok(0)
}

/// Prints one setting.
pub fn get(args: &GetArgs, ctx: &Context) -> Result<Exit> {
    let setting = config::find(&args.key)?;
    let row = row(setting, args.show_secret, ctx)?;
    let Some(value) = row.value["value"].as_str().map(str::to_owned) else {
        return Err(Failure::new(Kind::NotFound, format!("{} is not set", setting.key))
            .hint(format!("ra config set {}", setting.key))
            .into());
    };
    ctx.output.emit_text(&format!("{value}\n"), &row, View { columns: &COLUMNS, id: "value" })?;
    Ok(0)
}

fn row(setting: &Setting, whole: bool, ctx: &Context) -> Result<Json, Failure> {
    let resolved = ctx.settings()?.get(setting.key)?;
    let value = resolved.as_ref().map_or(Value::Null, |resolved| shown(setting, resolved, whole).into());
    let origin = resolved.map_or(Origin::Default, |resolved| resolved.origin);
    Ok(Json::from(json!({"key": setting.key, "value": value, "origin": origin.to_string()})))
}
