//! What of a folder goes up: kinds, ignore rules, sizes, secrets.

use serde_json::Value;

use super::{KEY, sandbox};
use crate::support::{Reply, Run, Sandbox, Server};

/// Plans a deployment of the folder `p`; nothing is sent.
fn plan(make: impl FnOnce(&Sandbox)) -> Run {
    let server = Server::script([]);
    let sandbox = sandbox(&server);
    sandbox.file("p/agent.py", "pass\n");
    make(&sandbox);
    let run = sandbox.run(["runagents", "deploy", "p", "--dry-run"]);
    assert!(!format!("{run:?}").contains(KEY));
    run
}

/// The names that would go up.
fn names(run: &Run) -> Vec<String> {
    let body = run.stdout.lines().last().unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{run:#?}"));
    body["source_files"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn kinds_and_made_folders() {
    let run = plan(|sandbox| {
        for path in ["src/b.ts", "Dockerfile", "README.md", "requirements.txt", "a.YAML"] {
            sandbox.file(&format!("p/{path}"), "x");
        }
        for path in
            ["photo.png", "notes.md", "node_modules/x.js", "a/__pycache__/x.py", ".venv/y.py", "a/dist"]
        {
            sandbox.file(&format!("p/{path}"), "x");
        }
    })
    .ends(0);
    assert_eq!(
        names(&run),
        ["Dockerfile", "README.md", "a.YAML", "agent.py", "requirements.txt", "src/b.ts"]
    );
    let run = run.says("goes up: 6 files").says("photo.png").says("node_modules/").says("a/dist");
    assert!(run.stdout.starts_with("POST http://"), "{run:#?}");
}

#[test]
fn ignore_rules_without_a_repository_nested_and_undone() {
    let run = plan(|sandbox| {
        sandbox.file("p/.gitignore", "*.sql\n/private/\n");
        sandbox.file("p/lib/.gitignore", "!keep.sql\nlocal.py\n");
        sandbox.file("p/.runagentsignore", "tests/\n");
        for path in ["a.sql", "lib/keep.sql", "lib/local.py", "lib/c.py", "private/x.py", "tests/t.py"] {
            sandbox.file(&format!("p/{path}"), "x");
        }
    })
    .ends(0);
    assert_eq!(names(&run), ["agent.py", "lib/c.py", "lib/keep.sql"]);
    run.says("ignored by .gitignore").says("ignored by lib/.gitignore").says("ignored by .runagentsignore");
}

#[test]
fn rules_of_the_repository_above_count() {
    let run = plan(|sandbox| {
        sandbox.file(".git/HEAD", "ref: refs/heads/main\n");
        sandbox.file(".gitignore", "generated.py\n");
        sandbox.file("p/generated.py", "x");
    });
    assert_eq!(names(&run), ["agent.py"]);
    let run = plan(|sandbox| {
        sandbox.file(".gitignore", "generated.py\n");
        sandbox.file("p/generated.py", "x");
    });
    assert_eq!(names(&run), ["agent.py", "generated.py"]);
}

#[test]
fn secrets_stay_whatever_is_listed() {
    let pem =
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", "MIIEvQIBADANBgkq".repeat(8));
    let run = plan(|sandbox| {
        sandbox.file("p/runagents.yaml", "name: a\nfiles: ['*', '.env*']\n");
        for path in
            [".env", ".env.local", "id_rsa", "server.pem", ".ssh/config.json", ".runagents/state.json"]
        {
            sandbox.file(&format!("p/{path}"), "secret");
        }
        sandbox.file("p/account.json", serde_json::json!({"private_key": pem}).to_string());
        sandbox.file("p/check.py", "if '-----BEGIN PRIVATE KEY-----' in text: raise ValueError\n");
        sandbox.file("p/settings.py", "KEY = 'ra_ws_0123456789abcdef0123'\n");
    })
    .ends(0);
    assert_eq!(names(&run), ["agent.py", "check.py", "runagents.yaml"]);
    run.says("account.json").says("server.pem").says(".env.local");
    let server = Server::script([]);
    let sandbox = sandbox(&server);
    sandbox.file(".env", "A=1");
    sandbox.run(["runagents", "deploy", "--name", "a", "--file", ".env"]).ends(2).says("never uploaded");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let run = plan(|sandbox| {
        let outside = sandbox.file("outside.py", "secret");
        std::os::unix::fs::symlink(outside, sandbox.home.path().join("p/link.py")).unwrap();
        std::os::unix::fs::symlink("/", sandbox.home.path().join("p/root")).unwrap();
    })
    .ends(0);
    assert_eq!(names(&run), ["agent.py"]);
    run.says("link.py").says("symbolic link");
}

#[test]
fn a_listed_file_goes_up_whatever_its_kind() {
    let run = plan(|sandbox| {
        sandbox.file("p/runagents.yaml", "files: [agent.py, 'prompts/', '!prompts/old.txt']\n");
        for path in ["prompts/a.txt", "prompts/old.txt", "other.py"] {
            sandbox.file(&format!("p/{path}"), "x");
        }
    });
    assert_eq!(names(&run), ["agent.py", "prompts/a.txt"]);
}

#[test]
fn limits() {
    let run = plan(|sandbox| drop(sandbox.file("p/big.json", vec![b'1'; 256 * 1024 + 1]))).ends(0);
    assert_eq!(names(&run), ["agent.py"]);
    run.says("big.json").says("more than 256 KiB");
    plan(|sandbox| (0..80).for_each(|number| drop(sandbox.file(&format!("p/f{number}.py"), "x"))))
        .ends(2)
        .says("81 files would go up, 80 are allowed");
    plan(|sandbox| {
        (0..9).for_each(|number| drop(sandbox.file(&format!("p/f{number}.py"), vec![b'x'; 250 * 1024])));
    })
    .ends(2)
    .says("2 MiB are allowed");
    plan(|sandbox| drop(sandbox.file("p/latin.py", b"caf\xe9"))).ends(2).says("`latin.py` is not UTF-8");
}

#[test]
fn nothing_to_deploy_is_told() {
    let server = Server::script([]);
    let sandbox = sandbox(&server);
    sandbox.file("empty/photo.png", "x");
    sandbox.run(["runagents", "deploy", "empty"]).ends(2).says("nothing to deploy").says("photo.png");
    sandbox.run(["runagents", "deploy", "missing"]).ends(2).says("missing");
    sandbox.file("file.py", "x");
    sandbox.run(["runagents", "deploy", "file.py"]).ends(2).says("--file");
    sandbox.file("bad/runagents.yaml", "name: [a\n");
    sandbox.run(["runagents", "deploy", "bad"]).ends(2).says("runagents.yaml");
}

#[test]
fn names_of_single_files() {
    let server = Server::script([Reply::json(201, r#"{"agent":"a"}"#)]);
    let sandbox = sandbox(&server);
    let absolute = sandbox.file("work/lib/util.py", "u");
    sandbox.file("outside/main.py", "m");
    sandbox.file("work/src/agent.py", "a");
    let args = [
        "runagents",
        "deploy",
        "--name",
        "a",
        "--no-wait",
        "--file",
        "./src/../src/agent.py",
        "--file",
        "../outside/main.py",
        "--file",
        &std::fs::canonicalize(absolute).unwrap().display().to_string(),
    ]
    .map(str::to_owned);
    let work = std::fs::canonicalize(sandbox.home.path().join("work")).unwrap();
    sandbox.run_in(&work, args, "").ends(0);
    let files = server.request().json()["source_files"].clone();
    assert_eq!(files, serde_json::json!({"src/agent.py": "a", "main.py": "m", "lib/util.py": "u"}));
}
