//! `ra config import`: what the official tools know, copied into a profile.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::shown;
use crate::columns::{Column, Kind, View};
use crate::commands::Exit;
use crate::config::{Origin, Resolved, file, find, foreign, stored, write};
use crate::context::Context;
use crate::json::Json;

/// Copy what the official tools have stored into the profile in use
///
/// Reads ~/.runagents/config.json and ~/.recursiv/credentials. Those files are read anyway where a profile is silent;
/// copying makes the profile independent of them.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra config import
  ra config import --overwrite --profile work")]
pub struct ImportArgs {
    /// Replace what the profile has already
    #[arg(long)]
    overwrite: bool,
}

const COLUMNS: &[Column] = &[
    Column::text("key", "key"),
    Column::text("value", "value"),
    Column::text("from", "from"),
    Column::of(Kind::Status, "outcome", "outcome"),
];

/// Carries the command out.
pub fn run(args: &ImportArgs, ctx: &Context) -> Result<Exit> {
    let settings = ctx.settings_to_mend()?;
    let home = &settings.paths.home;
    let mut found = Vec::new();
    for key in foreign::settings() {
        if let Some((value, path)) = foreign::find(home, key) {
            let from = foreign::shown(home, &path);
            found.push((find(key)?, find(key)?.checked(&value, &from)?, from));
        }
    }
    if found.is_empty() {
        ctx.output
            .note("nothing to import: ~/.runagents/config.json and ~/.recursiv/credentials hold no settings");
    }
    let mut rows = Vec::new();
    let mut copy = |document: &mut serde_json::Value| {
        for (setting, value, from) in &found {
            let there = stored(document, &settings.profile, setting.key)
                .is_some_and(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
            let take = args.overwrite || !there;
            if take {
                write::put(document, &settings.profile, setting.key, Some(value))?;
            }
            let resolved = Resolved { value: value.clone(), origin: Origin::Foreign(from.clone()) };
            let value = shown(setting, &resolved, false);
            let outcome = if take { "copied" } else { "kept what the profile has" };
            rows.push(Json::from(
                json!({"key": setting.key, "value": value, "from": from, "outcome": outcome}),
            ));
        }
        Ok(())
    };
    if !found.is_empty() {
        let path = &settings.paths.config;
        match ctx.rehearses(&format!("copy into {} what the list calls copied", path.display())) {
            true => copy(&mut file::peek(path)?.unwrap_or_else(write::empty))?,
            false => file::change(path, copy)?,
        }
    }
    if !rows.is_empty() || !ctx.output.is_human() {
        ctx.output.emit_list(&rows, View { columns: COLUMNS, id: "key" })?;
    }
    Ok(0)
}
