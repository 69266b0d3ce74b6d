//! Who may import whom: an alarm over the `use crate::…` lines, with the list in one place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import beside itself and the words everyone speaks.
const ARROWS: &[(&str, &[&str])] = &[
    ("cli", &["args", "commands", "completion", "config", "context", "http", "output", "services"]),
    (
        "commands",
        &[
            "args",
            "cli",
            "completion",
            "config",
            "context",
            "http",
            "live",
            "local",
            "output",
            "project",
            "services",
            "state",
        ],
    ),
    ("completion", &["cli", "config", "state", "local"]),
    ("context", &["args", "config", "http", "live", "local", "output", "services", "state"]),
    ("args", &["live"]),
    ("services", &["http", "live"]),
    ("live", &[]),
    ("output", &["http", "live"]),
    ("http", &[]),
    ("config", &[]),
    ("state", &["config"]),
    ("project", &[]),
    ("local", &["http", "runtime"]),
    ("runtime", &["http"]),
];

/// What everyone may import.
const COMMON: &[&str] = &["columns", "error", "json", "secret", "text"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn arrows_point_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut crooked = Vec::new();
    for file in &files {
        let place = file.strip_prefix(&root).unwrap();
        let module = place.iter().next().unwrap().to_string_lossy().replace(".rs", "");
        if matches!(module.as_str(), "main" | "lib") {
            continue;
        }
        let text = fs::read_to_string(file).unwrap();
        let allowed = arrows.get(module.as_str()).copied().unwrap_or(&[]);
        for (number, line) in text.lines().enumerate() {
            for target in line.split("crate::").skip(1) {
                let target: String =
                    target.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let fine = target == module
                    || COMMON.contains(&target.as_str())
                    || allowed.contains(&target.as_str());
                // `crate::{a, b}` would hide from this test.
                if !fine || target.is_empty() {
                    crooked.push(format!("{}:{}: {}", place.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(crooked.is_empty(), "imports against the arrows:\n{}", crooked.join("\n"));
}

#[test]
fn each_thing_is_known_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    // The word, and the folders or files that may hold it.
    let places: &[(&str, &[&str])] = &[
        ("reqwest::", &["http"]),
        ("std::env::var", &["config"]),
        ("std::env::args", &["main.rs"]),
        ("use clap", &["args", "cli.rs", "commands", "completion", "completion.rs"]),
        ("io::stdout()", &["output"]),
        ("io::stderr()", &["output"]),
    ];
    let mut wrong = Vec::new();
    for file in &files {
        let place = file.strip_prefix(&root).unwrap();
        let module = place.iter().next().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(file).unwrap();
        for (word, allowed) in places {
            if text.contains(word) && !allowed.contains(&module.as_str()) {
                wrong.push(format!("{} knows {word}", place.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
