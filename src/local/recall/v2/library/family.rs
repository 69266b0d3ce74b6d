//! The three kinds of things and what their fields take.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::super::document::{moment, text};
use super::super::{Refusal, strict};

/// One of the three kinds of things.
pub struct Family {
    /// Where its routes begin.
    pub path: &'static str,
    /// What one is called in a refusal.
    pub thing: &'static str,
    /// Where they are stored.
    pub kind: &'static str,
    /// The field that is its name.
    pub named: &'static str,
    /// A field that only a single thing shows.
    pub detail: &'static str,
    /// What can be said of one.
    pub fields: &'static [(&'static str, Takes)],
}

/// What a field takes.
pub enum Takes {
    /// A text that must be there, and its greatest length.
    Needed(usize),
    /// A text that may be missing.
    Text(usize),
    /// An object that must be there.
    Object,
    /// An address that must be there.
    Address,
    /// A whole number; what it is without one.
    Whole(i64, i64, i64),
    /// Yes or no; yes without one.
    Flag,
    /// Headers, of which only the names are kept.
    Headers,
}

/// What agents know how to do.
pub static SKILLS: Family = Family {
    path: "/api/v2/skills",
    thing: "Skill",
    kind: "recall/skill",
    named: "name",
    detail: "content",
    fields: &[
        ("name", Takes::Needed(64)),
        ("description", Takes::Needed(1024)),
        ("content", Takes::Needed(50_000)),
    ],
};

/// Functions that agents may call.
pub static TOOLS: Family = Family {
    path: "/api/v2/custom-tools",
    thing: "Custom tool",
    kind: "recall/custom-tool",
    named: "title",
    detail: "",
    fields: &[("title", Takes::Needed(200)), ("schema", Takes::Object), ("code", Takes::Needed(100_000))],
};

/// Servers whose tools agents may call.
pub static SERVERS: Family = Family {
    path: "/api/v2/mcp-servers",
    thing: "MCP server",
    kind: "recall/mcp-server",
    named: "name",
    detail: "",
    fields: &[
        ("name", Takes::Needed(255)),
        ("description", Takes::Text(2000)),
        ("transport", Takes::Text(50)),
        ("url", Takes::Address),
        ("authType", Takes::Text(50)),
        ("headers", Takes::Headers),
        ("timeout", Takes::Whole(1000, 300_000, 30_000)),
        ("retries", Takes::Whole(0, 10, 3)),
        ("enabled", Takes::Flag),
    ],
};

impl Family {
    /// Reads what a body says of a thing. A change may leave fields out, a new thing only those that have a default.
    ///
    /// # Errors
    /// 400 for what is missing, unknown or of another type.
    pub fn read(&self, body: &[u8], new: bool) -> Result<Map<String, Value>, Refusal> {
        let mut known: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        known.push("workspaceId");
        let given = strict::body(body, &known, false)?;
        strict::workspace(&given)?;
        let mut read = Map::new();
        for (name, takes) in self.fields {
            if new || given.contains_key(*name) {
                takes.read(name, &given, &mut read)?;
            }
        }
        if read.is_empty() {
            let names: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
            return Err(strict::refused(
                names[0],
                &format!("At least one of {} is required", names.join(", ")),
            ));
        }
        Ok(read)
    }

    /// A thing as it is answered, `whole` or as lists show it.
    pub fn shown(&self, thing: &Value, whole: bool) -> Value {
        let mut shown = thing.clone();
        shown["createdAt"] = moment(thing, "createdAt");
        shown["updatedAt"] = moment(thing, "updatedAt");
        if let Some(fields) = shown.as_object_mut().filter(|_| !whole) {
            fields.shift_remove(self.detail);
        }
        shown
    }

    /// Holds names to being unique in the workspace; `but` is the id of the thing itself.
    ///
    /// # Errors
    /// 409 for a name that is taken.
    pub fn free(&self, things: &[Value], name: &Value, but: &str) -> Result<(), Refusal> {
        let taken = things.iter().any(|thing| thing[self.named] == *name && text(thing, "id") != but);
        let message = || format!("A {} with this {} already exists", self.thing.to_lowercase(), self.named);
        if taken { Err(Refusal::new(StatusCode::CONFLICT, &message())) } else { Ok(()) }
    }
}

impl Takes {
    fn read(
        &self,
        name: &str,
        given: &Map<String, Value>,
        into: &mut Map<String, Value>,
    ) -> Result<(), Refusal> {
        let value = match self {
            Self::Needed(longest) => json!(strict::required(given, name, *longest)?),
            Self::Text(longest) => json!(strict::text(given, name, *longest)?),
            Self::Object => match given.get(name) {
                Some(value @ Value::Object(_)) => value.clone(),
                _ => return Err(strict::refused(name, "Invalid input: expected object")),
            },
            Self::Address => {
                let address = strict::required(given, name, 2048)?;
                let parsed =
                    url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
                if parsed.is_none() || address.contains("{{") {
                    return Err(strict::refused(name, "url must be an absolute http or https URL"));
                }
                json!(address)
            }
            Self::Whole(least, most, usual) => match given.get(name) {
                None => json!(usual),
                Some(value) if value.as_i64().is_some_and(|number| (*least..=*most).contains(&number)) => {
                    value.clone()
                }
                Some(_) => {
                    return Err(strict::refused(
                        name,
                        &format!("Invalid input: expected int from {least} to {most}"),
                    ));
                }
            },
            Self::Flag => match given.get(name) {
                None => json!(true),
                Some(value @ Value::Bool(_)) => value.clone(),
                Some(_) => return Err(strict::refused(name, "Invalid input: expected boolean")),
            },
            Self::Headers => {
                let names: Vec<&String> = match given.get(name) {
                    None => Vec::new(),
                    Some(Value::Object(headers)) if headers.values().all(Value::is_string) => {
                        headers.keys().collect()
                    }
                    Some(_) => {
                        return Err(strict::refused(name, "Invalid input: expected record of strings"));
                    }
                };
                into.insert("hasHeaders".into(), json!(!names.is_empty()));
                into.insert("headerNames".into(), json!(names));
                return Ok(());
            }
        };
        into.insert(name.to_owned(), value);
        Ok(())
    }
}
