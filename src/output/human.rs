//! Values for people: cells, sheets, relative times.

use std::time::Duration;

use jiff::Timestamp;

use super::style::Paint;
use crate::columns::{Column, Kind};
use crate::json::Node;
use crate::text;

/// The value of a column as cells show it.
pub trait Cell {
    /// As a machine's cell: unabridged, nothing coloured.
    fn plain(&self, row: &Node) -> String;
    /// As a person's cell, disarmed.
    fn cell(&self, row: &Node, now: Timestamp) -> String;
}

impl Cell for Column {
    fn plain(&self, row: &Node) -> String {
        self.find(row).map(plain).unwrap_or_default()
    }

    fn cell(&self, row: &Node, now: Timestamp) -> String {
        let Some(node) = self.find(row) else { return "-".to_owned() };
        let plain = plain(node);
        if plain.trim().is_empty() {
            return "-".to_owned();
        }
        match self.kind {
            Kind::Fields => described(node).unwrap_or_else(|| text::line(&plain)),
            Kind::Text | Kind::Status | Kind::Members => text::line(&plain),
            Kind::Time => crate::http::parse_moment(&plain)
                .map_or_else(|| text::line(&plain), |moment| since(moment, now)),
            Kind::Money => plain.parse::<f64>().map_or_else(|_| text::line(&plain), money),
            Kind::Share => {
                plain.parse::<f64>().map_or_else(|_| text::line(&plain), |share| format!("{share:.3}"))
            }
            Kind::Millis => plain
                .parse::<f64>()
                .ok()
                .and_then(|millis| Duration::try_from_secs_f64(millis / 1000.0).ok())
                .map_or_else(|| text::line(&plain), span),
            Kind::Bytes => plain
                .parse::<u64>()
                .map_or_else(|_| text::line(&plain), |bytes| indicatif::HumanBytes(bytes).to_string()),
        }
    }
}

/// A value as text: strings bare, lists of plain values with commas, the rest as JSON.
pub fn plain(node: &Node) -> String {
    match node {
        Node::Null => String::new(),
        Node::String(text) => text.clone(),
        Node::Array(items) if items.iter().all(|item| !matches!(item, Node::Array(_) | Node::Object(_))) => {
            items.iter().map(plain).collect::<Vec<_>>().join(",")
        }
        // Things that are only a name: `[{"name":"a"},{"name":"b"}]`.
        Node::Array(items) if items.iter().all(|item| name_alone(item).is_some()) => {
            items.iter().filter_map(name_alone).collect::<Vec<_>>().join(",")
        }
        node => node.compact(),
    }
}

/// `total: number, required`, a line for each field of a schema.
fn described(node: &Node) -> Option<String> {
    let Node::Array(fields) = node else { return None };
    let line = |field: &Node| {
        let Node::Object(members) = field else { return None };
        let name = text::line(&plain(field.get("name")?));
        let kind = field.get("type").map(|kind| format!(": {}", text::line(&plain(kind))));
        let switched = members.iter().filter(|(_, value)| *value == Node::Bool(true));
        let switches: String = switched.map(|(switch, _)| format!(", {}", text::line(switch))).collect();
        Some(format!("{name}{}{switches}", kind.unwrap_or_default()))
    };
    fields.iter().map(line).collect::<Option<Vec<_>>>().map(|lines| lines.join("\n"))
}

fn name_alone(node: &Node) -> Option<&str> {
    match node {
        Node::Object(members) => match members.as_slice() {
            [(key, Node::String(name))] if key == "name" => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// `3m ago`, `in 2h`; beyond a month the day itself.
pub fn since(moment: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - moment.as_second();
    let size = seconds.unsigned_abs();
    let words = match size {
        0..60 => format!("{size}s"),
        60..3600 => format!("{}m", size / 60),
        3600..86_400 => format!("{}h", size / 3600),
        86_400..2_592_000 => format!("{}d", size / 86_400),
        _ => return moment.strftime("%Y-%m-%d").to_string(),
    };
    if seconds < 0 { format!("in {words}") } else { format!("{words} ago") }
}

/// `812 ms`, `41.2 s`, `3m 20s`.
pub fn span(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        return format!("{} ms", duration.as_millis());
    }
    if duration < Duration::from_secs(60) {
        return format!("{:.1} s", duration.as_secs_f64());
    }
    let seconds = duration.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    if hours > 0 { format!("{hours}h {minutes}m") } else { format!("{minutes}m {}s", seconds % 60) }
}

/// `$1.24`; what a cent is too large for keeps four places: `$0.0012`.
pub fn money(amount: f64) -> String {
    if amount == 0.0 || amount.abs() >= 0.1 {
        return format!("${amount:.2}");
    }
    if amount.abs() < 0.0001 { "<$0.0001".to_owned() } else { format!("${amount:.4}") }
}

/// A thing as a sheet: its known facts first, then what else the service said, one line each.
pub fn sheet(row: &Node, columns: &[Column], now: Timestamp, paint: Paint) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for column in columns {
        if let (Kind::Members, Some(Node::Object(members))) = (column.kind, column.find(row)) {
            lines.extend(members.iter().map(|(name, node)| (text::line(name), text::disarmed(&plain(node)))));
        } else if column.find(row).is_some() {
            let cell = column.cell(row, now);
            let cell = if column.kind == Kind::Status { paint.status(&cell) } else { cell };
            lines.push((column.head.to_owned(), cell));
        }
    }
    if let Node::Object(members) = row {
        let known = |name: &str| {
            columns
                .iter()
                .any(|column| column.path.split('|').any(|path| path.split('.').next() == Some(name)))
        };
        for (name, node) in members.iter().filter(|(name, _)| !known(name)) {
            let value = plain(node);
            // Nothing, an empty text, an empty list: not worth a line.
            if !value.trim().is_empty() {
                lines.push((text::line(name), text::disarmed(&value)));
            }
        }
    }
    let width = lines.iter().map(|(head, _)| console::measure_text_width(head)).max().unwrap_or(0);
    let mut out = String::new();
    for (head, value) in lines {
        let gap = " ".repeat(width - console::measure_text_width(&head) + 2);
        let value = value.trim_end().replace('\n', &format!("\n{}", " ".repeat(width + 2)));
        out.push_str(&format!("{}{gap}{value}\n", paint.bold(&head)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    #[test]
    fn cells() {
        let row = Node::of(
            &Json::parse(r#"{"a":null,"b":{"c":"x\u001b[31m"},"t":"2026-03-20T10:16:00Z","m":42,"d":9500}"#)
                .unwrap(),
        );
        let now = "2026-03-20T13:16:00Z".parse().unwrap();
        assert_eq!(Column::text("c", "a|b.c").cell(&row, now), "x");
        assert_eq!(Column::of(Kind::Time, "t", "t").cell(&row, now), "3h ago");
        assert_eq!(Column::of(Kind::Money, "m", "m").cell(&row, now), "$42.00");
        assert_eq!([money(0.0), money(0.0012), money(0.00001)], ["$0.00", "$0.0012", "<$0.0001"]);
        assert_eq!(Column::of(Kind::Millis, "d", "d").cell(&row, now), "9.5 s");
        let schema =
            r#"{"s":[{"name":"a","type":"number","required":true,"unique":false},{"name":"b"}],"o":[1]}"#;
        let schema = Node::of(&Json::parse(schema).unwrap());
        assert_eq!(Column::of(Kind::Fields, "s", "s").cell(&schema, now), "a: number, required\nb");
        assert_eq!(Column::of(Kind::Fields, "o", "o").cell(&schema, now), "1");
        assert_eq!(Column::text("z", "z").cell(&row, now), "-");
        assert_eq!(span(Duration::from_secs(200)), "3m 20s");
    }
}
