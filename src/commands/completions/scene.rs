//! What stands on the line already and what this machine knows: the ground on which values are completed.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use crate::commands::account::Account;
use crate::config::{Env, Paths, Settings, file, profiles, write};
use crate::state::names::{Names, Place};

/// The words typed so far. Everything else is read only when a value is asked for.
#[derive(Clone, Debug)]
pub struct Scene {
    words: Arc<Vec<String>>,
}

/// What the embedded services start with, for as long as nobody has listed anything.
const SEEDS: &[(&str, &[&str])] = &[
    ("recursiv-agent", &["guide", "coder"]),
    ("recursiv-project", &["demo"]),
    ("recall-workflow", &["hello", "slow", "fails", "asks"]),
    ("runagents-agent", &["echo-agent"]),
    ("runagents-tool", &["echo-tool"]),
];

impl Scene {
    /// The scene of a command line.
    pub fn of(words: &[OsString]) -> Self {
        Self { words: Arc::new(words.iter().map(|word| word.to_string_lossy().into_owned()).collect()) }
    }

    /// Whether the word to be completed is still empty.
    pub fn at_new_word(&self) -> bool {
        self.words.last().is_some_and(String::is_empty)
    }

    /// The words after the first one that is `word`.
    pub fn after(&self, word: &str) -> &[String] {
        let at = self.words.iter().position(|known| known == word);
        at.map_or(&[], |at| &self.words[at + 1..])
    }

    /// The value of a flag, given as `--flag value` or `--flag=value`.
    fn flag(&self, flag: &str) -> Option<&str> {
        self.words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix(flag)? {
            "" => self.words.get(at + 1).map(String::as_str),
            rest => rest.strip_prefix('='),
        })
    }

    fn paths(&self, env: &Env) -> Option<Paths> {
        Paths::of(env, self.flag("--config").map(Path::new)).ok()
    }

    /// The profiles of the configuration file.
    pub fn profiles(&self) -> Vec<String> {
        let env = Env::of_process();
        let document = self.paths(&env).and_then(|paths| file::peek(&paths.config).ok().flatten());
        let document = document.unwrap_or_else(write::empty);
        profiles(&document).into_iter().map(str::to_owned).collect()
    }

    /// The names of a kind of thing (`recall-workflow`), seen at the place that this line talks to.
    pub fn names(&self, kind: &str) -> Vec<String> {
        self.known(kind).unwrap_or_default()
    }

    fn known(&self, kind: &str) -> Option<Vec<String>> {
        let env = Env::of_process();
        let local = self.words.iter().any(|word| word == "--local") || env.is_on("RA_LOCAL");
        let paths = self.paths(&env)?;
        if local {
            let seen = Names::of(&paths.cache, kind, Place::Local).fresh();
            let seeds = || SEEDS.iter().find(|(seeded, _)| *seeded == kind).map(|(_, names)| *names);
            return Some(match seen.is_empty() {
                true => seeds().unwrap_or_default().iter().map(|name| (*name).to_owned()).collect(),
                false => seen,
            });
        }
        let account = Account::of(kind.split('-').next()?).ok()?;
        let document = file::peek(&paths.config).ok()?;
        let settings = Settings::of(env, paths, self.flag("--profile"), document).ok()?;
        let address = match self.flag("--base-url").or(self.flag("--endpoint")) {
            Some(address) => address.to_owned(),
            None => settings.get(account.address).ok()??.value,
        };
        Some(Names::of(&settings.paths.cache, kind, Place::At(&address, &settings.profile)).fresh())
    }
}
