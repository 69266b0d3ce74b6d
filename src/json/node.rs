//! A JSON tree whose numbers are text, for the forms that are not JSON and for bodies made of a person's input.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::{Json, members};

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
                let members = members(text);
                let mut object: Vec<(String, Self)> = Vec::with_capacity(members.len());
                // An output may be a map of a hundred thousand names: no search through all of them for each.
                let mut places: HashMap<String, usize> = HashMap::new();
                let is_large = members.len() > 16;
                for (name, raw) in members {
                    let node = Self::read(raw.get());
                    let known = match is_large {
                        true => places.get(&name).copied(),
                        false => object.iter().position(|(known, _)| *known == name),
                    };
                    match known {
                        Some(place) => object[place].1 = node,
                        None => {
                            if is_large {
                                places.insert(name.clone(), object.len());
                            }
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
