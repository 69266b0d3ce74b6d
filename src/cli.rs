//! The root command: global flags, the command tree, dispatch, and how everything ends.

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::args::Globals;
use crate::commands::{self, Exit, resource};
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::Planned;
use crate::output::{ReaderGone, Terminal};
use crate::services::Service;

/// One command-line program for Recursiv, Recall and RunAgents
///
/// Try it without an account: ra --local recursiv agent chat guide 'What can you do?'
#[derive(Parser, Debug)]
#[command(name = "ra", version, disable_help_subcommand = true, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub command: Command,
}

/// What stands at the root.
#[derive(Subcommand, Debug)]
pub enum Command {
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Recursiv(commands::recursiv::RecursivArgs),
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Recall(commands::recall::RecallArgs),
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Runagents(commands::runagents::RunagentsArgs),
    Auth(commands::auth::AuthArgs),
    Config(commands::config::ConfigArgs),
    Local(commands::local::LocalArgs),
    Doctor(commands::doctor::DoctorArgs),
    Completions(commands::completions::CompletionsArgs),
    Man(commands::man::ManArgs),
    Help(commands::help::HelpArgs),
}

/// The services in the order of the tree.
const SERVICES: [&str; 3] = ["recursiv", "recall", "runagents"];

/// The whole command tree: what has code, and what is made from descriptions.
pub fn tree() -> clap::Command {
    let mut root = Cli::command();
    for service in SERVICES {
        if root.find_subcommand(service).is_some() {
            root = root.mut_subcommand(service, |tree| resource::extend(tree, service));
        }
    }
    let names: Vec<String> = root.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter().fold(root, |root, name| root.mut_subcommand(name, |command| dressed(command, true)))
}

/// Examples before options: who reads a help wants to see how the command is used, and a long list hides them.
const HELP: &str = "{before-help}{about-with-newline}\n{usage-heading} {usage}{after-help}\n\n{all-args}";

/// How every command looks: nouns answer to their plural, `list` to `ls`, `delete` to `rm`, `get` to `show`.
fn dressed(command: clap::Command, is_root: bool) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let is_noun = !names.is_empty() && !is_root;
    let name = command.get_name().to_owned();
    let taken: Vec<String> = command.get_all_aliases().map(str::to_owned).collect();
    let alias = match name.as_str() {
        "list" => Some("ls".to_owned()),
        "delete" => Some("rm".to_owned()),
        "get" => Some("show".to_owned()),
        name if is_noun => Some(plural(name)),
        _ => None,
    };
    let command = match alias.filter(|alias| !taken.contains(alias)) {
        Some(alias) => command.alias(alias),
        None => command,
    };
    let command = command.help_template(HELP);
    names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |inner| dressed(inner, false)))
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with('s') => noun.to_owned(),
        _ => format!("{noun}s"),
    }
}

/// Runs the program with these arguments and gives its exit code.
pub fn run(arguments: Vec<std::ffi::OsString>) -> u8 {
    // Before anything that could take time or say something: a shell is waiting for the answer to a Tab.
    if let Some(code) = commands::completions::answer(&arguments, tree) {
        return code;
    }
    let matches = match tree().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return explain(&error),
    };
    let globals = Globals::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let ctx = match Context::new(globals) {
        Ok(ctx) => ctx,
        Err(error) => return without_context(&error),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(dispatch(&matches, &ctx));
            // A blocked read of stdin must not hold up the end.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(anyhow::Error::new(error).context("cannot start the runtime")),
    };
    finish(outcome, &ctx)
}

async fn dispatch(matches: &clap::ArgMatches, ctx: &Context) -> Result<Exit> {
    let mut words = Vec::new();
    let mut leaf = matches;
    while let Some((word, inner)) = leaf.subcommand() {
        words.push(word);
        leaf = inner;
    }
    if let [service, rest @ ..] = words.as_slice()
        && let Some(operation) = resource::find(service, rest)
    {
        let client = service_client(service, leaf, ctx)?;
        return resource::run(operation, leaf, ctx, client.as_ref()).await;
    }
    let cli = Cli::from_arg_matches(matches).map_err(|error| Failure::usage(error.to_string()))?;
    match cli.command {
        Command::Recursiv(args) => {
            args.flags.apply(ctx)?;
            commands::recursiv::run(args, ctx).await
        }
        Command::Recall(args) => {
            args.flags.apply(ctx)?;
            commands::recall::run(args, ctx).await
        }
        Command::Runagents(args) => {
            args.flags.apply(ctx)?;
            commands::runagents::run(args, ctx).await
        }
        Command::Auth(args) => commands::auth::run(args, ctx).await,
        Command::Config(args) => commands::config::run(args, ctx).await,
        Command::Local(args) => commands::local::run(args, ctx).await,
        Command::Doctor(args) => commands::doctor::run(args, ctx).await,
        Command::Completions(args) => commands::completions::run(args, ctx, tree()).await,
        Command::Man(args) => commands::man::run(args, ctx, tree()).await,
        Command::Help(args) => commands::help::run(&args, ctx, tree()),
    }
}

/// The client that a generic command talks through.
fn service_client(service: &str, leaf: &clap::ArgMatches, ctx: &Context) -> Result<Box<dyn Service>> {
    match service {
        "recursiv" => {
            commands::recursiv::Flags::from_arg_matches(leaf)?.apply(ctx)?;
            Ok(Box::new(ctx.recursiv()?))
        }
        "recall" => {
            commands::recall::Flags::from_arg_matches(leaf)?.apply(ctx)?;
            Ok(Box::new(ctx.recall()?))
        }
        "runagents" => {
            commands::runagents::Flags::from_arg_matches(leaf)?.apply(ctx)?;
            Ok(Box::new(ctx.runagents()?))
        }
        _ => Err(Failure::usage(format!("`{service}` is no service")).into()),
    }
}

/// Help, version and wrong usage, as clap words them.
fn explain(error: &clap::Error) -> u8 {
    let code = if error.use_stderr() { Kind::Usage.exit_code() } else { 0 };
    // A reader that has gone is no reason to complain.
    let _ = error.print();
    code
}

/// An error that came before anyone knew how to print.
fn without_context(error: &anyhow::Error) -> u8 {
    let (failure, _) = crate::error::unpack(error);
    let mut stderr = Terminal::stderr(crate::output::ColorWhen::Auto);
    let hints: String = failure.hints.iter().map(|hint| format!("hint: {hint}\n")).collect();
    let _ = stderr.write(format!("error: {failure}\n{hints}").as_bytes());
    failure.kind.exit_code()
}

/// Who said `--no-auth` needs no advice about keys.
fn asked_without_key(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.kind == Kind::Auth => {
            Failure { hints: vec!["leave --no-auth out".to_owned()], ..failure }.into()
        }
        Ok(failure) => failure.into(),
        Err(other) => other,
    }
}

/// What is left to say, and the exit code.
fn finish(outcome: Result<Exit>, ctx: &Context) -> u8 {
    let error = match outcome {
        Ok(code) => return code,
        Err(error) => error,
    };
    if let Some(planned) = error.downcast_ref::<Planned>() {
        if ctx.globals.local {
            ctx.output.note("the embedded services end with this command; `ra local serve` keeps them, `ra local env` points there");
        }
        return match ctx.output.print(planned.0.as_bytes()) {
            Ok(()) => 0,
            Err(error) => finish(Err(error), ctx),
        };
    }
    // `ra … | head` has what it wanted.
    if error.downcast_ref::<ReaderGone>().is_some() {
        return 0;
    }
    let error = if ctx.globals.no_auth { asked_without_key(error) } else { error };
    ctx.output.failure(&error);
    crate::error::unpack(&error).0.kind.exit_code()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An argument named like a global flag would take that flag's value, or give it its own.
    fn clashes(command: &clap::Command, globals: &[String], found: &mut Vec<String>) {
        for inner in command.get_subcommands() {
            let own = inner.get_arguments().map(|arg| arg.get_id().to_string());
            let same = own.filter(|id| globals.contains(id));
            found.extend(same.map(|id| format!("{} {id}", inner.get_name())));
            clashes(inner, globals, found);
        }
    }

    #[test]
    fn the_tree_is_sound() {
        let tree = tree();
        let globals: Vec<String> = tree.get_arguments().map(|arg| arg.get_id().to_string()).collect();
        let mut found = Vec::new();
        clashes(&tree, &globals, &mut found);
        assert!(found.is_empty(), "{found:?}");
        tree.debug_assert();
    }
}
