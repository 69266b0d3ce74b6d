//! Servers that label their streams wrongly, say nothing, ask for eternities, or hand out ids that lead astray.

use serde_json::json;

use crate::support::{Reply, Run, Sandbox, Server};

/// A service's words for a text, and the command that asks for a stream of it.
struct Talk {
    args: &'static [&'static str],
    text: fn(&str) -> String,
}

const TALKS: &[Talk] = &[
    Talk {
        args: &["recursiv", "agent", "chat", "a1", "Hi"],
        text: |text| format!("data: {{\"type\":\"text_delta\",\"delta\":\"{text}\"}}\n\n"),
    },
    Talk {
        args: &["recall", "run", "w1", "--stream", "--select", "a.b"],
        text: |text| format!("data: {{\"blockId\":\"b\",\"chunk\":\"{text}\"}}\n\n"),
    },
    Talk {
        args: &["runagents", "agent", "invoke", "bot", "Hi", "--stream"],
        text: |text| format!("data: {{\"type\":\"content\",\"delta\":\"{text}\"}}\n\n"),
    },
];

const END: &str = "data: [DONE]\n\n";

/// Runs a command whose three services are this server.
#[track_caller]
fn run(replies: impl IntoIterator<Item = Reply>, args: &[&str]) -> (Run, Server) {
    let server = Server::script(replies);
    let home = Sandbox::new()
        .env("RECURSIV_API_KEY", "sk_live_test000000000000000000")
        .env("RECURSIV_API_BASE_URL", server.url())
        .env("RECALL_API_KEY", "rk_test_key")
        .env("RECALL_BASE_URL", server.url())
        .env("RUNAGENTS_API_KEY", "ra_ws_test")
        .env("RUNAGENTS_ENDPOINT", server.url());
    (home.run(args), server)
}

#[test]
fn a_stream_by_another_name() {
    for talk in TALKS {
        let body = format!("{}{END}", (talk.text)("abc"));
        for kind in ["", "text/plain", "application/octet-stream", "Text/Event-Stream; charset=utf-8"] {
            let (run, _server) = run([Reply::new(200, kind, &body)], talk.args);
            assert_eq!((run.stdout.as_str(), run.code), ("abc\n", 0), "{kind}: {run:#?}");
        }
        // One byte at a time, and cut: still a stream, still a failure.
        let pieces = (talk.text)("abc");
        let reply = || Reply::sse_pieces(pieces.as_bytes().chunks(1));
        let (run, _server) = run([reply().relabelled("text/plain").cut()], talk.args);
        assert_eq!((run.stdout.as_str(), run.code), ("abc\n", 7), "{run:#?}");
        run.says("STREAM_CUT");
    }
    // A run in step may well answer so.
    let (run, _server) = run([Reply::new(200, "text/plain", "data: mine")], &["recall", "run", "w1"]);
    assert_eq!((run.stdout.as_str(), run.code), ("data: mine\n", 0));
}

#[test]
fn nothing_is_no_answer_to_a_stream() {
    for talk in TALKS {
        for reply in [Reply::new(204, "", ""), Reply::json(200, "")] {
            let (run, _server) = run([reply], talk.args);
            assert_eq!(run.stdout, "");
            run.ends(7).says("the answer is empty (INVALID_RESPONSE");
        }
    }
    // Accepted, but nobody knows where the answer will be: no question is asked at `/chat/conversations//messages`.
    let args = ["recursiv", "agent", "chat", "a1", "Hi", "--no-stream", "--wait"];
    run([Reply::json(200, r#"{"data":{"note":"later"}}"#)], &args).0.ends(7).says("INVALID_RESPONSE");
}

#[test]
fn half_a_character_costs_no_text() {
    for talk in TALKS {
        // JavaScript cuts a pair in two where a token ends.
        let body = format!("{}{}{END}", (talk.text)("x\\ud83d"), (talk.text)("\\ude00y"));
        let (run, _server) = run([Reply::sse(body)], talk.args);
        assert_eq!((run.stdout.as_str(), run.code), ("x\u{fffd}\u{fffd}y\n", 0), "{run:#?}");
    }
    let whole = r#"{"success":true,"output":{"content":"x\ud83d","id":12345678901234567890123}}"#;
    let (text, _server) = run([Reply::json(200, whole)], &["recall", "run", "w1"]);
    assert_eq!(text.ends(0).stdout, "x\u{fffd}\n");
    let (exact, _server) = run([Reply::json(200, whole)], &["recall", "run", "w1", "--jq", ".output.id"]);
    assert_eq!(exact.ends(0).stdout, "12345678901234567890123\n");
    // What a person types is never changed.
    run([], &["recall", "run", "w1", "--input", r#"{"a":"\ud83d"}"#]).0.ends(2);
}

#[test]
fn a_last_word_that_cannot_be_read_is_no_success() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for data in
        [format!(r#"{{"success":false,"output":{deep}}}"#), format!(r#"{{"success":true,"output":{deep}}}"#)]
    {
        let body = format!("data: {{\"event\":\"final\",\"data\":{data}}}\n\ndata: \"[DONE]\"\n\n");
        run([Reply::sse(body)], TALKS[1].args).0.ends(7).says("STREAM_CUT");
    }
    let said = r#"{"event":"final","data":{"success":false,"error":"no \ud83d"}}"#;
    run([Reply::sse(format!("data: {said}\n\n"))], TALKS[1].args).0.ends(1).says("error: no \u{fffd}");
}

#[test]
fn an_error_in_an_odd_chunk_is_an_error() {
    for chunk in [
        r#"{"type":"error","error":"boom","conversation_id":5}"#,
        r#"{"type":"error","error":"boom","tool_name":[]}"#,
        r#"{"type":"error","error":"boom","delta":{}}"#,
        r#"{"type":"error","error":"boom","error":"boom"}"#,
    ] {
        let (run, _server) = run([Reply::sse(format!("data: {chunk}\n\n{END}"))], TALKS[0].args);
        run.ends(1).says("error: boom");
    }
}

#[test]
fn eternities() {
    let ages = "18446744073709549568";
    let refused = || Reply::json(429, r#"{"error":"slow"}"#).header("Retry-After", ages);
    // The server's wait goes beyond what a clock can count to.
    let (run_, _server) = run([refused()], &["recall", "limits"]);
    run_.ends(5);
    let wait = ["recall", "job", "wait", "j1", "--poll-timeout", "300ms"];
    run([refused()], &wait).0.ends(5).says("RATE_LIMIT_EXCEEDED").says("hint: ra recall job wait j1\n");
    run([refused()], &[&wait[..], &["--max-wait", ages]].concat()).0.ends(6).says("TIMEOUT");
    let job = || Reply::json(200, json!({"taskId": "j1", "status": "completed", "output": 1}).to_string());
    for flags in
        [["--timeout", ages], ["--poll-timeout", ages], ["--poll-interval", ages], ["--max-wait", ages]]
    {
        let (run, _server) = run([job()], &[&["recall", "job", "wait", "j1"], &flags[..]].concat());
        assert_eq!(run.ends(0).stdout, "1\n");
    }
    let (run, _server) = run([Reply::sse(END)], &[TALKS[0].args, &["--idle-timeout", ages]].concat());
    run.ends(0);
}

#[test]
fn an_id_of_the_services_leads_nowhere_else() {
    for id in ["..", ".", "%2e%2e"] {
        let accepted = json!({"agent": "a", "build_id": id}).to_string();
        let args = ["runagents", "deploy", "--name", "a", "--image", "i:1", "--wait-timeout", "300ms"];
        let server = Server::answering(move |_, number| {
            Some(if number == 0 {
                Reply::json(201, &accepted)
            } else {
                Reply::json(404, r#"{"error":"no"}"#)
            })
        });
        let home =
            Sandbox::new().env("RUNAGENTS_API_KEY", "ra_ws_test").env("RUNAGENTS_ENDPOINT", server.url());
        home.run(args);
        let allowed = |path: &str| {
            path.ends_with("/deploy") || path.ends_with("/builds/%252e%252e") || path.ends_with("/agents/a")
        };
        assert!(server.requests().iter().all(|request| allowed(&request.path)), "{:?}", server.lines());
    }
}

#[test]
fn a_wait_bears_five_outages_and_not_a_sixth() {
    let outage = || Reply::json(503, "{}");
    let five = || (0..5).map(|_| outage());
    let run_id = r#"{"id":"run-1","status":"COMPLETED"}"#;
    for (args, end) in [
        (&["recall", "job", "wait", "j1"][..], r#"{"taskId":"j1","status":"completed","output":1}"#),
        (&["runagents", "run", "wait", "run-1"], run_id),
    ] {
        let args = [args, &["--poll-interval", "10ms"]].concat();
        run(five().chain([Reply::json(200, end)]), &args).0.ends(0);
        run(five().chain([outage()]), &args).0.ends(7);
    }
}

#[test]
fn an_error_that_stalls_is_still_that_error() {
    let reply = Reply::json(401, r#"{"error":"Invalid API key"}"#).stall();
    let (run, _server) = run([reply], &["recall", "limits", "--timeout", "300ms"]);
    run.ends(3).says("Invalid API key (UNAUTHORIZED, HTTP 401)");
}

#[test]
fn failures_that_do_not_look_like_failures() {
    let events = |text: &str| Reply::sse(format!("data: {text}\n\n{END}"));
    let gateway = r#"{"type":"error","error":{"message":"no model","code":"x"}}"#;
    run([events(gateway)], TALKS[2].args).0.ends(1).says("error: no model (AGENT_ERROR)");
    for data in [r#"{"output":{},"error":"boom"}"#, r#"{"success":"false","error":"boom"}"#] {
        let last = format!(r#"{{"event":"final","data":{data}}}"#);
        run([events(&last)], TALKS[1].args).0.ends(1).says("error: boom (EXECUTION_ERROR)");
    }
    let args = ["recursiv", "agent", "chat", "a1", "Hi", "--no-stream"];
    let odd = Reply::json(200, r#"{"error":{"message":"boom"}}"#);
    run([odd], &args).0.ends(7).says("neither a text nor the promise of one").says("boom");
}

#[test]
fn a_wait_does_not_ask_again_for_money() {
    let broke = Reply::json(402, r#"{"error":"Usage limit exceeded"}"#);
    run([broke], &["recall", "job", "wait", "j1"]).0.ends(5).says("USAGE_LIMIT_EXCEEDED, HTTP 402");
}
