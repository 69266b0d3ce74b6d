//! The whole command tree: as one text file, so that a changed word or flag is seen in review.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::support::Sandbox;

/// Every command's words with its help, found by following the help itself.
pub fn every_help() -> &'static BTreeMap<String, String> {
    static HELP: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    HELP.get_or_init(|| {
        let ra = Sandbox::new();
        let mut found = BTreeMap::new();
        let mut ahead = vec![String::new()];
        while let Some(words) = ahead.pop() {
            let help = ra.run(words.split_whitespace().chain(["--help"])).ends(0).stdout;
            ahead.extend(section(&help, "Commands:").iter().map(|line| {
                let word = line.split_whitespace().next().unwrap_or_default();
                format!("{words} {word}").trim().to_owned()
            }));
            found.insert(words, help);
        }
        found
    })
}

/// The lines of a section that begin an entry.
fn section<'a>(help: &'a str, title: &str) -> Vec<&'a str> {
    let lines = help.lines().skip_while(|line| *line != title).skip(1);
    lines
        .take_while(|line| line.is_empty() || line.starts_with(' '))
        .filter(|line| line.starts_with("  ") && !line.starts_with("        "))
        .collect()
}

/// One command as it stands in the file: how it is called, what it does, what it takes.
fn entry(words: &str, help: &str) -> String {
    let usage = help.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap_or_default();
    let mut text = format!("{usage}\n    {}\n", help.lines().next().unwrap_or_default());
    // The flags of all commands, and of all commands of a service, stand where they come from.
    let inherited = help.lines().filter(|line| line.ends_with(" options:") && !words.contains(' '));
    for title in ["Arguments:", "Options:"].into_iter().chain(inherited) {
        if title == "Global options:" && !words.is_empty() {
            continue;
        }
        for line in section(help, title) {
            let flag = line.trim().split("  ").next().unwrap_or_default();
            if !matches!(flag, "-h, --help" | "-V, --version") {
                text.push_str(&format!("    {flag}\n"));
            }
        }
    }
    text
}

#[test]
fn the_command_tree() {
    let tree: Vec<String> = every_help().iter().map(|(words, help)| entry(words, help)).collect();
    snapbox::assert_data_eq!(tree.join("\n"), snapbox::file!["command-tree.txt"].raw());
}

#[test]
fn every_command_has_examples_and_every_flag_a_sentence() {
    for (words, help) in every_help() {
        assert!(
            words.is_empty() || help.contains("Examples:") || !section(help, "Commands:").is_empty(),
            "ra {words}"
        );
        let before = help.split("\nExamples:").next().unwrap_or_default();
        let mut lines = before.lines().peekable();
        while let Some(line) = lines.next() {
            let is_entry = line.starts_with("  ") && !line.starts_with("        ");
            if is_entry && line.trim_start().starts_with('-') {
                let told = line.trim().contains("  ")
                    || lines
                        .peek()
                        .is_some_and(|next| next.starts_with("          ") && !next.trim().is_empty());
                assert!(told, "ra {words}: {line}");
            }
        }
    }
}

#[test]
fn topics() {
    let ra = Sandbox::new();
    for topic in ["environment", "output", "exit-codes"] {
        assert!(ra.run(["help", topic]).ends(0).stdout.len() > 200);
    }
    for words in [vec!["help", "recursiv", "agent", "chat"], vec!["recursiv", "agent", "chat", "--help"]] {
        assert!(ra.run(&words).ends(0).stdout.contains("ra recursiv agent chat"));
    }
    ra.run(["help", "nonsense"]).ends(2);
}

#[test]
fn manual_pages() {
    let ra = Sandbox::new();
    let page = ra.run(["man"]).ends(0).stdout;
    assert!(page.contains(".TH ra 1") && page.contains("recursiv"));
    let written = ra.run(["man", "pages", "-o", "json"]).ends(0).json();
    let pages = std::fs::read_dir(ra.home.path().join("pages")).unwrap().count();
    assert_eq!(written["pages"], pages);
    assert_eq!(pages, every_help().len());
    assert!(ra.read("pages/ra-recursiv-agent-chat.1").contains("conversation"));
}
