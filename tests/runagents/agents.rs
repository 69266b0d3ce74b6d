//! `ra runagents agent list|get|delete`: vectors V1, V5, names with a namespace before them, deletes.

use super::{BASE, KEY, sandbox};
use crate::support::{Reply, Server};

const NESTED: &str = r#"{"name":"payment-agent","namespace":"agent-system","labels":{"platform.ai/identity-provider":"google-oidc"},"spec":{"image":"registry.runagents.io/payment-agent:a1b2c3","systemPrompt":"You are a payment processing assistant.","requiredTools":[{"name":"stripe-api"}],"llmConfig":{"provider":"openai","model":"gpt-4o-mini"},"env":[{"name":"LLM_MODEL","value":"gpt-4o-mini"}]},"status":{"phase":"Running","message":""}}"#;
const FLAT: &str = r#"{"name":"flat-agent","namespace":"default","status":"Running","image":"img:1","required_tools":["echo-tool"],"llm_config":{"provider":"openai"}}"#;

#[test]
fn v1_list() {
    let server = Server::script([Reply::json(200, format!("[{NESTED}]"))]);
    let run = sandbox(&server).run(["runagents", "agent", "list", "-o", "tsv"]).ends(0);
    assert_eq!(run.stdout, "payment-agent\tRunning\tregistry.runagents.io/payment-agent:a1b2c3\n");
    let request = server.request();
    assert_eq!(request.line(), format!("GET {BASE}/agents"));
    assert_eq!(request.header("x-runagents-api-key"), Some(KEY));
    for absent in ["authorization", "x-workspace-namespace", "content-type"] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
}

#[test]
fn v5_both_shapes_give_one_view() {
    for (body, name, image, tool) in [
        (NESTED, "payment-agent", "registry.runagents.io/payment-agent:a1b2c3", "stripe-api"),
        (FLAT, "flat-agent", "img:1", "echo-tool"),
    ] {
        let server = Server::script([Reply::json(200, body)]);
        let run = sandbox(&server).run(["runagents", "agents", "show", name]).ends(0);
        assert_eq!(server.request().line(), format!("GET {BASE}/agents/{name}"));
        for (head, value) in
            [("name", name), ("status", "Running"), ("image", image), ("tools", tool), ("provider", "openai")]
        {
            let found = run.stdout.lines().any(|line| {
                line.split_once("  ").is_some_and(|(left, right)| left == head && right.trim() == value)
            });
            assert!(found, "{head} {value}: {run:#?}");
        }
    }
}

#[test]
fn json_is_what_the_server_said() {
    let server = Server::script([Reply::json(200, NESTED)]);
    let run = sandbox(&server).run(["runagents", "agent", "get", "payment-agent", "-o", "json"]).ends(0);
    assert_eq!(run.json(), serde_json::from_str::<serde_json::Value>(NESTED).unwrap());
}

#[test]
fn a_namespace_before_the_name_is_accepted_and_does_not_narrow() {
    let server = Server::script([Reply::json(200, FLAT)]);
    let run = sandbox(&server).run(["runagents", "agents", "get", "default", "flat-agent"]).ends(0);
    run.says("does not narrow");
    assert_eq!(server.request().line(), format!("GET {BASE}/agents/flat-agent"));
    assert_eq!(server.request().header("x-workspace-namespace"), None);
}

#[test]
fn names_are_encoded() {
    let server = Server::script([Reply::json(200, "{}")]);
    sandbox(&server).run(["runagents", "agent", "get", "a/b c%é"]).ends(0);
    assert_eq!(server.request().path, format!("{BASE}/agents/a%2Fb%20c%25%C3%A9"));
}

#[test]
fn a_delete_is_asked_for_and_may_answer_nothing() {
    let server = Server::script([]);
    sandbox(&server).run(["runagents", "agent", "delete", "a"]).ends(2).says("--yes");
    let server = Server::script([Reply::new(204, "", "")]);
    let run = sandbox(&server)
        .run(["runagents", "agent", "rm", "a b", "--yes"])
        .ends(0)
        .says("deleted the agent `a b`");
    assert_eq!((run.stdout.as_str(), server.request().line()), ("", format!("DELETE {BASE}/agents/a%20b")));
    let server = Server::script([Reply::json(200, r#"{"status":"deleted"}"#)]);
    let run = sandbox(&server).run(["runagents", "agent", "delete", "a", "-y", "-o", "json"]).ends(0);
    assert_eq!(run.json(), serde_json::json!({"status": "deleted"}));
}
