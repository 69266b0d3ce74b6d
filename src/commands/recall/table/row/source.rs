//! Rows from a file or stdin, NDJSON or CSV, one at a time.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::Value;

use crate::args::Stdin;
use crate::error::Failure;
use crate::json::{Json, Node};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated, the columns' names in the first row.
    Csv,
}

/// A longer line is no row.
const LONGEST: u64 = 4 * 1024 * 1024;

/// A row and the line it begins on.
pub struct Row {
    /// Counted from 1.
    pub line: u64,
    /// The values as a JSON object.
    pub data: String,
}

/// What the table's columns hold, by their names; empty when that is not known.
pub type Types = HashMap<String, String>;

/// Rows, one after the other.
pub struct Source {
    form: Form,
    types: Types,
}

enum Form {
    Ndjson { bytes: Box<dyn BufRead>, line: u64 },
    Csv { rows: Box<csv::StringRecordsIntoIter<Box<dyn BufRead>>>, names: Vec<String> },
}

impl Format {
    /// The format that a file's name promises.
    pub fn of(path: &str) -> Self {
        let ending = Path::new(path).extension();
        if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) { Self::Csv } else { Self::Ndjson }
    }
}

impl Source {
    /// Opens a file, or stdin for `-`.
    ///
    /// # Errors
    /// Exit 2 when it cannot be read, or a CSV's first row names columns that the table does not have.
    pub fn open(path: &str, format: Format, types: &Types, stdin: &Stdin) -> Result<Self, Failure> {
        let bytes: Box<dyn BufRead> = if path == "-" {
            Box::new(BufReader::new(stdin.stream("FILE")?))
        } else {
            let shown = crate::text::line(path);
            let unreadable =
                |error: std::io::Error| Failure::usage(format!("cannot read `{shown}`: {error}"));
            let file = File::open(path).map_err(unreadable)?;
            if file.metadata().map_err(unreadable)?.is_dir() {
                return Err(Failure::usage(format!("`{shown}` is a folder")));
            }
            Box::new(BufReader::new(file))
        };
        let form = match format {
            Format::Ndjson => Form::Ndjson { bytes, line: 0 },
            Format::Csv => csv(bytes, types)?,
        };
        Ok(Self { form, types: types.clone() })
    }

    fn read(&mut self) -> Result<Option<Row>, Failure> {
        match &mut self.form {
            Form::Ndjson { bytes, line } => ndjson(bytes.as_mut(), line),
            Form::Csv { rows, names } => {
                let Some(row) = rows.next() else { return Ok(None) };
                let row = row.map_err(|error| {
                    let line = error.position().map_or(0, csv::Position::line);
                    match error.kind() {
                        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                            unfit(line, &format!("{len} cells, the first row has {expected_len}"))
                        }
                        _ => Failure::usage(format!("cannot read on: {error}")),
                    }
                })?;
                let line = row.position().map_or(0, csv::Position::line);
                let mut data = Node::object();
                for (name, cell) in names.iter().zip(&row) {
                    if cell.is_empty() {
                        continue;
                    }
                    let kind = self.types.get(name).map(String::as_str).unwrap_or_default();
                    data.set(
                        name,
                        typed(cell, kind).ok_or_else(|| {
                            let cell = crate::text::shortened(&crate::text::line(cell), 60);
                            unfit(line, &format!("`{cell}` in the column `{name}` is no {kind}"))
                        })?,
                    );
                }
                Ok(Some(Row { line, data: data.compact() }))
            }
        }
    }
}

impl Iterator for Source {
    type Item = Result<Row, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// A line that is no row.
fn unfit(line: u64, why: &str) -> Failure {
    Failure::usage(format!("line {line}: {why}")).code("INVALID_ROW")
}

fn ndjson(bytes: &mut dyn BufRead, line: &mut u64) -> Result<Option<Row>, Failure> {
    loop {
        let mut text = Vec::new();
        let read = std::io::Read::take(&mut *bytes, LONGEST + 1).read_until(b'\n', &mut text);
        if read.map_err(|error| Failure::usage(format!("cannot read on: {error}")))? == 0 {
            return Ok(None);
        }
        *line += 1;
        if text.len() as u64 > LONGEST {
            return Err(unfit(*line, "longer than 4 MiB"));
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let json = Json::parse_bytes(&text).map_err(|error| {
            let error = error.to_string().replace(" at line 1 column ", " at column ");
            unfit(*line, &format!("not JSON: {error}"))
        })?;
        if !json.value.is_object() {
            return Err(unfit(*line, "not a JSON object; a row is {\"column\": value, …}"));
        }
        return Ok(Some(Row { line: *line, data: json.text().to_owned() }));
    }
}

fn csv(bytes: Box<dyn BufRead>, types: &Types) -> Result<Form, Failure> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let head = reader.headers().map_err(|error| Failure::usage(format!("the first row: {error}")))?;
    let names: Vec<String> =
        head.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    if names.iter().all(String::is_empty) {
        return Err(Failure::usage("the first row names no columns"));
    }
    for (at, name) in names.iter().enumerate() {
        let shown = crate::text::line(name);
        if names[..at].contains(name) {
            return Err(Failure::usage(format!("two columns are called `{shown}`")));
        }
        if !types.is_empty() && !types.contains_key(name) {
            let near = crate::text::closest(name, types.keys().map(String::as_str));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Failure::usage(format!("the table has no column `{shown}`{near}")));
        }
    }
    Ok(Form::Csv { rows: Box::new(reader.into_records()), names })
}

/// A cell as its column wants it; text where nothing is known.
fn typed(cell: &str, kind: &str) -> Option<Node> {
    let json = || Json::parse(cell).ok();
    Some(match kind {
        "number" | "currency" => json().filter(|json| json.value.is_number()).map(|json| Node::of(&json))?,
        "boolean" => match cell.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => true.into(),
            "false" | "0" | "no" => false.into(),
            _ => return None,
        },
        "json" => Node::of(&json()?),
        _ => cell.into(),
    })
}

/// What a table's columns hold, as its description says.
pub fn types(table: &Value) -> Types {
    let columns = table["schema"]["columns"].as_array();
    let text = |column: &Value, name: &str| column[name].as_str().map(str::to_owned);
    columns
        .into_iter()
        .flatten()
        .filter_map(|column| Some((text(column, "name")?, text(column, "type").unwrap_or_default())))
        .collect()
}
