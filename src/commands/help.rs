//! `ra help`: the help of any command, and the topics `environment`, `output` and `exit-codes`.

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::config::{SETTINGS, env::VARIABLES};
use crate::context::Context;
use crate::error::Failure;

/// Show the help of a command, or a topic: environment, output, exit-codes
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra help recursiv agent chat
  ra help environment")]
pub struct HelpArgs {
    /// Words of a command, or a topic
    pub words: Vec<String>,

    /// Print every command with what it takes, one a line
    #[arg(long, conflicts_with = "words")]
    pub tree: bool,
}

/// Carries the command out. `tree` is the whole command tree.
///
/// # Errors
/// Exit 2 when there is no such command or topic.
pub fn run(args: &HelpArgs, ctx: &Context, mut tree: clap::Command) -> Result<Exit> {
    let words: Vec<&str> = args.words.iter().map(String::as_str).collect();
    let text = match words.as_slice() {
        [] if args.tree => {
            tree.build();
            let mut lines = String::new();
            leaves(&tree, "ra", &mut lines);
            lines
        }
        ["environment"] => environment(),
        ["output"] => OUTPUT.to_owned(),
        ["exit-codes"] => EXIT_CODES.to_owned(),
        words => {
            tree.build();
            let mut at = &mut tree;
            for word in words {
                at = at.find_subcommand_mut(word).ok_or_else(|| {
                    Failure::usage(format!("there is no command or topic `{}`", words.join(" ")))
                        .hint("ra help")
                })?;
            }
            at.render_long_help().to_string()
        }
    };
    ctx.output.print(text.as_bytes())?;
    Ok(0)
}

/// One line for each command that does something; the flags of every command are left out.
fn leaves(command: &clap::Command, words: &str, lines: &mut String) {
    let inner: Vec<&clap::Command> =
        command.get_subcommands().filter(|inner| inner.get_name() != "help" || words == "ra").collect();
    for command in &inner {
        leaves(command, &format!("{words} {}", command.get_name()), lines);
    }
    if inner.is_empty() {
        let own = command
            .get_arguments()
            .filter(|arg| !arg.is_global_set() && !matches!(arg.get_id().as_str(), "help" | "version"));
        let taken: String = own.filter(|arg| !arg.is_hide_set()).map(|arg| format!(" {arg}")).collect();
        lines.push_str(&format!("{words}{taken}\n"));
    }
}

/// Every variable that is read, settings first.
fn environment() -> String {
    let mut rows: Vec<(String, String)> = Vec::new();
    for setting in SETTINGS {
        for (place, name) in setting.variables.iter().enumerate() {
            let meaning = match place {
                0 => setting.meaning.to_owned(),
                _ => format!("The same, when {} is unset.", setting.variables[place - 1]),
            };
            rows.push(((*name).to_owned(), meaning));
        }
    }
    rows.extend(VARIABLES.iter().map(|variable| (variable.name.to_owned(), variable.meaning.to_owned())));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = "Environment variables. A flag wins over a variable, a variable over the configuration file; an empty\n\
                    variable counts as unset. None is ever written into a file.\n\n"
        .to_owned();
    for (name, meaning) in rows {
        text.push_str(&format!("  {name:width$}  {meaning}\n"));
    }
    text
}

const OUTPUT: &str = "\
Results go to stdout, everything else (progress, warnings, hints, errors) to stderr.

  -o human   tables and sheets for people; aligned text without colour in a pipe (the default)
  -o json    the service's own data, indented: unknown fields kept, numbers in their own spelling
  -o ndjson  one object a line, written as pages and events arrive
  -o yaml    the same data as YAML
  -o tsv     the columns of the table, tab-separated, without a heading
  -o csv     the columns of the table with a heading
  -o id      ids only
  --jq EXPR  filters the JSON in the jq language; strings come out raw

With json, ndjson, yaml and --jq an error is one JSON object on stderr:

  {\"error\":{\"service\",\"code\",\"status\",\"message\",\"hint\",\"request_id\",\"retry_after_ms\",\"details\"}}

Lists hold at most --limit items (100; 0 for all); stderr says when there are more.
What has no end (log follow, limits --watch) gives one object a line with json too, and --jq sees one at a time.
";

const EXIT_CODES: &str = "\
  0    done
  1    the service refused, or the run, build or deployment failed; also: not deployed
  2    wrong usage or unusable input, found before anything was sent
  3    not signed in, bad key, missing scope
  4    not found
  5    rate, usage or credit limit
  6    timed out, here or there
  7    no connection, or no usable answer (a cut stream, a web page, half a document)
  8    paused: waiting for a person
  9    cancelled
  10   some or all of many failed
  125  ra's own failure in `sandbox try` and `sandbox exec`, which pass the program's code on
  130  interrupted (Ctrl-C)
  143  terminated
";
