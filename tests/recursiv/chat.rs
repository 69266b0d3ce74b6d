//! `ra recursiv agent chat`: the contract's vectors V5, V6, E1–E9.

use serde_json::json;

use super::{KEY, reach};
use crate::support::{Reply, Run, Sandbox, Server};

/// Says hi to agent `a1` and gives the run and the server.
fn chat(reply: Reply, flags: &[&str]) -> (Run, Server) {
    let server = Server::script([reply]);
    let mut args = vec!["recursiv", "agent", "chat", "a1", "Hi"];
    args.extend(flags);
    let run = reach(&server).run(args);
    assert!(!format!("{run:?}").contains(KEY));
    (run, server)
}

const E1: &str = "data: {\"type\":\"text_delta\",\"delta\":\"Hello\"}\n\ndata: {\"type\":\"text_delta\",\"delta\":\", world\"}\n\ndata: [DONE]\n\n";

const E2: &str = ": keep-alive\r\nevent: message\r\ndata:{\"type\":\"message_start\",\"conversation_id\":\"c9\"}\r\n\r\n\
    data: {\"type\":\"reasoning_delta\",\"delta\":\"hidden\"}\r\n\r\n\
    data: {\"type\":\"tool_use\",\"tool_name\":\"search_web\"}\r\n\r\n\
    data: {\"type\":\"tool_result\",\"content\":\"3 results\"}\r\n\r\n\
    data: {\"type\":\"text_delta\"}\r\ndata: {\"type\":\"text_delta\",\"delta\":\"\"}\r\n\
    data: {\"type\":\"text_delta\",\"delta\":\"Found it.\"}\r\n\r\n\
    data: {\"type\":\"done\",\"conversation_id\":\"c9\"}\r\n\r\n";

#[test]
fn e1_plain_text() {
    let (run, server) = chat(Reply::sse(E1), &["--stream"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("Hello, world\n", "", 0));
    let request = server.request();
    assert_eq!(request.line(), "POST /api/v1/agents/a1/chat/stream");
    assert_eq!(request.json(), json!({"message": "Hi"}));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
}

#[test]
fn e2_unknown_types_tools_comments_and_line_ends() {
    let (run, _server) = chat(Reply::sse(E2), &[]);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.code),
        ("Found it.\n", "[tool] search_web\n", 0)
    );
    let (run, _server) = chat(Reply::sse(E2), &["-o", "json"]);
    let expected = json!({"content": "Found it.", "conversation_id": "c9", "tools": [{"name": "search_web", "result": "3 results"}]});
    assert_eq!((run.json(), run.stderr.as_str(), run.code), (expected, "", 0));
    let (run, _server) = chat(Reply::sse(E2), &["--jq", ".tools[].name"]);
    assert_eq!((run.stdout.as_str(), run.code), ("search_web\n", 0));
    let (run, _server) = chat(Reply::sse(E2), &["-o", "id"]);
    assert_eq!(run.stdout, "c9\n");
}

#[test]
fn events_are_the_chunks_as_they_came() {
    for flags in [&["--events"][..], &["-o", "ndjson"], &["--events", "-o", "json"]] {
        let (run, _server) = chat(Reply::sse(E2), flags);
        let chunks: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(chunks.len(), 8, "{run:?}");
        assert_eq!(chunks[0], r#"{"type":"message_start","conversation_id":"c9"}"#);
        assert_eq!(chunks[6], r#"{"type":"text_delta","delta":"Found it."}"#);
    }
}

#[test]
fn e3_an_error_in_mid_stream_keeps_the_text() {
    let start = "data: {\"type\":\"text_delta\",\"delta\":\"Partial\"}\n\n";
    for (error, end, said) in [
        (r#""model provider unavailable""#, "data: [DONE]\n\n", "error: model provider unavailable\n"),
        (r#"{"message":"m","code":"x"}"#, "data: [DONE]\n\n", "error: m (x)\n"),
        (r#""gone""#, "", "error: gone\n"),
    ] {
        let body = format!("{start}data: {{\"type\":\"error\",\"error\":{error}}}\n\n{end}");
        let (run, _server) = chat(Reply::sse(body), &[]);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("Partial\n", said, 1));
    }
}

#[test]
fn e4_characters_split_over_packets() {
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let mut pieces: Vec<Vec<u8>> = [
        "646174613a207b2274797065223a22746578745f64656c7461222c2264656c7461223a22636166c3",
        "a920e29c",
        "9320e697a5e6",
        "9cac227d0a0a",
    ]
    .map(hex)
    .into();
    pieces.extend(["da", "ta: [DO", "NE]\n\n"].map(|piece| piece.as_bytes().to_vec()));
    let (run, _server) = chat(Reply::sse_pieces(pieces), &[]);
    assert_eq!((run.stdout.as_str(), run.code), ("café ✓ 日本\n", 0));
}

#[test]
fn e5_refused_before_streaming() {
    let body = r#"{"error":{"type":"billing_error","message":"Out of credits","code":"insufficient_credits","upgrade_url":"https://recursiv.io/upgrade"}}"#;
    let (run, _server) = chat(Reply::json(402, body), &[]);
    assert_eq!((run.stdout.as_str(), run.code), ("", 5));
    run.says("error: Out of credits (insufficient_credits, HTTP 402)\n")
        .says("upgrade url: https://recursiv.io/upgrade\n");
}

#[test]
fn e6_an_early_end_is_never_a_success() {
    let start = "data: {\"type\":\"text_delta\",\"delta\":\"abc\"}\n\n";
    for reply in [Reply::sse(start), Reply::sse(start).cut()] {
        let (run, _server) = chat(reply, &[]);
        assert_eq!((run.stdout.as_str(), run.code), ("abc\n", 7));
        run.says("error: the stream ended after 3 characters, before the agent finished (STREAM_CUT)\n");
    }
    for reply in [Reply::sse(""), Reply::sse("").cut()] {
        let (run, _server) = chat(reply, &[]);
        assert_eq!((run.stdout.as_str(), run.code), ("", 7));
        run.says("empty response");
    }
}

#[test]
fn e7_a_turn_of_tools_only() {
    let body = "data: {\"type\":\"tool_use\",\"tool_name\":\"t\"}\n\ndata: {\"type\":\"tool_result\",\"content\":\"r\"}\n\ndata: [DONE]\n\n";
    let (run, _server) = chat(Reply::sse(body), &[]);
    assert_eq!((run.stdout.as_str(), run.code), ("", 0));
    run.says("the agent said nothing");
}

#[test]
fn e8_a_broken_line_is_passed_over() {
    let body = "data: {not json\n\ndata: {\"type\":\"text_delta\",\"delta\":\"ok\"}\n\ndata: [DONE]\n\n";
    let (run, _server) = chat(Reply::sse(body), &[]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("ok\n", "", 0));
}

const V5: &str = r#"{"data":{"message_id":"m1","conversation_id":"c1","content":"Sure.","created_at":"2026-09-01T10:00:01Z"}}"#;

#[test]
fn e9_json_instead_of_a_stream() {
    let (run, _server) = chat(Reply::json(200, V5), &[]);
    assert_eq!((run.stdout.as_str(), run.code), ("Sure.\n", 0));
}

#[test]
fn v5_the_answer_in_one_piece() {
    let (run, server) = chat(Reply::json(200, V5), &["--no-stream"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("Sure.\n", "", 0));
    assert_eq!(server.request().line(), "POST /api/v1/agents/a1/chat");
    let (run, _server) = chat(Reply::json(200, V5), &["--no-stream", "-o", "json"]);
    assert_eq!(run.json()["message_id"], "m1");
}

const V6: &str = r#"{"data":{"message_id":"m1","conversation_id":"c1","created_at":"2026-09-01T10:00:01Z","note":"reply follows"}}"#;

#[test]
fn v6_accepted_only() {
    let (run, _server) = chat(Reply::json(200, V6), &["--no-stream"]);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.code),
        ("", "accepted, conversation c1 (reply follows)\n", 0)
    );
}

#[test]
fn v6_waiting_for_the_answer() {
    let messages = r#"{"data":[{"id":"m2","content":"Here it is","sender":{"is_ai":true}},{"id":"m1","content":"Hi","sender":{"is_ai":false}}]}"#;
    let server = Server::script([Reply::json(200, V6), Reply::json(200, messages)]);
    let run = reach(&server).run(["recursiv", "agent", "chat", "a1", "Hi", "--no-stream", "--wait"]).ends(0);
    assert_eq!(run.stdout, "Here it is\n");
    assert_eq!(server.lines()[1], "GET /api/v1/chat/conversations/c1/messages?limit=20");
}

#[test]
fn what_goes_into_the_request() {
    let (_, server) = chat(Reply::sse(E1), &["--conversation", "c7"]);
    assert_eq!(server.request().json(), json!({"message": "Hi", "conversation_id": "c7"}));
    let (_, server) = chat(Reply::sse(E1), &["--new"]);
    assert_eq!(server.request().json(), json!({"message": "Hi", "new_conversation": true}));
    let server = Server::script([Reply::sse(E1), Reply::sse(E1), Reply::sse(E1)]);
    let sandbox = reach(&server).env("RECURSIV_API_KEY", KEY);
    sandbox.file("question.md", "from a file\n");
    sandbox.run(["recursiv", "agent", "chat", "a1", "@question.md"]).ends(0);
    sandbox.pipe(["recursiv", "agent", "chat", "a1"], "from a pipe").ends(0);
    sandbox.file(".config/ra/config.json", r#"{"profiles":{"default":{"recursiv":{"agent_id":"a9"}}}}"#);
    sandbox.run(["recursiv", "agent", "chat", "-m", "configured agent"]).ends(0);
    let said: Vec<_> = server.requests().iter().map(|request| request.json()["message"].clone()).collect();
    assert_eq!(said, ["from a file\n", "from a pipe", "configured agent"]);
    assert_eq!(server.lines()[2], "POST /api/v1/agents/a9/chat/stream");
}

#[test]
fn a_name_is_looked_up_and_must_be_unique() {
    let agents = r#"{"data":[{"id":"u-1","name":"Support"},{"id":"u-2","name":"Twin"},{"id":"u-3","name":"Twin"}],"meta":{"has_more":false}}"#;
    let server = Server::script([
        Reply::json(200, agents),
        Reply::sse(E1),
        Reply::json(200, agents),
        Reply::json(200, agents),
    ]);
    let sandbox = reach(&server);
    let chat = |agent: &str| sandbox.run(["recursiv", "agent", "chat", agent, "Hi"]);
    chat("support").ends(0);
    assert_eq!(
        server.lines()[..2],
        ["GET /api/v1/agents?limit=100&offset=0", "POST /api/v1/agents/u-1/chat/stream"]
    );
    chat("suport").ends(4).says("no agent is called `suport`; did you mean `Support`?");
    chat("Twin").ends(2).says("2 agents are called `Twin`").says("u-2, u-3");
}

#[test]
fn bad_input_is_found_before_anything_is_sent() {
    let server = Server::script([]);
    let sandbox = reach(&server);
    let file = sandbox.file("binary", [0xff, 0xfe]);
    for (args, said) in [
        (vec!["a1", ""], "the message is empty"),
        (vec!["a1", "  \n"], "the message is empty"),
        (vec!["a1", "@missing.txt"], "cannot read `missing.txt`"),
        (vec!["a1", &format!("@{file}")], "is not UTF-8 text (byte 0)"),
        (vec!["", "hi"], "the agent is empty"),
        (vec!["..", "hi"], "`..` cannot be the agent"),
        (vec!["a1", "hi", "--conversation", ""], "the conversation is empty"),
        (vec!["-m", "hi"], "recursiv.agent_id is not set"),
        (vec!["a1", "hi", "--stream", "--no-stream"], "cannot be used with"),
    ] {
        let mut words = vec!["recursiv", "agent", "chat"];
        words.extend(args);
        sandbox.run(words).ends(2).says(said);
    }
    Sandbox::new()
        .run(["recursiv", "agent", "chat", "a1", "hi"])
        .ends(3)
        .says("RECURSIV_API_KEY")
        .says("recursiv.api_key")
        .says("ra auth login recursiv");
}

#[test]
fn a_silent_stream_ends_at_the_idle_limit() {
    let start = "data: {\"type\":\"text_delta\",\"delta\":\"abc\"}\n\n";
    let (run, _server) = chat(Reply::sse(start).stall(), &["--idle-timeout", "200ms"]);
    assert_eq!((run.stdout.as_str(), run.code), ("abc\n", 6));
    run.says("no data for 0.2 s");
    // After the last word the end marker gets two seconds, then its absence does not matter.
    let (run, _server) = chat(
        Reply::sse("data: {\"type\":\"text_delta\",\"delta\":\"a\"}\ndata: {\"type\":\"done\"}\n").stall(),
        &[],
    );
    assert_eq!((run.stdout.as_str(), run.code), ("a\n", 0));
}
