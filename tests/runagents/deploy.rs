//! `ra runagents deploy`: vectors V9–V11, sources, flags.

use serde_json::{Value, json};

use super::{BASE, KEY, sandbox};
use crate::support::{Reply, Run, Sandbox, Server};

pub const INSTANT: &str = r#"{"agent":"a","namespace":"default","tools_created":[],"execution_mode":"INSTANT_RUNTIME","build_required":false}"#;

pub fn deploy(sandbox: &Sandbox, args: &[&str]) -> Run {
    let run = sandbox.run(["runagents", "deploy", "--poll-interval", "10ms"].iter().chain(args));
    assert!(!format!("{run:?}").contains(KEY));
    run
}

/// Deploys without waiting and gives what was sent.
fn sent(args: &[&str], files: &[(&str, &str)]) -> Value {
    let server = Server::script([Reply::json(201, INSTANT)]);
    let sandbox = sandbox(&server);
    files.iter().for_each(|(path, text)| drop(sandbox.file(path, text)));
    let args: Vec<&str> = args.iter().copied().chain(["--no-wait"]).collect();
    deploy(&sandbox, &args).ends(0);
    let request = server.request();
    assert_eq!(request.line(), format!("POST {BASE}/deploy"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    request.json()
}

/// Nothing may be sent.
fn refused(args: &[&str], files: &[(&str, &str)]) -> Run {
    let server = Server::script([]);
    let sandbox = sandbox(&server);
    files.iter().for_each(|(path, text)| drop(sandbox.file(path, text)));
    deploy(&sandbox, args).ends(2)
}

#[test]
fn v9_from_source() {
    let body = sent(
        &[
            "--name",
            "billing-agent",
            "--file",
            "agent.py",
            "--requirements-file",
            "requirements.txt",
            "--entry-point",
            "agent.py",
            "--framework",
            "langgraph",
            "--tool",
            "stripe-api",
            "--policy",
            "billing-write-approval",
            "--identity-provider",
            "google-oidc",
            "--model",
            "openai/gpt-4o-mini",
        ],
        &[("agent.py", "print('hello')"), ("requirements.txt", "runagents>=1.4.2\n")],
    );
    assert_eq!(
        body,
        json!({"agent_name":"billing-agent","source_files":{"agent.py":"print('hello')"},
            "requirements":"runagents>=1.4.2\n","entry_point":"agent.py","framework":"langgraph",
            "required_tools":["stripe-api"],"policies":["billing-write-approval"],"identity_provider":"google-oidc",
            "llm_configs":[{"provider":"openai","model":"gpt-4o-mini","role":"default"}]})
    );
}

#[test]
fn v10_from_draft_closes_the_draft() {
    let server =
        Server::script([Reply::json(201, INSTANT), Reply::json(500, r#"{"error":"drafts are down"}"#)]);
    let args = [
        "--name",
        "payments-agent",
        "--draft-id",
        "draft_payments_v2",
        "--policy",
        "payments-approval",
        "--identity-provider",
        "okta-oidc",
        "--no-wait",
        "-o",
        "json",
    ];
    let run = deploy(&sandbox(&server), &args).ends(0).says("warning: deployed, but the draft");
    assert_eq!(run.json(), serde_json::from_str::<Value>(INSTANT).unwrap());
    assert_eq!(
        server.requests()[0].json(),
        json!({"agent_name":"payments-agent","draft_id":"draft_payments_v2","policies":["payments-approval"],"identity_provider":"okta-oidc"})
    );
    assert_eq!(server.lines()[1], format!("POST {BASE}/deploy-drafts/draft_payments_v2/complete"));
}

#[test]
fn v11_refused_here() {
    let files = [("agent.py", "x"), ("other/agent.py", "y"), ("runagents.yaml", "name: a\n")];
    refused(&["--name", "a", "--file", "agent.py", "--draft-id", "d"], &files).says("one source");
    refused(&["--name", "a", "--artifact-id", "x", "--framework", "langgraph"], &files).says("--framework");
    refused(&["--name", "a", "--image", "i", "--model", "gpt-4o-mini"], &files).says("provider");
    refused(&["--name", "a", "--file", "agent.py", "--file", "./agent.py"], &files).says("two files");
    refused(&["--name", "Big Agent", "--image", "i"], &files).says("hint: --name big-agent");
    refused(&["--image", "i"], &files).says("no name");
    refused(&["--name", "a", "--file", "other"], &files).says("is a folder");
    refused(&["--name", "a", "--file", "gone.py"], &files).says("gone.py");
    refused(&["--name", "a", "--image", "i", "--env", "1X=2"], &files).says("variable");
    refused(&["--name", "a", "--draft-id", " "], &[]).says("nothing to deploy");
    refused(&[], &[]).says("runagents.yaml");
}

#[test]
fn flags_that_the_official_program_lacks() {
    let body = sent(
        &[
            "--name",
            "web",
            "--image",
            "r/web:1",
            "--system-prompt",
            "@prompt.txt",
            "--env",
            "A=1=2",
            "--env",
            "B=",
            "--map-tool",
            "https://api.stripe.com/v1?x=y=stripe-api",
            "--create-tool",
            "echo=http://h:1/x?a=b",
            "--model",
            "chat=openai/gpt-4o@50.00",
            "--model",
            "bedrock/us.anthropic.claude/x",
        ],
        &[("prompt.txt", "Be brief.\n")],
    );
    assert_eq!(
        body,
        json!({"agent_name":"web","image":"r/web:1","system_prompt":"Be brief.\n",
            "env":[{"name":"A","value":"1=2"},{"name":"B","value":""}],
            "tool_url_mappings":{"https://api.stripe.com/v1?x=y":"stripe-api"},
            "tools_to_create":[{"name":"echo","base_url":"http://h:1/x?a=b"}],
            "llm_configs":[{"provider":"openai","model":"gpt-4o","role":"chat","monthly_budget_usd":50.00},
                {"provider":"bedrock","model":"us.anthropic.claude/x","role":"default"}]})
    );
}

#[test]
fn a_folder_describes_itself_and_flags_win() {
    let files = [
        (
            "p/runagents.yaml",
            "name: from-file\ntools: [a, b]  # two\nmodel:\n  provider: openai\n  model: gpt-4o\nsystem_prompt: |\n  Two\n  lines.\npolicies:\n- strict\nrequirements: reqs.txt\nignore: [reqs.txt, 'runagents.*']\n",
        ),
        ("p/agent.py", "pass\n"),
        ("p/reqs.txt", "httpx\n"),
    ];
    assert_eq!(
        sent(&["p", "--tool", "c"], &files),
        json!({"agent_name":"from-file","source_files":{"agent.py":"pass\n"},"requirements":"httpx\n",
            "system_prompt":"Two\nlines.\n","required_tools":["c"],"policies":["strict"],
            "llm_configs":[{"provider":"openai","model":"gpt-4o","role":"default"}]})
    );
    assert_eq!(sent(&["My Agent_1"], &[("My Agent_1/agent.py", "x")])["agent_name"], "my-agent-1");
}

#[test]
fn a_variable_from_a_file_is_a_secret() {
    let (args, file) =
        (["--name", "a", "--image", "i", "--env", "TOKEN=@token.txt"], ("token.txt", "hunter2-hunter2"));
    assert_eq!(sent(&args, &[file])["env"], json!([{"name": "TOKEN", "value": "hunter2-hunter2"}]));
    let server = Server::script([]);
    let sandbox = sandbox(&server);
    sandbox.file(file.0, file.1);
    let run = sandbox.run(["runagents", "deploy", "--dry-run", "-vv"].iter().chain(&args)).ends(0);
    assert!(!format!("{run:?}").contains(file.1), "{run:?}");
}

#[test]
fn a_whole_payload_goes_as_it_is() {
    let body = sent(
        &["--payload", "p.yaml", "--name", "b"],
        &[("p.yaml", "agent_name: a\nimage: i\nnew_thing: [1]\n")],
    );
    assert_eq!(body, json!({"agent_name":"b","image":"i","new_thing":[1]}));
    let server = Server::script([Reply::json(201, INSTANT)]);
    let args = ["runagents", "deploy", "--payload", "-", "--no-wait"];
    sandbox(&server).pipe(args, r#"{"agent_name":"a","n":1.10}"#).ends(0);
    assert_eq!(server.request().body, r#"{"agent_name":"a","n":1.10}"#);
    refused(&["--payload", "p.json"], &[("p.json", "{}")]).says("agent_name");
}

#[test]
fn preview_deploys_nothing() {
    let server = Server::script([Reply::json(
        200,
        r#"{"user_state":"instant","state_label":"Ready now","eta_range":"5-10 s","confidence":"high","short_reason":"stock","advanced_details":{"execution_mode":"INSTANT_RUNTIME","build_required":false}}"#,
    )]);
    let run = deploy(&sandbox(&server), &["--name", "a", "--image", "i:1", "--preview"]).ends(0);
    assert_eq!(server.request().line(), format!("POST {BASE}/deploy/preview"));
    assert!(run.stdout.contains("Ready now") && run.stdout.contains("INSTANT_RUNTIME"), "{run:#?}");
}
