//! `ra recall limits`: what the account has used and may still use (contract 3.4).

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use serde_json::Value;

use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::http::parse_moment;
use crate::output::human;
use crate::services::fetch;
use crate::text;

/// Show what the account has used and may still use: money, runs a minute, storage
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recall limits
  ra recall limits -o json --jq .rateLimit.sync.remaining")]
pub struct LimitsArgs {}

/// From here on a limit is close.
const CLOSE: f64 = 80.0;
/// A self-hosted server without limits answers these and more.
const UNLIMITED: f64 = 99_999.0;
const WIDTH: usize = 20;

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(_: LimitsArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let usage = fetch(&recall, &recall.usage()).await?;
    let rows = rows(&usage.value);
    let width = rows.iter().map(|row| row.figures.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    if let Some(plan) = usage.value.pointer("/usage/plan").and_then(Value::as_str) {
        text.push_str(&format!("{:<9}{}\n", "plan", text::line(plan)));
    }
    for row in &rows {
        let line = format!("{:<9}{:<width$}  {}", row.name, row.figures, row.bar());
        text.push_str(&format!("{}{}\n", line.trim_end(), row.remark));
    }
    ctx.output.emit_text(&text, &usage, VIEW)?;
    for row in rows.iter().filter(|row| row.percent.is_some_and(|percent| percent >= CLOSE)) {
        let percent = row.percent.unwrap_or_default();
        ctx.output.warning(&format!("{} is at {percent:.0} % of its limit", row.name));
    }
    Ok(0)
}

/// For scripts: one row of figures, the same as the bars are drawn from.
const VIEW: View<'static> = View {
    columns: &[
        Column::text("plan", "usage.plan"),
        Column::text("cost", "usage.currentPeriodCost"),
        Column::text("cost limit", "usage.limit"),
        Column::text("sync remaining", "rateLimit.sync.remaining"),
        Column::text(
            "sync limit",
            "rateLimit.sync.maxBurst|rateLimit.sync.limit|rateLimit.sync.requestsPerMinute",
        ),
        Column::text("async remaining", "rateLimit.async.remaining"),
        Column::text(
            "async limit",
            "rateLimit.async.maxBurst|rateLimit.async.limit|rateLimit.async.requestsPerMinute",
        ),
        Column::text("storage used", "storage.usedBytes"),
        Column::text("storage limit", "storage.limitBytes"),
    ],
    id: "usage.plan",
};

/// One limit.
struct Row {
    name: &'static str,
    figures: String,
    /// Nothing where there is no limit to speak of.
    percent: Option<f64>,
    remark: String,
}

impl Row {
    /// `[####----------------]  20 %`.
    fn bar(&self) -> String {
        let Some(percent) = self.percent else { return "n/a".to_owned() };
        let filled = ((percent.clamp(0.0, 100.0) / 100.0) * WIDTH as f64).round() as usize;
        format!("[{}{}] {percent:>3.0} %", "#".repeat(filled), "-".repeat(WIDTH - filled))
    }
}

fn rows(usage: &Value) -> Vec<Row> {
    let mut rows = Vec::new();
    let number = |path: &str| usage.pointer(path).and_then(Value::as_f64);
    if let Some(cost) = number("/usage/currentPeriodCost") {
        let limit = number("/usage/limit");
        let of = match limit {
            Some(limit) if limit >= UNLIMITED => " of no limit".to_owned(),
            Some(limit) => format!(" of ${limit:.2}"),
            None => String::new(),
        };
        rows.push(Row {
            name: "usage",
            figures: format!("${cost:.2}{of}"),
            percent: share(cost, real(limit)),
            remark: String::new(),
        });
    }
    for (name, path) in [("sync", "/rateLimit/sync"), ("async", "/rateLimit/async")] {
        if let Some(window) = usage.pointer(path).filter(|window| window.is_object()) {
            rows.push(rate(name, window));
        }
    }
    if let Some(used) = number("/storage/usedBytes") {
        let limit = number("/storage/limitBytes");
        let size = |bytes: f64| indicatif::HumanBytes(bytes.max(0.0) as u64).to_string();
        let of = limit.map(|limit| format!(" of {}", size(limit))).unwrap_or_default();
        let (figures, percent) = (format!("{}{of}", size(used)), share(used, limit));
        rows.push(Row { name: "storage", figures, percent, remark: String::new() });
    }
    rows
}

/// A window of runs. What remains counts from the burst, which older servers do not name.
fn rate(name: &'static str, window: &Value) -> Row {
    let number = |name: &str| window.get(name).and_then(Value::as_f64);
    let minute = number("limit").or(number("requestsPerMinute"));
    let limit = number("maxBurst").or(minute);
    let used = match (limit, number("remaining")) {
        (Some(limit), Some(remaining)) => Some((limit - remaining).max(0.0)),
        _ => None,
    };
    let figures = match (used, limit, minute) {
        (_, Some(limit), _) if limit >= UNLIMITED => "no limit".to_owned(),
        (Some(used), Some(limit), Some(minute)) => format!("{used} of {limit} used, {minute} a minute"),
        (None, Some(limit), Some(minute)) => format!("{limit} at once, {minute} a minute"),
        _ => "-".to_owned(),
    };
    let mut remark = String::new();
    if window.get("isLimited") == Some(&Value::Bool(true)) {
        remark.push_str("  limited");
        if let Some(moment) = window.get("resetAt").and_then(Value::as_str).and_then(parse_moment) {
            remark.push_str(&format!(", more {}", human::since(moment, Timestamp::now())));
        }
    }
    Row { name, figures, percent: used.and_then(|used| share(used, real(limit))), remark }
}

/// Per cent of a limit; nothing where the limit is nothing.
fn share(used: f64, limit: Option<f64>) -> Option<f64> {
    limit.filter(|limit| *limit > 0.0).map(|limit| used / limit * 100.0)
}

/// A limit that is one.
fn real(limit: Option<f64>) -> Option<f64> {
    limit.filter(|limit| *limit < UNLIMITED)
}
