//! All tests of the binary, a module for each area; see `support` for the sandbox and the scripted server.

mod architecture;
mod completions;
mod config;
mod help;
mod hints;
mod hostile;
mod local;
mod never_twice;
mod output;
mod readme;
mod recall;
mod recursiv;
mod runagents;
mod secrets;
mod signals;
mod spelling;
mod streams;
mod support;
mod terminal;
mod walk;

/// A file that nobody declares is a test that never runs.
#[test]
fn every_test_file_is_listed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![(root.clone(), root.join("main.rs"))];
    while let Some((folder, index)) = folders.pop() {
        let listed = std::fs::read_to_string(&index).unwrap();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && path.join("mod.rs").exists() {
                folders.push((path.clone(), path.join("mod.rs")));
            } else if path.is_dir() || path == index || path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            assert!(
                listed.contains(&format!("mod {name};")),
                "{} is not listed in {}",
                path.display(),
                index.display()
            );
        }
    }
}
