//! Completion in bash, which cuts words at `=`, `:` and `@`: `--output=js`, `@file` and `a:b` are put together again.

use std::ffi::OsString;
use std::io::Write as _;

/// What tells our script's question from others.
pub const MARKER: &str = "line";

/// The script hands over the line as it was typed, up to the cursor: the words bash makes of it are no use to us.
pub const SCRIPT: &str = r#"# Completion of `ra` in bash; printed by `ra completions bash`.
_ra_complete() {
    local line="${COMP_LINE:0:COMP_POINT}"
    if [[ -z $line ]]; then
        local IFS=' '
        line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
    fi
    COMPREPLY=()
    IFS=$'\013' read -r -d '' -a COMPREPLY < <(RA_COMPLETE=bash ra -- line "$COMP_WORDBREAKS" "$line" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ( ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ) ]]; then
    complete -o bashdefault -o nosort -F _ra_complete ra
else
    complete -o bashdefault -F _ra_complete ra
fi
"#;

/// A line up to the cursor, cut into words as the shell would run it.
#[derive(Debug)]
pub struct Line {
    /// The words without their quotes; the last one is being typed, and may be empty.
    pub words: Vec<OsString>,
    /// How many bytes of the last word bash leaves standing before what it replaces.
    kept: usize,
    /// Whether the cursor is inside quotes.
    quoted: bool,
}

impl Line {
    /// Reads a line; `breaks` are the characters at which bash cuts words.
    pub fn read(line: &str, breaks: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut word = String::new();
        let mut begun = false;
        let mut kept = 0;
        let mut quote = None;
        let mut characters = line.chars();
        while let Some(character) = characters.next() {
            match (quote, character) {
                (None, ' ' | '\t' | '\n') => {
                    if begun {
                        words.push(std::mem::take(&mut word));
                    }
                    (begun, kept) = (false, 0);
                    continue;
                }
                (None, '\'' | '"') => {
                    quote = Some(character);
                    kept = word.len();
                }
                (Some(open), character) if open == character => quote = None,
                (None | Some('"'), '\\') => word.extend(characters.next()),
                (_, character) => {
                    word.push(character);
                    if quote.is_none() && breaks.contains(character) {
                        // Of all of them only the `@` is replaced with the word behind it.
                        kept = word.len() - usize::from(character == '@');
                    }
                }
            }
            begun = true;
        }
        words.push(word);
        // `KEY=value ra …`: what stands before the program is not ours.
        let is_assignment = |word: &&String| {
            word.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
            })
        };
        let before = words[..words.len() - 1].iter().take_while(is_assignment).count();
        let words = words.into_iter().skip(before).map(OsString::from).collect();
        Self { words, kept, quoted: quote.is_some() }
    }

    /// Writes the candidates for the last word, parted as the script expects it.
    ///
    /// # Errors
    /// When nothing can be said about the line.
    pub fn complete(&self, tree: &mut clap::Command, out: &mut Vec<u8>) -> std::io::Result<()> {
        let folder = std::env::current_dir().ok();
        let last = self.words.len() - 1;
        let candidates = clap_complete::engine::complete(tree, self.words.clone(), last, folder.as_deref())?;
        for (index, candidate) in candidates.iter().enumerate() {
            let value = candidate.get_value().to_string_lossy();
            let rest = value.get(self.kept..).unwrap_or_default();
            let parting = if index == 0 { "" } else { "\u{b}" };
            write!(out, "{parting}{}", if self.quoted { rest.to_owned() } else { escaped(rest) })?;
        }
        Ok(())
    }
}

/// A value as it must be typed outside quotes.
fn escaped(value: &str) -> String {
    let mut typed = String::with_capacity(value.len());
    for character in value.chars() {
        if " \t'\"\\$`!*?[](){}<>|&;#".contains(character) {
            typed.push('\\');
        }
        typed.push(character);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (Vec<String>, usize, bool) {
        let line = Line::read(line, " \t\n\"'@><=;|&(:");
        (line.words.iter().map(|word| word.to_string_lossy().into_owned()).collect(), line.kept, line.quoted)
    }

    #[test]
    fn words_and_what_bash_replaces() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(read("ra recu"), (words(&["ra", "recu"]), 0, false));
        assert_eq!(read("ra recall "), (words(&["ra", "recall", ""]), 0, false));
        assert_eq!(read("A=1 B=2 ra x"), (words(&["ra", "x"]), 0, false));
        assert_eq!(read("ra --output=js"), (words(&["ra", "--output=js"]), 9, false));
        assert_eq!(read("ra -m @qu"), (words(&["ra", "-m", "@qu"]), 0, false));
        assert_eq!(read("ra -f a=@qu"), (words(&["ra", "-f", "a=@qu"]), 2, false));
        assert_eq!(read("ra chat \"my ag"), (words(&["ra", "chat", "my ag"]), 0, true));
        assert_eq!(read("ra my\\ ag"), (words(&["ra", "my ag"]), 0, false));
        assert_eq!(read("ra 'a b' c"), (words(&["ra", "a b", "c"]), 0, false));
    }

    #[test]
    fn values_that_must_be_quoted() {
        assert_eq!(escaped("My Agent (1)"), "My\\ Agent\\ \\(1\\)");
        assert_eq!(escaped("plain-name_1"), "plain-name_1");
    }
}
