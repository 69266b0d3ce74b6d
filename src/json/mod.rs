//! JSON as a service wrote it: the text beside the parsed value, so that numbers keep their spelling.
//!
//! `serde_json::Value` turns `1.10` into `1.1` and a 25-digit id into a float. What a command decides on is read
//! from the value; what it prints is made from the text.

mod lone;
mod node;

pub use self::node::Node;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

/// One JSON document: its text, unchanged, and its value.
#[derive(Clone, Debug)]
pub struct Json {
    text: Arc<str>,
    /// What the text says, for decisions.
    pub value: Value,
}

impl Json {
    /// Reads a document.
    ///
    /// # Errors
    /// What is wrong with the text, with line and column.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let value = serde_json::from_str(text)?;
        Ok(Self { text: text.trim().into(), value })
    }

    /// Reads a document from bytes that should be UTF-8.
    ///
    /// # Errors
    /// What is wrong with them, with line and column.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text),
            // The reader's own words say where the broken byte is.
            Err(_) => Self::parse(serde_json::from_slice::<&RawValue>(bytes)?.get()),
        }
    }

    /// Reads a document of a service, which may hold half a character: JavaScript writes one as `\ud83d` where it
    /// cuts a text in two. Such a half becomes U+FFFD, as a browser shows it; the rest of the document is kept.
    pub fn lenient(text: &str) -> Option<Self> {
        Self::parse(text).ok().or_else(|| Self::parse(&lone::mended(text)?).ok())
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The member `name`, with its own text.
    pub fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name)?.clone();
        // Of a name that stands twice the last one counts, as for the value.
        let raw = members(&self.text).into_iter().rev().find(|(key, _)| key == name)?.1;
        Some(Self { text: raw.get().into(), value })
    }

    /// The member at a dotted path.
    pub fn at(&self, path: &str) -> Option<Self> {
        path.split('.').try_fold(self.clone(), |json, name| json.get(name))
    }

    /// The items of an array, each with its own text.
    pub fn items(&self) -> Option<Vec<Self>> {
        let Value::Array(values) = &self.value else { return None };
        let raw: Vec<&RawValue> = serde_json::from_str(&self.text).ok()?;
        Some(
            raw.iter()
                .zip(values)
                .map(|(raw, value)| Self { text: raw.get().into(), value: value.clone() })
                .collect(),
        )
    }

    /// One array out of many documents.
    pub fn array(items: &[Self]) -> Self {
        let texts: Vec<&str> = items.iter().map(Self::text).collect();
        Self {
            text: format!("[{}]", texts.join(",")).into(),
            value: Value::Array(items.iter().map(|item| item.value.clone()).collect()),
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self { text: value.to_string().into(), value }
    }
}

/// The members of an object in their order, or nothing.
fn members(text: &str) -> Vec<(String, &RawValue)> {
    struct Members<'a>(Vec<(String, &'a RawValue)>);
    impl<'de> serde::Deserialize<'de> for Members<'de> {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Members<'de>;
                fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<Self::Value, A::Error> {
                    let mut members = Vec::new();
                    while let Some(member) = map.next_entry()? {
                        members.push(member);
                    }
                    Ok(Members(members))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    serde_json::from_str::<Members>(text).map(|members| members.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        r#"{"id":12345678901234567890123,"price":1.10,"e":1E2,"list":[{"n":0.0},null],"s":"a\u00e9"}"#;

    #[test]
    fn numbers_keep_their_spelling() {
        let json = Json::parse(TEXT).unwrap();
        assert_eq!(json.get("id").unwrap().text(), "12345678901234567890123");
        assert_eq!(json.at("price").unwrap().text(), "1.10");
        assert_eq!(json.get("list").unwrap().items().unwrap()[0].text(), r#"{"n":0.0}"#);
        assert_eq!(Node::of(&json).at("list.0.n"), Some(&Node::Number("0.0".into())));
        assert_eq!(Node::of(&json).compact(), TEXT.replace("\\u00e9", "é"));
    }

    #[test]
    fn pages_become_one_array_of_the_same_texts() {
        let items = [Json::parse("1.0").unwrap(), Json::parse("{\"a\": 2.50}").unwrap()];
        assert_eq!(Json::array(&items).text(), "[1.0,{\"a\": 2.50}]");
    }
}
