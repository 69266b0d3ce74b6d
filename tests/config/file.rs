//! The configuration file under hostile conditions: modes, many writers, links, places that cannot be written.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Sandbox, skipped};

const FILE: &str = ".config/ra/config.json";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn modes_under_a_hostile_umask() {
    for umask in ["000", "022", "077"] {
        let ra = Sandbox::new();
        let plain = ra.process(["config", "set", "recall.api_key", "sk_abcdefghijklmnop"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh", umask]);
        shell.arg(plain.get_program()).args(plain.get_args());
        shell.env_clear().current_dir(ra.home.path());
        shell.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = shell.output().unwrap();
        assert!(output.status.success(), "umask {umask}: {output:?}");
        let file = ra.home.path().join(FILE);
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700), "umask {umask}");
        for entry in std::fs::read_dir(file.parent().unwrap()).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()) & 0o077, 0, "umask {umask}");
        }
    }
}

#[test]
fn a_file_that_others_can_read_is_tightened_with_a_warning() {
    let ra = Sandbox::new();
    let path = ra.file(FILE, "{}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    ra.run(["config", "list"]).ends(0).says("was readable by others (mode 0644); it is 0600 now");
    assert_eq!(mode(Path::new(&path)), 0o600);
    let again = ra.run(["config", "list"]).ends(0);
    assert_eq!(again.stderr, "");
}

#[test]
fn fifty_writers_lose_nothing() {
    let ra = Sandbox::new();
    ra.file(FILE, r#"{"mine": {"kept": [1, 2.50]}, "profiles": {"default": {"odd": true}}}"#);
    let writers: Vec<Child> = (0..50)
        .map(|number| {
            let mut writer = ra.process(["config", "profile", "add", &format!("p{number}")]);
            writer.stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let document: Value = serde_json::from_str(&ra.read(FILE)).unwrap();
    assert_eq!(document["profiles"].as_object().unwrap().len(), 51);
    assert_eq!(document["profiles"]["default"], json!({"odd": true}));
    assert_eq!(document["mine"], json!({"kept": [1, 2.5]}));
    assert_eq!(ra.run(["config", "profile", "list", "-o", "id"]).stdout.lines().count(), 51);
}

#[test]
fn a_link_stays_a_link() {
    let ra = Sandbox::new();
    ra.file("dotfiles/ra.json", "{\"mine\": 1}");
    std::fs::create_dir_all(ra.home.path().join(".config/ra")).unwrap();
    let link = ra.home.path().join(FILE);
    symlink("../../dotfiles/ra.json", &link).unwrap();
    ra.run(["config", "set", "recursiv.agent_id", "support"]).ends(0);
    assert!(std::fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    let document: Value = serde_json::from_str(&ra.read("dotfiles/ra.json")).unwrap();
    assert_eq!(document, json!({"mine": 1, "profiles": {"default": {"recursiv": {"agent_id": "support"}}}}));
    assert_eq!(mode(&ra.home.path().join("dotfiles/ra.json")), 0o600);
}

#[test]
fn a_place_that_cannot_be_written_is_a_clear_error() {
    let ra = Sandbox::new();
    // Tests may run as root, whom no mode stops; nobody makes a folder below a file.
    ra.file("plain", "text");
    let run = ra.run(["--config", "plain/config.json", "config", "set", "output", "json"]);
    assert_ne!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("plain"), "{run:?}");
    let run = ra.run(["--config", "/proc/ra/config.json", "config", "set", "output", "json"]).ends(1);
    assert!(run.stderr.contains("cannot make /proc/ra"), "{run:?}");
    assert_eq!(ra.read("plain"), "text");
}

#[test]
fn a_read_only_folder_keeps_the_old_file() {
    let ra = Sandbox::new();
    ra.run(["config", "set", "recursiv.agent_id", "support"]).ends(0);
    let before = ra.read(FILE);
    let folder = ra.home.path().join(".config/ra");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    let stopped = std::fs::write(folder.join("probe"), "").is_err();
    let run = ra.run(["config", "set", "recursiv.agent_id", "other"]);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    if stopped {
        run.ends(1).says("cannot write");
        assert_eq!(ra.read(FILE), before);
    } else {
        skipped("this user may write into read-only folders");
    }
}

#[test]
fn a_full_disk_keeps_the_old_file() {
    let ra = Sandbox::new();
    let folder = ra.home.path().join("small");
    std::fs::create_dir(&folder).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"])
        .arg(&folder)
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        skipped("no small file system can be mounted here");
        return;
    }
    let set = |value: &str| {
        ra.run(["--config", "small/config.json", "config", "set", "recall.workspace_id", value])
    };
    let first = set("first");
    let before = std::fs::read_to_string(folder.join("config.json"));
    let mut filler = vec![b'x'; 64 * 1024];
    while !filler.is_empty() && std::fs::write(folder.join("filler"), &filler).is_err() {
        filler.truncate(filler.len() / 2);
        let _ = std::fs::write(folder.join("rest"), &filler);
    }
    let second = set(&"long ".repeat(4000));
    let after = std::fs::read_to_string(folder.join("config.json"));
    assert!(Command::new("umount").arg(&folder).status().unwrap().success());
    first.ends(0);
    second.ends(1).says("cannot write");
    assert_eq!(after.unwrap(), before.unwrap());
}

#[test]
fn a_broken_file_is_named_with_its_place_and_left_alone() {
    let ra = Sandbox::new();
    for (text, place) in [
        ("{\n  \"output\": nope\n}\n", "line 2 column"),
        ("[]", "line 1 column 1"),
        ("{\"a\": 1", "line 1 column 7"),
        ("{\n \"profiles\": []}", "line 2 column 2"),
    ] {
        let path = ra.file(FILE, text);
        for words in [
            vec!["config", "list"],
            vec!["config", "set", "output", "json"],
            vec!["config", "profile", "add", "work"],
            vec!["config", "profile", "list"],
            vec!["auth", "status"],
            vec!["auth", "login", "recall", "--with-key", "/dev/null"],
            vec!["recursiv", "agent", "list"],
        ] {
            let run = ra.run(&words).ends(2).says(&path).says(place);
            assert_eq!(run.stdout, "", "{words:?}");
        }
        for words in [vec!["config", "path"], vec!["completions", "bash"], vec!["man"], vec!["help"]] {
            assert_eq!(ra.run(&words).ends(0).stderr, "", "{words:?}");
        }
        let doctor = ra.run(["doctor", "-o", "json"]).ends(1).json();
        assert!(doctor[0]["detail"].as_str().unwrap().contains(place), "{doctor}");
        assert_eq!(ra.read(FILE), text);
    }
}

#[test]
fn the_example_names_every_setting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = std::fs::read_to_string(root.join("config.example.json")).unwrap();
    let ra = Sandbox::new();
    let path = ra.file("example.json", &example);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let list = |arguments: &[&str]| {
        let listed = ra.run(arguments).ends(0);
        assert_eq!(listed.stderr, "");
        listed.json()
    };
    let with = list(&["--config", &path, "config", "list", "-o", "json"]);
    let without = list(&["config", "list", "-o", "json"]);
    let document: Value = serde_json::from_str(&example).unwrap();
    let mut written: Vec<String> = Vec::new();
    for (service, settings) in document["profiles"]["default"].as_object().unwrap() {
        written.extend(settings.as_object().unwrap().keys().map(|name| format!("{service}.{name}")));
    }
    let top = document.as_object().unwrap().keys().filter(|key| !key.starts_with("profile"));
    written.extend(top.cloned());
    let keys: Vec<&str> = with.as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect();
    assert_eq!(written, keys);
    // Each is written with its default.
    for (with, without) in with.as_array().unwrap().iter().zip(without.as_array().unwrap()) {
        assert_eq!(with["value"], without["value"]);
    }
}
