//! Addresses, headers, dialects and refusals: vectors V2–V4, V6, V41, V42.

use serde_json::json;

use super::{BASE, KEY, sandbox};
use crate::support::{Reply, Run, Sandbox, Server};

const TOOLS: [&str; 3] = ["runagents", "tool", "list"];

fn list_at(path: &str, key: &str) -> Server {
    let server = Server::script([Reply::json(200, "[]")]);
    let sandbox = Sandbox::new()
        .env("RUNAGENTS_API_KEY", key)
        .env("RUNAGENTS_ENDPOINT", format!("{}{path}", server.url()));
    sandbox.run(TOOLS).ends(0);
    server
}

#[test]
fn v3_endpoint_forms() {
    for (given, base) in [
        ("", "/api/v1"),
        ("/", "/api/v1"),
        ("/workspaces/revops", BASE),
        ("/api/v1", "/api/v1"),
        ("/api/v1/workspaces/revops/", BASE),
        ("/base", "/base/api/v1"),
        ("/base/api/v1", "/base/api/v1"),
    ] {
        assert_eq!(list_at(given, KEY).request().path, format!("{base}/tools"), "{given}");
    }
}

#[test]
fn v2_the_key_decides_its_header() {
    let request = list_at("", "jwt-like-token").request();
    assert_eq!(request.header("authorization"), Some("Bearer jwt-like-token"));
    assert_eq!(request.header("x-runagents-api-key"), None);
    let request = list_at("", KEY).request();
    assert_eq!(request.header("x-runagents-api-key"), Some(KEY));
    for absent in ["authorization", "x-workspace-namespace", "content-type"] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
    assert_eq!(request.header("accept"), Some("application/json"));
    assert!(request.header("user-agent").unwrap().starts_with("ra/"));
}

#[test]
fn a_server_on_this_machine_may_need_no_key_and_the_default_one_does() {
    let server = Server::script([Reply::json(200, "[]")]);
    let run = Sandbox::new().run(["runagents", "tool", "list", "--endpoint", &server.url()]);
    run.ends(0);
    assert_eq!(server.request().header("x-runagents-api-key"), None);
    Sandbox::new().run(TOOLS).ends(3).says("RUNAGENTS_API_KEY");
}

#[test]
fn v4_the_namespace_is_named_only_when_somebody_named_it() {
    let named = |sandbox: Sandbox, server: &Server, args: &[&str]| {
        sandbox.run(args).ends(0);
        server.request().header("x-workspace-namespace").map(str::to_owned)
    };
    let server = Server::script([Reply::json(200, "[]")]);
    let from_variable = sandbox(&server).env("RUNAGENTS_NAMESPACE", "default");
    assert_eq!(named(from_variable, &server, &TOOLS).as_deref(), Some("default"));
    let server = Server::script([Reply::json(200, "[]")]);
    let flag = ["runagents", "tool", "list", "--namespace", "team-a"];
    assert_eq!(named(sandbox(&server), &server, &flag).as_deref(), Some("team-a"));
    let server = Server::script([Reply::json(200, "[]")]);
    assert_eq!(named(sandbox(&server), &server, &TOOLS), None);
}

#[test]
fn v41_legacy_dialect() {
    let server = Server::script([Reply::json(200, r#"{"name":"payment-agent"}"#), Reply::json(200, "[]")]);
    let sandbox = Sandbox::new().env("RUNAGENTS_API_KEY", KEY).env("RUNAGENTS_ENDPOINT", server.url());
    let config = json!({"profiles": {"default": {"runagents": {"dialect": "legacy"}}}});
    sandbox.file(".config/ra/config.json", config.to_string());
    sandbox.run(["runagents", "agent", "get", "payment-agent"]).ends(0);
    sandbox.run(["runagents", "run", "list", "--agent", "x"]).ends(0);
    assert_eq!(server.lines(), ["GET /api/agents/default/payment-agent", "GET /runs?agent_id=x"]);
    let request = &server.requests()[0];
    assert_eq!(request.header("x-workspace-namespace"), Some("default"));
    assert_eq!(request.header("authorization"), Some("Bearer ra_ws_test"));
    assert_eq!(request.header("x-runagents-api-key"), Some(KEY));
}

fn refused(reply: Reply) -> Run {
    let server = Server::script([reply]);
    sandbox(&server).run(["runagents", "agent", "get", "nope", "--max-retries", "0"])
}

#[test]
fn v6_v42_refusals_of_every_shape() {
    let run = refused(Reply::json(404, r#"{"error":"agent nope not found"}"#)).ends(4);
    run.says("agent nope not found").says("404").says("hint: ra runagents agent list");
    refused(Reply::json(401, r#"{"error":"invalid api key"}"#)).ends(3).says("hint: ra auth login runagents");
    refused(Reply::json(403, r#"{"error":"forbidden"}"#)).ends(3);
    refused(Reply::json(403, r#"{"error":"needs a yes","code":"APPROVAL_REQUIRED","action_id":"act-1"}"#))
        .ends(8)
        .says("act-1");
    refused(Reply::json(403, r#"{"error":"CONSENT_REQUIRED","authorization_url":"https://e.example/o"}"#))
        .ends(8)
        .says("https://e.example/o");
    refused(Reply::json(409, r#"{"error":"version clash"}"#)).ends(1).says("version clash");
    refused(Reply::new(405, "text/plain", "Method not allowed")).ends(1).says("Method not allowed");
    refused(Reply::json(502, r#"{"error":"failed to reach agent: timeout"}"#)).ends(7).says("reach agent");
    refused(Reply::new(503, "text/html", "<html><body>Bad gateway")).ends(7).says("web page");
    refused(Reply::new(200, "text/html", "<!doctype html><title>Sign in")).ends(7).says("web page");
    refused(Reply::new(500, "", "")).ends(7);
    refused(Reply::json(200, r#"{"name":"#)).ends(7).says("not JSON");
}

#[test]
fn a_refusal_for_programs_is_one_object() {
    let server = Server::script([Reply::json(404, r#"{"error":"agent nope not found"}"#)]);
    let run = sandbox(&server).run(["runagents", "agent", "get", "nope", "-o", "json"]).ends(4);
    assert_eq!(run.stdout, "");
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(error["error"]["status"], 404);
    assert_eq!(error["error"]["service"], "runagents");
}

#[test]
fn v42_a_limit_is_waited_for() {
    let server = Server::script([
        Reply::json(429, r#"{"error":"slow down"}"#).header("Retry-After", "0"),
        Reply::json(200, r#"{"agent":"a"}"#),
    ]);
    let args = ["runagents", "deploy", "--name", "a", "--image", "i:1", "--no-wait"];
    sandbox(&server).run(args).ends(0);
    assert_eq!(server.lines().len(), 2);
}

#[test]
fn lists_in_every_envelope() {
    for body in [r#"[{"name":"a"}]"#, r#"{"items":[{"name":"a"}]}"#, r#"{"tools":[{"name":"a"}],"total":1}"#]
    {
        let server = Server::script([Reply::json(200, body)]);
        let run = sandbox(&server).run(["runagents", "tool", "list", "-o", "id"]).ends(0);
        assert_eq!(run.stdout, "a\n", "{body}");
    }
    let server = Server::script([Reply::json(200, r#"{"message":"hello"}"#)]);
    sandbox(&server).run(TOOLS).ends(7);
    let server = Server::script([Reply::json(200, "null")]);
    sandbox(&server).run(TOOLS).ends(0);
}
