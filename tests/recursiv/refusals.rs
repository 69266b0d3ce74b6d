//! What Recursiv's refusals become: the contract's vectors V8–V16, V25, V26, and servers that lie.

use super::{KEY, reach};
use crate::support::{Reply, Run, Sandbox, Server};

/// Lists projects against these answers.
fn list(replies: impl IntoIterator<Item = Reply>, flags: &[&str]) -> (Run, Server) {
    let server = Server::script(replies);
    let mut args = vec!["recursiv", "project", "list", "--limit", "20"];
    args.extend(flags);
    let run = reach(&server).run(args);
    assert!(!format!("{run:?}").contains(KEY));
    assert_eq!(run.stdout.is_empty(), run.code != 0 || run.stdout.is_empty());
    (run, server)
}

const EMPTY: &str = r#"{"data":[],"meta":{"limit":20,"offset":0,"has_more":false}}"#;

#[test]
fn v8_a_missing_key() {
    let body = r#"{"error":{"type":"authentication_error","message":"Missing or invalid Authorization header","code":"missing_api_key"}}"#;
    let (run, _server) = list([Reply::json(401, body).header("x-request-id", "req-7")], &[]);
    run.ends(3)
        .says("error: Missing or invalid Authorization header (missing_api_key, HTTP 401)\n")
        .says("ra auth login recursiv")
        .says("RECURSIV_API_KEY")
        .says("https://recursiv.io/account/api-keys")
        .says("request id: req-7");
}

#[test]
fn v9_validation_details_in_every_shape() {
    for (details, said) in [
        (r#"{"fieldErrors":{"content":["must not be empty"]}}"#, "content: must not be empty"),
        (r#"["one","two"]"#, "  two\n"),
        (r#"{"other":[1]}"#, r#"{"other":[1]}"#),
    ] {
        let body = format!(
            r#"{{"error":{{"type":"validation_error","message":"Invalid request body","code":"invalid_input","details":{details}}}}}"#
        );
        let (run, _server) = list([Reply::json(400, body)], &[]);
        run.ends(1).says("error: Invalid request body (invalid_input, HTTP 400)\n").says(said);
    }
}

#[test]
fn v10_and_v11_two_kinds_of_404() {
    let (run, _server) = list([Reply::json(404, r#"{"error":"Not Found"}"#)], &[]);
    run.ends(4).says("error: Not Found (HTTP 404)").says("recursiv.base_url should end in /api/v1");
    let (run, _server) = list(
        [Reply::json(
            404,
            r#"{"error":{"type":"not_found","message":"Project not found","code":"project_not_found"}}"#,
        )],
        &[],
    );
    let run = run.ends(4).says("error: Project not found (project_not_found, HTTP 404)");
    assert!(!run.stderr.contains("base_url"));
}

#[test]
fn v12_a_missing_scope_is_named() {
    let server = Server::script([Reply::json(
        403,
        r#"{"error":{"type":"authorization_error","message":"Missing scope","code":"insufficient_scopes"}}"#,
    )]);
    reach(&server)
        .run(["recursiv", "project", "create", "x"])
        .ends(3)
        .says("the key needs the scope projects:write");
}

#[test]
fn v14_a_429_with_a_string_body_then_success() {
    let busy = || Reply::json(429, r#"{"error":"Too many requests"}"#).header("x-ratelimit-remaining", "0");
    let (run, server) =
        list([busy().header("retry-after", "0.05"), Reply::json(200, EMPTY)], &["-o", "json"]);
    assert_eq!((run.stdout.as_str(), run.code), ("[]\n", 0));
    run.says("HTTP 429 from recursiv: attempt 2 of 4 in 0.1 s");
    assert_eq!(server.lines(), ["GET /api/v1/projects?limit=20&offset=0"; 2]);
    for wait in ["900", "Wed, 21 Oct 2099 07:28:00 GMT"] {
        let (run, _server) = list([busy().header("retry-after", wait)], &[]);
        run.ends(5).says("error: Too many requests (HTTP 429)").says("allow it with --max-wait");
    }
}

#[test]
fn v15_a_429_without_a_header_ends_after_the_retries() {
    let busy = || {
        Reply::json(429, r#"{"error":{"type":"rate_limit_error","message":"Per-minute limit","code":"rate_limit_exceeded"}}"#).header("retry-after", "0.01")
    };
    let (run, server) = list([busy(), busy(), busy()], &["--max-retries", "2"]);
    run.ends(5).says("error: Per-minute limit (rate_limit_exceeded, HTTP 429)");
    assert_eq!(server.lines().len(), 3);
}

#[test]
fn v16_outages_are_repeated_only_where_it_is_harmless() {
    let (run, _server) =
        list([Reply::new(503, "", "").header("retry-after", "0.01"), Reply::json(200, EMPTY)], &[]);
    run.ends(0);
    let server = Server::script([Reply::new(500, "", "")]);
    reach(&server)
        .run(["recursiv", "project", "create", "x"])
        .ends(7)
        .says("the service answered without a word (HTTP 500)");
}

#[test]
fn v25_base_addresses() {
    for (suffix, path) in [
        ("", "/api/v1"),
        ("/", "/api/v1"),
        ("/api/v1", "/api/v1"),
        ("/api/v1/", "/api/v1"),
        ("/custom", "/custom"),
    ] {
        let server = Server::script([Reply::json(200, r#"{"data":{"id":"u1"}}"#)]);
        let sandbox = Sandbox::new().env("RECURSIV_API_KEY", KEY);
        let url = format!("{}{suffix}", server.url());
        sandbox.run(["recursiv", "limits", "--base-url", &url]).ends(0);
        assert_eq!(server.lines(), [format!("GET {path}/users/me")]);
    }
}

#[test]
fn v26_a_redirect_is_not_followed() {
    let elsewhere = Server::script([]);
    let (run, _server) = list(
        [Reply::new(302, "", "").header("Location", &format!("{}/api/v1/projects", elsewhere.url()))],
        &[],
    );
    run.ends(7)
        .says("redirects are not followed")
        .says(&format!("ra config set recursiv.base_url {}", elsewhere.url()));
}

#[test]
fn servers_that_lie() {
    for (reply, said) in [
        (
            Reply::new(200, "text/html", "<!doctype html><h1>hi</h1>"),
            "answered with a web page, not JSON; check recursiv.base_url",
        ),
        (Reply::json(200, r#"{"data":[{"id":1},"#), "the answer is not JSON"),
        (Reply::json(200, ""), "the answer is empty"),
        (Reply::json(200, r#"{"data":42}"#), "the answer has an unknown shape"),
        (Reply::new(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>"), "web page"),
    ] {
        let (run, _server) = list([reply], &["--max-retries", "0"]);
        let run = run.ends(7).says(said);
        assert!(!run.stderr.contains('<'), "{run:?}");
    }
    let (run, _server) = list([Reply::json(200, EMPTY).cut()], &["--max-retries", "0"]);
    run.ends(7).says("the answer broke off");
    let (run, _server) = list([Reply::json(200, EMPTY).stall()], &["--timeout", "200ms"]);
    run.ends(6).says("no answer within 0.2 s (TIMEOUT)");
    let (run, _server) = list([Reply::json(400, format!("{{\"error\":\"{}\"}}", "x".repeat(300_000)))], &[]);
    assert!(run.ends(1).stderr.len() < 2000, "a huge error body is cut");
}

#[test]
fn a_header_without_end() {
    use std::io::Write as _;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        // Until the client has had enough.
        while stream.write_all(b"X-More: and more and more and more\r\n").is_ok() {}
    });
    let sandbox = Sandbox::new().env("RECURSIV_API_KEY", KEY).env("RECURSIV_API_BASE_URL", url);
    sandbox.run(["recursiv", "limits", "--max-retries", "0"]).ends(7).says("error: ");
}

#[test]
fn a_lost_answer_is_told_for_what_it_is() {
    let server = Server::script([Reply::json(201, r#"{"data":{"id":"p1"}}"#).stall()]);
    let run = reach(&server).run(["recursiv", "project", "create", "x", "--timeout", "200ms"]).ends(6);
    run.says("it may have been carried out all the same; it is not sent again");
    let server =
        Server::script([Reply::json(401, r#"{"error":{"message":"no key","code":"missing_api_key"}}"#)]);
    let run = reach(&server)
        .run(["recursiv", "project", "list", "--no-auth"])
        .ends(3)
        .says("hint: leave --no-auth out");
    assert!(!run.stderr.contains("auth login") && server.request().header("authorization").is_none());
}

#[test]
fn nobody_there() {
    let sandbox =
        Sandbox::new().env("RECURSIV_API_KEY", KEY).env("RECURSIV_API_BASE_URL", "http://127.0.0.1:1");
    let run = sandbox.run(["recursiv", "limits", "--max-retries", "0"]).ends(7);
    run.says("error: cannot connect to 127.0.0.1:1: Connection refused").says("(CONNECTION_ERROR)");
    let run = sandbox.run(["recursiv", "limits", "--max-retries", "0", "-o", "json"]).ends(7);
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(
        (&error["error"]["service"], &error["error"]["code"]),
        (&"recursiv".into(), &"CONNECTION_ERROR".into())
    );
    assert_eq!(run.stdout, "");
}

#[test]
fn unusable_addresses_and_keys() {
    for (name, value, said) in [
        (
            "RECURSIV_API_BASE_URL",
            "api.recursiv.io",
            "is no address; it should look like https://host (from env RECURSIV_API_BASE_URL)",
        ),
        ("RECURSIV_BASE_URL", "https://me:pw@host", "holds a user name or password"),
        ("RECURSIV_API_URL", "ftp://host", "has no http:// or https://"),
        ("RECURSIV_API_BASE_URL", "http://example.com", "plain http to `example.com`"),
        ("RECURSIV_API_KEY", "sk_live\nx", "recursiv.api_key holds a line break"),
    ] {
        let run = Sandbox::new()
            .env("RECURSIV_API_KEY", KEY)
            .env(name, value)
            .run(["recursiv", "limits"])
            .ends(2)
            .says(said);
        assert!(!run.stderr.contains("pw@"), "{run:?}");
    }
}
