//! Text cut into chunks: at paragraphs, else lines, else sentences, else words, else anywhere.

use serde_json::Value;

use crate::local::recall::document::number;

/// Letters that the service counts as a token.
const LETTERS_A_TOKEN: usize = 4;

/// Sizes in letters.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Longest chunk, its overlap included.
    pub max: usize,
    /// A shorter end is joined to the chunk before it.
    pub min: usize,
    /// How much of a chunk the next one repeats.
    pub overlap: usize,
}

impl Sizes {
    /// From a `chunkingConfig`: `maxSize` and `overlap` count tokens, `minSize` letters. Sizes that contradict each
    /// other are brought together.
    pub fn read(config: &Value) -> Self {
        let size = |name: &str| usize::try_from(number(config, name)).unwrap_or_default();
        let max = size("maxSize").max(1) * LETTERS_A_TOKEN;
        Self {
            max,
            min: size("minSize").min(max / 2),
            overlap: (size("overlap") * LETTERS_A_TOKEN).min(max / 2),
        }
    }
}

/// How many tokens a text is taken for.
pub fn tokens(letters: usize) -> usize {
    letters.div_ceil(LETTERS_A_TOKEN)
}

/// The chunks of a text; none when it is blank.
pub fn cut(text: &str, sizes: Sizes) -> Vec<String> {
    let room = sizes.max - sizes.overlap;
    let mut pieces = Vec::new();
    divide(text, room, &["\n\n", "\n", ". ", " "], &mut pieces);
    let mut bodies: Vec<String> = Vec::new();
    for piece in pieces {
        match bodies.last_mut() {
            Some(last) if length(last) + length(piece) <= room => last.push_str(piece),
            _ => bodies.push(piece.to_owned()),
        }
    }
    if bodies.len() > 1 && bodies.last().is_some_and(|last| length(last.trim()) < sizes.min) {
        let end = bodies.pop().unwrap_or_default();
        bodies.last_mut().into_iter().for_each(|last| last.push_str(&end));
    }
    bodies.retain(|body| !body.trim().is_empty());
    let repeated =
        |place: usize| place.checked_sub(1).map_or("", |before| tail(&bodies[before], sizes.overlap));
    bodies
        .iter()
        .enumerate()
        .map(|(place, body)| format!("{}{body}", repeated(place)).trim().to_owned())
        .collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Parts of at most `room` letters that make up the text again.
fn divide<'a>(text: &'a str, room: usize, ends: &[&str], pieces: &mut Vec<&'a str>) {
    if length(text) <= room {
        pieces.push(text);
        return;
    }
    let Some((end, finer)) = ends.split_first() else {
        let at = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
        let (head, rest) = text.split_at(at);
        pieces.push(head);
        return divide(rest, room, ends, pieces);
    };
    text.split_inclusive(end).for_each(|part| divide(part, room, finer, pieces));
}

/// The last `letters` of a text, from the beginning of a word on.
fn tail(text: &str, letters: usize) -> &str {
    let Some(back) = letters.checked_sub(1) else { return "" };
    let Some((at, _)) = text.char_indices().rev().nth(back) else { return text };
    let cut = &text[at..];
    // Within a word: leave its rest out.
    match text[..at].ends_with(char::is_whitespace) {
        true => cut,
        false => cut.find(char::is_whitespace).map_or("", |space| &cut[space + 1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { max: 40, min: 5, overlap: 10 };

    #[test]
    fn a_short_text_is_one_chunk_and_a_blank_one_none() {
        assert_eq!(cut("  Hello.\n", SIZES), ["Hello."]);
        assert!(cut(" \n ", SIZES).is_empty() && cut("", SIZES).is_empty());
    }

    #[test]
    fn chunks_end_at_paragraphs_and_repeat_the_end_of_the_one_before() {
        let chunks = cut("The first one is here.\n\nThe second one is there.", SIZES);
        assert_eq!(chunks, ["The first one is here.", "is here.\n\nThe second one is there."]);
    }

    #[test]
    fn every_word_is_in_a_chunk_and_no_chunk_is_too_long() {
        let text: String = (0..200)
            .map(|number| format!("wört{number}{}", if number % 7 == 0 { ".\n\n" } else { " " }))
            .collect();
        let chunks = cut(&text, SIZES);
        assert!(chunks.iter().all(|chunk| length(chunk) <= SIZES.max + SIZES.min), "{chunks:#?}");
        for number in 0..200 {
            assert!(chunks.iter().any(|chunk| chunk.contains(&format!("wört{number}"))), "{number}");
        }
    }

    #[test]
    fn a_word_without_end_is_cut_anywhere_and_a_short_end_is_joined() {
        let chunks = cut(&"é".repeat(61), SIZES);
        assert_eq!(chunks.iter().map(|chunk| length(chunk)).collect::<Vec<_>>(), [30, 31]);
    }
}
