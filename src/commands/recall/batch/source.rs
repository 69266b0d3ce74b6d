//! Where the lines come from: an NDJSON or CSV file, or stdin, read as a stream.

use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Read};
use std::path::Path;

use clap::ValueEnum;

use super::line::{Line, Place, Reading, Unfit, unfit};
use crate::context::Context;
use crate::error::Failure;
use crate::json::{Json, Node};

/// How the lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON value a line.
    Ndjson,
    /// Comma-separated, the names in the first row.
    Csv,
}

/// Longer lines are no input of a run: servers take 10 MiB.
const LONGEST: usize = 16 * 1024 * 1024;

type Bytes = BufReader<Box<dyn Read + Send>>;

/// The lines, one after the other.
pub struct Source {
    /// How a line becomes a run.
    pub reading: Reading,
    form: Form,
    /// Bytes of the lines read so far.
    pub taken: usize,
    /// The file, when it is one that can be read twice.
    pub file: Option<String>,
}

enum Form {
    Ndjson { bytes: Bytes, number: u64 },
    Csv { rows: Box<csv::ByteRecordsIntoIter<Bytes>>, names: Vec<String> },
}

/// What reading a line gives: a run, a line that is none, or the end of reading.
pub type Next = Result<Result<Line, Unfit>, Failure>;

impl Source {
    /// Opens FILE or, for `-`, stdin. A CSV's first row is read at once.
    ///
    /// # Errors
    /// Exit 2 when it cannot be opened, or its first row cannot name the inputs.
    pub fn open(
        file: &str,
        format: Option<Format>,
        reading: Reading,
        ctx: &Context,
    ) -> Result<Self, Failure> {
        let path = file.strip_prefix('@').unwrap_or(file);
        let (bytes, regular): (Box<dyn Read + Send>, bool) = if path == "-" {
            (Box::new(ctx.stdin.stream("FILE")?), false)
        } else {
            let unreadable = |error: std::io::Error| Failure::usage(format!("cannot read `{path}`: {error}"));
            let opened = File::open(path).map_err(unreadable)?;
            let about = opened.metadata().map_err(unreadable)?;
            if about.is_dir() {
                return Err(Failure::usage(format!("`{path}` is a folder")));
            }
            (Box::new(opened), about.is_file())
        };
        let bytes = BufReader::with_capacity(64 * 1024, bytes);
        let by_name = Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let format = format.unwrap_or(if by_name { Format::Csv } else { Format::Ndjson });
        let form = match format {
            Format::Ndjson => Form::Ndjson { bytes, number: 0 },
            Format::Csv => csv_form(bytes, &reading)?,
        };
        Ok(Self { reading, form, taken: 0, file: regular.then(|| path.to_owned()) })
    }

    /// Whether the first row is no line.
    pub fn has_heading(&self) -> bool {
        matches!(self.form, Form::Csv { .. })
    }

    /// Whether the next line is at hand, so that reading it cannot take long.
    pub fn is_ready(&self) -> bool {
        match &self.form {
            _ if self.file.is_some() => true,
            Form::Ndjson { bytes, .. } => bytes.buffer().contains(&b'\n'),
            Form::Csv { .. } => false,
        }
    }

    fn ndjson(&mut self) -> Option<Next> {
        let Form::Ndjson { bytes, number } = &mut self.form else { return None };
        loop {
            let mut text = Vec::new();
            let long = match take_line(bytes, &mut text) {
                Ok(Taken::End) => return None,
                Ok(Taken::Line) => false,
                Ok(Taken::TooLong) => true,
                Err(error) => return Some(Err(Failure::usage(format!("cannot read on: {error}")))),
            };
            *number += 1;
            self.taken += text.len();
            let place = Place::numbered(*number);
            if long {
                return Some(Ok(Err(unfit(place, Failure::usage("longer than 16 MiB")))));
            }
            if *number == 1 && text.starts_with(b"\xef\xbb\xbf") {
                text.drain(..3);
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            let value =
                std::str::from_utf8(&text).map_err(|_| Failure::usage("not UTF-8 text")).and_then(|text| {
                    Json::parse(text).map_err(|error| {
                        let error = error.to_string().replace(" at line 1 column ", " at column ");
                        Failure::usage(format!("not JSON: {error}")).code("INVALID_JSON")
                    })
                });
            return Some(Ok(match value {
                Ok(value) => self.reading.line(Node::of(&value), *number),
                Err(reason) => Err(unfit(place, reason)),
            }));
        }
    }

    fn csv(&mut self) -> Option<Next> {
        let Form::Csv { rows, names } = &mut self.form else { return None };
        let (row, number) = loop {
            let row = match rows.next()? {
                Ok(row) => row,
                Err(error) => return Some(Err(Failure::usage(format!("cannot read on: {error}")))),
            };
            // Blank lines that end in CR LF; the others are left out already.
            if row.len() > 1 || row.get(0) != Some(b"\r") {
                let number = row.position().map_or(0, csv::Position::line);
                break (row, number);
            }
        };
        let unfit = |reason| Some(Ok(Err(unfit(Place::numbered(number), Failure::usage(reason)))));
        if row.len() != names.len() {
            return unfit(format!("{} columns, the first row has {}", row.len(), names.len()));
        }
        let cells: Result<Vec<&str>, _> = row.iter().map(std::str::from_utf8).collect();
        let Ok(mut cells) = cells else { return unfit("not UTF-8 text".to_owned()) };
        if let Some(last) = cells.last_mut() {
            *last = last.strip_suffix('\r').unwrap_or(last);
        }
        self.taken += row.as_slice().len();
        let mut whole = Node::object();
        let mut input = Node::object();
        for (name, cell) in names.iter().zip(cells) {
            match name.as_str() {
                // An empty cell is no id.
                "id" if self.reading.workflow.is_none() && cell.is_empty() => {}
                "workflow" | "id" if self.reading.workflow.is_none() => whole.set(name, cell),
                name => input.set(name, cell),
            }
        }
        let value = if self.reading.workflow.is_some() {
            input
        } else {
            whole.set("input", input);
            whole
        };
        Some(Ok(self.reading.line(value, number)))
    }
}

impl Iterator for Source {
    type Item = Next;

    fn next(&mut self) -> Option<Next> {
        match self.form {
            Form::Ndjson { .. } => self.ndjson(),
            Form::Csv { .. } => self.csv(),
        }
    }
}

/// The names in the first row, checked before anything is run.
fn csv_form(bytes: Bytes, reading: &Reading) -> Result<Form, Failure> {
    // With CR LF as one end of a row the reader's line numbers would be one too low: the CR is taken off here.
    let ends = csv::Terminator::Any(b'\n');
    let mut reader = csv::ReaderBuilder::new().flexible(true).terminator(ends).from_reader(bytes);
    let heading =
        reader.headers().map_err(|error| Failure::usage(format!("the first row is unusable: {error}")))?;
    let names: Vec<String> = heading.iter().map(|name| name.trim().to_owned()).collect();
    let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    if let Some((_, name)) = twice {
        let name = crate::text::line(name);
        return Err(Failure::usage(format!("two columns are called `{name}`")));
    }
    if reading.workflow.is_none() && !names.iter().any(|name| name == "workflow") {
        return Err(Failure::usage("no column is called `workflow`")
            .hint("name the workflow of all rows with --workflow"));
    }
    Ok(Form::Csv { rows: Box::new(reader.into_byte_records()), names })
}

enum Taken {
    Line,
    TooLong,
    End,
}

/// The next line without its line end. Of one that is too long the rest is read and dropped.
fn take_line(bytes: &mut Bytes, line: &mut Vec<u8>) -> std::io::Result<Taken> {
    let (mut any, mut long) = (false, false);
    loop {
        let piece = match bytes.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            piece => piece?,
        };
        let end = memchr::memchr(b'\n', piece);
        let length = end.unwrap_or(piece.len());
        any |= !piece.is_empty();
        long |= line.len() + length > LONGEST;
        if !long {
            line.extend_from_slice(&piece[..length]);
        }
        let over = end.is_some() || piece.is_empty();
        let used = length + usize::from(end.is_some());
        bytes.consume(used);
        if over {
            return Ok(match (any, long) {
                (false, _) => Taken::End,
                (_, true) => Taken::TooLong,
                (_, false) => Taken::Line,
            });
        }
    }
}
