//! One setting stored or removed, in the profile it belongs to.

use anyhow::Result;
use serde_json::{Map, Value};

use super::file;
use super::paths::Paths;
use super::table::find;
use crate::error::Failure;

/// Stores a setting, or removes it: `profiles.<profile>.<service>.<name>`, or a key without a dot at the top.
///
/// # Errors
/// Exit 2 for an unknown setting, a value it cannot hold, or a broken file (left as it is); else why the file cannot
/// be written.
pub fn store(paths: &Paths, profile: &str, key: &str, value: Option<&str>) -> Result<()> {
    let setting = find(key)?;
    let value = value.map(|value| setting.checked(value, "the command line")).transpose()?;
    file::change(&paths.config, |document| put(document, profile, setting.key, value.as_deref()))
}

/// The same within a change that is already under way.
///
/// # Errors
/// Exit 2 when something that is no object stands in the way.
pub fn put(document: &mut Value, profile: &str, key: &str, value: Option<&str>) -> Result<()> {
    let (path, name) = match key.split_once('.') {
        Some((service, name)) => (vec!["profiles", profile, service], name),
        None => (Vec::new(), key),
    };
    match value {
        Some(value) => {
            let mut at = document;
            for (depth, step) in path.iter().enumerate() {
                let next = members(at, &path[..depth])?.entry(*step).or_insert_with(empty);
                at = next;
            }
            members(at, &path)?.insert(name.to_owned(), Value::from(value));
        }
        None => {
            let found = path.iter().try_fold(document, |at, step| at.get_mut(*step));
            if let Some(Value::Object(members)) = found {
                // `shift_remove`: the order of what stays is the user's.
                members.shift_remove(name);
            }
        }
    }
    Ok(())
}

/// An object without members.
pub fn empty() -> Value {
    Value::Object(Map::new())
}

fn members<'a>(at: &'a mut Value, path: &[&str]) -> Result<&'a mut Map<String, Value>, Failure> {
    let shown =
        if path.is_empty() { "the configuration".to_owned() } else { format!("`{}`", path.join(".")) };
    at.as_object_mut()
        .ok_or_else(|| Failure::usage(format!("{shown} is no JSON object")).hint("ra config edit"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_named_key_changes() {
        let mut document = json!({"mine": 1, "profiles": {"work": {"recall": {"odd": true}}}});
        put(&mut document, "work", "recall.api_key", Some("k")).unwrap();
        put(&mut document, "default", "recursiv.agent_id", Some("a1")).unwrap();
        put(&mut document, "work", "output", Some("json")).unwrap();
        assert_eq!(
            document,
            json!({
                "mine": 1, "output": "json",
                "profiles": {
                    "work": {"recall": {"odd": true, "api_key": "k"}},
                    "default": {"recursiv": {"agent_id": "a1"}},
                },
            })
        );
        put(&mut document, "work", "recall.api_key", None).unwrap();
        put(&mut document, "work", "runagents.api_key", None).unwrap();
        assert_eq!(document["profiles"]["work"], json!({"recall": {"odd": true}}));
    }

    #[test]
    fn what_is_no_object_is_left_alone() {
        let mut document = json!({"profiles": []});
        let error = put(&mut document, "work", "recall.api_key", Some("k")).unwrap_err();
        assert_eq!(error.to_string(), "`profiles` is no JSON object");
        assert_eq!(document, json!({"profiles": []}));
    }
}
