//! `ra auth`: a key is tried before it is stored; the exit code of `status` is the answer.

use serde_json::{Value, json};

use crate::support::{Reply, Sandbox, Server};

const KEY: &str = "sk_live_marked0123456789";
const FILE: &str = ".config/ra/config.json";

/// Accepts one key and answers like the service whose route is asked for.
fn service() -> Server {
    Server::answering(|request, _| {
        let given = ["authorization", "x-api-key", "x-runagents-api-key"];
        let known = given.iter().any(|name| request.header(name).is_some_and(|value| value.contains(KEY)));
        Some(match (known, request.path.as_str()) {
            (false, _) => Reply::json(401, r#"{"error":"Invalid API key","code":"invalid_api_key"}"#),
            (true, path) if path.ends_with("/users/me") => Reply::json(200, r#"{"data":{"id":"u1"}}"#),
            (true, path) if path.ends_with("/usage-limits") => Reply::json(200, r#"{"success":true}"#),
            (true, path) if path.ends_with("/agents") => Reply::json(200, r#"{"agents":[]}"#),
            (true, _) => Reply::json(404, r#"{"error":"not found"}"#),
        })
    })
}

fn addressed(server: &Server) -> Sandbox {
    Sandbox::new()
        .env("RECURSIV_API_BASE_URL", server.url())
        .env("RECALL_BASE_URL", server.url())
        .env("RUNAGENTS_ENDPOINT", server.url())
}

const SERVICES: [&str; 3] = ["recursiv", "recall", "runagents"];

#[test]
fn a_key_that_works_is_stored() {
    let server = service();
    for name in SERVICES {
        let ra = addressed(&server);
        let run = ra.pipe(["auth", "login", name], &format!("  {KEY}\n")).ends(0).says("********6789");
        assert!(!run.stderr.contains(KEY) && run.stdout.is_empty(), "{run:?}");
        let document: Value = serde_json::from_str(&ra.read(FILE)).unwrap();
        // The address came from the environment and stays there.
        assert_eq!(document, json!({"profiles": {"default": {name: {"api_key": KEY}}}}));
        assert_eq!(ra.run(["auth", "token", name]).ends(0).stdout, format!("{KEY}\n"));
        let status = ra.run(["auth", "status", "-o", "json"]).ends(0).json();
        let row = status.as_array().unwrap().iter().find(|row| row["service"] == name).unwrap();
        assert_eq!((&row["verdict"], &row["origin"]), (&json!("accepted"), &json!("profile default")));
        assert_eq!(row["key"], "********6789");
        let run = ra.run(["auth", "logout", name]).ends(0).says("forgot").says("stays valid");
        assert!(!run.stderr.contains(KEY));
        ra.run(["auth", "token", name]).ends(3).says("ra auth login");
        ra.run(["auth", "logout", name]).ends(0).says("holds no key");
    }
}

#[test]
fn a_key_that_does_not_work_is_not_stored() {
    let server = service();
    for name in SERVICES {
        let ra = addressed(&server);
        let run =
            ra.pipe(["auth", "login", name], "sk_live_wrong0123456789\n").ends(3).says("nothing was stored");
        assert!(!run.stderr.contains("sk_live_wrong"), "{run:?}");
        assert!(!ra.home.path().join(FILE).exists());
        ra.pipe(["auth", "login", name, "--no-verify"], "sk_live_wrong0123456789\n")
            .ends(0)
            .says("not tried");
        let run = ra.run(["auth", "status"]).ends(3).says(&format!("ra auth login {name}"));
        assert!(run.stdout.contains("rejected"), "{run:?}");
    }
}

#[test]
fn keys_that_cannot_be_sent_are_refused_before_any_request() {
    let ra = Sandbox::new();
    for (stdin, what) in [("a\nb", "line break"), ("", "empty"), ("clé", "cannot be sent in a header")] {
        ra.pipe(["auth", "login", "recall"], stdin).ends(2).says(what).says("from stdin");
    }
    let file = ra.file("key.txt", "a\u{7}b");
    ra.run(["auth", "login", "recall", "--with-key", &file]).ends(2).says(&file);
    ra.run(["auth", "login", "recall", "--with-key", "missing"]).ends(2).says("missing");
    ra.run(["auth", "login", "nobody"]).ends(2);
    assert!(!ra.home.path().join(FILE).exists());
}

#[test]
fn a_service_that_cannot_be_reached_is_no_verdict() {
    let ra = Sandbox::new().env("RECALL_BASE_URL", "http://127.0.0.1:1").env("RA_MAX_RETRIES", "0");
    ra.pipe(["auth", "login", "recall"], KEY).ends(7).says("nothing was stored").says("--no-verify");
    ra.pipe(["auth", "login", "recall", "--no-verify"], KEY).ends(0);
    let status = ra.run(["auth", "status", "recall", "-o", "json"]).ends(7).json();
    assert_eq!(status[0]["verdict"], "unreachable");
}

#[test]
fn nobody_signed_in() {
    let ra = Sandbox::new();
    let run = ra.run(["auth", "status"]).ends(3).says("ra auth login recursiv");
    assert_eq!(run.stdout.matches("no key").count(), 3);
    let server = service();
    let ra = addressed(&server).env("RECALL_API_KEY", KEY);
    ra.run(["auth", "status"]).ends(0);
    ra.run(["auth", "logout", "recall"]).ends(0).says("RECALL_API_KEY is set in the environment");
}

#[test]
fn the_local_services_need_no_sign_in() {
    let ra = Sandbox::new().env("RECURSIV_API_KEY", KEY);
    let row = ra.run(["--local", "auth", "login", "recursiv", "-o", "json"]).ends(0).json();
    assert_eq!((&row["verdict"], &row["origin"]), (&json!("accepted"), &json!("--local")));
    assert!(!ra.home.path().join(FILE).exists());
    let token = ra.run(["--local", "auth", "token", "recursiv"]).ends(0).stdout;
    assert_ne!(token.trim(), KEY);
    assert!(!ra.run(["--local", "doctor"]).ends(0).stdout.contains(token.trim()));
}
