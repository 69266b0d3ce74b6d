//! What the built-in talker knows: the three services, the commands to try next, a few lines of code.

/// Words that name a topic, and what there is to say about it.
const TOPICS: &[(&[&str], &str)] = &[
    (
        &["recursiv"],
        "Recursiv holds projects: each can have databases, a sandbox, deployments and storage, and agents that \
         stream their answers. Start with `ra --local recursiv project list`.",
    ),
    (
        &["recall", "workflow"],
        "Recall runs deployed workflows: in step, streamed, or as background jobs that you can wait for. Try \
         `ra --local recall run hello -f name=Ada`, then `ra --local recall run slow --async --poll`.",
    ),
    (
        &["runagents", "approval", "policy", "policies"],
        "RunAgents deploys agents and governs what they may do: tools, policies, approvals, runs. Try \
         `ra --local runagents agent list`.",
    ),
    (
        &["database", "databases", "sql", "postgres", "query", "table", "tables"],
        "Every project can have databases with real SQL, here too: `ra local serve` answers POST /databases/query for \
         any client, and `ra --local recursiv project get demo` shows the project they belong to.",
    ),
    (
        &["sandbox", "execute", "python", "javascript", "typescript"],
        "The sandbox runs code without an account: `ra --local recursiv sandbox try 'console.log(1 + 1)'`.",
    ),
    (
        &["deploy", "deployment", "release", "build"],
        "Deploying waits until it is done, unless you say `--no-wait`: `ra --local runagents deploy` in an agent's \
         folder, then `ra --local runagents agent list`.",
    ),
    (
        &["key", "keys", "login", "account", "token"],
        "With `--local` you need no key. For the hosted services, `ra auth login SERVICE` asks for it and keeps it.",
    ),
    (
        &["function", "code", "program", "script", "rust", "class"],
        "For code ask the agent `coder`: `ra --local recursiv agent chat coder -m 'a function in Rust'`.",
    ),
    (
        &["landing", "website", "page", "app"],
        "I would begin with a project and an agent of its own: `ra --local recursiv project create my-app`, then \
         `ra --local recursiv agent create --name helper --model a/b --project my-app`.",
    ),
    (
        &["commands", "start", "begin", "try"],
        "Good first steps are `ra --local recursiv agent chat guide hello`, `ra --local recall run hello` and \
         `ra --local runagents agent list`.",
    ),
];

/// What there is to say about the topic that `words` are about.
pub fn about(words: &[String]) -> Option<&'static str> {
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    TOPICS.iter().find(|(names, _)| named(names)).map(|(_, text)| *text)
}

/// The three services in one breath.
pub const OVERVIEW: &str = "`ra` speaks to three services: Recursiv (projects, databases, sandboxes, agents), \
                            Recall (workflows and their runs) and RunAgents (deploying and governing agents).";

/// Names of the languages that have a sample, and the sample.
const SAMPLES: &[(&[&str], &str, &str)] = &[
    (
        &["python", "py"],
        "python",
        "def mean(numbers):\n    \"\"\"The average of a non-empty list.\"\"\"\n    return sum(numbers) / len(numbers)\n\nprint(mean([1, 2, 3]))",
    ),
    (
        &["rust", "cargo"],
        "rust",
        "fn main() {\n    let total: u32 = (1..=10).sum();\n    println!(\"{total}\");\n}",
    ),
    (
        &["sql", "query", "database", "table"],
        "sql",
        "SELECT date_trunc('day', created_at) AS day, count(*) AS signups\nFROM users\nGROUP BY 1\nORDER BY 1;",
    ),
    (
        &["bash", "shell", "curl"],
        "bash",
        "ra --local recursiv agent list -o id | while read -r id; do\n  echo \"agent $id\"\ndone",
    ),
    (
        &["javascript", "typescript", "node", "js", "ts"],
        "typescript",
        "const answer = await fetch(\"https://example.com/items\");\nif (!answer.ok) throw new Error(`status ${answer.status}`);\nconsole.log(await answer.json());",
    ),
];

/// A short sample in the language that `words` name.
pub fn sample(words: &[String]) -> Option<(&'static str, &'static str)> {
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    SAMPLES.iter().find(|(names, ..)| named(names)).map(|(_, language, code)| (*language, *code))
}

/// The sample for those who name no language.
pub const ANY_SAMPLE: (&str, &str) = (SAMPLES[0].1, SAMPLES[0].2);

/// The commands in a text, one a line.
pub fn commands(text: &str) -> String {
    let commands: Vec<&str> =
        text.split('`').skip(1).step_by(2).filter(|code| code.starts_with("ra ")).collect();
    commands.join("\n")
}
