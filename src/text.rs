//! Text from elsewhere made fit for a terminal.

/// Removes what could steer a terminal, and remembers where it was: an escape sequence may be cut in two by the
/// network, so one `Disarm` goes with one stream of text.
#[derive(Debug, Default)]
pub struct Disarm {
    inside: Inside,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Inside {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// Within `ESC [ …`, until a final byte.
    Control,
    /// Within an OSC, DCS, PM, APC or SOS string, until its terminator.
    String,
    /// Within a string, after ESC.
    StringEscape,
    /// After ESC and an intermediate byte (a charset switch).
    Intermediate,
}

impl Disarm {
    /// Appends the harmless part of `piece` to `out`; LF and TAB stay, other control characters go.
    pub fn push(&mut self, piece: &str, out: &mut String) {
        if self.inside == Inside::Text && piece.bytes().all(is_plain) {
            out.push_str(piece);
            return;
        }
        for character in piece.chars() {
            self.inside = match (self.inside, character) {
                (Inside::Text, '\u{1b}') => Inside::Escape,
                (Inside::Text, '\u{9b}') => Inside::Control,
                (Inside::Text, '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}') => Inside::String,
                (Inside::Text, character) => {
                    if !hidden(character) {
                        out.push(character);
                    }
                    Inside::Text
                }
                (Inside::Escape, '[') => Inside::Control,
                (Inside::Escape, ']' | 'P' | 'X' | '^' | '_') => Inside::String,
                (Inside::Escape, ' '..='/') => Inside::Intermediate,
                (Inside::Escape, '\u{1b}') => Inside::Escape,
                (Inside::Escape, _) => Inside::Text,
                (Inside::Intermediate, ' '..='/') => Inside::Intermediate,
                (Inside::Intermediate, _) => Inside::Text,
                (Inside::Control, '\u{20}'..='\u{3f}') => Inside::Control,
                (Inside::Control, '\u{1b}') => Inside::Escape,
                (Inside::Control, '\n') => {
                    // Never a part of a sequence: better a visible rest than a swallowed answer.
                    out.push('\n');
                    Inside::Text
                }
                (Inside::Control, _) => Inside::Text,
                (Inside::String, '\u{7}' | '\u{9c}') => Inside::Text,
                (Inside::String, '\u{1b}') => Inside::StringEscape,
                (Inside::String, '\n') => {
                    out.push('\n');
                    Inside::Text
                }
                (Inside::String, _) => Inside::String,
                (Inside::StringEscape, '\\') => Inside::Text,
                (Inside::StringEscape, '\u{1b}') => Inside::StringEscape,
                (Inside::StringEscape, _) => Inside::String,
            };
        }
    }
}

/// Printable ASCII, LF, TAB: what most text is made of.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\t')
}

/// Control characters, and the marks that reorder what follows them on the line.
fn hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        character => character.is_control(),
    }
}

/// A JSON text in which no character steers a terminal: they can stand in strings only, and get an escape there.
pub fn escaped(json: &str) -> std::borrow::Cow<'_, str> {
    use std::fmt::Write as _;
    // A CR between two tokens is no part of what is printed.
    let steers = |character: char| hidden(character) && character != '\r';
    if !json.contains(steers) {
        return json.into();
    }
    json.chars()
        .fold(String::with_capacity(json.len()), |mut out, character| {
            if steers(character) {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            } else {
                out.push(character);
            }
            out
        })
        .into()
}

/// One whole text, disarmed.
pub fn disarmed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Disarm::default().push(text, &mut out);
    out
}

/// One line of text, disarmed: line breaks and tabs become blanks.
pub fn line(text: &str) -> String {
    disarmed(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A word of a command line that a person may copy: quoted for a shell where it has to be.
pub fn word(text: &str) -> String {
    let text = line(text);
    shlex::try_quote(&text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// The first `limit` characters, with an ellipsis when some are missing.
pub fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `1 file`, `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The candidate that `word` was probably meant to be.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words, a swap of neighbours counting as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            rows[i][j] = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sequences_go_and_text_stays() {
        assert_eq!(disarmed("a\u{1b}[31mred\u{1b}[0m\tb\r\n"), "ared\tb\n");
        assert_eq!(disarmed("x\u{1b}]0;title\u{7}y\u{1b}]52;c;aGk=\u{1b}\\z"), "xyz");
        assert_eq!(disarmed("\u{9b}2Jc\u{202e}d\u{200f}\u{61c}"), "cd");
    }

    #[test]
    fn a_word_nearby_is_found() {
        assert_eq!(closest("nigthly", ["nightly", "weekly"]), Some("nightly"));
        assert_eq!(closest("zzz", ["nightly", "weekly"]), None);
    }

    proptest! {
        #[test]
        fn cutting_never_changes_what_is_printed(text in "(\\PC|\u{1b}|\u{9b}|\\[|\\]|\u{7}|m|\n){0,40}", cut in 0usize..80) {
            let mut at = cut.min(text.len());
            while !text.is_char_boundary(at) { at -= 1; }
            let mut out = String::new();
            let mut disarm = Disarm::default();
            disarm.push(&text[..at], &mut out);
            disarm.push(&text[at..], &mut out);
            prop_assert_eq!(&out, &disarmed(&text));
            prop_assert!(!out.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
