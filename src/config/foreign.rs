//! The official tools' own files, read only: who has signed in with them need not do it again.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Where a setting may stand in another tool's file: the setting, the file below the home folder, the member.
const PLACES: &[(&str, &str, &str)] = &[
    ("recursiv.api_key", ".recursiv/credentials", "apiKey"),
    ("runagents.endpoint", ".runagents/config.json", "endpoint"),
    ("runagents.api_key", ".runagents/config.json", "api_key"),
    ("runagents.assistant_mode", ".runagents/config.json", "assistant_mode"),
    ("runagents.namespace", ".runagents/config.json", "namespace"),
];

/// The setting's place in another tool's file, as people write it: `~/.runagents/config.json`.
pub fn shown(home: &Path, path: &Path) -> String {
    path.strip_prefix(home)
        .map_or_else(|_| path.display().to_string(), |rest| format!("~/{}", rest.display()))
}

/// The settings that other tools keep too.
pub fn settings() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|(setting, _, _)| *setting)
}

/// The value another tool keeps for a setting, and in which file. A file that cannot be read says nothing.
pub fn find(home: &Path, key: &str) -> Option<(String, PathBuf)> {
    let (_, file, member) = PLACES.iter().find(|(setting, _, _)| *setting == key)?;
    let path = home.join(file);
    let document: Value = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
    let value = document.get(member)?.as_str()?.trim();
    (!value.is_empty()).then(|| (value.to_owned(), path))
}
