//! Each setting with where its value came from.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::env::Env;
use super::file;
use super::foreign;
use super::paths::Paths;
use super::table::{Setting, find};
use crate::error::Failure;
use crate::text;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A command-line flag.
    Flag(String),
    /// An environment variable.
    Env(String),
    /// A profile of the configuration file.
    Profile(String),
    /// The configuration file, beside the profiles.
    File,
    /// Another tool's file.
    Foreign(String),
    /// The embedded local services.
    Local,
    /// Nobody said anything.
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Env(name) => write!(f, "env {name}"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::File => f.write_str("configuration file"),
            Self::Foreign(path) => f.write_str(path),
            Self::Local => f.write_str("--local"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value with where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The value, checked and trimmed.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// The settings of one run of the program.
pub struct Settings {
    /// The environment.
    pub env: Env,
    /// Where things are kept.
    pub paths: Paths,
    /// The profile in use.
    pub profile: String,
    /// The configuration file's content, an object.
    pub document: Value,
    overrides: RefCell<BTreeMap<&'static str, Resolved>>,
}

impl Settings {
    /// Reads the configuration file. `profile` is `--profile`. A warning about the file's mode is handed to `warn`.
    ///
    /// # Errors
    /// Exit 2 when the file is broken or the profile is unknown.
    pub fn load(env: Env, paths: Paths, profile: Option<&str>, warn: impl Fn(&str)) -> Result<Self, Failure> {
        let read = file::read(&paths.config)?;
        if let Some(warning) = &read.warning {
            warn(warning);
        }
        Self::of(env, paths, profile, read.document)
    }

    /// The settings that a document, read already, stands for.
    ///
    /// # Errors
    /// Exit 2 when the profile is unknown.
    pub fn of(
        env: Env,
        paths: Paths,
        profile: Option<&str>,
        document: Option<Value>,
    ) -> Result<Self, Failure> {
        let document = document.unwrap_or_else(super::write::empty);
        let asked = profile
            .map(|name| (name, "--profile"))
            .or(env.get("RA_PROFILE").map(|name| (name, "RA_PROFILE")));
        let name = match asked {
            Some((name, _)) => name.to_owned(),
            None => document.get("profile").and_then(Value::as_str).unwrap_or("default").to_owned(),
        };
        if !profiles(&document).contains(&name.as_str()) {
            let origin = asked.map_or("the configuration file", |(_, origin)| origin);
            return Err(unknown_profile(&document, &name, origin));
        }
        Ok(Self { env, paths, profile: name, document, overrides: RefCell::default() })
    }

    /// Lets a flag (or `--local`) decide a setting.
    ///
    /// # Errors
    /// Exit 2 when the setting cannot hold the value.
    pub fn decide(&self, key: &'static str, value: &str, origin: Origin) -> Result<(), Failure> {
        let value = find(key)?.checked(value, &origin.to_string())?;
        self.overrides.borrow_mut().insert(key, Resolved { value, origin });
        Ok(())
    }

    /// The value of a setting, if it has one.
    ///
    /// # Errors
    /// Exit 2 when what was found is unusable.
    pub fn get(&self, key: &str) -> Result<Option<Resolved>, Failure> {
        let setting = find(key)?;
        if let Some(decided) = self.overrides.borrow().get(key) {
            return Ok(Some(decided.clone()));
        }
        let Some((value, origin)) = self.search(setting)? else {
            let default =
                setting.default.map(|value| Resolved { value: value.to_owned(), origin: Origin::Default });
            return Ok(default);
        };
        let value = setting.checked(&value, &origin.to_string())?;
        Ok(Some(Resolved { value, origin }))
    }

    fn search(&self, setting: &Setting) -> Result<Option<(String, Origin)>, Failure> {
        let named = |name: &&str| Some((self.env.get(name)?.to_owned(), Origin::Env((*name).to_owned())));
        if let Some(found) = setting.variables.iter().find_map(named) {
            return Ok(Some(found));
        }
        let (stored, origin) = match setting.key.contains('.') {
            true => {
                (stored(&self.document, &self.profile, setting.key), Origin::Profile(self.profile.clone()))
            }
            false => (self.document.get(setting.key), Origin::File),
        };
        match stored {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {}
            Some(Value::String(text)) => return Ok(Some((text.trim().to_owned(), origin))),
            Some(_) => {
                return Err(Failure::usage(format!("{} is no text (from {origin})", setting.key))
                    .hint(format!("ra config set {} VALUE", setting.key)));
            }
        }
        let home = &self.paths.home;
        let found = foreign::find(home, setting.key);
        Ok(found.map(|(value, path)| (value, Origin::Foreign(foreign::shown(home, &path)))))
    }
}

/// What a profile of a configuration holds for a dotted key.
pub fn stored<'a>(document: &'a Value, profile: &str, key: &str) -> Option<&'a Value> {
    key.split('.').fold(document.get("profiles")?.get(profile), |at, name| at?.get(name))
}

/// The profiles of a configuration; `default` is always there.
pub fn profiles(document: &Value) -> Vec<&str> {
    let written = document.get("profiles").and_then(Value::as_object).into_iter().flatten();
    let mut names: Vec<&str> = written.map(|(name, _)| name.as_str()).collect();
    if !names.contains(&"default") {
        names.insert(0, "default");
    }
    names
}

/// The failure for a profile that is not there; `origin` says who named it.
pub fn unknown_profile(document: &Value, name: &str, origin: &str) -> Failure {
    let failure = Failure::usage(format!("no profile is called `{name}` (from {origin})"));
    match text::closest(name, profiles(document)) {
        Some(near) => failure.hint(format!("did you mean {near}?")),
        None => failure.hint(format!("ra config profile add {name}")),
    }
}
