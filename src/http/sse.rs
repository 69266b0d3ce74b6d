//! Bytes to server-sent events.
//!
//! Lines are cut first and decoded second, because a character may straddle two network reads and a line break
//! cannot. The rules are those of the HTML standard's event-stream format: CR, LF and CRLF, comments, a missing
//! blank after the colon, a byte-order mark, several `data:` lines joined by LF. A last event without its blank
//! line still counts.

/// When `data:` lines become an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// At the blank line, lines joined with LF (the standard; Recall).
    Joined,
    /// Each line at its end (Recursiv: every line is one complete JSON object).
    Lines,
}

/// One line or event larger than this is an error, so that a broken server cannot fill the memory.
pub const LIMIT: usize = 16 * 1024 * 1024;

/// An event outgrew [`LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// Turns bytes, cut anywhere, into the `data` of events.
#[derive(Debug)]
pub struct Decoder {
    framing: Framing,
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// The last byte was CR: a LF right after it belongs to the same line end.
    after_cr: bool,
    /// The first line, where a byte-order mark may stand, is over.
    started: bool,
    data: Vec<u8>,
    has_data: bool,
}

impl Decoder {
    /// A decoder at the start of a stream.
    pub fn new(framing: Framing) -> Self {
        Self { framing, line: Vec::new(), after_cr: false, started: false, data: Vec::new(), has_data: false }
    }

    /// Takes the next bytes and hands out the events that end in them.
    ///
    /// # Errors
    /// When one event outgrows [`LIMIT`].
    pub fn feed(&mut self, mut bytes: &[u8], mut emit: impl FnMut(&str)) -> Result<(), TooLarge> {
        if let Some(first) = bytes.first()
            && std::mem::take(&mut self.after_cr)
            && *first == b'\n'
        {
            bytes = &bytes[1..];
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) {
            if self.line.is_empty() {
                self.end_line(&bytes[..end], &mut emit)?;
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(&bytes[..end]);
                self.end_line(&line, &mut emit)?;
                line.clear();
                self.line = line;
            }
            let rest = &bytes[end + 1..];
            bytes = match (bytes[end], rest.first()) {
                (b'\r', Some(b'\n')) => &rest[1..],
                (b'\r', None) => {
                    self.after_cr = true;
                    rest
                }
                _ => rest,
            };
        }
        self.line.extend_from_slice(bytes);
        if self.line.len() > LIMIT { Err(TooLarge) } else { Ok(()) }
    }

    /// Hands out what the end of the stream left unfinished.
    ///
    /// # Errors
    /// When the last event outgrows [`LIMIT`].
    pub fn finish(&mut self, mut emit: impl FnMut(&str)) -> Result<(), TooLarge> {
        if !self.line.is_empty() {
            let line = std::mem::take(&mut self.line);
            self.end_line(&line, &mut emit)?;
        }
        self.dispatch(&mut emit);
        Ok(())
    }

    fn end_line(&mut self, mut line: &[u8], emit: &mut impl FnMut(&str)) -> Result<(), TooLarge> {
        if !std::mem::replace(&mut self.started, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            self.dispatch(emit);
            return Ok(());
        }
        let Some(rest) = line.strip_prefix(b"data") else { return Ok(()) };
        let value = match rest {
            [] => rest,
            [b':', b' ', value @ ..] | [b':', value @ ..] => value,
            _ => return Ok(()),
        };
        if self.framing == Framing::Lines {
            emit(&decoded(value));
            return Ok(());
        }
        if std::mem::replace(&mut self.has_data, true) {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(value);
        if self.data.len() > LIMIT { Err(TooLarge) } else { Ok(()) }
    }

    fn dispatch(&mut self, emit: &mut impl FnMut(&str)) {
        if std::mem::take(&mut self.has_data) {
            emit(&decoded(&self.data));
            self.data.clear();
        }
    }
}

/// Bytes as text; an invalid byte costs one character. Checked before it is repaired, because the check reads whole
/// words and the repair single bytes.
fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode<'a>(framing: Framing, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let mut events = Vec::new();
        let mut decoder = Decoder::new(framing);
        for chunk in chunks {
            decoder.feed(chunk, |data| events.push(data.to_owned())).unwrap();
        }
        decoder.finish(|data| events.push(data.to_owned())).unwrap();
        events
    }

    #[test]
    fn a_character_split_across_chunks_survives() {
        let bytes = "\u{feff}data: 好🙂\r\n\r\n".as_bytes();
        for cut in 0..=bytes.len() {
            let (a, b) = bytes.split_at(cut);
            assert_eq!(decode(Framing::Joined, [a, b]), ["好🙂"], "cut at byte {cut}");
        }
    }

    #[test]
    fn an_invalid_byte_costs_one_character_and_nothing_after_it() {
        assert_eq!(decode(Framing::Joined, [&b"data: a\xffb\n\ndata: c\n\n"[..]]), ["a\u{fffd}b", "c"]);
    }

    #[test]
    fn a_missing_last_blank_line_still_dispatches() {
        assert_eq!(decode(Framing::Joined, [&b"data: a\n\ndata: b"[..]]), ["a", "b"]);
    }

    #[test]
    fn line_ends_comments_fields_and_spaces() {
        let text = b": hello\nevent: x\ndata:a\rdata:  b\r\n\r\nid: 1\ndata\n\ndatax: no\n\n";
        assert_eq!(decode(Framing::Joined, [&text[..]]), ["a\n b", ""]);
        assert_eq!(decode(Framing::Lines, [&text[..]]), ["a", " b", ""]);
    }

    #[test]
    fn an_endless_line_ends_as_an_error() {
        let mut decoder = Decoder::new(Framing::Lines);
        let piece = vec![b'x'; 1024 * 1024];
        let outcome = (0..32).map(|_| decoder.feed(&piece, |_| {})).find(Result::is_err);
        assert_eq!(outcome, Some(Err(TooLarge)));
    }

    proptest! {
        #[test]
        fn chunking_never_changes_the_events(bytes in "((data|event|id)?:? ?[a-z好\r\n]{0,6}(\r\n|\n|\r)?){0,12}", cuts: Vec<proptest::sample::Index>) {
            let bytes = bytes.as_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort_unstable();
            for framing in [Framing::Joined, Framing::Lines] {
                let whole = decode(framing, [bytes]);
                let pieces = decode(framing, places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]));
                prop_assert_eq!(&whole, &pieces);
            }
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            decode(Framing::Joined, bytes.chunks(3));
        }
    }
}
