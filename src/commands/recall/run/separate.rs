//! `--separate`: the text of a stream block by block, each under its block's name.
//!
//! Nothing in a stream says that a block has ended. The block that speaks keeps the floor; what others say meanwhile
//! waits, and the next one gets the floor when the speaker has been silent for a while: for a few pieces of the
//! others, or for a moment.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::live::{Event, Sink};

/// So many pieces of others in a row mean that the speaker has ended.
const PIECES: usize = 8;
/// So does this much time.
const SILENCE: Duration = Duration::from_secs(2);

/// Puts the text of one block at a time into another sink.
pub struct Separate<S> {
    inner: S,
    on: bool,
    names: HashMap<String, String>,
    /// The block that has the floor.
    speaker: Option<String>,
    heard: Instant,
    /// Pieces of others since the speaker's last.
    since: usize,
    waiting: Vec<(String, String)>,
    /// Blocks that have been heard at all.
    known: Vec<String>,
    ends_in_line: bool,
}

impl<S: Sink> Separate<S> {
    /// A sink before another one; `on`: not for people alone, everything else passes as it comes.
    pub fn new(inner: S, on: bool, names: HashMap<String, String>) -> Self {
        Self {
            inner,
            on,
            names,
            speaker: None,
            heard: Instant::now(),
            since: 0,
            waiting: Vec::new(),
            known: Vec::new(),
            ends_in_line: true,
        }
    }

    /// Hands out what still waits, and gives the other sink back.
    pub fn finish(mut self) -> S {
        while self.hand_over() {}
        self.inner
    }

    fn text(&mut self, text: &str, block: &str) {
        // The server parts blocks by an empty line that belongs to none.
        let first = !self.known.iter().any(|known| known == block);
        let text = match text.strip_prefix("\n\n") {
            Some(rest) if first && !self.known.is_empty() => rest,
            _ => text,
        };
        if first {
            self.known.push(block.to_owned());
        }
        if self.speaker.is_none() {
            self.head(block);
        }
        if self.speaker.as_deref() == Some(block) {
            self.heard = Instant::now();
            self.since = 0;
            return self.say(text, block);
        }
        match self.waiting.iter_mut().find(|(waits, _)| waits == block) {
            Some((_, waits)) => waits.push_str(text),
            None => self.waiting.push((block.to_owned(), text.to_owned())),
        }
        self.since += 1;
        if self.since >= PIECES || self.heard.elapsed() >= SILENCE {
            self.hand_over();
        }
    }

    /// Gives the floor to who has waited longest; false when nobody waits.
    fn hand_over(&mut self) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let (block, text) = self.waiting.remove(0);
        self.head(&block);
        self.say(&text, &block);
        true
    }

    fn head(&mut self, block: &str) {
        let line = if self.ends_in_line { "" } else { "\n" };
        let gap = if self.speaker.is_some() { "\n" } else { "" };
        let name = self.names.get(block).map_or(block, String::as_str);
        let head = format!("{line}{gap}== {} ==\n", crate::text::line(name));
        self.inner.show(Event::Text { text: &head, block: Some(block) });
        self.ends_in_line = true;
        self.speaker = Some(block.to_owned());
        self.heard = Instant::now();
        self.since = 0;
    }

    fn say(&mut self, text: &str, block: &str) {
        if let Some(last) = text.chars().next_back() {
            self.ends_in_line = last == '\n';
            self.inner.show(Event::Text { text, block: Some(block) });
        }
    }
}

impl<S: Sink> Sink for Separate<S> {
    fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Text { text, block: Some(block) } if self.on => self.text(text, block),
            Event::Reset { block } if self.on => {
                self.waiting.retain(|(waits, _)| waits != block);
                self.inner.show(event);
            }
            event => self.inner.show(event),
        }
    }

    fn flush(&mut self) -> Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Page(String);

    impl Sink for Page {
        fn show(&mut self, event: Event<'_>) {
            if let Event::Text { text, .. } = event {
                self.0.push_str(text);
            }
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    fn shown(pieces: &[(&str, &str)]) -> String {
        let names = HashMap::from([("a".to_owned(), "Reader".to_owned())]);
        let mut separate = Separate::new(Page(String::new()), true, names);
        for (block, text) in pieces {
            separate.show(Event::Text { text, block: Some(block) });
        }
        separate.finish().0
    }

    #[test]
    fn one_block_after_the_other() {
        assert_eq!(
            shown(&[("a", "One"), ("a", ", two\n"), ("b", "\n\nDone"), ("b", ".")]),
            "== Reader ==\nOne, two\n\n== b ==\nDone."
        );
        assert_eq!(shown(&[("a", "\n\nits own")]), "== Reader ==\n\n\nits own");
    }

    #[test]
    fn who_speaks_between_waits_its_turn() {
        let mixed = [("a", "1"), ("b", "\n\nx"), ("a", "2"), ("b", "y"), ("a", "3")];
        assert_eq!(shown(&mixed), "== Reader ==\n123\n\n== b ==\nxy");
    }

    #[test]
    fn a_block_that_is_silent_loses_the_floor() {
        let mut pieces = vec![("a", "1")];
        pieces.extend([("b", "x"); PIECES]);
        pieces.extend([("b", "."), ("a", "2")]);
        assert_eq!(shown(&pieces), "== Reader ==\n1\n\n== b ==\nxxxxxxxx.\n\n== Reader ==\n2");
    }
}
