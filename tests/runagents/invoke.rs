//! `ra runagents agent invoke`: whole answers, streams (V36), pauses.

use serde_json::json;

use super::{BASE, KEY, sandbox};
use crate::support::{Reply, Run, Server};

fn invoke(replies: impl IntoIterator<Item = Reply>, flags: &[&str]) -> (Run, Server) {
    let server = Server::script(replies);
    let mut args = vec!["runagents", "agent", "invoke", "my-agent", "please add"];
    args.extend(flags);
    let run = sandbox(&server).run(args);
    assert!(!format!("{run:?}").contains(KEY));
    (run, server)
}

fn stream(events: &[&str]) -> Reply {
    Reply::sse(events.iter().map(|event| format!("data: {event}\n\n")).collect::<String>())
}

const CALL: &str = r#"{"type":"tool_call","tool":"calc__add","arguments":"{\"a\":2,\"b\":2}"}"#;
const RESULT: &str = r#"{"type":"tool_result","tool":"calc__add","result":"{\"result\": 4}"}"#;
const CONTENT: &str = r#"{"type":"content","delta":"2 + 2 = 4"}"#;
const DONE: &str = r#"{"type":"done","model":"gpt-4o-mini","tool_calls_made":[]}"#;

#[test]
fn a_whole_answer() {
    let body = r#"{"response":"2 + 2 = 4","model":"m","duration_ms":1.50}"#;
    let (run, server) = invoke([Reply::json(200, body)], &[]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("2 + 2 = 4\n", "", 0));
    assert_eq!(server.request().line(), format!("POST {BASE}/agents/my-agent/invoke"));
    assert_eq!(server.request().json(), json!({"message": "please add"}));
    let (run, _) = invoke([Reply::json(200, body)], &["-o", "json"]);
    assert!(run.stdout.contains("1.50"), "{run:?}");
    assert_eq!(run.json()["response"], "2 + 2 = 4");
}

#[test]
fn history_and_conversation_go_along() {
    let server = Server::script([Reply::json(200, r#"{"response":"ok"}"#)]);
    let sandbox = sandbox(&server);
    sandbox.file("h.yaml", "- {role: user, content: a}\n");
    let args = ["runagents", "agent", "invoke", "b", "-", "--history", "h.yaml", "--conversation", "c-1"];
    sandbox.pipe(args, "from stdin").ends(0);
    assert_eq!(
        server.request().json(),
        json!({"message":"from stdin","history":[{"role":"user","content":"a"}],"conversation_id":"c-1"})
    );
}

#[test]
fn v36_a_stream() {
    let (run, server) = invoke([stream(&[CALL, RESULT, CONTENT, DONE, "[DONE]"])], &["--stream"]);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.code),
        ("2 + 2 = 4\n", "[tool] calc__add\n", 0)
    );
    assert_eq!(server.request().line(), format!("POST {BASE}/agents/my-agent/invoke/stream"));
    assert_eq!(server.request().header("accept"), Some("text/event-stream"));
    let (run, _) = invoke([stream(&[CALL, RESULT, CONTENT, DONE, "[DONE]"])], &["--stream", "-o", "json"]);
    assert_eq!(
        run.json(),
        json!({"content":"2 + 2 = 4","conversation_id":null,"tools":[{"name":"calc__add","result":"{\"result\": 4}"}]})
    );
}

#[test]
fn v36_what_hosted_streams_say() {
    let events = [
        r#"{"type":"tool_call","tool":"product-catalog","input":{"product_id":"SKU-001"}}"#,
        r#"{"type":"tool_result","tool":"product-catalog","output":{"price":29.99}}"#,
        r#"{"type":"content","delta":null}"#,
        "no json",
        r#"{"type":"news"}"#,
        r#"{"type":"content","delta":"29.99"}"#,
        r#"{"type":"done"}"#,
    ];
    let (run, _) = invoke([stream(&events)], &["--stream", "-o", "json"]);
    assert_eq!(run.json()["tools"], json!([{"name":"product-catalog","result":"{\"price\":29.99}"}]));
    assert_eq!((run.json()["content"].as_str(), run.code), (Some("29.99"), 0));
}

#[test]
fn v36_pauses_keep_the_text() {
    let approval = r#"{"type":"approval_required","tool":"locked__write","detail":{"code":"APPROVAL_REQUIRED","action_id":"act-1","message":"Approval required"}}"#;
    let (run, _) = invoke([stream(&[CALL, approval, DONE, "[DONE]"])], &["--stream"]);
    run.ends(8).says("locked__write").says("act-1").says("hint: ra runagents approval list");
    let consent = r#"{"type":"consent_required","tool":"email","detail":{"code":"CONSENT_REQUIRED","authorization_url":"https://example.com/oauth","resume_id":"res-1","message":"Connect Gmail to continue."}}"#;
    let text = r#"{"type":"content","delta":"Connect Gmail to continue. https://example.com/oauth"}"#;
    let (run, _) = invoke([stream(&[consent, text, DONE, "[DONE]"])], &["--stream"]);
    assert_eq!(run.stdout, "Connect Gmail to continue. https://example.com/oauth\n");
    run.ends(8).says("https://example.com/oauth");
    let whole = r#"{"response":"Approval required","approval_required":{"code":"APPROVAL_REQUIRED","action_id":"act-1","tool":"t","message":"m"}}"#;
    let (run, _) = invoke([Reply::json(200, whole)], &[]);
    assert_eq!(run.stdout, "Approval required\n");
    run.ends(8).says("act-1");
}

#[test]
fn errors_and_cuts() {
    let (run, _) =
        invoke([stream(&[CONTENT, r#"{"type":"error","message":"model is gone"}"#])], &["--stream"]);
    assert_eq!(run.stdout, "2 + 2 = 4\n");
    run.ends(1).says("model is gone");
    let (run, _) = invoke([stream(&[CONTENT])], &["--stream"]);
    assert_eq!(run.stdout, "2 + 2 = 4\n");
    run.ends(7).says("STREAM_CUT");
    let (run, _) = invoke([stream(&[CONTENT]).cut()], &["--stream"]);
    run.ends(7).says("STREAM_CUT");
    let (run, server) = invoke([Reply::json(502, r#"{"error":"failed to reach agent: timeout"}"#)], &[]);
    run.ends(7).says("failed to reach agent");
    assert_eq!(server.lines().len(), 1);
}

#[test]
fn a_server_without_streams_is_asked_for_a_whole_answer() {
    for status in [404, 405] {
        let replies = [Reply::new(status, "text/plain", "no"), Reply::json(200, r#"{"response":"hi"}"#)];
        let (run, server) = invoke(replies, &["--stream"]);
        assert_eq!(run.stdout, "hi\n");
        assert_eq!(server.lines()[1], format!("POST {BASE}/agents/my-agent/invoke"));
    }
    let unknown = || Reply::json(404, r#"{"error":"agent my-agent not found"}"#);
    let (run, _) = invoke([unknown(), unknown()], &["--stream"]);
    run.ends(4).says("agent my-agent not found");
}

#[test]
fn events_one_a_line() {
    let (run, _) = invoke([stream(&[CALL, CONTENT, DONE, "[DONE]"])], &["--stream", "-o", "ndjson"]);
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), [CALL, CONTENT, DONE]);
}
