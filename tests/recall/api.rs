//! `ra recall api`: any request, its answer as it came, the key kept at home.

use super::{error, home, recall};
use crate::support::{Reply, Server};

fn lines(args: &[&str]) -> Vec<String> {
    let (run, server) = recall([Reply::json(200, "{}")], &[&["api"], args].concat());
    run.ends(0);
    let request = server.request();
    vec![request.line(), request.body]
}

#[test]
fn what_is_typed_is_what_is_sent() {
    let cases: &[(&[&str], &str, &str)] = &[
        (&["/api/x"], "GET /api/x", ""),
        (&["api/x"], "GET /api/x", ""),
        (&["get", "/api/x?a=1", "--query", "b=2 3"], "GET /api/x?a=1&b=2%203", ""),
        (&["/api/x", "-f", "a=b"], "POST /api/x", r#"{"a":"b"}"#),
        (&["GET", "/api/x", "-f", "a=b", "-F", "n=1.50"], "GET /api/x?a=b&n=1.50", ""),
        (
            &["GET", "/api/x", "-F", "filter.score={\"$gt\":1}"],
            "GET /api/x?filter=%7B%22score%22%3A%7B%22%24gt%22%3A1%7D%7D",
            "",
        ),
        (&["/api/x", "--input", r#"{"n":1.10}"#, "-F", "m=[1]"], "POST /api/x", r#"{"n":1.10,"m":[1]}"#),
        (&["DELETE", "/api/x", "-f", "a=b"], "DELETE /api/x", r#"{"a":"b"}"#),
        (&["PUT", "/api/x", "--input", "[1, 2]"], "PUT /api/x", "[1,2]"),
        (&["POST", "/api/x"], "POST /api/x", ""),
    ];
    for (args, line, body) in cases {
        assert_eq!(lines(args), [*line, *body], "{args:?}");
    }
}

#[test]
fn answers_come_as_they_are() {
    let envelope = r#"{"success":true,"data":{"n":1.10},"limits":{}}"#;
    let (run, _server) = recall([Reply::json(200, envelope)], &["api", "/x"]);
    let pretty = "{\n  \"success\": true,\n  \"data\": {\n    \"n\": 1.10\n  },\n  \"limits\": {}\n}\n";
    assert_eq!(run.ends(0).stdout, pretty);
    let (run, _server) = recall([Reply::json(200, envelope)], &["api", "/x", "--jq", ".data.n"]);
    assert_eq!(run.ends(0).stdout, "1.10\n");
    let (run, _server) = recall([Reply::json(200, r#"[{"id":1},{"id":2}]"#)], &["api", "/x", "-o", "ndjson"]);
    assert_eq!(run.ends(0).stdout, "{\"id\":1}\n{\"id\":2}\n");
    let (run, _server) = recall([Reply::new(200, "text/csv", "a,b\n1,2")], &["api", "/x"]);
    assert_eq!(run.ends(0).stdout, "a,b\n1,2");
    let (run, _server) = recall([Reply::new(204, "", "")], &["api", "DELETE", "/x"]);
    assert_eq!(run.ends(0).stdout, "");
    let (run, _server) = recall([Reply::json(201, "{}").header("X-Mark", "m")], &["api", "/x", "-i"]);
    let stdout = run.ends(0).stdout;
    assert!(stdout.starts_with("HTTP 201\n") && stdout.contains("x-mark: m\n"), "{stdout}");
    assert!(stdout.ends_with("\n\n{}\n"), "{stdout}");
    let (run, _server) = recall([Reply::new(200, "text/plain", "no JSON")], &["api", "/x", "--jq", "."]);
    run.ends(7).says("the answer is not JSON");
}

#[test]
fn refusals_show_what_the_service_said() {
    let body =
        r#"{"error":"Invalid parameters","details":[{"path":["limit"],"message":"too big"}],"more":"m"}"#;
    let (run, _server) = recall([Reply::json(400, body)], &["api", "/x"]);
    assert_eq!(run.stdout, "");
    run.ends(1).says("Invalid parameters (INVALID_REQUEST, HTTP 400)").says(&format!("the answer: {body}"));
    let (run, _server) = recall([Reply::json(404, body)], &["api", "/x", "-o", "json"]);
    assert_eq!((run.code, error(&run)["details"]["more"].as_str()), (4, Some("m")));
    let (run, _server) = recall([Reply::json(403, body)], &["api", "/x", "-i"]);
    assert!(run.stdout.starts_with("HTTP 403\n") && run.stdout.ends_with(&format!("{body}\n")), "{run:#?}");
    run.ends(3);
}

#[test]
fn nothing_but_a_look_is_repeated() {
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        recall([Reply::json(502, "{}")], &["api", method, "/x"]).0.ends(7);
    }
    let (run, _server) = recall([Reply::json(502, "{}"), Reply::json(200, "{}")], &["api", "/x"]);
    run.ends(0);
    let (run, _server) = recall([Reply::json(200, "{").cut()], &["api", "POST", "/x"]);
    run.ends(7).says("the download broke off");
}

#[test]
fn the_key_stays_with_its_service() {
    let server = Server::script([]);
    let url = server.url();
    let elsewhere = [
        "https://evil.example/api/x".to_owned(),
        format!("{url}.evil.example/x"),
        format!("{}/x", url.replace("127.0.0.1", "localhost")),
        "/a/../../x".to_owned(),
        "/%2e%2e/x".to_owned(),
        "/a b".to_owned(),
        "/a#b".to_owned(),
        String::new(),
    ];
    for path in &elsewhere {
        let run = home(&server).run(["recall", "api", "GET", path]);
        assert!(run.code == 2 && run.stdout.is_empty(), "{path}: {run:#?}");
    }
    home(&server).run(["recall", "api", "https://evil.example/x"]).ends(2).says("the key would leave");
    let server = Server::script([Reply::json(200, "{}")]);
    home(&server).run(["recall", "api", &format!("{}/api/x?a=1", server.url())]).ends(0);
    assert_eq!(server.lines(), ["GET /api/x?a=1"]);
}

#[test]
fn unusable_requests_are_told_before_anything_is_sent() {
    for (args, words) in [
        (vec!["GET"], "GET needs a path"),
        (vec!["FETCH", "/x"], "`FETCH` is no method"),
        (vec!["GET", "/x", "--input", "{}"], "GET and HEAD have none"),
        (vec!["/x", "--input", "{"], "--input is not JSON"),
        (vec!["/x", "--input", "[]", "-f", "a=b"], "--input is none"),
        (vec!["/x", "--query", "ab"], "is not key=value"),
        (vec!["POST", "/x", "--paginate"], "--paginate goes with GET only"),
    ] {
        let (run, _server) = recall([], &[&["api"], args.as_slice()].concat());
        run.ends(2).says(words);
    }
}

#[test]
fn pages_become_one_list() {
    let replies = || {
        [
            Reply::json(200, r#"{"data":[{"id":1},{"id":2}],"nextCursor":"a+b=","limits":{}}"#),
            Reply::json(200, r#"{"data":[{"id":3}],"limits":{}}"#),
        ]
    };
    let (run, server) = recall(replies(), &["api", "/x?limit=2", "--paginate", "--jq", "map(.id)|tostring"]);
    assert_eq!(run.ends(0).stdout, "[1,2,3]\n");
    assert_eq!(server.lines(), ["GET /x?limit=2", "GET /x?limit=2&cursor=a%2Bb%3D"]);
    let (run, _server) = recall([Reply::json(200, r#"{"a":1}"#)], &["api", "/x", "--paginate"]);
    assert_eq!(run.ends(0).stdout, "{\n  \"a\": 1\n}\n");
    let again = || Reply::json(200, r#"{"data":[{"id":1}],"nextCursor":"a"}"#);
    let (run, _server) = recall([again(), again()], &["api", "/x", "--paginate", "-o", "ndjson"]);
    assert_eq!(run.stdout, "{\"id\":1}\n");
    run.ends(1).says("PAGE_REPEATS");
}
