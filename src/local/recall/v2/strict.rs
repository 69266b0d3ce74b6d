//! Reading v2 requests to the letter: what is unknown, blank, repeated or of another type is refused.

use axum::http::Uri;
use serde_json::{Map, Value, json};

use super::super::WORKSPACE;
use super::super::cursor::{self, Place};
use super::Refusal;

const QUERY: &str = "Invalid query parameters";
const BODY: &str = "Invalid request body";

/// The parameters of a request.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query that may hold these parameters.
    ///
    /// # Errors
    /// When one is unknown, blank or given twice.
    pub fn read(uri: &Uri, known: &[&str]) -> Result<Self, Refusal> {
        let text = uri.query().unwrap_or_default().as_bytes();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text).into_owned().collect();
        let unknown: Vec<&str> =
            pairs.iter().map(|(name, _)| name.as_str()).filter(|name| !known.contains(name)).collect();
        if !unknown.is_empty() {
            return Err(Refusal::unrecognized(QUERY, &unknown));
        }
        for (place, (name, value)) in pairs.iter().enumerate() {
            if value.trim().is_empty() {
                return Err(Refusal::invalid(QUERY, name, "Query parameter must not be blank"));
            }
            if pairs[..place].iter().any(|(other, _)| other == name) {
                return Err(Refusal::invalid(QUERY, name, "Query parameter must not be repeated"));
            }
        }
        Ok(Self(pairs))
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The refusal of a parameter.
    pub fn refused(name: &str, why: &str) -> Refusal {
        Refusal::invalid(QUERY, name, why)
    }

    /// A parameter that is one of these words; the first when it is missing.
    ///
    /// # Errors
    /// When it is another word.
    pub fn choice<'a>(&self, name: &str, words: &[&'a str]) -> Result<&'a str, Refusal> {
        let Some(given) = self.get(name) else { return Ok(words[0]) };
        words.iter().find(|word| **word == given).copied().ok_or_else(|| {
            let named: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            Self::refused(name, &format!("Invalid option: expected one of {}", named.join("|")))
        })
    }

    /// A yes or no.
    ///
    /// # Errors
    /// When it is neither `true` nor `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.choice(name, &["false", "true"])? == "true")
    }

    /// How many items are wanted.
    ///
    /// # Errors
    /// When that is no number from 1 to `most`.
    pub fn limit(&self, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(given) = self.get("limit") else { return Ok(default) };
        let limit = given.parse().ok().filter(|limit| (1..=most).contains(limit));
        limit.ok_or_else(|| {
            Self::refused("limit", &format!("Invalid input: expected number from 1 to {most}"))
        })
    }

    /// A number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Refusal> {
        let number = self.get(name).map(str::parse).transpose();
        number.map_err(|_| Self::refused(name, "Invalid input: expected number"))
    }

    /// A moment, as milliseconds.
    ///
    /// # Errors
    /// When it is none.
    pub fn moment(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let moment = self.get(name).map(str::parse::<jiff::Timestamp>).transpose();
        let moment = moment.map_err(|_| Self::refused(name, "Invalid ISO datetime"))?;
        Ok(moment.map(jiff::Timestamp::as_millisecond))
    }

    /// The parts of a comma list; empty when it is missing.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let parts = self.get(name).into_iter().flat_map(|value| value.split(','));
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// Checks that the one workspace is asked for; another one looks as if it did not exist.
    ///
    /// # Errors
    /// 400 without one, 404 for another.
    pub fn workspace(&self) -> Result<(), Refusal> {
        match self.get("workspaceId") {
            Some(WORKSPACE) => Ok(()),
            Some(_) => Err(Refusal::missing("Workspace")),
            None => Err(Self::refused("workspaceId", "Invalid input: expected string, received undefined")),
        }
    }

    /// The list of this name with these filters, which its cursors belong to.
    pub fn list_name(&self, name: &str) -> String {
        let mut filters: Vec<String> = self
            .0
            .iter()
            .filter(|(name, _)| name != "cursor" && name != "limit")
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        filters.sort_unstable();
        format!("{name}?{}", filters.join("&"))
    }

    /// The place after which the page begins.
    ///
    /// # Errors
    /// When the cursor is not one of this list with these filters.
    pub fn after(&self, list: &str) -> Result<Option<Place>, Refusal> {
        let Some(given) = self.get("cursor") else { return Ok(None) };
        let place = cursor::read(given, list);
        place.map(Some).ok_or_else(|| Self::refused("cursor", "Invalid cursor"))
    }
}

/// The fields of a body that may hold these; an empty body has none when `optional`.
///
/// # Errors
/// When it is no JSON object or holds something else.
pub fn body(bytes: &[u8], known: &[&str], optional: bool) -> Result<Map<String, Value>, Refusal> {
    if optional && bytes.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let fields = match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(Refusal::invalid(BODY, "", "Invalid input: expected object")),
        Err(_) => return Err(refused("", "Request body must be valid JSON")),
    };
    let unknown: Vec<&str> = fields.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    if unknown.is_empty() { Ok(fields) } else { Err(Refusal::unrecognized(BODY, &unknown)) }
}

/// The refusal of a field.
pub fn refused(field: &str, why: &str) -> Refusal {
    Refusal::invalid(BODY, field, why)
}

/// A text that may be left out.
///
/// # Errors
/// When it is something else or longer than `longest` letters.
pub fn text<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
    longest: usize,
) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= longest => Ok(Some(text)),
        Some(Value::String(_)) => {
            Err(refused(name, &format!("Too big: expected string to have <={longest} characters")))
        }
        Some(_) => Err(refused(name, "Invalid input: expected string")),
    }
}

/// A text that must be there.
///
/// # Errors
/// When it is missing, empty or not fit.
pub fn required<'a>(fields: &'a Map<String, Value>, name: &str, longest: usize) -> Result<&'a str, Refusal> {
    let text = text(fields, name, longest)?.filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| refused(name, "Invalid input: expected string, received undefined"))
}

/// Checks that the body names the one workspace.
///
/// # Errors
/// 400 without one, 404 for another.
pub fn workspace(fields: &Map<String, Value>) -> Result<(), Refusal> {
    if required(fields, "workspaceId", 255)? == WORKSPACE {
        Ok(())
    } else {
        Err(Refusal::missing("Workspace"))
    }
}

/// A folder's path as it is kept: with a slash before each name; nothing for the root.
///
/// # Errors
/// When it is no text.
pub fn folder(fields: &Map<String, Value>) -> Result<Option<Value>, Refusal> {
    if !fields.contains_key("folderPath") {
        return Ok(None);
    }
    let path = tidy_path(text(fields, "folderPath", 1000)?.unwrap_or_default());
    Ok(Some(path.map_or(Value::Null, |path| json!(path))))
}

/// A path without doubled and trailing slashes; nothing for the root.
pub fn tidy_path(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Result<Query, Refusal> {
        Query::read(&text.parse().unwrap(), &["workspaceId", "limit", "cursor", "deployedOnly"])
    }

    #[test]
    fn what_is_unknown_blank_or_repeated_is_refused() {
        for odd in ["/x?nope=1", "/x?limit=", "/x?limit=1&limit=2"] {
            assert!(query(odd).is_err(), "{odd}");
        }
        let read = query("/x?limit=101&deployedOnly=yes").unwrap();
        assert!(read.limit(50, 100).is_err() && read.flag("deployedOnly").is_err());
        assert!(body(b"", &[], false).is_err() && body(b"", &[], true).is_ok());
        assert!(body(b"{\"a\":1}", &["b"], false).is_err());
    }

    #[test]
    fn cursors_belong_to_their_filters() {
        let first = query("/x?limit=2&deployedOnly=true").unwrap();
        let list = first.list_name("workflows");
        let cursor = cursor::write(&(cursor::Key::Number(1), "a".into()), &list);
        assert_eq!(query("/x?deployedOnly=true&limit=9").unwrap().list_name("workflows"), list);
        let same = query(&format!("/x?cursor={}", cursor.replace('=', "%3D"))).unwrap();
        assert!(same.after(&list).unwrap().is_some());
        assert!(same.after(&same.list_name("workflows")).is_err());
    }

    #[test]
    fn folders_have_one_spelling() {
        assert_eq!(tidy_path("Reports//Q1/").as_deref(), Some("/Reports/Q1"));
        assert_eq!(tidy_path("/"), None);
    }
}
