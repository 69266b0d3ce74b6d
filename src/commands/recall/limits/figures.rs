//! Usage against limits as figures, bars and words (contract 3.4), whichever way the server spells them.

use jiff::Timestamp;
use serde_json::Value;

use crate::http::parse_moment;
use crate::output::human;
use crate::text;

/// From here on a limit is close.
const CLOSE: f64 = 80.0;
/// A self-hosted server without limits answers these and more.
const UNLIMITED: f64 = 99_999.0;
/// Blocks of a bar.
const BAR: usize = 20;
/// Columns of a name and the blank behind it.
const NAME: usize = 9;

/// One limit.
pub struct Row {
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
        let filled = ((percent.clamp(0.0, 100.0) / 100.0) * BAR as f64).round() as usize;
        format!("[{}{}] {percent:>3.0} %", "#".repeat(filled), "-".repeat(BAR - filled))
    }

    /// Which limit it is.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What to say when it is close.
    pub fn alarm(&self) -> Option<String> {
        let percent = self.percent.filter(|percent| *percent >= CLOSE)?;
        Some(format!("{} is at {percent:.0} % of its limit", self.name))
    }
}

/// The whole picture. What `width` has no room for beside the figures stands below them: the remark first, then the
/// bar.
pub fn picture(usage: &Value, rows: &[Row], width: Option<usize>) -> String {
    let widest = |length: fn(&Row) -> usize| rows.iter().map(length).max().unwrap_or(0);
    let figures = widest(|row| row.figures.chars().count());
    let beside = NAME + figures + 2 + widest(|row| row.bar().len());
    let fits = |columns: usize| width.is_none_or(|width| columns <= width);
    let (bar_fits, all_fits) = (fits(beside), fits(beside + widest(|row| row.remark.len())));
    let below = format!("\n{}", " ".repeat(NAME));
    let mut out = String::new();
    if let Some(plan) = usage.pointer("/usage/plan").and_then(Value::as_str) {
        out.push_str(&format!("{:<NAME$}{}\n", "plan", text::line(plan)));
    }
    for row in rows {
        let bar = match (bar_fits, row.percent) {
            (true, _) => format!("{:<figures$}  {}", row.figures, row.bar()),
            (false, Some(_)) => format!("{}{below}{}", row.figures, row.bar()),
            (false, None) => format!("{}  {}", row.figures, row.bar()),
        };
        let remark = match row.remark.trim() {
            "" => String::new(),
            _ if all_fits => row.remark.clone(),
            remark => format!("{below}{remark}"),
        };
        out.push_str(format!("{:<NAME$}{bar}{remark}", row.name).trim_end());
        out.push('\n');
    }
    out
}

/// The same on one line: `usage $8.24 of $10.00 82 %, sync 3 of 100 used …`.
pub fn sentence(rows: &[Row]) -> String {
    let part = |row: &Row| {
        let percent = row.percent.map(|percent| format!(" {percent:.0} %")).unwrap_or_default();
        let limited = if row.remark.contains("limited") { " limited" } else { "" };
        format!("{} {}{percent}{limited}", row.name, row.figures)
    };
    rows.iter().map(part).collect::<Vec<_>>().join("; ")
}

/// The limits that an answer tells of.
pub fn rows(usage: &Value) -> Vec<Row> {
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
    let now = Timestamp::now();
    let reset = window.get("resetAt").and_then(Value::as_str).and_then(parse_moment);
    // A moment that has gone by says nothing.
    let reset = reset.filter(|reset| *reset > now).map(|reset| human::since(reset, now));
    let limited = window.get("isLimited") == Some(&Value::Bool(true));
    let remark = match (limited, reset) {
        (true, Some(reset)) => format!("  limited, more {reset}"),
        (true, None) => "  limited".to_owned(),
        (false, Some(reset)) if used.is_some_and(|used| used > 0.0) => format!("  resets {reset}"),
        (false, _) => String::new(),
    };
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
