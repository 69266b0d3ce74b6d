//! `ra recursiv agent chat`: the contract's vectors V5, V6, E1–E9.

use serde_json::json;

use crate::support::{Reply, Run, Sandbox, Server};

const KEY: &str = "sk_live_test000000000000000000";

/// Says hi to agent `a1` and gives the run and the server.
fn chat(reply: Reply, flags: &[&str]) -> (Run, Server) {
    let server = Server::script([reply]);
    let sandbox = Sandbox::new().env("RECURSIV_API_KEY", KEY).env("RECURSIV_API_BASE_URL", server.url());
    let mut args = vec!["recursiv", "agent", "chat", "a1", "Hi"];
    args.extend(flags);
    let run = sandbox.run(args);
    assert!(!format!("{run:?}").contains(KEY));
    (run, server)
}

#[test]
fn e1_plain_text() {
    let body = "data: {\"type\":\"text_delta\",\"delta\":\"Hello\"}\n\ndata: {\"type\":\"text_delta\",\"delta\":\", world\"}\n\ndata: [DONE]\n\n";
    let (run, server) = chat(Reply::sse(body), &["--stream"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("Hello, world\n", "", 0));
    let request = server.request();
    assert_eq!(request.line(), "POST /api/v1/agents/a1/chat/stream");
    assert_eq!(request.json(), json!({"message": "Hi"}));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
}
