//! `ra runagents config`: the settings, in the words of the official program. They go to `ra`'s own file.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::args::input;
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::config::{Setting, find, write};
use crate::context::Context;
use crate::error::Failure;
use crate::json::Json;
use crate::secret::Secret;

/// Verbs of `config`.
#[derive(Subcommand, Debug)]
pub enum ConfigCommand {
    Set(SetArgs),
    Get(GetArgs),
}

/// Store a setting
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents config set endpoint https://acme.runagents.io/workspaces/revops
  ra runagents config set api-key @key.txt
  ra runagents config set assistant-mode external")]
pub struct SetArgs {
    /// Setting: endpoint, api-key, namespace, assistant-mode or dialect
    pub key: String,

    /// Its value; a key as @FILE or - for stdin
    pub value: String,
}

/// Show settings and where each comes from
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents config get
  ra runagents config get endpoint
  ra runagents config get -o json")]
pub struct GetArgs {
    /// One setting: endpoint, api-key, namespace, assistant-mode or dialect
    pub key: Option<String>,
}

/// The official words, and the settings they stand for.
const KEYS: &[(&str, &str)] = &[
    ("endpoint", "runagents.endpoint"),
    ("api-key", "runagents.api_key"),
    ("namespace", "runagents.namespace"),
    ("assistant-mode", "runagents.assistant_mode"),
    ("dialect", "runagents.dialect"),
];

const COLUMNS: &[Column] =
    &[Column::text("setting", "key"), Column::text("value", "value"), Column::text("from", "origin")];

/// Carries the command out.
///
/// # Errors
/// Exit 2 for an unknown setting or an unusable value.
pub fn run(command: ConfigCommand, ctx: &Context) -> Result<Exit> {
    match command {
        ConfigCommand::Set(args) => set(&args, ctx),
        ConfigCommand::Get(args) => get(&args, ctx),
    }
}

fn setting(word: &str) -> Result<(&'static str, &'static Setting), Failure> {
    let wanted = word.trim().to_lowercase().replace('_', "-");
    match KEYS.iter().find(|(key, _)| *key == wanted) {
        Some((key, setting)) => Ok((key, find(setting)?)),
        None => {
            let failure = Failure::usage(format!("RunAgents has no setting `{}`", crate::text::line(word)));
            Err(match crate::text::closest(&wanted, KEYS.iter().map(|(key, _)| *key)) {
                Some(near) => failure.hint(format!("ra runagents config get {near}")),
                None => failure.hint("ra runagents config get"),
            })
        }
    }
}

fn set(args: &SetArgs, ctx: &Context) -> Result<Exit> {
    let (key, setting) = setting(&args.key)?;
    let value = if setting.is_secret() {
        if args.value != "-" && !args.value.starts_with('@') {
            ctx.hide(&Secret::new(args.value.clone()));
            ctx.output.warning("a key on the command line can be seen by others in `ps`; give - or @FILE");
        }
        input::text(&args.value, "the value", &ctx.stdin)?
    } else {
        args.value.clone()
    };
    let value = value.trim();
    let value = if key == "assistant-mode" { value.to_lowercase() } else { value.to_owned() };
    let settings = ctx.settings()?;
    if ctx.globals.dry_run.is_some() {
        ctx.output.note(&format!("would set {} in {}", setting.key, settings.paths.config.display()));
        return Ok(0);
    }
    // As with the official program, an empty value takes a setting away.
    let value = if value.is_empty() { value } else { setting.checked(&value, "the command line")? };
    write::store(
        &settings.paths,
        &settings.profile,
        setting.key,
        Some(&value).filter(|text| !text.is_empty()).map(String::as_str),
    )?;
    ctx.output.note(&format!("set {key} in {}", settings.paths.config.display()));
    if let Some(resolved) = settings.get(setting.key)?
        && matches!(resolved.origin, crate::config::Origin::Env(_))
    {
        ctx.output.warning(&format!(
            "{} wins over it",
            resolved.origin.to_string().replace("env ", "the variable ")
        ));
    }
    if !ctx.output.is_human() {
        let shown = if setting.is_secret() { Secret::new(value).masked() } else { value };
        ctx.output
            .emit(&Json::from(json!({"key": key, "value": shown})), View { columns: COLUMNS, id: "key" })?;
    }
    Ok(0)
}

fn get(args: &GetArgs, ctx: &Context) -> Result<Exit> {
    let settings = ctx.settings()?;
    let row = |key: &str, setting: &Setting| -> Result<Json, Failure> {
        let resolved = settings.get(setting.key)?;
        let value = resolved.as_ref().map(|resolved| match setting.is_secret() {
            true => Secret::new(resolved.value.clone()).masked(),
            false => resolved.value.clone(),
        });
        let origin = resolved.map(|resolved| resolved.origin.to_string());
        // Who names no namespace works in this one.
        let value = value.or_else(|| (key == "namespace").then(|| "default".to_owned()));
        Ok(Json::from(
            json!({"key": key, "value": value, "origin": origin.unwrap_or_else(|| "not set".to_owned())}),
        ))
    };
    let view = View { columns: COLUMNS, id: "key" };
    match &args.key {
        Some(word) => {
            let (key, setting) = setting(word)?;
            let row = row(key, setting)?;
            let value = row.value["value"].as_str().unwrap_or_default().to_owned();
            ctx.output.emit_text(&format!("{value}\n"), &row, view)?;
        }
        None => {
            let rows: Result<Vec<Json>, Failure> =
                KEYS.iter().map(|(key, name)| row(key, find(name)?)).collect();
            ctx.output.emit_list(&rows?, view)?;
        }
    }
    Ok(0)
}
