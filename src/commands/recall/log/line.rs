//! A run on one line, for lists that have no end and therefore no columns of their own making.

use console::{measure_text_width, truncate_str};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::columns::{Column, Kind};
use crate::http::parse_moment;
use crate::json::{Json, Node};
use crate::output::Paint;
use crate::output::human::Cell as _;
use crate::text;

/// A line of this width has room for all columns.
const WIDE: usize = 108;
/// A line of this width has room for the columns that say most.
const MIDDLE: usize = 80;
/// Columns for a workflow's name, where there is room.
const NAME: usize = 20;

/// The line. On a terminal (`width`) the time of day is enough; elsewhere the moment stands as the service wrote it.
pub fn of(row: &Json, width: Option<usize>, paint: Paint) -> String {
    let node = Node::of(row);
    let now = Timestamp::now();
    let cell = |kind, path| Column::of(kind, "", path).cell(&node, now);
    let running = !row.value["endedAt"].is_string();
    let began = row.value["startedAt"].as_str().unwrap_or_default();
    let when = match width {
        Some(_) => parse_moment(began).map(of_day),
        None => None,
    };
    let when = when.unwrap_or_else(|| text::line(began));
    let level = if running { "running".to_owned() } else { cell(Kind::Status, "level") };
    let painted = if running { paint.warning(&level) } else { paint.status(&level) };
    let name = cell(Kind::Text, "workflow.name|workflowId");
    let took = cell(Kind::Millis, "totalDurationMs");
    let run = cell(Kind::Text, "executionId|id");
    let level = format!("{painted}{}", gap(&level, 7));
    let named = |wide: usize| padded(&truncate_str(&name, wide, "…"), wide);
    let mut line = match width {
        Some(width) if width < MIDDLE => {
            [when, painted, truncate_str(&name, NAME, "…").into_owned(), took, run].join("  ")
        }
        Some(width) if width < WIDE => {
            [when, level, named((width - 68).min(NAME)), format!("{took:>8}"), run].join("  ")
        }
        _ => {
            let name = if width.is_some() { named(NAME) } else { padded(&name, NAME) };
            let trigger = padded(&cell(Kind::Text, "trigger"), 8);
            let cost = cell(Kind::Money, "cost.total");
            [when, level, name, trigger, format!("{took:>8}"), format!("{cost:>8}"), run].join("  ")
        }
    };
    if let Some(error) = row.value.pointer("/finalOutput/error").and_then(Value::as_str) {
        line.push_str(&format!("  {}", text::line(error)));
    }
    line.push('\n');
    line
}

fn of_day(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", gap(text, width))
}

fn gap(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(measure_text_width(text)))
}
