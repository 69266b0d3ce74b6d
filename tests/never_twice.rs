//! What may have been carried out is sent once; what was refused is sent again: every POST of the three services.

use std::net::TcpListener;

use crate::support::{Reply, Run, Sandbox, Server};

const POSTS: &[&[&str]] = &[
    &["recursiv", "agent", "chat", "a1", "Hi"],
    &["recursiv", "agent", "chat", "a1", "Hi", "--no-stream"],
    &["recursiv", "project", "create", "x"],
    &["recursiv", "agent", "create", "--name", "x", "--model", "m"],
    &["recursiv", "sandbox", "try", "1"],
    &["recall", "run", "w1"],
    &["recall", "run", "w1", "--async"],
    &["recall", "run", "w1", "--stream"],
    &["recall", "workflow", "deploy", "w1", "--name", "1.4", "--no-wait"],
    &["recall", "workflow", "rollback", "w1", "--yes", "--no-wait"],
    &["recall", "--workspace", "ws_1", "workflow", "create", "x"],
    &["runagents", "deploy", "--name", "a", "--image", "i:1", "--no-wait"],
    &["runagents", "tool", "create", "t", "--base-url", "https://x.example"],
    &["runagents", "agent", "invoke", "bot", "Hi"],
    &["runagents", "agent", "invoke", "bot", "Hi", "--stream"],
    &["runagents", "starter-kit"],
];

/// A home whose three services are at one address.
fn home(address: &str) -> Sandbox {
    Sandbox::new()
        .env("RECURSIV_API_KEY", "sk_live_test000000000000000000")
        .env("RECURSIV_API_BASE_URL", address)
        .env("RECALL_API_KEY", "rk_test_key")
        .env("RECALL_BASE_URL", address)
        .env("RUNAGENTS_API_KEY", "ra_ws_test")
        .env("RUNAGENTS_ENDPOINT", address)
}

/// Runs a command against a server that gives these answers and no others.
#[track_caller]
fn run(replies: Vec<Reply>, post: &[&str], flags: &[&str]) -> Run {
    let server = Server::script(replies);
    let run = home(&server.url()).run([post, flags].concat());
    let first = server.requests()[0].body.clone();
    assert!(server.requests().iter().all(|request| request.method == "POST" && request.body == first));
    run
}

/// The exit code of the sandbox is the program's own, so `ra`'s is another.
fn own(post: &[&str], code: i32) -> i32 {
    if post.contains(&"try") { 125 } else { code }
}

#[test]
fn an_outage_is_no_reason_to_do_it_twice() {
    for post in POSTS {
        for status in [500, 502, 503, 504] {
            run(vec![Reply::json(status, "{}")], post, &[]).ends(own(post, 7));
        }
        run(vec![Reply::json(200, "{}").stall()], post, &["--timeout", "200ms"]).ends(own(post, 6));
    }
}

#[test]
fn a_lost_connection_is_no_reason_either() {
    for post in POSTS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let accepted = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // Something has arrived, so the request has left.
            std::io::Read::read(&mut stream, &mut [0; 1]).unwrap();
            drop(stream);
            listener.set_nonblocking(true).unwrap();
            listener
        });
        let run = home(&address).run(*post).ends(own(post, 7)).says("CONNECTION_ERROR");
        assert!(accepted.join().unwrap().accept().is_err(), "sent twice: {post:?}");
        if post[..2] == ["recall", "run"] {
            run.says("the run may have been started and may go on; it is not sent again")
                .says("hint: ra recall job cancel --workflow w1 --execution-id ");
        }
    }
}

#[test]
fn a_refusal_is_tried_again() {
    let refusals = [
        || Reply::json(429, r#"{"error":"slow"}"#).header("Retry-After", "0.01"),
        || Reply::json(503, r#"{"error":"busy"}"#).header("Retry-After", "0.01"),
    ];
    for post in POSTS {
        for refusal in refusals {
            run(vec![refusal(), refusal(), Reply::json(400, r#"{"error":"no"}"#)], post, &[])
                .ends(own(post, 1));
        }
    }
}

#[test]
fn nobody_there_is_tried_again() {
    for post in POSTS {
        let mut args = post.to_vec();
        args.extend(["--max-retries", "1", "--timeout", "5s"]);
        let run = home("http://127.0.0.1:1").run(args).ends(own(post, 7)).says("attempt 2 of 2");
        run.says("cannot connect to 127.0.0.1:1");
        // One of them shows it as well as all: each waits a second.
        if post.contains(&"chat") {
            break;
        }
    }
}
