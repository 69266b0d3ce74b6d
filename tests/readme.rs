//! README is true: its `console` blocks run against the local services, its first two commands are the promised ones.

use crate::support::Sandbox;

const README: &str = include_str!("../README.md");

/// The lines of all fenced blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in README.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            inside = fence == language;
        } else if inside && !line.trim().is_empty() {
            lines.push(line);
        }
    }
    lines
}

#[test]
fn console_blocks_run_as_they_stand() {
    let sandbox = Sandbox::new();
    let commands = blocks("console");
    assert!(commands.len() >= 12, "{commands:?}");
    for line in commands {
        // `echo TEXT | ra …` or `ra …`.
        let (stdin, command) = match line.strip_prefix("$ echo ") {
            Some(piped) => piped.split_once(" | ra ").expect("echo goes into `ra`"),
            None => ("", line.strip_prefix("$ ra ").expect("console lines begin with `$ ra `")),
        };
        let (words, text) = (shlex::split(command).unwrap(), shlex::split(stdin).unwrap().join(" "));
        assert_eq!(words[0], "--local", "{line}");
        let run = if text.is_empty() { sandbox.run(&words) } else { sandbox.pipe(&words, &text) }.ends(0);
        assert!(!run.stdout.trim().is_empty(), "{line} printed nothing: {run:?}");
    }
}

#[test]
fn the_first_two_commands_and_the_sign_in() {
    let commands = blocks("sh");
    assert_eq!(commands.len(), 3, "{commands:?}");
    let words = shlex::split(commands[0].strip_prefix("cargo run --quiet -- ").unwrap()).unwrap();
    assert!(Sandbox::new().run(&words).ends(0).stdout.len() > 20);
    assert_eq!(commands[1], "cargo test --locked");
    let login = commands[2].split('#').next().unwrap().trim().strip_prefix("ra ").unwrap();
    let sandbox = Sandbox::new();
    let mut words = login.split(' ').collect::<Vec<_>>();
    words.push("--help");
    assert!(sandbox.run(words).ends(0).stdout.contains("key"));
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let help = Sandbox::new().run(["help", "exit-codes"]).ends(0).stdout;
    for line in help.lines() {
        let code = line.split_whitespace().next().unwrap();
        assert!(
            README.contains(&format!("| {code} "))
                || README.contains(&format!("{code}, "))
                || README.contains(&format!(", {code} ")),
            "README lacks exit code {code}"
        );
    }
}
