//! The first minute: `ra --local recursiv …`, without account, key or network.

use serde_json::json;

use crate::support::Sandbox;

#[test]
fn an_agents_answer_streams_in() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(["--local", "recursiv", "agent", "chat", "guide", "What is 6 * 7?"]).ends(0);
    assert!(run.stdout.contains("42") && run.stderr.is_empty(), "{run:?}");
    let run = sandbox.run(["--local", "recursiv", "agent", "chat", "-m", "hello", "--stream"]).ends(0);
    assert!(!run.stdout.is_empty());
}

#[test]
fn a_conversation_is_remembered() {
    let sandbox = Sandbox::new();
    let first = sandbox
        .run(["--local", "recursiv", "agent", "chat", "guide", "My name is Ada", "-o", "json"])
        .ends(0)
        .json();
    let conversation = first["conversation_id"].as_str().unwrap();
    let args =
        ["--local", "recursiv", "agent", "chat", "guide", "What is my name?", "--conversation", conversation];
    assert!(sandbox.run(args).ends(0).stdout.contains("Ada"));
}

#[test]
fn things_made_are_there_later() {
    let sandbox = Sandbox::new();
    let id = sandbox.run(["--local", "recursiv", "project", "create", "mine", "-o", "id"]).ends(0).stdout;
    let project = sandbox.run(["--local", "recursiv", "project", "get", "mine", "-o", "json"]).ends(0).json();
    assert_eq!(project["id"], json!(id.trim()));
    let run = sandbox
        .run([
            "--local",
            "recursiv",
            "agent",
            "create",
            "--name",
            "helper",
            "--model",
            "a/b",
            "--instructions",
            "Be brief.",
            "--project",
            "mine",
        ])
        .ends(0);
    assert!(run.stdout.contains("helper") && run.stderr.is_empty(), "{run:?}");
    assert_eq!(
        sandbox.run(["--local", "recursiv", "agents", "ls", "-o", "tsv"]).ends(0).stdout.lines().count(),
        3
    );
    sandbox
        .run(["--local", "recursiv", "agent", "create", "--name", "x", "--model", "no-slash"])
        .ends(1)
        .says("model");
}

#[test]
fn local_beats_everything_and_goes_with_no_address() {
    let sandbox = Sandbox::new()
        .env("RECURSIV_API_KEY", "sk_live_real")
        .env("RECURSIV_API_BASE_URL", "https://api.recursiv.io");
    sandbox.run(["recursiv", "project", "list", "--local"]).ends(0);
    sandbox
        .run(["--local", "recursiv", "project", "list", "--base-url", "http://127.0.0.1:9"])
        .ends(2)
        .says("--local goes neither with");
    sandbox
        .pipe(["--local", "recursiv", "project", "list", "--api-key", "-"], "sk_live_x")
        .ends(2)
        .says("--local goes neither with");
}

#[test]
fn code_really_runs() {
    let sandbox = Sandbox::new();
    let run = sandbox
        .run([
            "--local",
            "recursiv",
            "sandbox",
            "try",
            "import sys; print(6 * 7); sys.exit(3)",
            "--language",
            "python",
        ])
        .ends(3);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("42\n", "9 left today\n"));
}

#[test]
fn a_place_that_cannot_be_written_is_a_warning() {
    let sandbox = Sandbox::new();
    let file = sandbox.file("no-folder", "");
    let sandbox =
        sandbox.env("XDG_DATA_HOME", &file).env("XDG_STATE_HOME", &file).env("XDG_CACHE_HOME", file);
    let run = sandbox.run(["--local", "recursiv", "agent", "chat", "guide", "What is 6 * 7?"]).ends(0);
    assert!(run.stdout.contains("42"), "{run:?}");
    run.says("warning: cannot keep the local services in").says("they forget everything");
    sandbox.run(["--local", "recall", "run", "slow", "-F", "seconds=0", "--async", "--poll"]).ends(0);
    sandbox.run(["local", "serve", "--port", "0"]).ends(1).says("cannot keep the local services in");
}
