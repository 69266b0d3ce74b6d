//! Plain resources: the contract's vectors V1, V4, V7, V17, V24, and the forms of output.

use serde_json::json;

use super::{KEY, reach};
use crate::support::{Reply, Sandbox, Server};

#[test]
fn v1_project_create() {
    for status in [201, 200] {
        let body = r#"{"data":{"id":"019d0000-0000-7000-8000-000000000001","name":"my-app"}}"#;
        let server = Server::script([Reply::json(status, body)]);
        let run = reach(&server).run(["recursiv", "project", "create", "my-app", "-o", "id"]).ends(0);
        assert_eq!(run.stdout, "019d0000-0000-7000-8000-000000000001\n");
        assert_eq!(
            (server.request().line(), server.request().json()),
            ("POST /api/v1/projects".into(), json!({"name": "my-app"}))
        );
    }
}

#[test]
fn v4_agent_create_sends_what_was_given_and_nothing_else() {
    let server = Server::script([Reply::json(
        201,
        r#"{"data":{"id":"7c1b0000-0000-4000-8000-000000000002","name":"Support Bot"}}"#,
    )]);
    let project = "019d0000-0000-7000-8000-000000000001";
    let run = reach(&server).run([
        "recursiv",
        "agent",
        "create",
        "--project",
        project,
        "--name",
        "Support Bot",
        "--model",
        "anthropic/claude-sonnet-4.6",
        "--instructions",
        "You are a helpful assistant.",
    ]);
    assert_eq!(run.ends(0).stdout, "id    7c1b0000-0000-4000-8000-000000000002\nname  Support Bot\n");
    let expected = json!({"project_id": project, "name": "Support Bot", "model": "anthropic/claude-sonnet-4.6", "instructions": "You are a helpful assistant."});
    assert_eq!(server.request().json(), expected);
}

#[test]
fn an_agent_that_lost_its_prompt_is_told() {
    let server = Server::script([Reply::json(201, r#"{"data":{"id":"x","name":"n","system_prompt":null}}"#)]);
    let args = ["recursiv", "agent", "create", "--name", "n", "--model", "a/b", "--instructions", "be brief"];
    reach(&server).run(args).ends(0).says("warning:").says("--system-prompt");
}

#[test]
fn v7_the_anonymous_sandbox_never_sees_the_key() {
    let body = r#"{"data":{"output":"2\n","exitCode":0,"executionTime":12},"meta":{"remaining_executions":9,"sandbox_id":"s","signup_url":"https://recursiv.io/"}}"#;
    let server = Server::script([Reply::json(200, body)]);
    let run = reach(&server).run(["recursiv", "sandbox", "try", "console.log(1 + 1)"]).ends(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("2\n", "9 left today\n"));
    let request = server.request();
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        (request.line(), request.json()),
        ("POST /api/v1/sandbox/try".into(), json!({"code": "console.log(1 + 1)", "language": "typescript"}))
    );
    for (data, code) in [
        (r#"{"output":"boom\n","exitCode":3}"#, 3),
        (r#"{"output":"x"}"#, 0),
        (r#"{"output":"","exitCode":300,"error":"killed"}"#, 124),
    ] {
        let server = Server::script([Reply::json(
            200,
            format!(r#"{{"data":{data},"meta":{{"remaining_executions":8}}}}"#),
        )]);
        Sandbox::new()
            .env("RECURSIV_API_BASE_URL", server.url())
            .run(["recursiv", "sandbox", "try", "x", "--language", "py"])
            .ends(code);
        assert_eq!(server.request().json()["language"], "python");
    }
    let server = Server::script([Reply::json(500, "{}")]);
    reach(&server).run(["recursiv", "sandbox", "try", "x"]).ends(125);
}

#[test]
fn v17_pages_become_one_list() {
    let first = r#"{"data":[{"id":"p1"},{"id":"p2"}],"meta":{"limit":2,"offset":0,"has_more":true}}"#;
    for second in [
        r#"{"data":[{"id":"p3"}],"meta":{"limit":2,"offset":2,"has_more":false}}"#,
        r#"{"data":[{"id":"p3"}]}"#,
    ] {
        let server = Server::script([Reply::json(200, first), Reply::json(200, second)]);
        let run = reach(&server)
            .run(["recursiv", "project", "list", "--limit", "0", "--page-size", "2", "-o", "json"])
            .ends(0);
        assert_eq!(run.json(), json!([{"id": "p1"}, {"id": "p2"}, {"id": "p3"}]));
        assert_eq!(
            server.lines(),
            ["GET /api/v1/projects?limit=2&offset=0", "GET /api/v1/projects?limit=2&offset=2"]
        );
    }
    let server = Server::script([Reply::json(200, first)]);
    let run = reach(&server)
        .run(["recursiv", "project", "list", "--limit", "2"])
        .ends(0)
        .says("showing 2 of more; --limit 0 for all");
    assert_eq!(run.stdout.lines().count(), 3);
    // A server that gives the same page for ever is left, and nobody takes what came for the whole.
    let server = Server::script([Reply::json(200, first), Reply::json(200, first)]);
    let run = reach(&server)
        .run(["recursiv", "project", "list", "--limit", "0", "--page-size", "2", "-o", "id"])
        .ends(1)
        .says("the list starts again instead of going on: 2 items came, there may be more (PAGE_REPEATS)");
    assert_eq!(run.stdout, "p1\np2\n");
}

#[test]
fn v24_limits() {
    let reply = || {
        Reply::json(200, r#"{"data":{"id":"u1","name":"A","username":"a"}}"#)
            .header("x-ratelimit-limit", "60")
            .header("x-ratelimit-policy", "60;w=60, 1000;w=3600, 10000;w=86400")
            .header("x-ratelimit-remaining", "58")
            .header("x-ratelimit-reset", "soon")
            .header("x-recursiv-tier", "free")
            .header("x-recursiv-calls-remaining", "99")
            .header("x-recursiv-calls-limit", "100")
    };
    let server = Server::script([reply(), reply()]);
    let sandbox = reach(&server);
    let run = sandbox.run(["recursiv", "limits"]).ends(0);
    assert!(run.stdout.contains("(60 a minute, 1000 an hour, 10000 a day)"), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 7);
    let json = sandbox.run(["recursiv", "limits", "-o", "json"]).ends(0).json();
    assert_eq!((json.as_object().unwrap().len(), &json["x-ratelimit-reset"]), (7, &json!("soon")));
}

#[test]
fn every_form_keeps_the_spelling_of_numbers() {
    let body =
        r#"{"data":[{"id":12345678901234567890123,"name":"a\tb","price":1.10,"unknown":{"deep":[1E2]}}]}"#;
    let form = |flags: &[&str]| {
        let server = Server::script([Reply::json(200, body)]);
        let mut args = vec!["recursiv", "project", "list"];
        args.extend(flags);
        reach(&server).run(args).ends(0).stdout
    };
    assert_eq!(
        form(&["-o", "json"]),
        "[\n  {\n    \"id\": 12345678901234567890123,\n    \"name\": \"a\\tb\",\n    \"price\": 1.10,\n    \"unknown\": {\n      \"deep\": [\n        1E2\n      ]\n    }\n  }\n]\n"
    );
    assert_eq!(
        form(&["-o", "ndjson"]),
        "{\"id\":12345678901234567890123,\"name\":\"a\\tb\",\"price\":1.10,\"unknown\":{\"deep\":[1E2]}}\n"
    );
    assert_eq!(
        form(&["-o", "yaml"]),
        "- id: 12345678901234567890123\n  name: \"a\\tb\"\n  price: 1.10\n  unknown:\n    deep:\n      - 1E2\n"
    );
    assert_eq!(form(&["-o", "tsv"]), "12345678901234567890123\ta\\tb\t\t\t\n");
    assert_eq!(
        form(&["-o", "csv"]),
        "id,name,slug,repository,created\r\n12345678901234567890123,a\tb,,,\r\n"
    );
    assert_eq!(form(&["-o", "id"]), "12345678901234567890123\n");
    assert_eq!(form(&["--jq", ".[0].price, .[0].id"]), "1.10\n12345678901234567890123\n");
    assert!(form(&[]).starts_with(
        "ID                       NAME  SLUG  REPOSITORY  CREATED\n12345678901234567890123  a b"
    ));
}

#[test]
fn dry_run_prints_and_sends_nothing() {
    let server = Server::script([]);
    let sandbox = reach(&server);
    let run = sandbox.run(["recursiv", "project", "create", "it's", "--dry-run"]).ends(0);
    assert_eq!(
        run.stdout,
        format!(
            "POST {}/api/v1/projects\nAccept: application/json\nContent-Type: application/json\nAuthorization: Bearer $RECURSIV_API_KEY\n\n{{\"name\":\"it's\"}}\n",
            server.url()
        )
    );
    let run = sandbox.run(["recursiv", "agent", "chat", "support", "hi", "--dry-run=curl"]).ends(0);
    assert!(run.stdout.contains("/agents/<id of support>/chat/stream'"), "{}", run.stdout);
    assert!(run.stdout.starts_with("curl -X GET ") && !run.stdout.contains(KEY));
    Sandbox::new().run(["recursiv", "project", "list", "--dry-run"]).ends(0);
}

#[test]
fn traces_show_everything_but_secrets() {
    let server = Server::script([Reply::json(200, r#"{"data":{"id":"1","api_key":"hidden-too"}}"#)]);
    let run = reach(&server).run(["recursiv", "project", "create", "x", "-vv", "-o", "id"]).ends(0);
    let run = run
        .says("> POST ")
        .says("> Authorization: Bearer ********")
        .says("> {\"name\":\"x\"}")
        .says("< 200 application/json");
    assert!(!run.stderr.contains(KEY) && !run.stderr.contains("hidden-too"), "{run:?}");
    assert_eq!(run.stdout, "1\n");
}
