//! Rows: aligned columns for people, TSV and CSV for machines.

use std::collections::HashSet;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use jiff::Timestamp;

use super::human::{Cell as _, plain};
use super::style::Paint;
use crate::columns::{Column, Kind};
use crate::json::Node;

/// Blanks between two columns.
const GAP: usize = 2;

/// Rows as aligned columns below a heading. `width` is the terminal's, or nothing when nobody looks: then nothing
/// is wrapped or cut. Where words would have to be broken to fit, each row becomes a block of its own.
pub fn aligned(
    rows: &[Node],
    columns: &[Column],
    width: Option<usize>,
    paint: Paint,
    now: Timestamp,
) -> String {
    let fields = fields(rows, columns);
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| fields.iter().map(|field| field.cell(row, now)).collect()).collect();
    let heads: Vec<String> = fields.iter().map(|field| crate::text::line(field.head())).collect();
    let needs: Vec<usize> = (0..heads.len())
        .map(|at| cells.iter().map(|row| &row[at]).chain([&heads[at]]).map(|cell| longest(cell)).max())
        .map(Option::unwrap_or_default)
        .collect();
    if width.is_some_and(|width| needs.iter().map(|need| need + GAP).sum::<usize>() > width + GAP) {
        return blocks(&heads, &cells, columns, paint);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        // The last column's gap is blank and cut off below.
        table.set_width(u16::try_from(width + GAP).unwrap_or(u16::MAX));
    }
    table.set_header(heads.iter().map(|head| head.to_uppercase()));
    table.add_rows(cells);
    for (column, need) in table.column_iter_mut().zip(needs) {
        column.set_padding((0, 2));
        let need = u16::try_from(need + GAP).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(need)));
    }
    let mut out = String::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim_end();
        out.push_str(&if number == 0 { paint.bold(line) } else { coloured(line, columns, paint) });
        out.push('\n');
    }
    out
}

/// Columns of the longest word, which no line break may part: an id that is broken cannot be copied.
fn longest(cell: &str) -> usize {
    cell.split(' ').map(console::measure_text_width).max().unwrap_or_default()
}

/// Rows one below the other, a line for each fact, a blank line between two rows; what is not known has no line.
fn blocks(heads: &[String], rows: &[Vec<String>], columns: &[Column], paint: Paint) -> String {
    let width = heads.iter().map(|head| console::measure_text_width(head)).max().unwrap_or_default();
    let is_status =
        |head: &str| columns.iter().any(|column| column.kind == Kind::Status && column.head == head);
    let block = |row: &Vec<String>| {
        let known = heads.iter().zip(row).filter(|(_, cell)| *cell != "-");
        let line = |(head, cell): (&String, &String)| {
            let gap = " ".repeat(width - console::measure_text_width(head) + GAP);
            let cell = if is_status(head) { paint.status(cell) } else { cell.clone() };
            format!("{}{gap}{cell}\n", paint.bold(head))
        };
        known.map(line).collect::<String>()
    };
    rows.iter().map(block).collect::<Vec<_>>().join("\n")
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
    let fields = fields(rows, columns);
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = cells(row, &fields).iter().map(|cell| escaped(cell)).collect();
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out
}

fn escaped(cell: &str) -> String {
    cell.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

/// Rows as RFC 4180 has it, with a heading.
pub fn csv(rows: &[Node], columns: &[Column]) -> String {
    let fields = fields(rows, columns);
    let mut out = fields.iter().map(|field| quoted(field.head())).collect::<Vec<_>>().join(",");
    out.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = cells(row, &fields).iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// A column of these rows: one that is described, or a member that some of them have.
enum Field<'a> {
    Described(&'a Column),
    Member { path: &'a str, name: String },
}

/// The columns of these rows; where none are described, all members, in the order in which they first appear.
fn fields<'a>(rows: &[Node], columns: &'a [Column]) -> Vec<Field<'a>> {
    if columns.is_empty() {
        return members(rows, "");
    }
    columns.iter().fold(Vec::new(), |mut fields, column| {
        match column.kind {
            Kind::Members => fields.extend(members(rows, column.path)),
            _ => fields.push(Field::Described(column)),
        }
        fields
    })
}

fn members<'a>(rows: &[Node], path: &'a str) -> Vec<Field<'a>> {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for row in rows {
        let Some(Node::Object(members)) = within(row, path) else { continue };
        for (name, _) in members {
            if seen.insert(name) {
                names.push(Field::Member { path, name: name.clone() });
            }
        }
    }
    names
}

fn within<'a>(row: &'a Node, path: &str) -> Option<&'a Node> {
    if path.is_empty() { Some(row) } else { row.at(path) }
}

impl Field<'_> {
    fn head(&self) -> &str {
        match self {
            Self::Described(column) => column.head,
            Self::Member { name, .. } => name,
        }
    }

    fn plain(&self, row: &Node) -> String {
        match self {
            Self::Described(column) => column.plain(row),
            Self::Member { path, name } => {
                within(row, path).and_then(|object| object.get(name)).map(plain).unwrap_or_default()
            }
        }
    }

    fn cell(&self, row: &Node, now: Timestamp) -> String {
        match self {
            Self::Described(column) => column.cell(row, now),
            Self::Member { .. } => {
                let plain = self.plain(row);
                if plain.trim().is_empty() { "-".to_owned() } else { crate::text::line(&plain) }
            }
        }
    }
}

/// A row's cells for a machine; a row that is no object and has no columns is one cell.
fn cells(row: &Node, fields: &[Field]) -> Vec<String> {
    match (fields, row) {
        ([], Node::Object(_)) => Vec::new(),
        ([], row) => vec![plain(row)],
        _ => fields.iter().map(|field| field.plain(row)).collect(),
    }
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
        let narrow = |width| aligned(&rows(), COLUMNS, Some(width), Paint { on: false }, now);
        assert_eq!(narrow(40), plain.replace("two, \"q\"", "two,\n                                 \"q\""));
        assert_eq!(
            narrow(30),
            "id     12345678901234567890123\nstate  failed\nname   日本 x\n\nid    b\nname  two, \"q\"\n"
                .replace("id    b\nname  t", "id     b\nname   t")
        );
        assert_eq!(tsv(&rows(), COLUMNS), "12345678901234567890123\tfailed\t日本\\tx\nb\t\ttwo, \"q\"\n");
        let two =
            [Json::parse(r#"{"id":1,"d":{"a":"x"}}"#), Json::parse(r#"{"id":2,"d":{"b":[1],"a":null}}"#)];
        let two = two.map(|row| Node::of(&row.unwrap()));
        let spread = [Column::text("id", "id"), Column::of(Kind::Members, "", "d")];
        assert_eq!(csv(&two, &spread), "id,a,b\r\n1,x,\r\n2,,1\r\n");
        assert_eq!(aligned(&two, &spread, None, Paint { on: false }, now), "ID  A  B\n1   x  -\n2   -  1\n");
        assert_eq!(csv(&two[..1], &[]), "id,d\r\n1,\"{\"\"a\"\":\"\"x\"\"}\"\r\n");
        assert_eq!(
            csv(&rows(), COLUMNS),
            "id,state,name\r\n12345678901234567890123,failed,日本\tx\r\nb,,\"two, \"\"q\"\"\"\r\n"
        );
    }
}
