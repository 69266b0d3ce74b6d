//! `ra auth logout`: a stored key is forgotten here.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::commands::account::{Account, NAMES};
use crate::config::{foreign, stored, write};
use crate::context::Context;
use crate::json::Json;

/// Forget the stored key of a service
///
/// Only this machine forgets it: the key stays valid until it is revoked where it was made.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra auth logout recall
  ra auth logout recursiv --profile work")]
pub struct LogoutArgs {
    /// Service to sign out of
    #[arg(value_parser = NAMES)]
    service: String,
}

const COLUMNS: &[Column] = &[
    Column::text("service", "service"),
    Column::text("profile", "profile"),
    Column::text("removed", "removed"),
];

/// Carries the command out.
pub fn run(args: &LogoutArgs, ctx: &Context) -> Result<Exit> {
    let account = Account::of(&args.service)?;
    let settings = ctx.settings_to_mend()?;
    let profile = &settings.profile;
    // The local services' own key is nobody's to forget.
    let there = !ctx.globals.local
        && stored(&settings.document, profile, account.key)
            .is_some_and(|value| value.as_str().is_none_or(|key| !key.trim().is_empty()));
    if there && ctx.rehearses(&format!("forget the key for {} in profile {profile}", account.title)) {
        return Ok(0);
    }
    if there {
        write::store(&settings.paths, profile, account.key, None)?;
    }
    if ctx.output.is_human() {
        let note = match there {
            true => format!("forgot the key for {} in profile {profile}", account.title),
            false => format!("profile {profile} holds no key for {}", account.title),
        };
        ctx.output.note(&note);
    } else {
        let row = json!({"service": account.name, "profile": profile, "removed": there});
        ctx.output.emit(&Json::from(row), View { columns: COLUMNS, id: "service" })?;
    }
    if there {
        ctx.output.note(&format!("the key itself stays valid until you revoke it: {}", account.page));
    }
    let variables = account.key_setting().variables.iter();
    for name in variables.filter(|name| settings.env.get(name).is_some()) {
        ctx.output.warning(&format!("{name} is set in the environment and still signs you in"));
    }
    if let Some((_, path)) = foreign::find(&settings.paths.home, account.key) {
        let file = foreign::shown(&settings.paths.home, &path);
        ctx.output.warning(&format!("{file} holds a key too and still signs you in"));
    }
    Ok(0)
}
