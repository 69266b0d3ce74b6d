//! The two streams: width, colour each for itself, and readers that have gone.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;

/// When to colour, as the user said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorWhen {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// One of the process's two output streams.
pub struct Terminal {
    writer: Box<dyn Write>,
    /// Whether a person looks at it.
    pub tty: bool,
    /// Whether its reader wants colour.
    pub color: bool,
    /// Columns of the terminal, 80 elsewhere.
    pub width: usize,
    /// The last byte written was a line end (or nothing was written).
    pub at_line_start: bool,
}

/// The reader of our output has gone (`ra … | head`): the program ends without a word.
#[derive(Debug)]
pub struct ReaderGone;

impl std::fmt::Display for ReaderGone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the reader of the output has gone")
    }
}

impl std::error::Error for ReaderGone {}

/// Standard output without the library's line buffer, which would cut each of our writes in two at its last LF.
#[cfg(unix)]
fn unbuffered(stream: io::Stdout) -> Box<dyn Write> {
    use std::os::fd::AsFd as _;
    match stream.as_fd().try_clone_to_owned() {
        Ok(own) => Box::new(std::fs::File::from(own)),
        // A closed stdout takes everything and keeps nothing.
        Err(_) => Box::new(stream),
    }
}

#[cfg(not(unix))]
fn unbuffered(stream: io::Stdout) -> Box<dyn Write> {
    Box::new(stream)
}

impl Terminal {
    /// Standard output.
    pub fn stdout(when: ColorWhen) -> Self {
        let stream = io::stdout();
        let tty = stream.is_terminal();
        Self::new(unbuffered(stream), tty, when, console::Term::stdout().size_checked())
    }

    /// Standard error.
    pub fn stderr(when: ColorWhen) -> Self {
        let stream = io::stderr();
        let tty = stream.is_terminal();
        // Not locked: a panic's message goes to the same stream.
        Self::new(Box::new(stream), tty, when, console::Term::stderr().size_checked())
    }

    fn new(writer: Box<dyn Write>, tty: bool, when: ColorWhen, size: Option<(u16, u16)>) -> Self {
        let color = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => tty,
        };
        let width = size.map_or(80, |(_, columns)| usize::from(columns).max(20));
        Self { writer, tty, color, width, at_line_start: true }
    }

    /// Writes and flushes.
    ///
    /// # Errors
    /// [`ReaderGone`] when nobody reads; the system's reason otherwise (a full disk).
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(last) = bytes.last() else { return Ok(()) };
        self.at_line_start = *last == b'\n';
        self.writer.write_all(bytes).and_then(|()| self.writer.flush()).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => ReaderGone.into(),
            _ => anyhow::Error::new(error).context("cannot write the output"),
        })
    }

    /// Ends the current line if there is one.
    ///
    /// # Errors
    /// As for [`Terminal::write`].
    pub fn end_line(&mut self) -> Result<()> {
        if self.at_line_start { Ok(()) } else { self.write(b"\n") }
    }
}
