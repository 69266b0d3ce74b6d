//! The words of `ra config`: what they print, what they refuse.

use serde_json::{Value, json};

use crate::support::{Run, Sandbox};

const FILE: &str = ".config/ra/config.json";
const KEY: &str = "sk_live_marked0123456789";

fn document(ra: &Sandbox) -> Value {
    serde_json::from_str(&ra.read(FILE)).unwrap()
}

#[track_caller]
fn silent_about_the_key(run: Run) -> Run {
    assert!(!run.stdout.contains(KEY) && !run.stderr.contains(KEY), "{run:#?}");
    run
}

#[test]
fn keys_are_shown_masked_unless_asked_for() {
    let ra = Sandbox::new();
    silent_about_the_key(ra.run(["config", "set", "recall.api_key", KEY]).ends(0).says("in `ps`"));
    for words in [
        vec!["config", "list", "--origin"],
        vec!["config", "list", "-o", "json"],
        vec!["config", "list", "-o", "yaml"],
        vec!["config", "get", "recall.api_key"],
        vec!["config", "get", "recall.api_key", "-o", "json"],
        vec!["config", "profile", "list", "-vv"],
        vec!["doctor"],
    ] {
        silent_about_the_key(ra.run(&words));
    }
    assert_eq!(ra.run(["config", "get", "recall.api_key"]).stdout, "********6789\n");
    assert_eq!(ra.run(["config", "get", "recall.api_key", "--show-secret"]).stdout, format!("{KEY}\n"));
    assert!(ra.run(["config", "list", "--show-secret"]).stdout.contains(KEY));
}

#[test]
fn set_takes_text_files_and_stdin() {
    let ra = Sandbox::new();
    ra.pipe(["config", "set", "recall.api_key"], &format!("  {KEY}\n")).ends(0);
    assert_eq!(document(&ra)["profiles"]["default"]["recall"]["api_key"], KEY);
    ra.pipe(["config", "set", "recursiv.api_key", "-"], KEY).ends(0);
    let file = ra.file("my-key.txt", "rk_from_a_file_0123\n");
    ra.run(["config", "set", "runagents.api-key", &format!("@{file}")]).ends(0);
    assert_eq!(document(&ra)["profiles"]["default"]["runagents"]["api_key"], "rk_from_a_file_0123");
    ra.pipe(["config", "set", "recall.api_key"], "two\nlines").ends(2).says("line break").says("from stdin");
    ra.pipe(["config", "set", "recall.api_key"], "\n")
        .ends(2)
        .says("empty")
        .says("ra config unset recall.api_key");
    ra.run(["config", "set", "recall.base_url", "recall.example.com"]).ends(2).says("is no address");
    ra.run(["config", "set", "recal.base_url", "x"]).ends(2).says("did you mean recall.base_url?");
    assert_eq!(document(&ra)["profiles"]["default"]["recall"]["api_key"], KEY);
    let row = ra.run(["config", "set", "output", "json", "-o", "json"]).ends(0).json();
    assert_eq!((row["key"].as_str(), row["value"].as_str()), (Some("output"), Some("json")));
    assert_eq!(document(&ra)["output"], "json");
}

#[test]
fn unset_removes_only_its_own() {
    let ra = Sandbox::new();
    ra.file(
        FILE,
        json!({"mine": 1, "profiles": {"default": {"recall": {"api_key": KEY, "x": 1}}}}).to_string(),
    );
    silent_about_the_key(ra.run(["config", "unset", "recall.api_key"]).ends(0));
    assert_eq!(document(&ra), json!({"mine": 1, "profiles": {"default": {"recall": {"x": 1}}}}));
    ra.run(["config", "unset", "recall.api_key"]).ends(0).says("was not stored");
    ra.run(["config", "get", "recall.api_key"]).ends(4).says("recall.api_key is not set");
    let with = ra.env("RECALL_API_KEY", KEY);
    silent_about_the_key(
        with.run(["config", "unset", "recall.api_key"]).ends(0).says("RECALL_API_KEY is set"),
    );
}

#[test]
fn profiles() {
    let ra = Sandbox::new();
    ra.run(["config", "profile", "add", "work"]).ends(0);
    ra.run(["config", "profile", "add", "work"]).ends(2).says("already");
    for bad in ["", "a b", "a\nb"] {
        ra.run(["config", "profile", "add", bad]).ends(2).says("cannot be the name");
    }
    ra.run(["config", "set", "recall.workspace_id", "w1", "--profile", "work"]).ends(0);
    assert_eq!(document(&ra)["profiles"]["work"], json!({"recall": {"workspace_id": "w1"}}));
    ra.run(["config", "set", "recall.workspace_id", "w1", "--profile", "none"]).ends(2);
    ra.run(["config", "profile", "use", "wrok"]).ends(2).says("did you mean work?");
    ra.run(["config", "profile", "use", "work"]).ends(0);
    let list = ra.run(["config", "profile", "list", "-o", "json"]).ends(0).json();
    assert_eq!(list, json!([{"name": "default", "active": false}, {"name": "work", "active": true}]));
    ra.run(["config", "profile", "remove", "work", "--yes"]).ends(2).says("in use");
    ra.run(["config", "profile", "remove", "default", "--yes"]).ends(2).says("cannot be removed");
    ra.run(["config", "profile", "use", "default"]).ends(0);
    ra.run(["config", "profile", "remove", "work"]).ends(2).says("--yes");
    ra.run(["config", "profile", "remove", "work", "--yes"]).ends(0);
    assert_eq!(ra.run(["config", "profile", "list", "-o", "id"]).stdout, "default\n");
}

#[test]
fn a_profile_that_is_gone_can_be_left() {
    let ra = Sandbox::new();
    ra.file(FILE, r#"{"profile": "gone"}"#);
    ra.run(["config", "list"]).ends(2).says("no profile is called `gone` (from the configuration file)");
    ra.run(["config", "profile", "use", "default"]).ends(0);
    ra.run(["config", "list"]).ends(0);
}

#[test]
fn edit_saves_only_what_can_be_read() {
    let ra = Sandbox::new();
    let editor = ra.file("editor.sh", "true");
    let ra = ra.env("VISUAL", format!("sh {editor}")).env("EDITOR", "false");
    let edit = |script: &str| {
        ra.file("editor.sh", script);
        ra.run(["config", "edit"])
    };
    edit("true").ends(0).says("nothing changed");
    edit("sed -i 's/\"default\": {}/\"default\": {}, \"work\": {}/' \"$1\"").ends(0).says("saved");
    assert_eq!(document(&ra)["profiles"], json!({"default": {}, "work": {}}));
    let before = ra.read(FILE);
    for (text, what) in [
        ("{", "is not JSON"),
        (r#"{"output": "xml"}"#, "output is `xml`"),
        (r#"{"profiles": {"a": {"recall": {"base_url": "h"}}}}"#, "(from profile a)"),
    ] {
        let run = edit(&format!("echo '{text}' > \"$1\"")).ends(2).says(what).says("nothing was saved");
        assert_eq!(ra.read(FILE), before);
        let copy = run.stderr.split("your changes are in ").nth(1).unwrap().lines().next().unwrap();
        assert_eq!(std::fs::read_to_string(copy).unwrap().trim(), text);
    }
    edit("exit 3").ends(1).says("nothing was saved");
    ra.run(["config", "edit", "--no-input"]).ends(2);
    assert_eq!(ra.read(FILE), before);
    // A file that is broken can be mended.
    ra.file(FILE, "{ broken");
    edit("echo '{}' > \"$1\"").ends(0);
    assert_eq!(ra.read(FILE), "{}\n");
}

#[test]
fn import_copies_from_the_official_tools() {
    let ra = Sandbox::new();
    assert_eq!(ra.run(["config", "import"]).ends(0).says("nothing to import").stdout, "");
    ra.file(
        ".runagents/config.json",
        format!(r#"{{"endpoint": "https://acme.example", "api_key": "{KEY}"}}"#),
    );
    ra.file(".recursiv/credentials", r#"{"apiKey": "sk_live_other0123456789"}"#);
    ra.run(["config", "set", "runagents.endpoint", "https://mine.example"]).ends(0);
    let list = silent_about_the_key(ra.run(["config", "import", "-o", "json"]).ends(0)).json();
    let outcome =
        |key: &str| list.as_array().unwrap().iter().find(|row| row["key"] == key).unwrap()["outcome"].clone();
    assert_eq!(outcome("runagents.api_key"), "copied");
    assert_eq!(outcome("runagents.endpoint"), "kept what the profile has");
    let stored = &document(&ra)["profiles"]["default"];
    assert_eq!(stored["runagents"], json!({"endpoint": "https://mine.example", "api_key": KEY}));
    assert_eq!(stored["recursiv"]["api_key"], "sk_live_other0123456789");
    ra.run(["config", "import", "--overwrite"]).ends(0);
    assert_eq!(document(&ra)["profiles"]["default"]["runagents"]["endpoint"], "https://acme.example");
}

#[test]
fn a_dry_run_changes_nothing_on_this_machine() {
    let ra = Sandbox::new();
    ra.run(["config", "set", "recall.api_key", KEY]).ends(0);
    ra.run(["config", "profile", "add", "work"]).ends(0);
    ra.run(["--local", "recursiv", "project", "create", "kept"]).ends(0);
    ra.file(".runagents/config.json", r#"{"endpoint":"https://theirs.example"}"#);
    let before = ra.read(FILE);
    for words in [
        vec!["config", "set", "output", "json"],
        vec!["config", "unset", "recall.api_key"],
        vec!["config", "import"],
        vec!["config", "edit"],
        vec!["config", "profile", "add", "other"],
        vec!["config", "profile", "use", "work"],
        vec!["config", "profile", "remove", "work"],
        vec!["auth", "logout", "recall"],
        vec!["local", "reset"],
    ] {
        let run = silent_about_the_key(ra.run(words.iter().copied().chain(["--dry-run"])).ends(0));
        assert!(run.stderr.contains("would "), "{words:?}: {run:#?}");
    }
    silent_about_the_key(
        ra.pipe(["auth", "login", "recursiv", "--no-verify", "--dry-run"], KEY).ends(0).says("would store"),
    );
    ra.run(["config", "profile", "use", "nobody", "--dry-run"]).ends(2).says("no profile is called `nobody`");
    assert_eq!(ra.read(FILE), before);
    ra.run(["--local", "recursiv", "project", "get", "kept"]).ends(0);
}

#[test]
fn a_home_that_is_no_folder_holds_no_settings() {
    let folder = Sandbox::new();
    let ra = Sandbox::new().env("HOME", folder.file("no-folder", ""));
    ra.run(["config", "get", "recall.base_url"]).ends(0);
    ra.run(["recall", "run", "x"]).ends(3).says("no key");
}
