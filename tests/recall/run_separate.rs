//! `--separate`, and the help for selectors that match nothing.

use serde_json::json;

use super::stream::{BOTH, DONE, FINAL, chunk, frames, streamed};
use super::{BA, BB, WF, home, started};
use crate::support::{Reply, Server};

fn definition() -> Reply {
    let blocks = json!({BA: {"name": "Agent 1", "type": "agent"}, BB: {"name": "Writer", "type": "agent"}});
    Reply::json(200, json!({"data": {"id": WF, "state": {"blocks": blocks}}}).to_string())
}

fn separated(pieces: &[(&str, &str)], last: &str) -> String {
    let chunks = pieces.iter().map(|(block, text)| chunk(block, text));
    let body = frames(chunks.chain([last.to_owned(), DONE.to_owned()]));
    let (run, server) = started([Reply::sse(body), definition()], &[BOTH, &["--separate"]].concat());
    assert_eq!((run.stderr.as_str(), run.code), ("", 0));
    assert_eq!(server.lines()[1], format!("GET /api/workflows/{WF}"));
    run.stdout
}

#[test]
fn each_block_under_its_name() {
    let text = separated(&[(BA, "One"), (BA, ", two"), (BB, "\n\nDone"), (BB, " counting.")], FINAL);
    assert_eq!(text, "== Agent 1 ==\nOne, two\n\n== Writer ==\nDone counting.\n");
    let text = separated(&[(BA, "1"), (BB, "\n\nx"), (BA, "2"), (BB, "y"), (BA, "3")], FINAL);
    assert_eq!(text, "== Agent 1 ==\n123\n\n== Writer ==\nxy\n");
    // A value that only the last word brings has its name too.
    let last = json!({"event": "final", "data": {"success": true, "output": {BB: {"result": {"total": 3}}}}});
    let text = separated(&[(BA, "One")], &last.to_string());
    assert_eq!(text, "== Agent 1 ==\nOne\n\n== Writer ==\n{\n  \"total\": 3\n}\n");
}

#[test]
fn without_a_definition_the_ids_stand_there() {
    let body = frames([chunk(BA, "One").as_str(), FINAL, DONE]);
    let refused = Reply::json(403, r#"{"error":"Access denied"}"#);
    let (run, _server) = started([Reply::sse(body), refused], &[BOTH, &["--separate"]].concat());
    assert_eq!(run.ends(0).stdout, format!("== {BA} ==\nOne\n"));
}

#[test]
fn machine_forms_are_separate_anyway() {
    let body = || frames([chunk(BA, "One").as_str(), &chunk(BB, "\n\nTwo"), FINAL, DONE]);
    let (run, _server) = streamed(body(), &["--separate", "-o", "json"]);
    assert_eq!(run.json()["blocks"], json!({BA: "One", BB: "Two"}));
    let (run, _server) = streamed(body(), &["--separate", "--events"]);
    assert_eq!(run.stdout.lines().count(), 3);
}

#[test]
fn a_mistyped_block_is_named() {
    let selected = ["run", WF, "--stream", "--select", "agnet1.content"];
    let server = Server::script([Reply::sse(frames([FINAL, DONE])), definition()]);
    let run = home(&server).run([&["recall"], selected.as_slice()].concat()).ends(0);
    assert_eq!(
        run.stderr,
        "warning: nothing came for agnet1.content; are the block's name and the path right?\n\
         no block is called `agnet1`; did you mean `agent1.content`?\nblocks of this workflow: Agent 1, Writer\n"
    );
}

#[test]
fn a_person_gets_a_selector_to_copy() {
    let last = r#"{"event":"final","data":{"success":true,"output":{"content":"One"}}}"#;
    let server = Server::script([Reply::sse(frames([last, DONE])), definition()]);
    let terminal = home(&server).terminal(&["recall", "run", WF, "--stream"]);
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("--stream --select agent1.content"), "{screen}");
    assert!(screen.contains("blocks of this workflow: Agent 1, Writer"), "{screen}");
}

#[test]
fn ten_streams_at_once_starve_none() {
    let sandbox = crate::support::Sandbox::new();
    let (_serving, address) = sandbox.serve(&[]);
    let home = sandbox.towards(&address);
    let select = ["--stream", "--select", "agent1.content", "--select", "agent2.content"];
    let args = [&["recall", "run", "hello", "-f", "name=Ada"], select.as_slice()].concat();
    let whole = home.run(&args).ends(0).stdout;
    assert!(whole.contains("Ada") && whole.contains("\n\n"), "{whole}");
    let children: Vec<_> = (0..10).map(|_| home.process(&args).spawn().unwrap()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), whole, "{output:?}");
        assert!(output.status.success());
    }
}
