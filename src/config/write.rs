//! One setting into the configuration file, or out of it.

use anyhow::Result;
use serde_json::{Map, Value};

use super::file;
use super::paths::Paths;
use super::settings::find;
use crate::error::Failure;

/// Stores a setting: `profiles.<profile>.<service>.<name>`, or at the top when its key has no dot. `None` removes it.
///
/// # Errors
/// Exit 2 for an unknown setting, a value it cannot hold, or a broken file; else why the file cannot be written.
pub fn store(paths: &Paths, profile: &str, key: &str, value: Option<&str>) -> Result<()> {
    let setting = find(key)?;
    let value = value.map(|value| setting.checked(value, "the command line")).transpose()?;
    file::change(&paths.config, |document| {
        let place = match key.split_once('.') {
            Some((service, name)) => vec!["profiles", profile, service, name],
            None => vec![key],
        };
        put(document, &place, value.map(Value::String))
    })
}

fn put(at: &mut Value, place: &[&str], value: Option<Value>) -> Result<()> {
    let broken = || Failure::usage(format!("`{}` in the configuration is no object", place[0]));
    let Value::Object(members) = at else { return Err(broken().into()) };
    match (place, value) {
        ([name], Some(value)) => {
            members.insert((*name).to_owned(), value);
        }
        ([name], None) => {
            members.shift_remove(*name);
        }
        ([name, rest @ ..], value) => {
            if value.is_none() && !members.contains_key(*name) {
                return Ok(());
            }
            let inner = members.entry(*name).or_insert_with(|| Value::Object(Map::new()));
            return put(inner, rest, value);
        }
        ([], _) => {}
    }
    Ok(())
}
