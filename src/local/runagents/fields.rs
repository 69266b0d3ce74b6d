//! Reading the fields of a request body: the right type or a refusal that names the field.

use serde_json::{Map, Value};

use super::wire::Refusal;

/// A JSON object's fields.
pub type Fields = Map<String, Value>;

/// A text, trimmed; absent, `null` and blank are nothing.
pub fn text<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(_) => Err(Refusal::invalid(format!("{name} must be a string"))),
    }
}

/// A text that has to be there.
pub fn required<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Refusal> {
    text(fields, name)?.ok_or_else(|| Refusal::invalid(format!("{name} is required")))
}

/// A list of texts; blanks are dropped, absent and `null` are nothing.
pub fn texts(fields: &Fields, name: &str) -> Result<Option<Vec<String>>, Refusal> {
    let wrong = || Refusal::invalid(format!("{name} must be a list of strings"));
    let Some(items) = items(fields, name)? else { return Ok(None) };
    let mut found = Vec::new();
    for item in items {
        let item = item.as_str().ok_or_else(wrong)?.trim();
        if !item.is_empty() && !found.iter().any(|known| known == item) {
            found.push(item.to_owned());
        }
    }
    Ok(Some(found))
}

/// A list of anything.
pub fn items<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a Vec<Value>>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(_) => Err(Refusal::invalid(format!("{name} must be a list"))),
    }
}

/// An object.
pub fn object<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a Fields>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Refusal::invalid(format!("{name} must be an object"))),
    }
}

/// One of a set of words, or nothing.
pub fn word<'a>(fields: &'a Fields, name: &str, known: &[&str]) -> Result<Option<&'a str>, Refusal> {
    match text(fields, name)? {
        Some(word) if !known.contains(&word) => {
            Err(Refusal::invalid(format!("{name} must be one of {}, not {word:?}", known.join(", "))))
        }
        word => Ok(word),
    }
}

/// Files by path, as they were sent.
pub fn files(fields: &Fields, name: &str) -> Result<Option<Fields>, Refusal> {
    let Some(files) = object(fields, name)? else { return Ok(None) };
    match files.iter().find(|(_, content)| !content.is_string()) {
        Some((path, _)) => Err(Refusal::invalid(format!("{name}: the content of {path} must be a string"))),
        None => Ok(Some(files.clone()).filter(|files| !files.is_empty())),
    }
}

/// An absolute `http` or `https` address.
pub fn address<'a>(fields: &'a Fields, name: &str, called: &str) -> Result<&'a str, Refusal> {
    let text = text(fields, name)?.ok_or_else(|| Refusal::invalid(format!("{called} is required")))?;
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(text),
        _ => Err(Refusal::invalid(format!("{called} must be an http or https URL, not {text:?}"))),
    }
}

/// Whether a text can name a host, which is what an agent's and a tool's name becomes.
pub fn is_dns_label(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(plain)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// The field `name` as a DNS label.
pub fn label<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Refusal> {
    let given = required(fields, name)?;
    if is_dns_label(given) {
        return Ok(given);
    }
    Err(Refusal::invalid(format!(
        "{name} {given:?} must be a DNS label: 1 to 63 of a-z, 0-9 and -, not starting or ending with -"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_labels() {
        for good in ["a", "echo-agent", "9lives", &"x".repeat(63)] {
            assert!(is_dns_label(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "a.b", "ä", &"x".repeat(64)] {
            assert!(!is_dns_label(bad), "{bad}");
        }
    }

    #[test]
    fn wrong_types_are_named() {
        let Value::Object(fields) = serde_json::json!({"name": 1, "tools": ["a", 2]}) else { unreachable!() };
        assert_eq!(text(&fields, "name").unwrap_err().message(), "name must be a string");
        assert_eq!(texts(&fields, "tools").unwrap_err().message(), "tools must be a list of strings");
        assert_eq!(required(&fields, "other").unwrap_err().message(), "other is required");
    }
}
