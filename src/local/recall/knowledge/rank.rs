//! How well texts answer a question: Okapi BM25 over their words, as a share of the best that is possible.

use std::collections::{HashMap, HashSet};

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The words of a text in small letters, plurals with the singular.
pub fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let word = word.to_lowercase();
            // Rough, but the same for question and text, which is all that counts.
            if word.chars().count() > 3 && word.ends_with('s') && !word.ends_with("ss") {
                word[..word.len() - 1].to_owned()
            } else {
                word
            }
        })
        .collect()
}

/// For each text a number from 0 (no word in common) to 1.
pub fn similarities(question: &str, texts: &[&str]) -> Vec<f64> {
    let asked: Vec<String> = {
        let mut seen = HashSet::new();
        words(question).into_iter().filter(|word| seen.insert(word.clone())).collect()
    };
    let counted: Vec<(HashMap<String, f64>, f64)> = texts
        .iter()
        .map(|text| {
            let words = words(text);
            let length = words.len() as f64;
            let mut counts = HashMap::new();
            words.into_iter().for_each(|word| *counts.entry(word).or_insert(0.0) += 1.0);
            (counts, length)
        })
        .collect();
    let total = counted.len() as f64;
    let average = counted.iter().map(|(_, length)| length).sum::<f64>() / total.max(1.0);
    let weight = |word: &String| {
        let having = counted.iter().filter(|(counts, _)| counts.contains_key(word)).count() as f64;
        // A word that no text has tells nothing of which text is meant; it would only make all of them small.
        if having == 0.0 { 0.0 } else { ((total - having + 0.5) / (having + 0.5)).ln_1p() }
    };
    let weights: Vec<f64> = asked.iter().map(weight).collect();
    let best = weights.iter().sum::<f64>() * (K1 + 1.0);
    counted
        .iter()
        .map(|(counts, length)| {
            let score: f64 = asked
                .iter()
                .zip(&weights)
                .filter_map(|(word, weight)| {
                    let count = counts.get(word)?;
                    let damped = count + K1 * (1.0 - B + B * length / average.max(1.0));
                    Some(weight * count * (K1 + 1.0) / damped)
                })
                .sum();
            if best > 0.0 { (score / best).clamp(0.0, 1.0) } else { 0.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_with_the_rarer_words_comes_first() {
        let texts =
            ["The shop sells tea.", "Refunds take five days in the shop.", "The shop has opening hours."];
        let found = similarities("How long does a refund take in the shop?", &texts);
        assert!(found[1] > found[0] && found[1] > found[2], "{found:?}");
        assert!(found.iter().all(|one| (0.0..=1.0).contains(one)));
        assert_eq!(found, similarities("how LONG does a refund take in the shop", &texts));
        assert_eq!(found, similarities("refunds, take in the shop", &texts), "unknown words do not count");
    }

    #[test]
    fn nothing_in_common_is_nothing() {
        assert_eq!(similarities("zebra", &["tea", ""]), [0.0, 0.0]);
        assert_eq!(similarities("", &["tea"]), [0.0]);
        assert!(similarities("tea", &[]).is_empty());
    }

    #[test]
    fn words_are_letters_and_digits_of_any_script() {
        assert_eq!(words("Größe-42, cafés; glass 東京!"), ["größe", "42", "café", "glass", "東京"]);
    }
}
