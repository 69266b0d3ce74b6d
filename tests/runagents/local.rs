//! The way from a folder to an answer, against the embedded service.

use crate::support::Sandbox;

#[test]
fn from_a_folder_to_an_answer() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "demo/runagents.yaml",
        "name: demo\ntools: [echo-tool]\nmodel: {provider: openai, model: gpt-4o-mini}\n",
    );
    sandbox.file("demo/agent.py", "def handler(request, ctx):\n    return request['message']\n");
    let ra = |args: &[&str]| sandbox.run(["--local", "runagents"].iter().chain(args));
    let run = ra(&["deploy", "demo", "--poll-interval", "50ms"]).ends(0).says("agent demo: Running");
    assert!(run.stdout.contains("Running"), "{run:#?}");
    let run = ra(&["agent", "list", "-o", "tsv"]).ends(0);
    assert!(run.stdout.lines().any(|line| line.starts_with("demo\tRunning\t")), "{run:#?}");
    assert_eq!(ra(&["agent", "get", "demo", "-o", "json"]).ends(0).json()["name"], "demo");
    let run = ra(&["agent", "invoke", "demo", "hello", "--stream"]).ends(0);
    assert!(!run.stdout.trim().is_empty(), "{run:#?}");
    let run = ra(&["agent", "invoke", "demo", "hello", "-o", "json"]).ends(0);
    assert!(run.json()["response"].is_string(), "{run:#?}");
    assert!(ra(&["tool", "list", "-o", "id"]).ends(0).stdout.contains("echo-tool"));
    let runs = ra(&["run", "list", "--agent", "demo", "-o", "id"]).ends(0).stdout;
    let id = runs.lines().next().expect("a run for what was said");
    ra(&["run", "event", id]).ends(0);
    ra(&["run", "wait", id, "--poll-interval", "10ms"]).ends(0);
    ra(&["agent", "delete", "demo", "--yes"]).ends(0);
    ra(&["agent", "get", "demo"]).ends(4);
}
