//! Refusals: one pause for all, what stops a batch, and what is never sent again.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{batch, echo, given_back, numbers, results, statuses};
use crate::recall::{KEY, error};
use crate::support::{Reply, Server};

const BARE: &str = r#"{"error":"Rate limit exceeded. Please try again later."}"#;

#[test]
fn one_refusal_makes_all_workers_wait() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let times = seen.clone();
    let server = Server::answering(move |request, number| {
        times.lock().unwrap().push(Instant::now());
        let refusal = Reply::json(429, BARE).header("Retry-After", "0.6");
        Some(if number == 0 { refusal } else { given_back(&request.body) })
    });
    let run = batch(&server, &numbers(12), &["--concurrency", "3"]).ends(0);
    assert_eq!(results(&run).len(), 12);
    let attempts: Vec<u64> = results(&run).iter().filter_map(|result| result["attempts"].as_u64()).collect();
    assert_eq!(attempts.iter().sum::<u64>(), 13);
    let times = seen.lock().unwrap().clone();
    let early = times.iter().filter(|time| time.duration_since(times[0]) < Duration::from_millis(590));
    // Three were on their way, and nobody sent another one until the time was over.
    assert!(early.count() <= 3, "{times:?}");
    assert_eq!(run.stderr.matches("HTTP 429 from recall: nothing is sent for ").count(), 1, "{run:#?}");
}

#[test]
fn a_refused_run_is_the_same_run_when_it_is_sent_again() {
    let server = Server::script([
        Reply::json(429, BARE),
        Reply::json(503, "{}").header("Retry-After", "0.01"),
        given_back("{}"),
    ]);
    let run = batch(&server, "{}", &["--initial-delay", "10ms"]).ends(0);
    let ids: Vec<_> =
        server.requests().iter().map(|request| request.header("x-execution-id").map(str::to_owned)).collect();
    assert!(ids[0].is_some() && ids[0] == ids[1] && ids[1] == ids[2]);
    let result = &results(&run)[0];
    assert_eq!((&result["attempts"], &result["execution_id"]), (&json!(3), &json!(ids[0])));
}

#[test]
fn refused_too_often_is_failed_and_was_not_run() {
    let server = Server::answering(|request, _| {
        let refused = request.body == "{\"n\":0}";
        Some(if refused { Reply::json(429, BARE) } else { given_back(&request.body) })
    });
    let args = ["--initial-delay", "10ms", "--max-retries", "1", "--concurrency", "1"];
    let run = batch(&server, &numbers(2), &args).ends(10);
    assert_eq!(json!(statuses(&run)), json!([[1, "failed"], [2, "completed"]]));
    let result = &results(&run)[0];
    assert_eq!((&result["ran"], &result["attempts"]), (&json!(false), &json!(2)));
    assert_eq!(result["error"]["code"], "RATE_LIMIT_EXCEEDED");
}

#[test]
fn what_all_lines_would_meet_stops_the_batch() {
    for (reply, code, word) in [
        (Reply::json(401, r#"{"error":"Invalid API key"}"#), 3, "UNAUTHORIZED"),
        (
            Reply::json(402, r#"{"error":"Usage limit exceeded: $1 used of $1 limit."}"#),
            5,
            "USAGE_LIMIT_EXCEEDED",
        ),
        (Reply::json(429, BARE).header("Retry-After", "90"), 5, "RATE_LIMIT_EXCEEDED"),
    ] {
        let server = Server::script([given_back("{}"), reply]);
        let run = batch(&server, &numbers(50), &["--concurrency", "1"]).ends(code);
        assert_eq!(json!(statuses(&run)), json!([[1, "completed"], [2, "failed"]]));
        assert_eq!(
            (&results(&run)[1]["ran"], &results(&run)[1]["error"]["code"]),
            (&json!(false), &json!(word))
        );
        run.says(word).says("  this stopped the batch: 1 completed, 1 failed\n");
    }
    let server = Server::script([Reply::json(401, r#"{"error":"Invalid API key"}"#)]);
    let run = batch(&server, &numbers(9), &["--concurrency", "1", "-o", "json"]).ends(3);
    assert_eq!(error(&run)["code"], "UNAUTHORIZED");
    // An outage of the service's own is none of that.
    let server = Server::answering(|_, _| Some(Reply::json(401, r#"{"error":"Rate limit check failed"}"#)));
    batch(&server, &numbers(2), &[]).ends(10);
}

#[test]
fn runs_under_way_end_and_are_reported() {
    let (open, gate) = std::sync::mpsc::channel();
    let mut gate = Some(gate);
    let server = Server::answering(move |request, _| {
        if request.body == "{\"n\":0}" {
            return Some(super::gated(r#"{"success":true,"output":1}"#, gate.take()?));
        }
        let open = open.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            let _ = open.send(());
        });
        Some(Reply::json(402, r#"{"error":"Usage limit exceeded"}"#))
    });
    let run = batch(&server, &numbers(9), &["--concurrency", "2"]).ends(5);
    assert_eq!(json!(statuses(&run)), json!([[2, "failed"], [1, "completed"]]));
}

#[test]
fn fail_fast_stops_at_the_first_failure() {
    let failed = || Reply::json(500, r#"{"success":false,"output":{},"error":"Check: no"}"#);
    let server = Server::script([given_back("{}"), failed()]);
    let run = batch(&server, &numbers(9), &["--concurrency", "1", "--fail-fast"]).ends(10);
    assert_eq!(json!(statuses(&run)), json!([[1, "completed"], [2, "failed"]]));
    run.says("1 of 2 lines did not complete; the lines after them were not sent");
}

#[test]
fn what_may_have_been_carried_out_is_never_sent_again() {
    let lost = [
        given_back("{}").cut(),
        Reply::json(200, "{").stall(),
        Reply::json(500, r#"{"error":"Internal server error"}"#),
        Reply::new(504, "text/html", "<html>gateway</html>"),
        Reply::new(200, "text/html", "<html>portal</html>"),
    ];
    let count = lost.len();
    let server = Server::script(lost);
    let run = batch(&server, &numbers(count), &["--concurrency", "1", "--timeout", "300ms"]).ends(10);
    let all: Vec<Value> = results(&run).iter().map(|result| result["status"].clone()).collect();
    assert_eq!(json!(all), json!(vec!["unknown"; 5]), "{run:#?}");
    assert!(results(&run).iter().all(|result| result.get("ran").is_none()));
}

#[test]
fn ends_of_runs() {
    let server = Server::script([
        Reply::json(408, r#"{"success":false,"output":{},"error":"Execution timed out after 5 minutes"}"#),
        Reply::json(200, r#"{"success":false,"error":"Workflow execution was cancelled","output":{}}"#),
        Reply::json(404, r#"{"error":"Workflow not found"}"#),
        Reply::json(403, r#"{"error":"Workflow is not deployed"}"#),
        Reply::json(200, r#"{"success":true,"output":{"data":{"_resume":{"apiUrl":"a","contextId":"c"}}}}"#),
        Reply::json(201, r#"{"made":1.0}"#),
    ]);
    let run = batch(&server, &numbers(6), &["--concurrency", "1"]).ends(10);
    let all: Vec<Value> =
        results(&run).iter().map(|result| json!([result["status"], result["ran"]])).collect();
    let expected = json!([
        ["failed", null],
        ["cancelled", null],
        ["failed", null],
        ["failed", false],
        ["paused", null],
        ["completed", null]
    ]);
    assert_eq!(json!(all), expected);
    assert!(run.stdout.ends_with("\"output\":{\"made\":1.0}}\n"));
}

#[test]
fn a_server_that_is_not_there_ran_nothing() {
    let sandbox = crate::support::Sandbox::new().env("RECALL_API_KEY", KEY);
    let run = super::batch_in(
        &sandbox,
        &numbers(1),
        &[
            "--workflow",
            "w",
            "--base-url",
            "http://127.0.0.1:9",
            "--max-retries",
            "1",
            "--initial-delay",
            "10ms",
        ],
    )
    .ends(10);
    let result = &results(&run)[0];
    assert_eq!((&result["status"], &result["ran"]), (&json!("failed"), &json!(false)));
    assert_eq!((&result["error"]["code"], &result["attempts"]), (&json!("CONNECTION_ERROR"), &json!(2)));
}

#[test]
fn a_key_that_the_service_repeats_shows_nowhere() {
    let server = Server::script([Reply::json(400, format!(r#"{{"error":"bad key {KEY}"}}"#))]);
    let run = batch(&server, "{}", &[]).ends(10);
    assert!(run.stdout.contains("bad key ********"), "{run:#?}");
}

#[test]
fn many_lines_share_few_connections() {
    let server = echo();
    let run = batch(&server, &numbers(300), &["--concurrency", "32"]).ends(0);
    let mut ids: Vec<u64> =
        results(&run).iter().filter_map(|result| result["output"]["n"].as_u64()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..300).collect::<Vec<_>>());
}
