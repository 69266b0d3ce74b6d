//! Flag over environment over profile over the official tools' files over default, each setting on its own.

use serde_json::{Value, json};

use crate::support::{Reply, Sandbox, Server};

const FILE: &str = ".config/ra/config.json";

fn sandbox() -> Sandbox {
    let ra = Sandbox::new();
    ra.file(
        FILE,
        json!({"profiles": {
            "default": {
                "recursiv": {"base_url": "https://profile.example/api/v1"},
                "recall": {"base_url": "https://profile.example", "api_key": "rk_profile_0123456789"},
                "runagents": {"endpoint": "https://profile.example"},
            },
            "work": {"recall": {"base_url": "https://work.example"}},
        }})
        .to_string(),
    );
    ra
}

/// Value and origin of a setting.
fn origin(ra: &Sandbox, key: &str, flags: &[&str]) -> (String, String) {
    let mut words = vec!["config", "list", "-o", "json"];
    words.extend(flags);
    let list = ra.run(&words).ends(0).json();
    let row = list.as_array().unwrap().iter().find(|row| row["key"] == key).unwrap().clone();
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (text("value"), text("origin"))
}

fn pair(value: &str, origin: &str) -> (String, String) {
    (value.to_owned(), origin.to_owned())
}

#[test]
fn one_after_the_other() {
    for (key, variable, default) in [
        ("recursiv.base_url", "RECURSIV_API_BASE_URL", "https://api.recursiv.io/api/v1"),
        ("recall.base_url", "RECALL_BASE_URL", "https://tryrecall.com"),
        ("runagents.endpoint", "RUNAGENTS_ENDPOINT", "http://localhost:8092"),
    ] {
        assert_eq!(origin(&Sandbox::new(), key, &[]), pair(default, "default"));
        let (value, from) = origin(&sandbox(), key, &[]);
        assert!(value.starts_with("https://profile.example") && from == "profile default", "{value} {from}");
        let ra = sandbox().env(variable, "https://env.example");
        assert_eq!(origin(&ra, key, &[]), pair("https://env.example", &format!("env {variable}")));
        // An empty variable is an unset one.
        let (_, from) = origin(&sandbox().env(variable, ""), key, &[]);
        assert_eq!(from, "profile default");
    }
}

#[test]
fn the_official_tools_files_come_before_the_defaults() {
    let ra = Sandbox::new();
    ra.file(
        ".runagents/config.json",
        r#"{"endpoint": "https://acme.runagents.io", "api_key": "ra_ws_0123456789", "assistant_mode": "Off"}"#,
    );
    ra.file(".recursiv/credentials", r#"{"apiKey": "sk_live_01234567890123456789"}"#);
    let from = "~/.runagents/config.json";
    assert_eq!(origin(&ra, "runagents.endpoint", &[]), pair("https://acme.runagents.io", from));
    assert_eq!(origin(&ra, "runagents.api_key", &[]), pair("********6789", from));
    assert_eq!(origin(&ra, "runagents.assistant_mode", &[]), pair("off", from));
    assert_eq!(origin(&ra, "recursiv.api_key", &[]), pair("********6789", "~/.recursiv/credentials"));
    ra.run(["config", "set", "runagents.endpoint", "https://mine.example"]).ends(0);
    assert_eq!(origin(&ra, "runagents.endpoint", &[]), pair("https://mine.example", "profile default"));
    // They are read and never written.
    assert!(ra.read(".runagents/config.json").contains("acme"));
}

#[test]
fn later_variables_stand_in_for_earlier_ones() {
    let ra = Sandbox::new().env("RECURSIV_API_URL", "https://third.example");
    assert_eq!(origin(&ra, "recursiv.base_url", &[]).1, "env RECURSIV_API_URL");
    let ra = ra.env("RECURSIV_BASE_URL", "https://second.example").env("RECURSIV_API_BASE_URL", "");
    assert_eq!(
        origin(&ra, "recursiv.base_url", &[]),
        pair("https://second.example", "env RECURSIV_BASE_URL")
    );
}

#[test]
fn flags_beat_variables_beat_profiles_on_the_wire() {
    for (service, words, flag, variable, key) in [(
        "recursiv",
        vec!["recursiv", "agent", "list"],
        "--base-url",
        "RECURSIV_API_BASE_URL",
        "RECURSIV_API_KEY",
    )] {
        let answer = |_: &_, _| Some(Reply::json(200, r#"{"data":[]}"#));
        let (by_flag, by_variable, by_profile) =
            (Server::answering(answer), Server::answering(answer), Server::answering(answer));
        let ra = Sandbox::new().env(key, "sk_env_0123456789012345");
        let document = json!({"profiles": {"default": {service: {"base_url": by_profile.url()}}}});
        ra.file(FILE, document.to_string());
        ra.run(&words).ends(0);
        let ra = ra.env(variable, by_variable.url());
        ra.run(&words).ends(0);
        let url = by_flag.url();
        let mut flags = words.clone();
        flags.extend([flag, &url, "--api-key", "-"]);
        ra.pipe(&flags, "sk_flag_0123456789012345\n").ends(0);
        for (server, expected) in [
            (&by_profile, "Bearer sk_env_0123456789012345"),
            (&by_variable, "Bearer sk_env_0123456789012345"),
            (&by_flag, "Bearer sk_flag_0123456789012345"),
        ] {
            assert_eq!(server.request().header("authorization"), Some(expected));
        }
    }
}

#[test]
fn profiles_are_chosen_by_flag_variable_and_file() {
    let ra = sandbox();
    let at_work = pair("https://work.example", "profile work");
    assert_eq!(origin(&ra, "recall.base_url", &["--profile", "work"]), at_work);
    // What the profile leaves open is the default's to say, not another profile's.
    assert_eq!(origin(&ra, "recall.api_key", &["--profile", "work"]), pair("", "default"));
    assert_eq!(origin(&sandbox().env("RA_PROFILE", "work"), "recall.base_url", &[]), at_work);
    ra.run(["config", "profile", "use", "work"]).ends(0);
    assert_eq!(origin(&ra, "recall.base_url", &[]), at_work);
    assert_eq!(origin(&ra, "recall.base_url", &["--profile", "default"]).1, "profile default");
    ra.run(["config", "list", "--profile", "wrok"])
        .ends(2)
        .says("no profile is called `wrok` (from --profile)")
        .says("did you mean work?");
    ra.env("RA_PROFILE", "other").run(["config", "list"]).ends(2).says("from RA_PROFILE");
}

#[test]
fn the_environment_is_never_stored() {
    let ra = Sandbox::new()
        .env("RECALL_API_KEY", "rk_env_0123456789")
        .env("RUNAGENTS_ENDPOINT", "https://env.example")
        .env("RA_OUTPUT", "yaml");
    ra.run(["config", "set", "recall.workspace_id", "w1"]).ends(0);
    ra.run(["config", "profile", "add", "work"]).ends(0);
    let document: Value = serde_json::from_str(&ra.read(FILE)).unwrap();
    let expected = json!({"profiles": {"default": {"recall": {"workspace_id": "w1"}}, "work": {}}});
    assert_eq!(document, expected);
}

#[test]
fn unusable_values_are_named_with_their_origin() {
    for (variable, value, what) in [
        ("RECALL_BASE_URL", "recall.example.com", "is no address"),
        ("RECALL_BASE_URL", "ftp://recall.example.com", "has no http:// or https://"),
        ("RECALL_BASE_URL", "https://user:pa55word@recall.example.com", "holds a user name or password"),
        ("RUNAGENTS_ENDPOINT", "https://h/?q=1", "holds a query"),
        ("RECALL_API_KEY", "rk_01234\n56789", "holds a line break"),
        ("RUNAGENTS_ASSISTANT_MODE", "sometimes", "not one of external, runagents, off"),
    ] {
        let run = Sandbox::new().env(variable, value).run(["config", "list"]).ends(2);
        let run = run.says(what).says(&format!("from env {variable}"));
        assert!(!run.stderr.contains("pa55word") && !run.stderr.contains("56789"), "{run:?}");
    }
    let ra = Sandbox::new();
    ra.file(FILE, r#"{"profiles": {"default": {"recall": {"base_url": 5}}}}"#);
    ra.run(["config", "list"]).ends(2).says("recall.base_url is no text (from profile default)");
    // A wrong word for `output` must not stop the command that mends it.
    ra.file(FILE, r#"{"output": "xml"}"#);
    ra.run(["config", "list"]).ends(2).says("output is `xml`").says("from configuration file");
    ra.run(["config", "set", "output", "json"]).ends(0);
    ra.run(["config", "list"]).ends(0).json();
}
