//! `ra doctor`: everything that has to be right, one line each.

mod machine;
mod network;
mod settings;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::Exit;
use crate::columns::{Column, Kind, View};
use crate::context::Context;
use crate::json::Json;

/// Check configuration, permissions, keys, reachability, clock, proxy and interpreters
///
/// Prints one line for each check: ok, warn or fail. Exit 1 when a check fails. Nothing is changed, and no key is shown.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra doctor
  ra --local doctor
  ra doctor -o json --jq '.[] | select(.status != \"ok\")'")]
pub struct DoctorArgs {}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Ok,
    Warn,
    Fail,
}

/// One check with its outcome.
#[derive(Debug)]
struct Check {
    name: String,
    status: Status,
    detail: String,
}

impl Check {
    fn new(name: impl Into<String>, status: Status, detail: impl Into<String>) -> Self {
        Self { name: name.into(), status, detail: detail.into() }
    }

    fn ok(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(name, Status::Ok, detail)
    }

    fn warn(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(name, Status::Warn, detail)
    }

    fn fail(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(name, Status::Fail, detail)
    }

    fn row(&self, ctx: &Context) -> Json {
        let status = match self.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Fail => "fail",
        };
        Json::from(
            json!({"check": self.name, "status": status, "detail": ctx.without_secrets(&crate::text::line(&self.detail))}),
        )
    }
}

const COLUMNS: &[Column] = &[
    Column::of(Kind::Status, "status", "status"),
    Column::text("check", "check"),
    Column::text("detail", "detail"),
];

/// Carries the command out.
///
/// # Errors
/// When stdout cannot be written.
pub async fn run(_args: DoctorArgs, ctx: &Context) -> Result<Exit> {
    let mut checks = settings::checks(ctx);
    checks.extend(machine::network(ctx));
    let looking = ctx.output.progress("looking around");
    // What takes time takes it together.
    let (interpreters, services) = tokio::join!(machine::interpreters(), network::checks(ctx));
    drop(looking);
    checks.push(interpreters);
    checks.extend(services?);
    let rows: Vec<Json> = checks.iter().map(|check| check.row(ctx)).collect();
    ctx.output.emit_list(&rows, View { columns: COLUMNS, id: "check" })?;
    Ok(Exit::from(checks.iter().any(|check| check.status == Status::Fail)))
}
