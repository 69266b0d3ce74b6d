//! `ra local env`, `status` and `reset`: reaching the local services, and what they keep.

use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::{Value, json};

use super::PORT;
use crate::columns::{Column, Kind, View};
use crate::commands::Exit;
use crate::context::{Context, local_keys, local_state};
use crate::http::{Method, Request};
use crate::json::Json;
use crate::local::server::State;

/// Print the variables that point any client at the local services
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  eval \"$(ra local env)\"
  ra local env --port 9000")]
pub struct EnvArgs {
    /// Port that `ra local serve` listens on
    #[arg(long, value_name = "N", default_value_t = PORT)]
    port: u16,
}

/// Say whether the local services run, and what they keep
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra local status
  ra local status --port 9000 -o json")]
pub struct StatusArgs {
    /// Port to look at
    #[arg(long, value_name = "N", default_value_t = PORT)]
    port: u16,
}

/// Forget everything the local services keep
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra local reset
  ra local reset --yes")]
pub struct ResetArgs {}

const PAIRS: View<'static> = View { columns: &[], id: "RECURSIV_API_BASE_URL" };

/// Prints POSIX `export` lines.
///
/// # Errors
/// When the keys cannot be kept.
pub fn env(args: &EnvArgs, ctx: &Context) -> Result<Exit> {
    let keys = local_keys(ctx.settings()?)?;
    let origin = format!("http://127.0.0.1:{}", args.port);
    let variables = [
        ("RECURSIV_API_BASE_URL", format!("{origin}/recursiv/api/v1")),
        ("RECURSIV_API_KEY", keys.recursiv),
        ("RECALL_BASE_URL", format!("{origin}/recall")),
        ("RECALL_API_KEY", keys.recall),
        ("RECALL_WORKSPACE_ID", crate::local::WORKSPACE.to_owned()),
        ("RUNAGENTS_ENDPOINT", format!("{origin}/runagents")),
        ("RUNAGENTS_API_KEY", keys.runagents),
    ];
    let lines: String = variables
        .iter()
        .map(|(name, value)| format!("export {name}={}\n", shlex::try_quote(value).unwrap_or_default()))
        .collect();
    let object: serde_json::Map<String, Value> =
        variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    ctx.output.emit_text(&lines, &Json::from(Value::Object(object)), PAIRS)?;
    Ok(0)
}

/// Says whether a server answers, and how large the state is.
///
/// # Errors
/// Exit 2 when the configuration is broken.
pub async fn status(args: &StatusArgs, ctx: &Context) -> Result<Exit> {
    let origin = format!("http://127.0.0.1:{}", args.port);
    let request = Request::new("local", Method::Get, &origin, "/").patient(Duration::from_secs(2));
    let client = ctx.http_with(crate::http::Retry { max_retries: 0, ..crate::http::Retry::default() });
    let running = client.send(&request).await.is_ok_and(|answer| answer.ok() && answer.json().is_some());
    let file = local_state(ctx.settings()?);
    let size = std::fs::metadata(&file).map(|data| data.len()).ok();
    let status = json!({
        "running": running,
        "address": origin,
        "state": file.display().to_string(),
        "bytes": size,
    });
    let columns = [
        Column::of(Kind::Status, "running", "running"),
        Column::text("address", "address"),
        Column::text("state", "state"),
        Column::of(Kind::Bytes, "size", "bytes"),
    ];
    ctx.output.emit(&Json::from(status), View { columns: &columns, id: "address" })?;
    Ok(0)
}

/// Removes the state file and what lies beside it.
///
/// # Errors
/// Without a yes, or when something cannot be removed.
pub fn reset(_: &ResetArgs, ctx: &Context) -> Result<Exit> {
    let file = local_state(ctx.settings()?);
    let deed = format!("forget everything in {}", file.display());
    if ctx.rehearses(&deed) {
        return Ok(0);
    }
    ctx.confirm(&deed)?;
    let mut removed = Vec::new();
    for path in State::File(file).paths() {
        let done = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        match done {
            Ok(()) => removed.push(path.display().to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot remove {}", path.display())),
        }
    }
    let text =
        format!("the local services start afresh ({} removed)\n", crate::text::count(removed.len(), "file"));
    ctx.output.emit_text(
        &text,
        &Json::from(json!({"removed": removed})),
        View { columns: &[], id: "removed" },
    )?;
    Ok(0)
}
