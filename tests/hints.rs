//! Whatever we tell people to type can be typed: hints in the source, examples in the help.

use std::path::{Path, PathBuf};

use crate::help::every_help;
use crate::support::Sandbox;

/// Runs a command line up to its help: unknown words and flags are refused before that is shown.
fn parses(ra: &Sandbox, line: &str) -> Result<(), String> {
    let words = shlex::split(line).ok_or_else(|| "quotes that do not end".to_owned())?;
    let words = words.into_iter().skip(1).filter(|word| word != "--help");
    let run = ra.run(words.chain(["--help".to_owned()]));
    if run.code == 0 { Ok(()) } else { Err(run.stderr.lines().next().unwrap_or_default().to_owned()) }
}

/// The calls of `ra` in a line of shell: without what stands before them, after a pipe, and in comments.
fn calls(line: &str) -> Vec<String> {
    let line = line.split("   #").next().unwrap_or(line);
    let line = line.replace("$(", " ; ").replace("<(", " ; ").replace(')', " ; ");
    let mut found = Vec::new();
    let mut call = String::new();
    let mut quote = None;
    for character in format!("{line};").chars() {
        match (quote, character) {
            (None, '|' | ';' | '&' | '<' | '>') => found.push(std::mem::take(&mut call)),
            (None, '\'' | '"') => {
                quote = Some(character);
                call.push(character);
            }
            (Some(open), character) if open == character => {
                quote = None;
                call.push(character);
            }
            (_, character) => call.push(character),
        }
    }
    found.iter().filter_map(|call| own(call)).collect()
}

/// The call itself, if the program is `ra`; what is set before it does not count.
fn own(call: &str) -> Option<String> {
    let words = shlex::split(call)?;
    let is_assignment = |word: &&String| word.contains('=') && !word.starts_with('-');
    let words: Vec<&str> = words.iter().skip_while(is_assignment).map(String::as_str).collect();
    (words.first() == Some(&"ra")).then(|| shlex::try_join(words).unwrap())
}

#[test]
fn every_example_can_be_typed() {
    let ra = Sandbox::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (words, help) in every_help() {
        let examples = help.split("Examples:\n").nth(1).unwrap_or_default();
        // A line that goes on below ends in a backslash.
        let examples = examples.replace(" \\\n   ", "");
        for line in examples.lines().filter(|line| line.starts_with("  ")) {
            for call in calls(line) {
                count += 1;
                if let Err(why) = parses(&ra, &call) {
                    wrong.push(format!("ra {words}: {call}: {why}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 30, "only {count} examples were found");
}

#[test]
fn every_hint_can_be_typed() {
    let ra = Sandbox::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for hint in hints(&text) {
            count += 1;
            let tries = FILLERS.map(|filler| typed(&ra, &hint.replace(HOLE, filler)));
            if let [Err(first), ..] = &tries
                && tries.iter().all(Result::is_err)
            {
                wrong.push(format!("{}: {first}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 10, "only {count} hints were found");
}

/// Whether all calls in a hint parse.
fn typed(ra: &Sandbox, hint: &str) -> Result<(), String> {
    calls(hint).iter().try_for_each(|call| parses(ra, call).map_err(|why| format!("{call}: {why}")))
}

/// Stands for a hole in a format string.
const HOLE: &str = "HOLE";

/// What a hole may hold: a service, a noun, a number.
const FILLERS: [&str; 3] = ["recursiv", "agent", "10"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let own = files.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    own.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// The literals of `hint("ra …")` and `hint(format!("ra …"))`, with `HOLE` for their holes.
fn hints(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("hint(") {
        let rest = text[at + 5..].trim_start().trim_start_matches('&');
        let rest = rest.strip_prefix("format!(").unwrap_or(rest).trim_start();
        let Some(literal) = rest.strip_prefix("\"ra ") else { continue };
        let literal: String = literal.split('"').next().unwrap_or_default().to_owned();
        if literal.starts_with('{') || literal.ends_with('\\') {
            continue;
        }
        let mut filled = String::from("ra ");
        let mut hole = None::<String>;
        for character in literal.chars() {
            match (&mut hole, character) {
                (None, '{') => hole = Some(String::new()),
                (Some(_), '}') => {
                    hole = None;
                    filled.push_str(HOLE);
                }
                (Some(name), character) => name.push(character),
                (None, character) => filled.push(character),
            }
        }
        found.push(filled);
    }
    found
}

#[test]
fn calls_are_cut_out_of_their_lines() {
    assert_eq!(calls("git diff | ra chat -m - --new"), ["ra chat -m - --new"]);
    assert_eq!(calls("ra a '1 | 2' && ra b   # why"), ["ra a '1 | 2'", "ra b"]);
    assert_eq!(calls("EDITOR='code --wait' ra config edit"), ["ra config edit"]);
    assert_eq!(hints("x.hint(format!(\"ra auth login {}\", a))"), ["ra auth login HOLE"]);
}
