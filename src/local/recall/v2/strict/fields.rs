//! Reading the body of v2 requests to the letter: what is unknown or of another type is refused.

use serde_json::{Map, Value, json};

use super::super::super::WORKSPACE;
use super::super::Refusal;

const BODY: &str = "Invalid request body";

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

    #[test]
    fn only_known_fields_pass() {
        assert!(body(b"", &[], false).is_err() && body(b"", &[], true).is_ok());
        assert!(body(b"{\"a\":1}", &["b"], false).is_err() && body(b"{\"b\":1}", &["b"], false).is_ok());
    }

    #[test]
    fn folders_have_one_spelling() {
        assert_eq!(tidy_path("Reports//Q1/").as_deref(), Some("/Reports/Q1"));
        assert_eq!(tidy_path("/"), None);
    }
}
