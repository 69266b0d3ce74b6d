//! `ra runagents config`: the official words over our own file.

use serde_json::{Value, json};

use crate::support::Sandbox;

const KEY: &str = "ra_ws_0123456789abcdef";

#[test]
fn set_changes_one_key_and_keeps_the_rest() {
    let sandbox = Sandbox::new().env("RUNAGENTS_NAMESPACE", "from-env");
    let config =
        json!({"mine": 1, "profiles": {"default": {"recall": {"api": "v2"}, "runagents": {"extra": true}}}});
    sandbox.file(".config/ra/config.json", config.to_string());
    let set = |key: &str, value: &str| sandbox.run(["runagents", "config", "set", key, value]);
    set("endpoint", "https://acme.runagents.io/workspaces/revops").ends(0);
    set("assistant_mode", "OFF").ends(0);
    let run = sandbox.pipe(["runagents", "config", "set", "api-key", "-"], &format!("{KEY}\n")).ends(0);
    assert!(!format!("{run:?}").contains(KEY));
    let stored: Value = serde_json::from_str(&sandbox.read(".config/ra/config.json")).unwrap();
    assert_eq!(
        stored,
        json!({"mine": 1, "profiles": {"default": {"recall": {"api": "v2"}, "runagents": {"extra": true,
            "endpoint": "https://acme.runagents.io/workspaces/revops", "assistant_mode": "off", "api_key": KEY}}}})
    );
    set("namespace", "team").ends(0).says("RUNAGENTS_NAMESPACE");
    set("api-key", "ra_ws_visible0123456").ends(0).says("warning");
    set("colour", "red").ends(2);
    set("endpoint", "foo").ends(2).says("runagents.endpoint");
    set("assistant-mode", "maybe").ends(2);
}

#[test]
fn get_masks_the_key_and_says_where_from() {
    let sandbox = Sandbox::new().env("RUNAGENTS_API_KEY", KEY);
    let run = sandbox.run(["runagents", "config", "get", "-o", "json"]).ends(0);
    assert!(!format!("{run:?}").contains(KEY));
    let rows = run.json();
    assert_eq!(rows[0], json!({"key": "endpoint", "value": "http://localhost:8092", "origin": "default"}));
    assert_eq!(
        rows[1],
        json!({"key": "api-key", "value": "********cdef", "origin": "env RUNAGENTS_API_KEY"})
    );
    assert_eq!(rows[2]["value"], "default");
    let run = sandbox.run(["runagents", "config", "get", "endpoint"]).ends(0);
    assert_eq!(run.stdout, "http://localhost:8092\n");
    let run = sandbox.run(["runagents", "config", "get"]).ends(0);
    assert!(run.stdout.contains("assistant-mode"));
}
