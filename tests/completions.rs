//! Completion: in real shells, and what the scripts are told.

use std::path::PathBuf;
use std::time::Instant;

use crate::support::{Reply, Sandbox, Server, skipped};

const SHELLS: [(&str, &str); 5] = [
    ("bash", "ra.bash"),
    ("zsh", "_ra"),
    ("fish", "ra.fish"),
    ("powershell", "ra.ps1"),
    ("elvish", "ra.elv"),
];

/// What each line becomes, or what must be among the offers. The last ones wait for nothing but the shell.
const LINES: [(&str, &str); 5] = [
    ("ra recu", "recursiv"),
    ("ra recall r", "run"),
    ("ra runagents dep", "deploy"),
    ("ra --out", "--output"),
    ("ra --local recursiv agent chat gu", "guide"),
];

fn committed(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("completions").join(name)
}

/// A sandbox in whose path `ra` is the binary under test.
fn sandbox() -> Sandbox {
    let ra = Sandbox::new();
    let folder = ra.home.path().join("bin");
    std::fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(assert_cmd::cargo::cargo_bin!("ra"), folder.join("ra")).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    ra.env("PATH", path).env("TERM", "dumb")
}

/// Whether a shell is installed; `RA_REQUIRE_SHELLS=1` makes a missing one a failure.
fn installed(shell: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(shell).is_file());
    assert!(found || std::env::var("RA_REQUIRE_SHELLS").as_deref() != Ok("1"), "{shell} is not installed");
    if !found {
        skipped(&format!("{shell} is not installed"));
    }
    found
}

/// Offers for a line, as fish is told them: one a line, without their help.
fn offers(ra: &Sandbox, line: &str) -> Vec<String> {
    let mut words = vec!["--"];
    words.extend(line.split(' '));
    let mut command = ra.process(words);
    let output = command.env("RA_COMPLETE", "fish").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_committed_scripts_are_fresh() {
    for (shell, name) in SHELLS {
        let fresh = Sandbox::new().run(["completions", shell]).ends(0).stdout;
        if std::env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
            std::fs::write(committed(name), &fresh).unwrap();
        }
        let old = std::fs::read_to_string(committed(name)).unwrap();
        assert!(old == fresh, "completions/{name} is stale: ra completions {shell} > completions/{name}");
    }
}

#[test]
fn static_scripts_stand_alone() {
    for (shell, _) in SHELLS {
        let script = Sandbox::new().run(["completions", shell, "--static"]).ends(0).stdout;
        assert!(script.contains("runagents") && !script.contains("RA_COMPLETE"), "{shell}");
    }
    Sandbox::new().run(["completions", "tcsh"]).ends(2);
}

#[test]
fn fish_completes() {
    if !installed("fish") {
        return;
    }
    let ra = sandbox();
    for (line, expected) in LINES {
        let script = format!("source {}; complete --do-complete '{line}'", committed("ra.fish").display());
        let said = in_shell(&ra, "fish", &["--no-config", "-c", &script]);
        let first: Vec<&str> = said.lines().map(|line| line.split('\t').next().unwrap_or_default()).collect();
        assert!(first.contains(&expected), "{line}: {said}");
    }
}

fn in_shell(ra: &Sandbox, shell: &str, arguments: &[&str]) -> String {
    let ours = ra.process([""; 0]);
    let mut command = std::process::Command::new(shell);
    command.env_clear().envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.args(arguments).current_dir(ra.home.path()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Types a line and Tab in an interactive shell, then has the shell print the words the line has become.
fn typed(ra: &Sandbox, shell: &str, arguments: &[&str], setup: &str, line: &str, expected: &str) {
    let mut terminal = ra.terminal_of(shell, arguments);
    terminal.press(&format!("{setup}\n"));
    terminal.press("printf 'rea''dy\\n'\n");
    terminal.expect("ready");
    // All in one go: the shell reads on when it has completed the line. Ctrl-A and Ctrl-E put a command around it.
    terminal.press(&format!("{line}\t\u{1}printf '<%s>' \u{5}\n"));
    let (before, _) = line.rsplit_once(' ').unwrap();
    terminal.expect(&format!("<{}><{expected}>", before.replace(' ', "><")));
}

#[test]
fn bash_completes() {
    if !installed("bash") {
        return;
    }
    let ra = sandbox();
    let setup = format!("source {}", committed("ra.bash").display());
    for (line, expected) in LINES {
        typed(&ra, "bash", &["--norc", "--noprofile", "-i"], &setup, line, expected);
    }
    // What bash cuts into pieces is put together again.
    ra.file("question.md", "?");
    for (line, expected) in [
        ("ra --output=js", "--output=json"),
        ("ra recursiv agent chat guide -m @quest", "@question.md"),
        ("ra recall run hello -f text=@quest", "text=@question.md"),
    ] {
        typed(&ra, "bash", &["--norc", "--noprofile", "-i"], &setup, line, expected);
    }
}

#[test]
fn zsh_completes() {
    if !installed("zsh") {
        return;
    }
    let ra = sandbox();
    let folder = committed("_ra").parent().unwrap().display().to_string();
    let setup = format!("bindkey -e; fpath=({folder} $fpath); autoload -Uz compinit && compinit -u -D");
    for (line, expected) in LINES {
        typed(&ra, "zsh", &["-f", "-i"], &setup, line, expected);
    }
}

#[test]
fn words_flags_and_values() {
    let ra = Sandbox::new();
    for (line, expected) in [
        ("ra --color a", vec!["auto", "always"]),
        ("ra -o y", vec!["yaml"]),
        ("ra auth login recu", vec!["recursiv"]),
        ("ra config set recall.api_", vec!["recall.api_key"]),
        ("ra config set recall.api v", vec!["v2"]),
        ("ra help rec", vec!["recursiv", "recall"]),
        ("ra help recursiv proj", vec!["project"]),
        ("ra completions f", vec!["fish"]),
        ("ra recursiv agents cha", vec!["chat"]),
        ("ra --profile d", vec!["default"]),
    ] {
        assert_eq!(offers(&ra, line), expected, "{line}");
    }
    // Where a name is due, twenty flags would only be in the way.
    assert_eq!(offers(&ra, "ra config profile use "), ["default"]);
}

#[test]
fn profiles_and_files() {
    let ra = Sandbox::new();
    ra.run(["config", "profile", "add", "work"]).ends(0);
    ra.run(["config", "profile", "add", "würzburg"]).ends(0);
    assert_eq!(offers(&ra, "ra --profile w"), ["work", "würzburg"]);
    assert_eq!(offers(&ra, "ra config profile remove wo"), ["work"]);
    let other = ra.file("other.json", r#"{"profiles": {"elsewhere": {}}}"#);
    assert_eq!(offers(&ra, &format!("ra --config {other} --profile e")), ["elsewhere"]);
    ra.file("questions/one.md", "?");
    assert_eq!(offers(&ra, "ra recursiv agent chat guide @quest"), ["@questions/"]);
    assert_eq!(offers(&ra, "ra recursiv agent chat guide -m @questions/o"), ["@questions/one.md"]);
}

#[test]
fn names_seen_in_lists() {
    let server = Server::answering(|_, _| {
        Some(Reply::json(200, r#"{"data":[{"id":"a1","name":"support"},{"id":"a2","name":"sales desk"}]}"#))
    });
    let ra =
        Sandbox::new().env("RECURSIV_API_BASE_URL", server.url()).env("RECURSIV_API_KEY", "sk_0123456789");
    assert!(offers(&ra, "ra recursiv agent chat s").is_empty());
    ra.run(["recursiv", "agent", "list"]).ends(0);
    assert_eq!(offers(&ra, "ra recursiv agent chat s"), ["support", "sales desk"]);
    assert_eq!(offers(&ra, "ra recursiv agent get su"), ["support"]);
    // They belong to one address and one profile.
    assert!(offers(&ra, "ra recursiv --base-url http://h agent chat s").is_empty());
    ra.run(["config", "profile", "add", "work"]).ends(0);
    assert!(offers(&ra, "ra --profile work recursiv agent chat s").is_empty());
    assert_eq!(server.lines().len(), 1);
}

#[test]
fn local_names_are_known_without_a_server() {
    let ra = Sandbox::new();
    assert_eq!(offers(&ra, "ra --local recursiv agent chat "), ["guide", "coder"]);
    assert_eq!(offers(&ra, "ra --local recursiv project get d"), ["demo"]);
    assert!(!ra.home.path().join(".local").exists());
    ra.run(["--local", "recursiv", "agent", "create", "--name", "gustav", "--model", "m/x"]);
    ra.run(["--local", "recursiv", "agent", "list"]).ends(0);
    assert!(offers(&ra, "ra --local recursiv agent chat gu").contains(&"guide".to_owned()));
    let by_variable = Sandbox::new().env("RA_LOCAL", "1");
    assert_eq!(offers(&by_variable, "ra recursiv agent chat gu"), ["guide"]);
}

#[test]
fn silent_whatever_is_wrong_and_quick() {
    let ra = Sandbox::new();
    ra.file(".config/ra/config.json", "{ broken");
    assert_eq!(offers(&ra, "ra recu"), ["recursiv"]);
    assert_eq!(offers(&ra, "ra --profile d"), ["default"]);
    assert!(offers(&ra, "ra recursiv agent chat x").is_empty());
    assert!(offers(&ra, "ra no such words").is_empty());
    for shell in ["tcsh", "bash", "zsh"] {
        let output = ra.process(["--", "ra", "\u{1b}[31m", ""]).env("RA_COMPLETE", shell).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    }
    let best = (0..5)
        .map(|_| {
            let started = Instant::now();
            offers(&ra, "ra --local recursiv agent chat gu");
            started.elapsed()
        })
        .min()
        .unwrap();
    assert!(best.as_millis() < 300, "{best:?}");
}
