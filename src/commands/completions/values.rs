//! Which values can be completed: attached to the whole command tree in one walk, by the names of arguments.

use std::ffi::OsStr;

use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _};

use super::scene::Scene;
use crate::commands::resource;
use crate::config::{Check, SETTINGS, find};
use crate::services::operation::Place;

/// Where candidates come from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// The profiles of the configuration file.
    Profiles,
    /// Names seen in lists, of a kind such as `recall-workflow`.
    Names(String),
    /// The keys of settings.
    Settings,
    /// What the setting named before it may hold.
    SettingValue,
    /// The words of commands, and the topics of `ra help`.
    Commands,
    /// Nothing but a file after `@`.
    Text,
}

/// The tree with completers for its values.
pub fn attach(tree: Command, scene: &Scene) -> Command {
    walk(tree, &mut Vec::new(), scene)
}

fn walk(command: Command, words: &mut Vec<String>, scene: &Scene) -> Command {
    // Who has typed nothing yet wants words and names, not every flag there is. Hidden ones are offered only where
    // there is nothing else.
    let new = scene.at_new_word();
    let command = if new { command.disable_help_flag(true).disable_version_flag(true) } else { command };
    let command = command.mut_args(|arg| {
        let hide = new && !arg.is_positional();
        let arg = if hide { arg.hide(true) } else { arg };
        match source(&arg, words) {
            Some(source) => {
                let scene = scene.clone();
                let completer = move |current: &OsStr| source.candidates(current, &scene);
                arg.add(ArgValueCompleter::new(completer))
            }
            None => arg,
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(&name, |inner| {
            words.push(name.clone());
            let inner = walk(inner, words, scene);
            words.pop();
            inner
        })
    })
}

/// Where the values of an argument come from; nothing when clap knows them itself.
fn source(arg: &Arg, words: &[String]) -> Option<Source> {
    let id = arg.get_id().as_str();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let flag = !matches!(arg.get_action(), clap::ArgAction::Set | clap::ArgAction::Append);
    if flag || arg.get_value_hint() != ValueHint::Unknown {
        return None;
    }
    let source = match (words.as_slice(), id) {
        ([], "profile") | (["config", "profile", "use" | "remove"], "name") => Source::Profiles,
        (["config", _], "key") => Source::Settings,
        (["config", "set"], "value") => Source::SettingValue,
        (["help"], _) => Source::Commands,
        ([service @ ("recursiv" | "recall" | "runagents"), rest @ ..], id) => {
            names(service, rest, id).map_or(Source::Text, Source::Names)
        }
        _ => Source::Text,
    };
    let known = arg.get_value_parser().possible_values().is_some();
    (source != Source::Text || !known).then_some(source)
}

/// The kind of thing that an argument of a service's command names.
fn names(service: &str, words: &[&str], id: &str) -> Option<String> {
    let [nouns @ .., verb] = words else { return None };
    if let Some(operation) = resource::find(service, words) {
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == id)?;
        if let Some(lookup) = parameter.lookup {
            return Some(format!("{service}-{}", lookup.noun));
        }
        // The id of one thing out of a list: what the list has shown.
        let first = operation.parameters.iter().find(|parameter| parameter.place == Place::Path);
        let is_it = first.is_some_and(|first| first.name == id) && *verb != "list" && *verb != "create";
        return is_it.then(|| format!("{service}-{}", nouns.join("-")));
    }
    matches!(id, "agent" | "workflow" | "project" | "tool").then(|| format!("{service}-{id}"))
}

impl Source {
    fn candidates(&self, current: &OsStr, scene: &Scene) -> Vec<CompletionCandidate> {
        let typed = current.to_string_lossy();
        let among = |names: Vec<String>| {
            let fits = |name: &String| name.starts_with(typed.as_ref()) && !name.contains(char::is_control);
            names.into_iter().filter(fits).map(CompletionCandidate::new).collect::<Vec<_>>()
        };
        match self {
            Self::Profiles => among(scene.profiles()),
            Self::Names(kind) => among(scene.names(kind)),
            Self::Settings => SETTINGS
                .iter()
                .filter(|setting| setting.key.starts_with(typed.as_ref()))
                .map(|setting| CompletionCandidate::new(setting.key).help(Some(setting.meaning.into())))
                .collect(),
            Self::SettingValue => {
                let setting = scene.after("set").iter().find_map(|word| find(word).ok());
                match setting.map(|setting| setting.check) {
                    Some(Check::OneOf(words)) => among(words.iter().map(|word| (*word).to_owned()).collect()),
                    _ => files(&typed),
                }
            }
            Self::Commands => among(commands(scene.after("help"))),
            Self::Text => files(&typed),
        }
    }
}

/// Files after an `@` at the beginning, or behind the `=` of a field.
fn files(typed: &str) -> Vec<CompletionCandidate> {
    let before = match (typed.strip_prefix('@'), typed.split_once("=@")) {
        (Some(_), _) => 1,
        (None, Some((name, _))) => name.len() + 2,
        (None, None) => return Vec::new(),
    };
    let (prefix, path) = typed.split_at(before);
    let found = PathCompleter::any().complete(OsStr::new(path));
    // The folder itself is offered for an empty path, and is no file to read.
    let fits = found.into_iter().filter(|candidate| candidate.get_value() != ".");
    fits.map(|candidate| candidate.add_prefix(prefix)).collect()
}

/// What may follow these words of `ra help`.
fn commands(words: &[String]) -> Vec<String> {
    let tree = crate::cli::tree();
    let before = &words[..words.len().saturating_sub(1)];
    let at = before.iter().try_fold(&tree, |at, word| at.find_subcommand(word));
    let names = at.into_iter().flat_map(Command::get_subcommands).map(|inner| inner.get_name().to_owned());
    let topics = ["environment", "output", "exit-codes"].map(str::to_owned);
    names.chain(topics.into_iter().filter(|_| before.is_empty())).collect()
}
