//! Every leaf of the command tree against the local services with `-o json`: it ends well and prints data.

use crate::support::{Sandbox, raw};

/// What a leaf must print with `-o json`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prints {
    /// A JSON document.
    Json,
    /// Something that is no JSON by its nature: a script, a manual, an address.
    Text,
}

use Prints::{Json, Text};

/// Arguments for each leaf, in an order in which they work one after the other. A leaf that is not here fails.
pub const WALK: &[(&str, &[&str], Prints)] = &[
    ("recursiv project create", &["walked"], Json),
    ("recursiv project list", &[], Json),
    ("recursiv project get", &["walked"], Json),
    ("recursiv agent create", &["--name", "walker", "--model", "a/b", "--instructions", "Be brief."], Json),
    ("recursiv agent list", &[], Json),
    ("recursiv agent get", &["walker"], Json),
    ("recursiv agent chat", &["guide", "hello"], Json),
    ("recursiv sandbox try", &["print(1)", "--language", "python"], Json),
    ("recursiv limits", &[], Json),
    ("recall run", &["hello"], Json),
    ("recall batch", &["lines.ndjson"], Json),
    ("recall run", &["asks", "--async", "--execution-id", "walked"], Json),
    ("recall run", &["slow", "-F", "seconds=0.1", "--async"], Json),
    ("recall execution get", &["asks", "walked"], Json),
    ("recall execution list", &["hello"], Json),
    ("recall job list", &[], Json),
    ("recall job status", &["--last"], Json),
    ("recall job wait", &["--last"], Json),
    ("recall execution paused", &["asks"], Json),
    (
        "recall execution resume",
        &["asks", "walked", "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f4a01", "-F", "approved=true"],
        Json,
    ),
    ("recall run", &["slow", "-F", "seconds=60", "--async"], Json),
    ("recall job cancel", &["--last"], Json),
    ("recall execution cancel", &["--last"], Json),
    ("recall workflow status", &["hello"], Json),
    ("recall workflow validate", &["hello"], Json),
    ("recall workflow list", &["--deployed-only"], Json),
    ("recall workflow get", &["hello"], Json),
    ("recall workflow create", &["Walked"], Json),
    ("recall workflow update", &["Walked", "--description", "A walk"], Json),
    ("recall workflow deploy", &["hello", "--name", "walked"], Json),
    ("recall workflow deployment", &["hello"], Json),
    ("recall workflow version list", &["hello"], Json),
    ("recall workflow version get", &["hello", "{recall workflow version list hello -o id}"], Json),
    ("recall workflow rollback", &["hello", "--yes"], Json),
    ("recall workflow export", &["hello", "--to", "hello.json"], Json),
    ("recall workflow import", &["hello.json", "--name", "Imported"], Json),
    ("recall workflow undeploy", &["Imported", "--yes"], Json),
    ("recall workflow delete", &["Walked", "--yes"], Json),
    ("recall log list", &["--limit", "5"], Json),
    ("recall log get", &["{recall log list --limit 1 -o id}", "--trace"], Json),
    ("recall limits", &[], Json),
    ("recall billing logs", &[], Json),
    ("runagents tool list", &[], Json),
    ("runagents tool get", &["echo-tool"], Json),
    ("runagents tool test", &["echo-tool"], Json),
    ("runagents tool create", &["walked", "--base-url", "https://api.example.com"], Json),
    ("runagents tool delete", &["echo-tool", "--yes"], Json),
    ("runagents starter-kit", &[], Json),
    ("runagents deploy", &["project", "--name", "walker", "--poll-interval", "50ms"], Json),
    ("runagents build get", &["{runagents deploy project --name walker-two --no-wait --jq .build_id}"], Json),
    ("runagents agent list", &[], Json),
    ("runagents agent get", &["walker"], Json),
    ("runagents agent invoke", &["walker", "hello"], Json),
    ("runagents approval list", &[], Json),
    ("runagents run list", &[], Json),
    ("runagents run get", &["{runagents run list -o id}"], Json),
    ("runagents run event", &["{runagents run list -o id}"], Json),
    ("runagents run timeline", &["{runagents run list -o id}"], Json),
    ("runagents run wait", &["{runagents run list -o id}"], Json),
    ("runagents agent delete", &["walker", "--yes"], Json),
    ("runagents config set", &["assistant-mode", "external"], Json),
    ("runagents config get", &[], Json),
    ("auth login", &["recursiv"], Json),
    ("auth status", &[], Json),
    ("auth token", &["recall"], Json),
    ("auth logout", &["recall"], Json),
    ("config import", &[], Json),
    ("config list", &[], Json),
    ("config set", &["recursiv.agent_id", "guide"], Json),
    ("config get", &["recursiv.agent_id"], Json),
    ("config unset", &["recursiv.agent_id"], Json),
    ("config path", &[], Json),
    ("config edit", &[], Json),
    ("config profile add", &["work"], Json),
    ("config profile use", &["work"], Json),
    ("config profile use", &["default"], Json),
    ("config profile list", &[], Json),
    ("config profile remove", &["work", "--yes"], Json),
    ("doctor", &[], Json),
    ("completions", &["bash"], Text),
    ("man", &[], Text),
    ("help", &[], Text),
    ("local env", &[], Json),
    ("local status", &[], Json),
    ("local reset", &["--yes"], Json),
    // The local service counts requests a minute, as the real one does: each family begins afresh.
    ("recall table create", &["walked", "--column", "email:string:unique", "--column", "score:number"], Json),
    ("recall table list", &[], Json),
    ("recall table get", &["walked"], Json),
    ("recall table column add", &["walked", "city", "--type", "string"], Json),
    ("recall table column update", &["walked", "city", "--name", "town"], Json),
    ("recall table column delete", &["walked", "town", "--yes"], Json),
    ("recall table row create", &["walked", "-f", "email=a", "-F", "score=1"], Json),
    ("recall table row upsert", &["walked", "--on", "email", "-f", "email=b", "-F", "score=2"], Json),
    ("recall table row list", &["walked", "--where", "score=1"], Json),
    ("recall table row get", &["walked", "{recall table row list walked -o id}"], Json),
    ("recall table row update", &["walked", "{recall table row list walked -o id}", "-F", "score=3"], Json),
    ("recall table row query", &["walked"], Json),
    ("recall table row count", &["walked"], Json),
    ("recall table row update-many", &["walked", "--where", "score=2", "-F", "score=4", "--yes"], Json),
    ("recall table row delete", &["walked", "{recall table row list walked -o id}", "--yes"], Json),
    ("recall table row delete-many", &["walked", "--where", "score=4", "--yes"], Json),
    ("recall table delete", &["walked", "--yes"], Json),
    ("local reset", &["--yes"], Json),
    ("recall file upload", &["project/agent.py", "--name", "walked.txt"], Json),
    ("recall file list", &[], Json),
    ("recall file download", &["walked.txt"], Json),
    ("recall file delete", &["walked.txt", "--yes"], Json),
    ("recall knowledge create", &["walked"], Json),
    ("recall knowledge document upload", &["walked", "notes.md", "--wait"], Json),
    ("recall knowledge document list", &["walked"], Json),
    ("recall knowledge document get", &["walked", "{recall knowledge document list walked -o id}"], Json),
    ("recall knowledge search", &["refunds", "--in", "walked"], Json),
    (
        "recall knowledge document delete",
        &["walked", "{recall knowledge document list walked -o id}", "--yes"],
        Json,
    ),
    ("recall knowledge list", &[], Json),
    ("recall knowledge update", &["walked", "--description", "Notes"], Json),
    ("recall knowledge get", &["walked"], Json),
    ("recall knowledge delete", &["walked", "--yes"], Json),
    ("recall audit-log list", &[], Json),
    ("recall audit-log get", &["{recall audit-log list -o id}"], Json),
    ("local reset", &["--yes"], Json),
    ("recall secret set", &["WALKED", "--scope", "workspace", "--value", "@notes.md"], Json),
    ("recall secret list", &[], Json),
    ("recall secret delete", &["WALKED", "--scope", "workspace", "--yes"], Json),
    ("recall credential provider list", &[], Json),
    ("recall credential create", &["--provider", "github-token", "--credentials", "@token.json"], Json),
    ("recall credential list", &[], Json),
    ("recall credential delete", &["{recall credential list -o id}", "--yes"], Json),
    ("recall skill create", &["walked", "--description", "When walking", "--content", "Walk."], Json),
    ("recall skill list", &[], Json),
    ("recall skill get", &["walked"], Json),
    ("recall skill update", &["walked", "--content", "Run."], Json),
    ("recall skill delete", &["walked", "--yes"], Json),
    ("recall custom-tool create", &["walked", "--schema", "tool.yaml", "--code", "return 1"], Json),
    ("recall custom-tool list", &[], Json),
    ("recall custom-tool get", &["walked"], Json),
    ("recall custom-tool update", &["walked", "--code", "return 2"], Json),
    ("recall custom-tool delete", &["walked", "--yes"], Json),
    ("recall mcp-server create", &["walked", "--url", "https://mcp.example.com/mcp"], Json),
    ("recall mcp-server list", &[], Json),
    ("recall mcp-server get", &["walked"], Json),
    ("recall mcp-server update", &["walked", "--description", "Walked"], Json),
    // The address is nobody's, and offers nothing.
    ("recall mcp-server tool list", &["walked"], Text),
    ("recall mcp-server delete", &["walked", "--yes"], Json),
    ("recall workspace list", &[], Json),
    ("recall workspace get", &[], Json),
    ("recall workspace member list", &[], Json),
    ("recall billing status", &[], Json),
    ("recall api", &["/api/users/me/usage-limits"], Json),
];

/// A function as custom tools describe themselves.
const TOOL: &str = "type: function
function:
  name: walked
  description: Walks
  parameters: {type: object, properties: {}}
";

/// Leaves that run until they are stopped; they have tests of their own.
const ENDLESS: &[&str] = &["local serve", "recall log follow"];

/// `{words}` stands for the first line that a command prints: ids are made by the services.
fn resolved(sandbox: &Sandbox, arg: &str) -> String {
    let Some(words) = arg.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return arg.to_owned();
    };
    let printed = sandbox.run(["--local"].into_iter().chain(words.split(' '))).ends(0).stdout;
    printed.lines().next().unwrap_or_default().to_owned()
}

/// All leaves, as `ra help --tree` lists them, without the program's name and their arguments.
pub fn leaves() -> Vec<String> {
    let tree = Sandbox::new().run(["help", "--tree"]).ends(0).stdout;
    let words = |line: &str| {
        let plain =
            line.split(' ').skip(1).take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
        plain.collect::<Vec<_>>().join(" ")
    };
    tree.lines().map(words).collect()
}

/// Something for `approval list` to list: a request that no command of ours makes yet.
fn ask_for_approval(sandbox: &Sandbox, address: &str) {
    let there = sandbox.towards(address);
    let key = format!("X-RunAgents-API-Key: {}", there.variable("RUNAGENTS_API_KEY"));
    let body = r#"{"subject":"ada","agent_id":"echo-agent","tool_id":"echo-tool"}"#;
    let line = "POST /runagents/api/v1/approvals/requests";
    let answer = raw(address, line, &[&key, "Content-Type: application/json"], body);
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[test]
fn every_leaf_works_locally_and_prints_data() {
    let known =
        |leaf: &String| ENDLESS.contains(&leaf.as_str()) || WALK.iter().any(|(known, _, _)| known == leaf);
    let unknown: Vec<String> = leaves().into_iter().filter(|leaf| !known(leaf)).collect();
    assert!(unknown.is_empty(), "these leaves have no line in the table: {unknown:#?}");
    let sandbox = Sandbox::new().env("EDITOR", "true");
    sandbox.file(".runagents/config.json", r#"{"endpoint": "https://acme.example"}"#);
    sandbox.file("notes.md", "How refunds are given: refunds take five days.\n");
    sandbox.file("tool.yaml", TOOL);
    sandbox.file("token.json", r#"{"apiToken": "ghp_walked"}"#);
    sandbox.file("lines.ndjson", "{\"workflow\":\"hello\"}\n");
    sandbox.file("project/agent.py", "def handler(request, ctx):\n    return 'hi'\n");
    let (server, address) = sandbox.serve_kept();
    ask_for_approval(&sandbox, &address);
    drop(server);
    for (leaf, args, prints) in WALK {
        let mut line: Vec<String> = ["--local", "-o", "json"].map(str::to_owned).into();
        line.extend(leaf.split(' ').map(str::to_owned));
        line.extend(args.iter().map(|arg| resolved(&sandbox, arg)));
        let run = sandbox.run(&line).ends(0);
        match prints {
            Json => {
                let value = run.json();
                assert!(
                    !value.is_null() && value != serde_json::json!([]) && value != serde_json::json!({}),
                    "{leaf} printed nothing worth reading"
                );
            }
            Text => assert!(!run.stdout.is_empty(), "{leaf} printed nothing"),
        }
    }
}
