//! Rows: aligned columns for people, TSV and CSV for machines.

use comfy_table::{ContentArrangement, Table, presets};
use jiff::Timestamp;

use super::human::{Cell as _, plain};
use super::style::Paint;
use crate::columns::{Column, Kind};
use crate::json::Node;

/// Rows as aligned columns below a heading. `width` is the terminal's, or nothing when nobody looks: then nothing
/// is wrapped or cut.
pub fn aligned(
    rows: &[Node],
    columns: &[Column],
    width: Option<usize>,
    paint: Paint,
    now: Timestamp,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(columns.iter().map(|column| column.head.to_uppercase()));
    for row in rows {
        table.add_row(columns.iter().map(|column| column.cell(row, now)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut out = String::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim_end();
        out.push_str(&if number == 0 { paint.bold(line) } else { coloured(line, columns, paint) });
        out.push('\n');
    }
    out
}

/// Colours the status words of a finished line; done last, because a colour has no width.
fn coloured(line: &str, columns: &[Column], paint: Paint) -> String {
    if !paint.on || columns.iter().all(|column| column.kind != Kind::Status) {
        return line.to_owned();
    }
    // Cells are parted by two blanks at least; a status is one word, so it is a piece of its own.
    let pieces: Vec<String> = line
        .split("  ")
        .map(|piece| {
            let word = piece.trim();
            piece.replacen(word, &paint.status(word), usize::from(!word.is_empty()))
        })
        .collect();
    pieces.join("  ")
}

/// Rows for `while read`: no heading, tabs between, nothing abridged; tabs and line breaks inside are escaped.
pub fn tsv(rows: &[Node], columns: &[Column]) -> String {
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = cells(row, columns).iter().map(|cell| escaped(cell)).collect();
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out
}

/// A row's cells; where no columns are described, all its members, as the sheet for people has them.
fn cells(row: &Node, columns: &[Column]) -> Vec<String> {
    match (columns, row) {
        ([], Node::Object(members)) => members.iter().map(|(_, value)| plain(value)).collect(),
        _ => columns.iter().map(|column| column.plain(row)).collect(),
    }
}

fn escaped(cell: &str) -> String {
    cell.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

/// Rows as RFC 4180 has it, with a heading.
pub fn csv(rows: &[Node], columns: &[Column]) -> String {
    let heads: Vec<&str> = match (columns, rows.first()) {
        ([], Some(Node::Object(members))) => members.iter().map(|(name, _)| name.as_str()).collect(),
        _ => columns.iter().map(|column| column.head).collect(),
    };
    let mut out = heads.into_iter().map(quoted).collect::<Vec<_>>().join(",");
    out.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = cells(row, columns).iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    const COLUMNS: &[Column] =
        &[Column::text("id", "id"), Column::of(Kind::Status, "state", "state"), Column::text("name", "name")];

    fn rows() -> Vec<Node> {
        let text = r#"[{"id":12345678901234567890123,"state":"failed","name":"日本\tx"},{"id":"b","name":"two, \"q\""}]"#;
        Json::parse(text).unwrap().items().unwrap().iter().map(Node::of).collect()
    }

    #[test]
    fn forms() {
        let now = Timestamp::UNIX_EPOCH;
        let plain = aligned(&rows(), COLUMNS, None, Paint { on: false }, now);
        assert_eq!(
            plain,
            "ID                       STATE   NAME\n12345678901234567890123  failed  日本 x\nb                        -       two, \"q\"\n"
        );
        let styled = aligned(&rows(), COLUMNS, None, Paint { on: true }, now);
        assert_eq!(console::strip_ansi_codes(&styled), plain);
        assert!(styled.contains("\u{1b}[31mfailed"), "{styled:?}");
        assert_eq!(tsv(&rows(), COLUMNS), "12345678901234567890123\tfailed\t日本\\tx\nb\t\ttwo, \"q\"\n");
        assert_eq!(
            csv(&rows(), COLUMNS),
            "id,state,name\r\n12345678901234567890123,failed,日本\tx\r\nb,,\"two, \"\"q\"\"\"\r\n"
        );
    }
}
