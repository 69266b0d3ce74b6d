//! JSON as a service wrote it: the text beside the parsed value, so that numbers keep their spelling.
//!
//! `serde_json::Value` turns `1.10` into `1.1` and a 25-digit id into a float. What a command decides on is read
//! from the value; what it prints is made from the text.

mod lone;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
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
        let raw: &RawValue = serde_json::from_slice(bytes)?;
        Self::parse(raw.get())
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

/// A JSON tree whose numbers are text, for the forms that are not JSON: tables, YAML, TSV, CSV.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was spelled.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object in the service's order.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// The tree of a document.
    pub fn of(json: &Json) -> Self {
        Self::read(&json.text)
    }

    fn read(text: &str) -> Self {
        match text.as_bytes().first() {
            Some(b'{') => {
                let members = members(text).into_iter();
                let mut object: Vec<(String, Self)> = Vec::new();
                // An output may be a map of a hundred thousand names: no search through all of them for each.
                let mut places: HashMap<String, usize> = HashMap::new();
                for (name, raw) in members {
                    let node = Self::read(raw.get());
                    match places.entry(name.clone()) {
                        Entry::Occupied(place) => object[*place.get()].1 = node,
                        Entry::Vacant(place) => {
                            place.insert(object.len());
                            object.push((name, node));
                        }
                    }
                }
                Self::Object(object)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
                Self::Array(items.iter().map(|raw| Self::read(raw.get())).collect())
            }
            Some(b'"') => Self::String(serde_json::from_str(text).unwrap_or_default()),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number(text.to_owned()),
        }
    }

    /// An object without members.
    pub fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// Sets a member of an object, replacing one of the same name; anything but an object is left alone.
    pub fn set(&mut self, name: &str, node: impl Into<Self>) {
        let Self::Object(members) = self else { return };
        let node = node.into();
        match members.iter_mut().find(|(known, _)| known == name) {
            Some(member) => member.1 = node,
            None => members.push((name.to_owned(), node)),
        }
    }

    /// The member `name` of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The member `name` of an object, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.iter_mut().find(|(key, _)| key == name).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The member at a dotted path; a number picks an array's item.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |node, name| match node {
            Self::Array(items) => items.get(name.parse::<usize>().ok()?),
            node => node.get(name),
        })
    }

    /// The tree as one line of JSON.
    pub fn compact(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) => text.clone(),
            Self::String(text) => Value::from(text.as_str()).to_string(),
            Self::Array(items) => {
                format!("[{}]", items.iter().map(Self::compact).collect::<Vec<_>>().join(","))
            }
            Self::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, node)| format!("{}:{}", Value::from(name.as_str()), node.compact()))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::String(text.clone()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect())
            }
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<Self>> for Node {
    fn from(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
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
