//! `ra runagents tool` and `starter-kit`: vectors V13, V14, V33.

use serde_json::{Value, json};

use super::{BASE, sandbox};
use crate::support::{Reply, Run, Sandbox, Server};

const SECRET: &str = "sk_live_0123456789";
const TOOL: &str = r#"{"name":"stripe-api","namespace":"agent-system","spec":{"connection":{"topology":"External","baseUrl":"https://api.stripe.com"},"governance":{"accessControl":{"mode":"Restricted"}}},"status":{"phase":"Pending"}}"#;

fn v13() -> Value {
    json!({"name":"stripe-api","spec":{"description":"Stripe payments API","connection":{"topology":"External",
        "baseUrl":"https://api.stripe.com","port":443,"scheme":"HTTPS","authentication":{"type":"APIKey",
        "apiKeyConfig":{"in":"Header","name":"Authorization","valuePrefix":"Bearer "}}},
        "governance":{"accessControl":{"mode":"Restricted"}}},"credentials":{"api_key":SECRET}})
}

fn create(prepare: impl FnOnce(&Sandbox), args: &[&str], stdin: &str) -> (Run, Server) {
    let server = Server::script([Reply::json(201, TOOL)]);
    let sandbox = sandbox(&server);
    prepare(&sandbox);
    let run = sandbox.pipe(["runagents", "tool", "create"].iter().chain(args), stdin).ends(0);
    assert!(!format!("{run:?}").contains(SECRET), "{run:?}");
    assert_eq!(server.request().line(), format!("POST {BASE}/tools"));
    (run, server)
}

const FLAGS: [&str; 17] = [
    "stripe-api",
    "--base-url",
    "https://api.stripe.com",
    "--description",
    "Stripe payments API",
    "--topology",
    "external",
    "--port",
    "443",
    "--scheme",
    "https",
    "--access",
    "restricted",
    "--auth",
    "api-key",
    "--api-key-value",
    "-",
];

#[test]
fn v13_from_flags() {
    let (run, server) = create(|_| {}, &[&FLAGS[..], &["-vv"]].concat(), &format!("{SECRET}\n"));
    assert_eq!(server.request().json(), v13());
    assert!(run.stdout.contains("stripe-api") && run.stdout.contains("Pending"));
}

#[test]
fn v13_from_files_of_every_shape() {
    let (_, server) = create(|home| drop(home.file("t.json", v13().to_string())), &["-f", "t.json"], "");
    assert_eq!(server.request().json(), v13());
    let (_, server) = create(|_| {}, &["-f", "-"], &v13().to_string());
    assert_eq!(server.request().json(), v13());
    let docs = "name: stripe-api\ndescription: d\nconnection:\n  baseUrl: https://api.stripe.com\ngovernance: {accessControl: {mode: Open}}\n";
    let (_, server) =
        create(|home| drop(home.file("t.yaml", docs)), &["-f", "t.yaml", "--name", "other"], "");
    assert_eq!(
        server.request().json(),
        json!({"name":"other","spec":{"description":"d","connection":{"baseUrl":"https://api.stripe.com"},"governance":{"accessControl":{"mode":"Open"}}}})
    );
    let flat = r#"{"name":"stripe-api","base_url":"https://api.stripe.com","description":"","auth_type":"None","port":443,"scheme":"HTTPS"}"#;
    let (_, server) = create(|home| drop(home.file("t.json", flat)), &["-f", "t.json"], "");
    assert_eq!(
        server.request().json(),
        json!({"name":"stripe-api","spec":{"description":"","connection":{"baseUrl":"https://api.stripe.com","authentication":{"type":"None"},"port":443,"scheme":"HTTPS"}}})
    );
}

#[test]
fn a_planned_request_shows_no_secret() {
    let server = Server::script([]);
    let args: Vec<&str> =
        ["runagents", "tool", "create"].into_iter().chain(FLAGS).chain(["--dry-run"]).collect();
    let run = sandbox(&server).pipe(args, SECRET).ends(0);
    assert!(!format!("{run:?}").contains(SECRET) && run.stdout.contains("********"), "{run:?}");
}

#[test]
fn what_is_missing_is_named() {
    let server = Server::script([]);
    let sandbox = sandbox(&server);
    sandbox.run(["runagents", "tool", "create", "x"]).ends(2).says("--base-url");
    sandbox.run(["runagents", "tool", "create"]).ends(2);
    sandbox
        .run(["runagents", "tool", "create", "x", "--base-url", "https://h", "--api-key-value", "-"])
        .ends(2);
}

#[test]
fn v14_test() {
    let server =
        Server::script([Reply::json(200, r#"{"reachable":true,"status_code":401,"latency_ms":156}"#)]);
    let run = sandbox(&server).run(["runagents", "tool", "test", "stripe-api"]).ends(0);
    assert_eq!(server.request().line(), format!("POST {BASE}/tools/stripe-api/test"));
    assert_eq!(server.request().body, "");
    assert!(run.stdout.contains("156 ms"), "{run:?}");
    let server = Server::script([Reply::json(200, r#"{"reachable":false}"#)]);
    sandbox(&server).run(["runagents", "tool", "test", "x"]).ends(1).says("UNREACHABLE");
}

#[test]
fn both_shapes_give_one_row() {
    let flat = r#"{"name":"b","topology":"Internal","base_url":"http://h","access_mode":"Open","status":"Available"}"#;
    let server = Server::script([Reply::json(200, format!("[{TOOL},{flat}]"))]);
    let run = sandbox(&server).run(["runagents", "tools", "list", "-o", "tsv"]).ends(0);
    assert_eq!(
        run.stdout,
        "stripe-api\tExternal\thttps://api.stripe.com\tRestricted\tPending\nb\tInternal\thttp://h\tOpen\tAvailable\n"
    );
}

#[test]
fn v33_starter_kit() {
    for body in [
        r#"{"tool_created":"echo-tool","model_provider_created":"playground-llm"}"#,
        r#"{"tools_created":["echo-tool"],"model_providers_created":["playground-llm"],"message":"ok"}"#,
    ] {
        let server = Server::script([Reply::json(201, body)]);
        let run = sandbox(&server).run(["runagents", "starter-kit"]).ends(0);
        assert!(run.stdout.contains("echo-tool") && run.stdout.contains("playground-llm"), "{run:?}");
        assert_eq!(
            (server.request().line(), server.request().body),
            (format!("POST {BASE}/starter-kit"), String::new())
        );
    }
}
