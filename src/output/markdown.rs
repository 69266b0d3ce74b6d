//! Markdown while it arrives: the cursor never goes back, so nothing flickers and scrollback stays right.
//!
//! Only what can be decided from the past and one or two coming characters is styled. Cutting the text differently
//! never changes what is printed.

const BOLD: &str = "\u{1b}[1m";
const ITALIC: &str = "\u{1b}[3m";
const CODE: &str = "\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// Styles one text that comes in pieces.
#[derive(Debug, Default)]
pub struct Markdown {
    /// Characters that cannot be judged before the next one is known.
    held: String,
    /// Nothing but `held` was seen on this line.
    at_start: bool,
    began: bool,
    fence: Option<char>,
    /// Inside the line that opens or closes a fence.
    fence_line: bool,
    heading: bool,
    bold: bool,
    italic: bool,
    code: bool,
    /// The last character before `held`, to tell `a * b` from `*a*`.
    before: Option<char>,
}

impl Markdown {
    /// Appends the styled form of `piece` to `out`.
    pub fn push(&mut self, piece: &str, out: &mut String) {
        if !std::mem::replace(&mut self.began, true) {
            self.at_start = true;
        }
        for character in piece.chars() {
            self.next(character, out);
        }
    }

    /// Prints what was held back and ends all styles.
    pub fn finish(&mut self, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        out.push_str(&held);
        if self.styled() || self.fence.is_some() || self.fence_line {
            out.push_str(RESET);
        }
        *self = Self::default();
    }

    fn styled(&self) -> bool {
        self.heading || self.bold || self.italic || self.code
    }

    fn next(&mut self, character: char, out: &mut String) {
        if self.at_start {
            self.start(character, out);
        } else if self.fence.is_some() || self.fence_line {
            self.plain(character, out);
        } else {
            self.inline(character, out);
        }
    }

    /// The first characters of a line: heading, list, fence, or just text.
    fn start(&mut self, character: char, out: &mut String) {
        self.held.push(character);
        let held = std::mem::take(&mut self.held);
        let word = held.trim_start_matches(' ');
        let first = word.chars().next();
        let same = first.is_some_and(|first| word.chars().all(|c| c == first));
        let fence_mark = |c: char| matches!(c, '`' | '~');
        let undecided = match first {
            None => held.len() < 12,
            Some(c) if fence_mark(c) => same && word.len() < 3,
            Some('#') => self.fence.is_none() && same && word.len() < 7,
            Some('-' | '+' | '*') => self.fence.is_none() && word.len() == 1,
            _ => false,
        };
        if undecided {
            self.held = held;
            return;
        }
        self.at_start = false;
        let indent = &held[..held.len() - word.len()];
        if same
            && word.len() == 3
            && first.is_some_and(fence_mark)
            && self.fence.is_none_or(|open| Some(open) == first)
        {
            // The rest of the line (a language, or nothing) belongs to the fence.
            self.fence = if self.fence.is_some() { None } else { first };
            self.fence_line = true;
            out.push_str(RESET);
            out.push_str(DIM);
            out.push_str(&held);
            return;
        }
        if self.fence.is_none()
            && word.ends_with(' ')
            && word.trim_end().chars().all(|c| c == '#')
            && first == Some('#')
        {
            self.heading = true;
            out.push_str(indent);
            out.push_str(BOLD);
            out.push_str(word);
            return;
        }
        if self.fence.is_none() && matches!(word, "- " | "* " | "+ ") {
            out.push_str(indent);
            out.push_str("• ");
            self.before = Some(' ');
            return;
        }
        for character in held.chars() {
            if self.fence.is_some() { self.plain(character, out) } else { self.inline(character, out) }
        }
    }

    /// Inside code: nothing means anything but the line end.
    fn plain(&mut self, character: char, out: &mut String) {
        if character != '\n' {
            out.push(character);
            return;
        }
        if std::mem::take(&mut self.fence_line) {
            out.push_str(RESET);
            if self.fence.is_some() {
                out.push('\n');
                out.push_str(CODE);
                self.at_start = true;
                return;
            }
        }
        out.push('\n');
        self.at_start = true;
    }

    fn inline(&mut self, character: char, out: &mut String) {
        match (self.held.as_str(), character) {
            ("", '*') if !self.code => {
                self.held.push('*');
                return;
            }
            ("*", '*') => {
                self.held.clear();
                self.bold = !self.bold;
                self.restyle(self.bold, BOLD, out);
                self.before = Some('*');
                return;
            }
            ("*", next) => {
                self.held.clear();
                let opens =
                    !next.is_whitespace() && self.before.is_none_or(|before| !before.is_alphanumeric());
                let closes = self.italic && self.before.is_some_and(|before| !before.is_whitespace());
                if opens || closes {
                    self.italic = !closes;
                    self.restyle(self.italic, ITALIC, out);
                } else {
                    out.push('*');
                }
            }
            _ => {}
        }
        match character {
            '\n' => {
                if self.styled() {
                    out.push_str(RESET);
                }
                (self.heading, self.bold, self.italic, self.code) = (false, false, false, false);
                out.push('\n');
                self.at_start = true;
                self.before = None;
                return;
            }
            '`' => {
                self.code = !self.code;
                self.restyle(self.code, CODE, out);
            }
            '*' if !self.code => {
                self.held.push('*');
                return;
            }
            character => out.push(character),
        }
        self.before = Some(character);
    }

    /// Switches one style on, or all off and the remaining ones on again.
    fn restyle(&self, on: bool, style: &str, out: &mut String) {
        if on {
            out.push_str(style);
            return;
        }
        out.push_str(RESET);
        for (active, style) in [(self.heading || self.bold, BOLD), (self.italic, ITALIC), (self.code, CODE)] {
            if active {
                out.push_str(style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn render(pieces: &[&str]) -> String {
        let mut out = String::new();
        let mut markdown = Markdown::default();
        for piece in pieces {
            markdown.push(piece, &mut out);
        }
        markdown.finish(&mut out);
        out
    }

    #[test]
    fn what_is_styled() {
        assert_eq!(render(&["a **b** c"]), "a \u{1b}[1mb\u{1b}[0m c");
        assert_eq!(render(&["# Head\nx"]), "\u{1b}[1m# Head\u{1b}[0m\nx");
        assert_eq!(render(&["- one\n- *two*\n"]), "• one\n• \u{1b}[3mtwo\u{1b}[0m\n");
        assert_eq!(render(&["2 * 3 * 4 and `a*b*`"]), "2 * 3 * 4 and \u{1b}[36ma*b*\u{1b}[0m");
        let fence = render(&["```rust\nlet *a* = 1;\n```\nafter"]);
        assert_eq!(console::strip_ansi_codes(&fence), "```rust\nlet *a* = 1;\n```\nafter");
        assert!(fence.contains("\u{1b}[36mlet *a* = 1;"), "{fence:?}");
        assert_eq!(render(&["plain"]), "plain");
    }

    proptest! {
        #[test]
        fn cutting_never_changes_what_is_printed(text in "[a* `#\n~-]{0,30}", cut in 0usize..40) {
            let at = cut.min(text.len());
            prop_assert_eq!(render(&[&text[..at], &text[at..]]), render(&[&text]));
        }
    }
}
