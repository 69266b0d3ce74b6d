//! `--api auto`: one small question finds out what the server speaks, and is not asked again.

use serde_json::json;

use super::{EX, V01, WF, home};
use crate::support::{Reply, Sandbox, Server};

const PROBE: &str = "GET /api/v2/workspaces?limit=1";

fn old() -> Reply {
    Reply::json(200, V01)
}

fn new() -> Reply {
    let run =
        json!({"runId": EX, "workflowId": WF, "status": "completed", "output": {"content": "Hi there!"}});
    Reply::json(200, json!({"data": run}).to_string())
}

fn off() -> Reply {
    Reply::json(404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#)
}

fn auto(home: &Sandbox) {
    let run = home.run(["recall", "--api", "auto", "run", WF]).ends(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("Hi there!\n", ""));
}

#[test]
fn the_server_is_asked_once() {
    let v2 = format!("POST /api/v2/workflows/{WF}/execute");
    let legacy = format!("POST /api/workflows/{WF}/execute");
    let refused =
        r#"{"error":{"code":"FORBIDDEN","message":"no","details":{"code":"PERSONAL_API_KEYS_DISABLED"}}}"#;
    for (probe, run, line) in [
        (Reply::json(200, r#"{"data":[],"nextCursor":null}"#), new as fn() -> Reply, &v2),
        (Reply::json(403, refused), new, &v2),
        (off(), old, &legacy),
        (Reply::new(404, "text/html", "<html>"), old, &legacy),
        (Reply::new(200, "text/html", "<html>"), old, &legacy),
        (Reply::json(401, r#"{"error":"Unauthorized"}"#), old, &legacy),
    ] {
        let server = Server::script([probe, run(), run()]);
        let home = home(&server);
        auto(&home);
        auto(&home);
        assert_eq!(server.lines(), [PROBE.to_owned(), line.clone(), line.clone()]);
    }
}

#[test]
fn an_outage_says_nothing_about_the_server() {
    let server = Server::script([Reply::json(503, "{}"), old(), off(), old()]);
    let home = home(&server);
    auto(&home);
    auto(&home);
    assert_eq!(server.lines()[2], PROBE);
    // A server that cannot be reached is told by the command's own request.
    let run = home.env("RECALL_BASE_URL", "http://127.0.0.1:9").run([
        "recall",
        "--api",
        "auto",
        "run",
        WF,
        "--max-retries",
        "0",
    ]);
    run.ends(7).says("POST /api/workflows/");
}

#[test]
fn a_server_that_has_lost_v2_is_asked_the_old_way() {
    let yes = Reply::json(200, r#"{"data":[]}"#);
    let server = Server::script([yes, off(), old(), old()]);
    let home = home(&server);
    auto(&home);
    auto(&home);
    let lines = server.lines();
    assert_eq!(lines[1..], ["/v2", "", ""].map(|part| format!("POST /api{part}/workflows/{WF}/execute")));
    // The same run, whichever way it is asked for.
    let ids: Vec<_> = server.requests()[1..3]
        .iter()
        .map(|request| request.header("x-run-id").or(request.header("x-execution-id")).unwrap().to_owned())
        .collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn what_the_server_cannot_do_is_told_once_that_is_known() {
    let server = Server::script([off()]);
    let run = home(&server).run(["recall", "--api", "auto", "run", WF, "--select", "a.b"]);
    run.ends(2).says("--select goes with --stream only").says("--api v2");
}

#[test]
fn a_word_that_is_none_of_the_three() {
    let home = Sandbox::new().env("RECALL_API_KEY", "k");
    home.file(".config/ra/config.json", r#"{"profiles":{"default":{"recall":{"api":"v3"}}}}"#);
    home.run(["recall", "run", WF])
        .ends(2)
        .says("recall.api is `v3`, not one of legacy, v2, auto (from profile default)");
    home.run(["recall", "run", WF, "--api", "v3"]).ends(2).says("[possible values: legacy, v2, auto]");
}

#[test]
fn a_dry_run_shows_the_question_too() {
    let sandbox = Sandbox::new().env("RECALL_API_KEY", "k");
    let run = sandbox.run(["recall", "--api", "auto", "run", WF, "--dry-run"]).ends(0);
    assert!(run.stdout.starts_with("GET https://tryrecall.com/api/v2/workspaces?limit=1\n"), "{run:#?}");
    assert!(
        run.stdout.contains(&format!("\nPOST https://tryrecall.com/api/workflows/{WF}/execute\n")),
        "{run:#?}"
    );
}
