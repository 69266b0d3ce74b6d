//! A string that cannot be printed by accident.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// A key, password or token. Its `Debug` and `Display` forms are masked; [`Secret::expose`] is the only way in.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself: for a request header, a credentials file, `auth token`.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A form for people: the last four characters when enough others stay hidden.
    pub fn masked(&self) -> String {
        let characters: Vec<char> = self.0.chars().collect();
        if characters.len() < 12 {
            return "********".to_owned();
        }
        let tail: String = characters[characters.len() - 4..].iter().collect();
        format!("********{tail}")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(********)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Takes every known secret out of a text, in its plain, base64 and percent-encoded spellings.
#[derive(Clone, Default)]
pub struct Redactor {
    spellings: Rc<RefCell<Vec<String>>>,
}

/// Shorter ones are no secrets, and taking them out would tear ordinary words apart.
const SHORTEST: usize = 6;

impl Redactor {
    /// Adds a secret that must not be shown from now on.
    pub fn learn(&self, secret: &Secret) {
        let text = secret.expose();
        if text.len() < SHORTEST {
            return;
        }
        let mut spellings = self.spellings.borrow_mut();
        let encoded =
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        for spelling in [text.to_owned(), STANDARD.encode(text), URL_SAFE.encode(text), encoded] {
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        // The longest first: one key may be the beginning of another.
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    }

    /// The text with all known secrets masked.
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut hidden = Cow::Borrowed(text);
        for spelling in self.spellings.borrow().iter() {
            if hidden.contains(spelling.as_str()) {
                hidden = Cow::Owned(hidden.replace(spelling.as_str(), "********"));
            }
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_masks() {
        let secret = Secret::new("sk_live_abcdefghijklmnop");
        assert_eq!(format!("{secret} {secret:?}"), "********mnop Secret(********)");
        assert_eq!(Secret::new("short").masked(), "********");
    }

    #[test]
    fn every_spelling_is_hidden() {
        let redactor = Redactor::default();
        redactor.learn(&Secret::new("sk_live/abc+def"));
        for text in ["sk_live/abc+def", "c2tfbGl2ZS9hYmMrZGVm", "sk%5Flive%2Fabc%2Bdef"] {
            assert_eq!(redactor.hide(&format!("a {text} b")), "a ******** b");
        }
        assert!(matches!(redactor.hide("nothing here"), Cow::Borrowed(_)));
    }
}
