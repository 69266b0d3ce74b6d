//! Two streams, each for itself: colour, closed pipes, disarmed text, JSON errors.

use std::io::Read as _;

use crate::recursiv::reach;
use crate::support::{Reply, Sandbox, Server};

const LIST: &str = r#"{"data":[{"id":"p1","name":"one\u001b]0;title\u0007"}]}"#;

#[test]
fn the_flag_beats_no_color_beats_force_beats_clicolor() {
    for (env, flag, coloured) in [
        (vec![], None, false),
        (vec![("CLICOLOR_FORCE", "1")], None, true),
        (vec![("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], None, false),
        (vec![("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], None, true),
        (vec![("CLICOLOR_FORCE", "0")], None, false),
        (vec![("NO_COLOR", "1")], Some("always"), true),
        (vec![("CLICOLOR_FORCE", "1")], Some("never"), false),
    ] {
        let server = Server::script([Reply::json(200, LIST)]);
        let sandbox = env.iter().fold(reach(&server), |sandbox, (name, value)| sandbox.env(name, *value));
        let mut args = vec!["recursiv", "project", "list"];
        args.extend(flag.iter().flat_map(|flag| ["--color", flag]));
        let run = sandbox.run(args).ends(0);
        assert_eq!(run.stdout.contains("\u{1b}[1m"), coloured, "{env:?} {flag:?} {run:?}");
    }
}

#[test]
fn a_cell_is_disarmed_and_json_is_exact() {
    let server = Server::script([Reply::json(200, LIST), Reply::json(200, LIST)]);
    let sandbox = reach(&server);
    assert!(!sandbox.run(["recursiv", "project", "list"]).ends(0).stdout.contains('\u{1b}'));
    assert!(
        sandbox
            .run(["recursiv", "project", "list", "-o", "json"])
            .ends(0)
            .stdout
            .contains(r"one\u001b]0;title\u0007")
    );
}

#[test]
fn a_reader_that_leaves_ends_the_program_quietly() {
    let many: Vec<String> =
        (0..5000).map(|number| format!(r#"{{"id":"p{number}","name":"{}"}}"#, "x".repeat(60))).collect();
    let server = Server::script([Reply::json(
        200,
        format!(r#"{{"data":[{}],"meta":{{"has_more":false}}}}"#, many.join(",")),
    )]);
    let mut child = reach(&server).process(["recursiv", "project", "list", "--limit", "0"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn a_full_disk_is_told() {
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else { return };
    let server = Server::script([Reply::json(200, LIST)]);
    let output = reach(&server).process(["recursiv", "project", "list"]).stdout(full).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(1) && stderr.contains("cannot write the output: No space left"),
        "{stderr}"
    );
}

#[test]
fn errors_are_json_where_results_are() {
    let server = Server::script([Reply::json(429, r#"{"error":"Too many requests"}"#)
        .header("retry-after", "900")
        .header("x-request-id", "r1")]);
    let run = reach(&server).run(["recursiv", "project", "list", "-o", "ndjson"]).ends(5);
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    let error = &error["error"];
    assert_eq!((error["status"].as_u64(), error["retry_after_ms"].as_u64()), (Some(429), Some(900_000)));
    assert_eq!(
        (error["request_id"].as_str(), error["message"].as_str()),
        (Some("r1"), Some("Too many requests"))
    );
    assert_eq!(
        error.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["service", "code", "status", "message", "hint", "request_id", "retry_after_ms", "details"]
    );
}

#[test]
fn unknown_words_get_a_suggestion() {
    let sandbox = Sandbox::new();
    sandbox.run(["recursive"]).ends(2).says("recursiv");
    sandbox.run(["recursiv", "projct", "list"]).ends(2).says("project");
    sandbox.run(["recursiv", "project", "list", "--outptu", "json"]).ends(2).says("--output");
    sandbox.run(["recursiv", "project", "list", "-o", "xml"]).ends(2).says("xml");
    sandbox.run(["recursiv", "project", "list", "--jq", ".["]).ends(2).says("--jq `.[` cannot be read");
    sandbox.run(["recursiv", "project", "list", "--timeout", "soon"]).ends(2).says("`soon` is no duration");
    assert!(sandbox.run(["--version"]).ends(0).stdout.starts_with("ra "));
    for topic in ["environment", "output", "exit-codes"] {
        assert!(sandbox.run(["help", topic]).ends(0).stdout.lines().count() > 8);
    }
    assert!(sandbox.run(["help", "recursiv", "agent", "chat"]).ends(0).stdout.contains("--conversation"));
    sandbox.run(["help", "nonsense"]).ends(2).says("`nonsense`");
}

#[test]
fn jq_filters_each_chunk_of_a_stream() {
    let sandbox = Sandbox::new();
    for flag in ["-ondjson", "--events"] {
        let chat = ["--local", "recursiv", "agent", "chat", "guide", "What is 6 * 7?", flag, "--jq"];
        let run = sandbox.run(chat.into_iter().chain([".delta // empty"])).ends(0);
        assert!(run.stdout.contains("42") && !run.stdout.contains("text_delta"), "{run:?}");
        sandbox.run(chat.into_iter().chain([r#"error("no")"#])).ends(1).says("--jq");
    }
}

#[test]
fn a_hint_leads_to_the_place_this_command_spoke_to() {
    let accepted = r#"{"success":true,"async":true,"jobId":"j1","executionId":"e1"}"#;
    let server = Server::script([Reply::json(202, accepted)]);
    let sandbox = Sandbox::new().env("RECALL_API_KEY", "sk-1");
    sandbox.run(["config", "profile", "add", "two words"]).ends(2);
    sandbox.run(["config", "profile", "add", "work"]).ends(0);
    let url = server.url();
    let run = ["--profile", "work", "recall", "--base-url", &url, "run", "w", "--async"];
    sandbox.run(run).ends(0).says(&format!("ra --profile work recall --base-url {url} job wait j1"));
}
