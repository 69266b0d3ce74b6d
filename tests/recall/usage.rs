//! Wrong usage is found before anything is sent; `--dry-run` sends nothing either.

use super::{KEY, WF, started};
use crate::support::Sandbox;

#[test]
fn found_before_any_request() {
    for (args, part) in [
        (vec!["--poll"], "--poll goes with --async only"),
        (vec!["--wait"], "--poll goes with --async only"),
        (vec!["--stream", "--async"], "either streamed (--stream) or a job (--async)"),
        (vec!["--async", "--file", "a=@x"], "--file and --async exclude each other"),
        (vec!["--select", "a.b"], "--select goes with --stream only"),
        (vec!["--async", "--select-output", "a.b"], "--select goes with --stream only"),
        (vec!["--events"], "--events goes with --stream only"),
        (vec!["--async", "--poll-timeout", "1m"], "goes with --async --poll only"),
        (vec!["--stream", "--select", "agent1"], "hint: --select agent1.content"),
        (vec!["--input", r#"{"stream":1}"#], "hint: add --wrap-input"),
        (vec!["-f", "workflowId=1"], "input field `workflowId`"),
        (vec!["--file", "stream=https://h/x"], "input field `stream`"),
        (vec!["--input", "{\"a\":\n nope}"], "line 2 column 3 of the command line (INVALID_JSON)"),
        (vec!["--input", "@missing.json"], "cannot read `missing.json`"),
        (vec!["--input", "5", "-f", "a=1"], "--input is none"),
        (vec!["--file", "a=@missing.txt"], "cannot read `missing.txt`"),
        (vec!["--file", "missing.txt"], "is not field=@path"),
        (vec!["--execution-id", "a b"], "cannot be an execution id"),
        (vec!["--backoff-multiplier", "0"], "is no factor"),
        (vec!["--async", "--include"], "--include goes with a run in step only"),
        (vec!["--stream", "-i"], "--include goes with a run in step only"),
        (vec!["--async", "--no-file-base64"], "not for --async"),
        (vec!["--async", "--base64-max-bytes", "9"], "not for --async"),
        (vec!["--base64-max-bytes", "0"], "a number of bytes from 1 on"),
        (vec!["--execution-timeout", "1m"], "--execution-timeout goes with --async only"),
        (vec!["--async", "--execution-timeout", "8d"], "from 1s to 7d"),
        (vec!["--async", "--async-timeout", "1500ms"], "from 1s to 7d"),
        (vec!["--separate"], "--separate goes with --stream only"),
        (vec!["--file", "a=https://"], "is no address"),
    ] {
        let (run, _server) = started([], &args);
        assert_eq!(run.stdout, "");
        run.ends(2).says(part);
    }
    for id in ["", " ", ".", ".."] {
        super::recall([], &["run", id]).0.ends(2);
        super::recall([], &["job", "status", id]).0.ends(2);
        super::recall([], &["workflow", "status", id]).0.ends(2);
    }
}

#[test]
fn selectors_that_are_fine() {
    for selector in [super::BA, &format!("{}_content", super::BA), "Agent 1.content"] {
        let sandbox = Sandbox::new().env("RECALL_API_KEY", KEY);
        sandbox.run(["recall", "run", WF, "--stream", "--select", selector, "--dry-run"]).ends(0);
    }
}

#[test]
fn dry_run() {
    let sandbox =
        Sandbox::new().env("RECALL_API_KEY", KEY).env("RECALL_BASE_URL", " https://h.example/recall// ");
    let args = ["recall", "run", "a/b:c", "--execution-id", "e1", "--input", r#"{"a":"it's 1.10"}"#];
    let run = sandbox.run([&args[..], &["--stream", "--select", "x.y", "--dry-run"]].concat()).ends(0);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        (
            "POST https://h.example/recall/api/workflows/a%2Fb%3Ac/execute\nAccept: text/event-stream\nContent-Type: application/json\nX-API-Key: $RECALL_API_KEY\nX-Execution-Id: e1\n\n{\"a\":\"it's 1.10\",\"stream\":true,\"selectedOutputs\":[\"x.y\"]}\n",
            ""
        )
    );
    let run = sandbox.run([&args[..], &["--async", "--dry-run=curl"]].concat()).ends(0);
    assert_eq!(
        run.stdout,
        r#"curl -X POST 'https://h.example/recall/api/workflows/a%2Fb%3Ac/execute' \
  -H 'Accept: application/json' \
  -H 'Content-Type: application/json' \
  -H "X-API-Key: $RECALL_API_KEY" \
  -H 'X-Execution-Id: e1' \
  -H 'X-Execution-Mode: async' \
  --data-raw "{\"a\":\"it's 1.10\"}"
"#
    );
}

#[test]
fn the_key_stays_secret_in_traces() {
    let (run, _server) = started([crate::support::Reply::json(200, super::V01)], &["-vv"]);
    assert!(run.stderr.contains("X-API-Key") || run.stderr.contains("x-api-key"), "{run:#?}");
}
