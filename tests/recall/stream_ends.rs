//! How streams end badly: S2, S5, S6, silence, Ctrl-C.

use std::io::Read;

use serde_json::json;

use super::stream::{BOTH, DONE, FINAL, chunk, frames, streamed};
use super::{BA, BB, WF, error, home, started};
use crate::support::{Reply, Server};

#[test]
fn s2_an_error_in_mid_stream() {
    let one = chunk(BA, "One");
    let plain = r#"{"event":"error","error":"Agent 2: Rate limit reached for model"}"#;
    let of_block =
        json!({"blockId": BB, "event": "error", "error": "Selected output exceeds the size limit"})
            .to_string();
    for (body, part) in [
        (frames([one.as_str(), plain]), "Agent 2: Rate limit reached for model"),
        (frames([one.as_str(), plain, DONE]), "Agent 2: Rate limit reached for model"),
        (frames([one.as_str(), &of_block, DONE]), "Selected output exceeds the size limit"),
    ] {
        let (run, _server) = streamed(&body, &[]);
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str(), run.code),
            ("One\n", format!("error: {part} (EXECUTION_ERROR)\n").as_str(), 1)
        );
        let (run, _server) = streamed(&body, &["-o", "json"]);
        assert_eq!((run.stdout.as_str(), run.code), ("", 1));
        assert_eq!(error(&run)["details"]["blocks"], json!({BA: "One"}));
    }
    let late = r#"{"event":"error","error":"Execution timed out after 5 minutes"}"#;
    streamed(frames([late, DONE]), &[]).0.ends(6).says("TIMEOUT");
}

#[test]
fn s2d_a_broken_block_is_not_the_end() {
    let broke = json!({"event": "stream_error", "blockId": BA, "error": "socket hang up"}).to_string();
    let last =
        json!({"event": "final", "data": {"success": true, "output": {BB: {"content": "late value"}}}})
            .to_string();
    let body = frames([chunk(BA, "One").as_str(), &broke, &last, DONE]);
    let (run, _server) = streamed(&body, &[]);
    assert_eq!((run.stdout.as_str(), run.code), ("One\n\nlate value\n", 0));
    assert_eq!(run.stderr, format!("warning: the stream of block {BA} broke: socket hang up\n"));
    let (run, _server) = streamed(&body, &["-o", "json"]);
    assert_eq!(run.json()["output"][BB]["content"], "late value");
}

#[test]
fn s5_the_last_word_is_no() {
    let no = r#"{"event":"final","data":{"success":false,"output":{},"error":"Workflow execution failed"}}"#;
    streamed(frames([no, DONE]), &[]).0.ends(1).says("error: Workflow execution failed (EXECUTION_ERROR)\n");
    let cancelled = r#"{"event":"final","data":{"success":false,"output":{}}}"#;
    streamed(frames([cancelled, DONE]), &[]).0.ends(1).says("cancelled from elsewhere");
    let paused = json!({"event": "final", "data": {"success": true, "status": "paused", "output": {"data": {"_resume": {
        "uiUrl": "https://h/resume/x", "contextId": "c", "executionId": "e", "workflowId": "w"}}}}});
    let (run, _server) = streamed(frames([chunk(BA, "One").as_str(), &paused.to_string(), DONE]), &[]);
    assert_eq!(run.stdout, "One\n");
    run.ends(8)
        .says("answer it at https://h/resume/x")
        .says("hint: ra recall execution resume w e c --input");
}

#[test]
fn s6_cut_off() {
    let half = format!("{}data: {{\"blockId\":\"{BA}\",\"chu", frames([chunk(BA, "One")]));
    let hint = |run: &crate::support::Run| {
        assert!(
            run.stderr.contains(&format!("hint: ra recall job cancel --workflow {WF} --execution-id mine\n")),
            "{run:#?}"
        );
    };
    for reply in [Reply::sse(&half), Reply::sse(&half).cut()] {
        let (run, _server) = started([reply], &[BOTH, &["--execution-id", "mine"]].concat());
        assert_eq!((run.stdout.as_str(), run.code), ("One\n", 7));
        hint(&run);
        run.says("error: the stream ended after 3 characters, before the run finished (STREAM_CUT)\n");
    }
    let (run, _server) = started([Reply::sse(&half).cut()], &[BOTH, &["-o", "json"]].concat());
    assert_eq!((run.stdout.as_str(), run.code), ("", 7));
    assert_eq!(
        (&error(&run)["code"], &error(&run)["details"]["blocks"]),
        (&json!("STREAM_CUT"), &json!({BA: "One"}))
    );
    // The end marker alone is no last word; with text before it, somebody shortened the stream.
    streamed(frames([DONE]), &[]).0.ends(7).says("STREAM_CUT");
    let (run, _server) = streamed(frames([chunk(BA, "One").as_str(), DONE]), &[]);
    assert_eq!(run.stdout, "One\n");
    run.ends(0).says("warning: the stream ended in good order, but without saying how the run ended");
    streamed("", &[]).0.ends(7).says("after 0 characters");
}

#[test]
fn silence() {
    let reply = Reply::sse(frames([chunk(BA, "One")])).stall();
    let (run, _server) = started([reply], &[BOTH, &["--idle-timeout", "300ms"]].concat());
    assert_eq!(run.stdout, "One\n");
    run.ends(6).says("no data for 0.3 s").says("--idle-timeout");
    // After the last word only the end marker is waited for, and not for long.
    let reply = Reply::sse(frames([chunk(BA, "One").as_str(), FINAL])).stall();
    let (run, _server) = started([reply], BOTH);
    assert_eq!((run.stdout.as_str(), run.code), ("One\n", 0));
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_text_and_cancels_nothing() {
    let server = Server::script([Reply::sse(frames([chunk(BA, "One")])).stall()]);
    let home = home(&server);
    let args = [&["recall", "run", WF, "--execution-id", "mine"], BOTH].concat();
    let mut child = home.process(args).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut text = vec![0; 3];
    stdout.read_exact(&mut text).unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    stdout.read_to_end(&mut text).unwrap();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((text.as_slice(), child.wait().unwrap().code()), (&b"One\n"[..], Some(130)));
    assert!(stderr.contains("stops the run on some servers"), "{stderr}");
    assert!(
        stderr.contains(&format!("hint: ra recall job cancel --workflow {WF} --execution-id mine\n")),
        "{stderr}"
    );
}
