//! The embedded services as a server: who may call, what is kept, what can go wrong by script.

use serde_json::json;

use crate::support::{Reply, Sandbox, Server, raw};

#[test]
fn only_this_machine_and_no_web_page_may_call() {
    let sandbox = Sandbox::new();
    let (_server, address) = sandbox.serve(&[]);
    let health = "GET /recursiv/api/v1/health";
    let answer = raw(&address, health, &[], "");
    assert!(answer.status == 200 && !answer.head.contains("access-control"), "{answer:?}");
    assert_eq!(raw(&address, health, &["Host: evil.example"], "").status, 403);
    assert_eq!(raw(&address, health, &["Origin: https://evil.example"], "").status, 403);
    let there = sandbox.towards(&address);
    let key = format!("Authorization: Bearer {}", there.variable("RECURSIV_API_KEY"));
    let create = "POST /recursiv/api/v1/projects";
    assert_eq!(raw(&address, create, &[&key, "Content-Type: text/plain"], "{\"name\":\"x\"}").status, 415);
    assert!(
        raw(&address, create, &[&key, "Content-Type: application/json"], "{\"name\":\"x\"}").status < 300
    );
}

#[test]
fn wrong_keys_and_unknown_routes() {
    let sandbox = Sandbox::new();
    let (_server, address) = sandbox.serve(&[]);
    let answer = raw(&address, "GET /recursiv/api/v1/users/me", &[], "");
    assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (401, json!("missing_api_key")));
    let answer = raw(&address, "GET /recursiv/api/v1/users/me", &["Authorization: Bearer sk_live_wrong"], "");
    assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (401, json!("invalid_api_key")));
    assert_eq!(raw(&address, "GET /recall/api/users/me/usage-limits", &["X-API-Key: wrong"], "").status, 401);
    assert_eq!(
        raw(&address, "GET /runagents/api/v1/agents", &["X-RunAgents-API-Key: ra_ws_wrong"], "").status,
        401
    );
    let there = sandbox.towards(&address);
    let key = format!("Authorization: Bearer {}", there.variable("RECURSIV_API_KEY"));
    let answer = raw(&address, "GET /recursiv/api/v1/nope", &[&key], "");
    assert_eq!((answer.status, answer.json()), (404, json!({"error": "Not Found"})));
    for name in ["x-ratelimit-limit: 60", "x-ratelimit-remaining: ", "x-request-id: ", "x-recursiv-tier: "] {
        assert!(answer.head.contains(name), "{name} is missing: {}", answer.head);
    }
}

#[test]
fn budgets_really_count() {
    let sandbox = Sandbox::new();
    let (_server, address) = sandbox.serve(&[]);
    let there = sandbox.towards(&address);
    let key = format!("Authorization: Bearer {}", there.variable("RECURSIV_API_KEY"));
    let statuses: Vec<u16> =
        (0..125).map(|_| raw(&address, "GET /recursiv/api/v1/users/me", &[&key], "").status).collect();
    // A minute may turn while this runs, so that two windows of 60 can be used up.
    assert!(statuses.contains(&429) && statuses[..60].iter().all(|status| *status == 200), "{statuses:?}");
    there.run(["recursiv", "limits", "--max-wait", "0s"]).ends(5).says("HTTP 429");
}

#[test]
fn databases_run_real_sql() {
    let sandbox = Sandbox::new();
    let (_server, address) = sandbox.serve(&[]);
    let there = sandbox.towards(&address);
    let key = format!("Authorization: Bearer {}", there.variable("RECURSIV_API_KEY"));
    let project =
        there.run(["recursiv", "project", "get", "demo", "-o", "id"]).ends(0).stdout.trim().to_owned();
    let post = |path: &str, body: serde_json::Value| {
        raw(
            &address,
            &format!("POST /recursiv/api/v1/databases/{path}"),
            &[&key, "Content-Type: application/json"],
            &body.to_string(),
        )
    };
    assert!(post("ensure", json!({"project_id": project, "name": "main"})).status < 300);
    let query = |sql: &str, params: serde_json::Value| {
        post("query", json!({"project_id": project, "sql": sql, "params": params}))
    };
    assert_eq!(
        query(
            "CREATE TABLE t (id SERIAL PRIMARY KEY, name TEXT, extra JSONB, ok BOOLEAN DEFAULT true)",
            json!([])
        )
        .status,
        200
    );
    let rows = query(
        "INSERT INTO t (name, extra) VALUES ($1, $2::jsonb) RETURNING id, name, ok",
        json!(["Ada", "{\"a\":{\"b\":1}}"]),
    )
    .json();
    assert_eq!(rows["data"]["rows"], json!([{"id": 1, "name": "Ada", "ok": true}]));
    let rows = query("SELECT extra->'a'->>'b' AS b, name ILIKE 'ADA' AS same FROM t", json!([])).json();
    assert_eq!(rows["data"]["rows"], json!([{"b": "1", "same": true}]));
    for (sql, said) in [
        ("SELECT * FROM missing", "relation \"missing\" does not exist"),
        ("PRAGMA database_list", ""),
        ("ATTACH 'x' AS y", ""),
    ] {
        let answer = query(sql, json!([]));
        assert!(
            answer.status == 400 && answer.body.contains(&said.replace('"', "\\\"")),
            "{sql}: {answer:?}"
        );
    }
}

#[test]
fn two_processes_see_one_state() {
    let sandbox = Sandbox::new();
    let ids: Vec<std::process::Child> = (0..6)
        .map(|n| {
            sandbox.process(["--local", "recursiv", "project", "create", &format!("p{n}")]).spawn().unwrap()
        })
        .collect();
    for child in ids {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    assert_eq!(
        sandbox.run(["--local", "recursiv", "project", "list", "-o", "tsv"]).ends(0).stdout.lines().count(),
        7
    );
    sandbox.run(["local", "reset"]).ends(2).says("--yes");
    sandbox.run(["local", "reset", "--yes"]).ends(0);
    assert_eq!(
        sandbox.run(["--local", "recursiv", "project", "list", "-o", "tsv"]).ends(0).stdout.lines().count(),
        1
    );
}

#[test]
fn what_is_kept_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.run(["--local", "recursiv", "project", "list"]).ends(0);
    let folder = sandbox.home.path().join(".local/share/ra");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
    }
}

#[test]
fn faults_follow_their_script() {
    let sandbox = Sandbox::new();
    let serve = |fault: &str| sandbox.serve(&["--fault", fault]);
    let list = ["recursiv", "project", "list", "-o", "id"];
    let (_server, address) = serve("recursiv GET /projects:429=0.05,count=2");
    let run = sandbox.towards(&address).run(list).ends(0);
    assert_eq!(run.stderr.matches("HTTP 429").count(), 2, "{run:?}");
    for (fault, code, said) in [
        ("recursiv GET /projects:503", 7, "HTTP 503"),
        ("recursiv GET /projects:html", 7, "web page"),
        ("recursiv GET /projects:half", 7, "broke off"),
        ("recursiv GET /projects:empty", 7, "the answer is empty"),
        ("recursiv GET /projects:redirect=http://127.0.0.1:9/x", 7, "redirects are not followed"),
        ("recursiv GET /projects:status=418", 1, "HTTP 418"),
        ("recursiv GET /projects:429", 5, "HTTP 429"),
    ] {
        let (_server, address) = serve(fault);
        let mut args = list.to_vec();
        args.extend(["--max-retries", "0"]);
        sandbox.towards(&address).run(args).ends(code).says(said);
    }
    let chat = ["recursiv", "agent", "chat", "guide", "hello", "--idle-timeout", "300ms"];
    for (fault, code, said) in [
        ("recursiv POST /agents/*/chat/stream:cut-in=2", 7, "STREAM_CUT"),
        ("recursiv POST /agents/*/chat/stream:stall=2", 6, "no data for 0.3 s"),
        ("recursiv POST /agents/*/chat/stream:error=3", 1, "error: "),
    ] {
        let (_server, address) = serve(fault);
        sandbox.towards(&address).run(chat).ends(code).says(said);
    }
    sandbox.run(["local", "serve", "--port", "0", "--fault", "nobody:503"]).ends(2).says("nobody:503");
    sandbox.run(["local", "serve", "--port", "0", "--fault", "recall:sometimes"]).ends(2).says("sometimes");
}

#[test]
fn jobs_fail_or_hang_by_script() {
    let sandbox = Sandbox::new();
    let run = |fault: &str| {
        let (_server, address) = sandbox.serve(&["--fault", fault]);
        let args = [
            "recall",
            "run",
            "slow",
            "-F",
            "seconds=0",
            "--async",
            "--poll",
            "--poll-interval",
            "50ms",
            "--poll-timeout",
            "2s",
        ];
        sandbox.towards(&address).run(args)
    };
    run("recall:job-fails").ends(1).says("error: ");
    run("recall:job-stuck").ends(6).says("did not settle in time").says("ra recall job wait");
}

#[test]
fn both_spellings_of_a_started_job() {
    let sandbox = Sandbox::new();
    for (dialect, id) in [("current", "jobId"), ("documented", "taskId")] {
        let (_server, address) = sandbox.serve(&["--job-dialect", dialect]);
        let there = sandbox.towards(&address);
        let started =
            there.run(["recall", "run", "slow", "-F", "seconds=0", "--async", "-o", "json"]).ends(0).json();
        assert!(started[id].is_string(), "{dialect}: {started}");
        let args =
            ["recall", "run", "slow", "-F", "seconds=0", "--async", "--poll", "--poll-interval", "50ms"];
        assert_eq!(there.run(args).ends(0).stdout, "Done after 0 s.\n");
    }
}

#[test]
fn a_model_server_can_answer() {
    let said = "data: {\"choices\":[{\"delta\":{\"content\":\"I am a model.\"}}]}\n\ndata: [DONE]\n\n";
    let model =
        Server::script([Reply::sse(said), Reply::json(500, r#"{"error":{"message":"no memory left"}}"#)]);
    let sandbox = Sandbox::new();
    let url = format!("{}/v1", model.url());
    let (_server, address) = sandbox.serve(&["--llm", &url, "--llm-model", "tiny"]);
    let there = sandbox.towards(&address);
    assert_eq!(
        there.run(["recursiv", "agent", "chat", "guide", "Who are you?"]).ends(0).stdout,
        "I am a model.\n"
    );
    let request = &model.requests()[0];
    assert_eq!(
        (request.line(), request.json()["model"].clone()),
        ("POST /v1/chat/completions".into(), json!("tiny"))
    );
    there.run(["recursiv", "agent", "chat", "guide", "Again?"]).ends(1).says("no memory left");
}

#[test]
fn a_taken_port_is_told() {
    let sandbox = Sandbox::new();
    let (_server, address) = sandbox.serve(&[]);
    let port = address.rsplit(':').next().unwrap();
    sandbox
        .run(["local", "serve", "--port", port])
        .ends(1)
        .says(&format!("port {port} is in use by another program"));
    let status = |port: &str| {
        sandbox.run(["local", "status", "--port", port, "-o", "json"]).ends(0).json()["running"].clone()
    };
    assert_eq!((status(port), status("1")), (json!(true), json!(false)));
}
