//! Streams: S1, S3, S4, S7–S10, and how text arrives.

use std::io::Read;
use std::sync::mpsc::channel;

use serde_json::json;

use super::{BA, BB, V01, WF, home, started};
use crate::support::{Reply, Run, Server};

pub const BOTH: &[&str] =
    &["--stream", "--select", "agent1.content", "--select", "agent2.content", "-f", "message=Count to five"];

/// Frames as the service writes them.
pub fn frames<T: AsRef<str>>(frames: impl IntoIterator<Item = T>) -> String {
    frames.into_iter().map(|frame| format!("data: {}\n\n", frame.as_ref())).collect()
}

pub fn chunk(block: &str, text: &str) -> String {
    json!({"blockId": block, "chunk": text}).to_string()
}

pub const FINAL: &str = r#"{"event":"final","data":{"success":true,"output":{}}}"#;
pub const DONE: &str = "\"[DONE]\"";

/// Streams both blocks from this body.
#[track_caller]
pub fn streamed(body: impl AsRef<[u8]>, flags: &[&str]) -> (Run, Server) {
    started([Reply::sse(body)], &[BOTH, flags].concat())
}

fn s1() -> String {
    frames([
        chunk(BA, "One"),
        chunk(BA, ", two"),
        chunk(BB, "\n\nDone"),
        chunk(BB, " counting."),
        FINAL.into(),
        DONE.into(),
    ])
}

#[test]
fn s1_two_blocks() {
    let (run, server) = streamed(s1(), &[]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("One, two\n\nDone counting.\n", "", 0));
    let request = server.request();
    assert_eq!(
        request.json(),
        json!({"message": "Count to five", "stream": true, "selectedOutputs": ["agent1.content", "agent2.content"]})
    );
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    assert_eq!(request.header("x-sim-stream-protocol"), None);
    let (run, _server) = streamed(s1(), &["-o", "json"]);
    assert_eq!(
        run.json(),
        json!({"success": true, "output": {}, "blocks": {BA: "One, two", BB: "Done counting."}})
    );
    for flag in [["-o", "ndjson"], ["--events", "-q"]] {
        let (run, _server) = streamed(s1(), &flag);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!((lines.len(), lines[0], lines[4]), (5, chunk(BA, "One").as_str(), FINAL));
    }
}

#[test]
fn s3_characters_and_line_ends() {
    let first = "data: {\"blockId\":\"7b7735b9-19e5-4bd6-818b-46aae2596e9f\",\"chunk\":\"naïve café — 東京 🚀\\nline two\\t\\\"quoted\\\" data: [DONE]\"}\n\n";
    let body = format!("{first}{}", frames([FINAL, DONE]));
    let text = "naïve café — 東京 🚀\nline two\t\"quoted\" data: [DONE]\n";
    let mut bodies = vec![
        body.clone(),
        body.replace('\n', "\r\n"),
        body.replace('\n', "\r"),
        format!("\u{feff}{body}"),
        body.replace("\n\n", "\n\n: ping\n\n"),
        body.trim_end().to_owned(),
    ];
    bodies.push(body.replace("\ndata: ", "\ndata:"));
    for body in bodies {
        let (run, _server) = streamed(&body, &[]);
        assert_eq!((run.stdout.as_str(), run.code), (text, 0), "{body}");
    }
    // é, the rocket, and the blank after the colon fall into two network pieces.
    let bytes = body.as_bytes();
    let pieces = [&bytes[..5], &bytes[5..76], &bytes[76..91], &bytes[91..131], &bytes[131..]];
    let (run, _server) = started([Reply::sse_pieces(pieces)], BOTH);
    assert_eq!((run.stdout.as_str(), run.code), (text, 0));
    let (run, _server) = started([Reply::sse_pieces(bytes.chunks(1))], BOTH);
    assert_eq!((run.stdout.as_str(), run.code), (text, 0));
}

#[test]
fn s4_the_documented_form() {
    let body = |last: &str| frames([chunk(BA, "One").as_str(), &chunk(BA, ", two"), last, "[DONE]"]);
    let good = r#"{"event":"done","success":true,"output":{},"metadata":{"duration":610}}"#;
    let (run, _server) = streamed(body(good), &[]);
    assert_eq!((run.stdout.as_str(), run.code), ("One, two\n", 0));
    let (run, _server) = streamed(body(good), &["-o", "json"]);
    assert_eq!(run.json()["metadata"]["duration"], 610);
    let (run, _server) = streamed(body(r#"{"event":"done","data":{"success":true,"output":{}}}"#), &[]);
    assert_eq!(run.ends(0).stdout, "One, two\n");
    let bad = r#"{"event":"done","success":false,"output":{},"error":"boom"}"#;
    let (run, _server) = streamed(body(bad), &[]);
    assert_eq!(run.stdout, "One, two\n");
    run.ends(1).says("error: boom (EXECUTION_ERROR)");
}

#[test]
fn s7_text_that_is_taken_back() {
    let body = frames([
        json!({"blockId": BA, "event": "thinking", "data": "Need the weather."}).to_string(),
        chunk(BA, "Let me check"),
        json!({"blockId": BA, "event": "chunk_reset"}).to_string(),
        json!({"blockId": BA, "event": "tool", "phase": "start", "id": "call_1", "name": "get_weather"}).to_string(),
        json!({"blockId": BA, "event": "tool", "phase": "end", "id": "call_1", "name": "get_weather", "status": "success"}).to_string(),
        chunk(BA, "It is sunny."),
        FINAL.to_owned(),
        DONE.to_owned(),
    ]);
    let (run, server) = streamed(&body, &["--agent-events", "-v"]);
    assert_eq!((run.stdout.as_str(), run.code), ("It is sunny.\n", 0));
    run.says("Need the weather.").says("get_weather");
    let request = server.request();
    assert_eq!(request.header("x-sim-stream-protocol"), Some("agent-events-v1"));
    assert_eq!(
        (&request.json()["includeThinking"], &request.json()["includeToolCalls"]),
        (&json!(true), &json!(true))
    );
    for flags in [vec!["--agent-events", "-o", "json"], vec!["-o", "json"]] {
        let (run, _server) = streamed(&body, &flags);
        assert_eq!(run.json()["blocks"], json!({BA: "It is sunny."}));
    }
    let (run, _server) = streamed(&body, &["--agent-events", "-q"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("It is sunny.\n", ""));
}

#[test]
fn s8_nothing_selected() {
    let last = r#"{"event":"final","data":{"success":true,"output":{"content":"One, two, three, four, five","model":"gpt-4o"}}}"#;
    let (run, server) =
        started([Reply::sse(frames([last, DONE]))], &["--stream", "-f", "message=Count to five"]);
    assert_eq!((run.stdout.as_str(), run.code), ("One, two, three, four, five\n", 0));
    assert_eq!(
        run.stderr,
        format!("hint: ra recall run {WF} --stream --select BLOCK.content   # text while it arises\n")
    );
    assert_eq!(server.request().json(), json!({"message": "Count to five", "stream": true}));
    let (run, _server) = started([Reply::sse(frames([last, DONE]))], &["--stream", "-o", "json"]);
    assert_eq!(run.json()["output"]["content"], "One, two, three, four, five");
    // Where text came all the same, the output would say it twice.
    let (run, _server) =
        started([Reply::sse(frames([chunk(BA, "One").as_str(), last, DONE]))], &["--stream"]);
    assert_eq!(run.stdout, "One\n");
}

#[test]
fn s9_a_value_is_shown_once_and_not_never() {
    let value =
        json!({"event": "final", "data": {"success": true, "output": {BB: {"result": {"total": 3}}}}})
            .to_string();
    let body = frames([chunk(BB, "{\n  \"total\": 3\n}").as_str(), &value, DONE]);
    let (run, _server) = streamed(body, &[]);
    assert_eq!(run.stdout, "{\n  \"total\": 3\n}\n");
    // Newer servers say what is no model's text in the last word only.
    let (run, _server) = streamed(frames([chunk(BA, "One").as_str(), &value, DONE]), &[]);
    assert_eq!(run.stdout, "One\n\n{\n  \"total\": 3\n}\n");
    let blocks = json!({"data": {"state": {"blocks": {BA: {"name": "Agent One"}, BB: {"name": "Sum"}}}}});
    let definitions =
        [Reply::json(200, blocks.to_string()), Reply::json(403, r#"{"error":"Access denied"}"#)];
    let doubts = "no block is called `agent1`\nno block is called `agent2`\n";
    let notes = [format!("{doubts}blocks of this workflow: Agent One, Sum\n"), String::new()];
    for (definition, note) in definitions.into_iter().zip(notes) {
        let (run, server) = started([Reply::sse(frames([FINAL, DONE])), definition], BOTH);
        assert_eq!((run.stdout.as_str(), run.code), ("", 0));
        let warning = "warning: nothing came for agent1.content, agent2.content; are the block's name and the path right?\n";
        assert_eq!(run.stderr, format!("{warning}{note}"));
        assert_eq!(server.lines()[1], format!("GET /api/workflows/{WF}"));
    }
}

#[test]
fn s10_json_instead_of_a_stream() {
    let (run, _server) = started([Reply::json(200, V01)], BOTH);
    assert_eq!((run.stdout.as_str(), run.code), ("Hi there!\n", 0));
    let limited = Reply::json(429, r#"{"error":"Rate limit exceeded. Please try again later."}"#);
    let (run, _server) = started([limited, Reply::sse(s1())], &[BOTH, &["--initial-delay", "10ms"]].concat());
    assert_eq!((run.stdout.as_str(), run.code), ("One, two\n\nDone counting.\n", 0));
    started([Reply::json(403, r#"{"error":"Workflow is not deployed"}"#)], BOTH).0.ends(1);
}

#[test]
fn the_editors_frames_are_understood() {
    let body = frames([
        json!({"type": "execution:started", "executionId": "e", "data": {}}).to_string(),
        json!({"type": "stream:chunk", "data": {"blockId": BA, "chunk": "One"}}).to_string(),
        "{half".to_owned(),
        json!({"event": "unheard of", "blockId": 5, "chunk": null}).to_string(),
        json!({"type": "execution:completed", "data": {"success": true, "output": {}, "duration": 5}})
            .to_string(),
        "[DONE]".to_owned(),
    ]);
    let (run, _server) = streamed(body, &["-v"]);
    assert_eq!(run.stdout, "One\n");
    run.ends(0).says("1 frame could not be read");
    let failed = json!({"type": "execution:error", "data": {"error": "no"}}).to_string();
    streamed(frames([failed]), &[]).0.ends(1).says("no (EXECUTION_ERROR)");
    streamed(frames([r#"{"type":"execution:cancelled"}"#]), &[]).0.ends(9);
}

#[test]
fn text_is_shown_when_it_arrives() {
    let (open, gate) = channel();
    let rest = frames([chunk(BA, ", two").as_str(), FINAL, DONE]);
    let server = Server::script([Reply::sse_pieces([frames([chunk(BA, "One")]), rest]).gated(gate)]);
    let home = home(&server);
    let mut child = home.process([&["recall", "run", WF], BOTH].concat()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 3];
    stdout.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"One");
    open.send(()).unwrap();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), child.wait().unwrap().code()), (", two\n", Some(0)));
}
