//! What a line is: JSON or a row, with or without an id, and lines that are none.

use serde_json::json;

use super::{batch, batch_in, echo, numbers, results, statuses};
use crate::recall::{WF, home, recall};
use crate::support::{Reply, Sandbox, Server};

#[test]
fn a_line_is_a_workflow_and_its_input() {
    let server = echo();
    let lines = concat!(
        "\u{feff}{\"workflow\":\"a b\",\"input\":{\"n\":1.10,\"big\":12345678901234567890123},\"id\":\"x\"}\r\n",
        "\n",
        "{\"input\":[1E2],\"workflow\":\"w\",\"id\":7.0}\n",
        "{\"workflow\":\"w\",\"id\":null}"
    );
    let run = batch_in(&home(&server), lines, &["--concurrency", "1"]).ends(0);
    let requests = server.requests();
    let bodies: Vec<&str> = requests.iter().map(|request| request.body.as_str()).collect();
    assert_eq!(bodies, [r#"{"n":1.10,"big":12345678901234567890123}"#, r#"{"input":[1E2]}"#, "{}"]);
    assert_eq!(requests[0].path, "/api/workflows/a%20b/execute");
    let first = run.stdout.lines().next().unwrap();
    let id = requests[0].header("x-execution-id").unwrap();
    let head = format!(r#"{{"id":"x","line":1,"workflow":"a b","execution_id":"{id}","status":"completed","#);
    assert!(first.starts_with(&head) && first.contains(r#""attempts":1,"duration_ms":"#), "{first}");
    assert!(first.ends_with(r#","output":{"n":1.10,"big":12345678901234567890123}}"#), "{first}");
    assert!(
        run.stdout.contains("\n{\"id\":7.0,\"line\":3,") && run.stdout.contains("\n{\"id\":4,\"line\":4,")
    );
    assert!(run.stderr.starts_with("3 completed in "), "{run:#?}");
}

#[test]
fn with_a_fixed_workflow_a_line_is_the_input() {
    let server = echo();
    let run = batch(&server, "{\"workflow\":\"mine\",\"id\":\"x\"}\n\"hi\"\n", &["--concurrency", "1", "-q"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(server.requests()[0].body, r#"{"workflow":"mine","id":"x"}"#);
    assert_eq!(server.requests()[1].body, r#"{"input":"hi"}"#);
    assert_eq!(server.requests()[0].path, format!("/api/workflows/{WF}/execute"));
    assert_eq!(results(&run)[0]["id"], 1);
}

#[test]
fn a_line_that_is_none_is_named_and_the_others_run() {
    let server = echo();
    let lines = concat!(
        "{\"workflow\":\"w\",\"id\":\"a\"}\n",
        "nope\n",
        "{\"input\":{}}\n",
        "{\"workflow\":\"w\",\"inputs\":{}}\n",
        "{\"workflow\":\"w\",\"input\":{\"stream\":true},\"id\":\"s\"}\n",
        "{\"workflow\":\"w\",\"id\":\"a\"}\n",
        "{\"workflow\":\"w\",\"id\":\"6\"}\n",
        "{\"workflow\":\"w\",\"id\":9}\n",
        "{\"workflow\":\"w\"}\n",
    );
    let run = batch_in(&home(&server), lines, &["--ordered"]).ends(10);
    assert_eq!(
        json!(statuses(&run)),
        json!([
            ["a", "completed"],
            [2, "invalid"],
            [3, "invalid"],
            [4, "invalid"],
            ["s", "invalid"],
            ["a", "invalid"],
            ["6", "completed"],
            [9, "completed"],
            [9, "invalid"],
        ])
    );
    let results = results(&run);
    let codes: Vec<_> = results.iter().filter_map(|result| result["error"]["code"].as_str()).collect();
    assert_eq!(
        codes,
        ["INVALID_JSON", "INVALID_LINE", "INVALID_LINE", "RESERVED_FIELD", "DUPLICATE_ID", "DUPLICATE_ID"]
    );
    assert_eq!(results[1]["ran"], false);
    assert_eq!(server.requests().len(), 3);
    let run = run.says("warning: line 2: not JSON: expected ident at column 2\n");
    let run = run.says("warning: line 6: the id `a` stands above already\n");
    run.says("error: 6 of 9 lines did not complete (BATCH_INCOMPLETE)\n  3 completed, 6 invalid in ");
}

#[test]
fn names_of_the_service_go_below_input() {
    let server = echo();
    batch(&server, "{\"stream\":1}\n", &["--wrap-input"]).ends(0);
    assert_eq!(server.request().body, r#"{"input":{"stream":1}}"#);
}

#[test]
fn bytes_that_are_no_text_cost_their_line_only() {
    let server = echo();
    let sandbox = home(&server);
    let mut lines = b"{\"n\":1}\n\"\xff\"\n".to_vec();
    lines.extend(std::iter::repeat_n(b'x', 17 * 1024 * 1024));
    lines.extend(b"\n{\"n\":4}\n");
    let file = sandbox.file("lines.ndjson", lines);
    let run = sandbox.run(["recall", "batch", &file, "--workflow", "w", "--ordered"]).ends(10);
    assert_eq!(
        json!(statuses(&run)),
        json!([[1, "completed"], [2, "invalid"], [3, "invalid"], [4, "completed"]])
    );
    run.says("line 2: not UTF-8 text").says("line 3: longer than 16 MiB");
}

#[test]
fn rows_of_a_csv() {
    let server = echo();
    let sandbox = home(&server);
    let rows = "\u{feff}workflow,id,name,note\r\nw,a,\"Ada, \"\"Countess\"\"\",\"two\nlines\"\r\nw,,5,\r\n\r\nw,c,x\r\n";
    let file = sandbox.file("rows.csv", rows);
    let run = sandbox.run(["recall", "batch", &file, "--concurrency", "1"]).ends(10);
    let requests = server.requests();
    assert_eq!(requests[0].body, r#"{"name":"Ada, \"Countess\"","note":"two\nlines"}"#);
    assert_eq!(requests[1].body, r#"{"name":"5","note":""}"#);
    assert_eq!(json!(statuses(&run)), json!([["a", "completed"], [4, "completed"], [6, "invalid"]]));
    run.says("warning: line 6: 3 columns, the first row has 4\n");
    // With a fixed workflow every column is an input, whatever it is called.
    let run = batch(&server, "id,workflow\n1,x\n", &["--format", "csv"]).ends(0);
    assert_eq!(server.requests()[2].body, r#"{"id":"1","workflow":"x"}"#);
    assert_eq!(results(&run)[0]["id"], 2);
}

#[test]
fn what_is_unusable_as_a_whole_is_refused_before_anything_is_sent() {
    let refused = |lines: &str, args: &[&str], says: &str| {
        let server = Server::script([]);
        batch_in(&home(&server), lines, args).ends(2).says(says);
    };
    refused("a,b\n1,2\n", &["--format", "csv"], "no column is called `workflow`");
    refused("a,a\n1,2\n", &["--format", "csv", "--workflow", "w"], "two columns are called `a`");
    refused("{}", &["--resume"], "--resume goes with --output-file only");
    refused("{}", &["--retry-unknown", "--output-file", "x"], "--retry-unknown goes with --resume only");
    refused("{}", &["--poll-interval", "1s"], "--poll-interval and --poll-timeout goes with --async only");
    refused("{}", &["--concurrency", "0"], "0 is not in 1..=256");
    refused("{}", &["--concurrency", "257"], "257 is not in 1..=256");
    refused("{}", &["--workflow", " "], "the workflow is empty");
    let (run, _server) = recall([], &["batch", "nowhere.ndjson"]);
    run.ends(2).says("cannot read `nowhere.ndjson`");
    let (run, _server) = recall([], &["batch", "."]);
    run.ends(2).says("`.` is a folder");
    let run = Sandbox::new().pipe(["recall", "batch", "-", "--workflow", "w"], "{}").ends(3);
    run.says("no key for Recall");
}

#[test]
fn no_lines_are_no_failure() {
    let server = Server::script([]);
    let run = batch(&server, "", &[]).ends(0);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.starts_with("0 completed in "));
}

#[test]
fn a_rehearsal_sends_nothing_and_writes_nothing() {
    let server = Server::script([]);
    let sandbox = home(&server);
    let lines = "nope\n{\"workflow\":\"w\",\"input\":{\"a\":1}}\n{\"workflow\":\"w\"}\n";
    let args = ["--dry-run", "--validate", "--async", "--output-file", "out.ndjson"];
    let run = batch_in(&sandbox, lines, &args).ends(0);
    let url = server.url();
    assert!(run.stdout.starts_with(&format!("GET {url}/api/workflows/w/status\n")), "{run:#?}");
    assert!(run.stdout.contains(&format!("\nPOST {url}/api/workflows/w/execute\n")), "{run:#?}");
    assert!(run.stdout.contains("X-Execution-Mode: async\n") && run.stdout.ends_with("{\"a\":1}\n"));
    assert!(!sandbox.home.path().join("out.ndjson").exists());
    run.says("warning: line 1: not JSON").says("2 lines would be sent, 1 cannot be run");
    batch_in(&sandbox, "nope", &["--dry-run"]).ends(2).says("no line can be run");
}

#[test]
fn each_workflow_is_asked_for_once_before_anything_is_run() {
    let server = Server::answering(|request, _| {
        Some(match request.path.as_str() {
            "/api/workflows/a/status" => Reply::json(200, r#"{"isDeployed":true}"#),
            "/api/workflows/b/status" => Reply::json(200, r#"{"isDeployed":false}"#),
            "/api/workflows/c/status" => {
                Reply::json(404, r#"{"error":"Workflow not found","code":"WORKFLOW_NOT_FOUND"}"#)
            }
            _ => super::given_back("{}"),
        })
    });
    let sandbox = home(&server);
    let lines = ["a", "b", "a", "c", "b"].map(|name| format!("{{\"workflow\":\"{name}\"}}\n")).concat();
    let file = sandbox.file("lines.ndjson", &lines);
    let run = sandbox.run(["recall", "batch", &file, "--validate", "--ordered"]).ends(10);
    let expected = [(1, "completed"), (2, "skipped"), (3, "completed"), (4, "skipped"), (5, "skipped")];
    assert_eq!(json!(statuses(&run)), json!(expected));
    let skipped = &results(&run)[1];
    assert_eq!(
        (&skipped["error"]["code"], &skipped["ran"], &skipped["attempts"]),
        (&json!("WORKFLOW_NOT_DEPLOYED"), &json!(false), &json!(0))
    );
    assert_eq!(results(&run)[3]["error"]["message"], "not run: Workflow not found");
    let asked = ["a", "b", "c"].map(|name| format!("GET /api/workflows/{name}/status"));
    assert_eq!(server.lines()[..3], asked);
    assert_eq!(server.lines().len(), 5);
    // A stream cannot be read twice: asked for at the first line.
    let run = batch_in(&sandbox, &lines, &["--validate", "--ordered"]).ends(10);
    assert_eq!(json!(statuses(&run)), json!(expected));
    assert_eq!(server.lines()[5..].iter().filter(|line| line.starts_with("GET")).count(), 3);
    let refused = Server::script([Reply::json(401, r#"{"error":"Unauthorized"}"#)]);
    let run = batch(&refused, &numbers(3), &["--validate", "--concurrency", "1"]).ends(3);
    assert_eq!(json!(statuses(&run)), json!([[1, "skipped"]]));
}

#[test]
fn the_local_service_runs_lines() {
    let lines = "{\"workflow\":\"hello\",\"input\":{\"name\":\"Ada\"}}\n{\"workflow\":\"asks\"}\n{\"workflow\":\"fails\"}\n{\"workflow\":\"draft\"}\n";
    let sandbox = Sandbox::new();
    let expected = json!([[1, "completed"], [2, "paused"], [3, "failed"], [4, "failed"]]);
    for flags in [&[][..], &["--async", "--poll-interval", "20ms"]] {
        let run = sandbox.pipe([&["--local", "recall", "batch", "-", "--ordered"], flags].concat(), lines);
        assert_eq!(json!(statuses(&run)), expected, "{run:#?}");
        let results = results(&run);
        assert!(results[0]["output"]["content"].is_string() && results[1]["output"]["data"].is_object());
        assert_eq!(results[2]["error"]["message"], "Check: order 42 has no address");
        assert_eq!(run.code, 10);
    }
}
