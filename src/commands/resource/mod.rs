//! Commands made from an operation's description alone: words → route → columns.

mod argument;
mod given;
mod list;
mod name;
mod request;
mod value;

use anyhow::Result;
use clap::{Arg, ArgMatches, Args as _, Command};

pub use self::argument::moment;
pub use self::given::{Described, Given};
pub use self::list::{repeats, show as show_list};
pub use self::name::resolve;
use self::request::request;
pub use self::value::{in_query, missing, setting};
use super::Exit;
use crate::args::Fields;
use crate::columns::View;
use crate::context::Context;
use crate::error::Failure;
use crate::http::Request;
use crate::json::Json;
use crate::services::operation::{Operation, Shape};
use crate::services::{Service, fetch, recall, recursiv, runagents};

/// The operations of each service.
pub fn operations(service: &str) -> impl Iterator<Item = &'static Operation> {
    let groups: &'static [&'static [Operation]] = match service {
        "recursiv" => &[recursiv::operations::OPERATIONS],
        "recall" => recall::operations::OPERATIONS,
        "runagents" => &[runagents::operations::OPERATIONS],
        _ => &[],
    };
    groups.iter().copied().flatten()
}

/// Adds the generic commands of a service to its command tree.
pub fn extend(mut tree: Command, service: &str) -> Command {
    for operation in operations(service).filter(|operation| operation.generic) {
        let [nouns @ .., _] = operation.words else { continue };
        tree = place(tree, nouns, 0, operation, service);
    }
    let nouns: Vec<String> = tree.get_subcommands().map(|noun| noun.get_name().to_owned()).collect();
    nouns.into_iter().fold(tree, |tree, noun| tree.mut_subcommand(noun, in_order))
}

/// The verbs of most nouns, as help lists them: looking, making, changing, taking away.
const VERBS: [&str; 11] = [
    "list",
    "get",
    "create",
    "add",
    "set",
    "upload",
    "download",
    "update",
    "upsert",
    "update-many",
    "delete",
];

/// Brings the usual verbs of a noun into their order, whether code or a description makes them; then come the others,
/// then the nouns below.
fn in_order(noun: Command) -> Command {
    let inner: Vec<(String, bool)> =
        noun.get_subcommands().map(|inner| (inner.get_name().to_owned(), inner.has_subcommands())).collect();
    inner.into_iter().enumerate().fold(noun, |noun, (number, (name, is_noun))| {
        let usual = VERBS.iter().position(|verb| *verb == name);
        let place = usual.unwrap_or(VERBS.len() + number + if is_noun { 100 } else { 0 });
        noun.mut_subcommand(name, |inner| in_order(inner.display_order(place)))
    })
}

fn place(
    tree: Command,
    nouns: &[&'static str],
    depth: usize,
    operation: &Operation,
    service: &str,
) -> Command {
    let Some(noun) = nouns.get(depth) else { return tree.subcommand(command(operation)) };
    if tree.find_subcommand(noun).is_some() {
        return tree.mut_subcommand(noun, |found| place(found, nouns, depth + 1, operation, service));
    }
    let known = match service {
        "recall" => recall::operations::NOUNS.iter().find(|(words, _)| *words == &nouns[..=depth]),
        _ => None,
    };
    let about = known
        .map_or_else(|| format!("Work with {}s", noun.replace('-', " ")), |(_, about)| (*about).to_owned());
    let fresh = Command::new(*noun).about(about).subcommand_required(true).arg_required_else_help(true);
    tree.subcommand(place(fresh, nouns, depth + 1, operation, service))
}

/// The clap command of one operation.
fn command(operation: &Operation) -> Command {
    let verb = operation.words.last().copied().unwrap_or_default();
    let examples: String = operation.examples.iter().map(|line| format!("\n  {line}")).collect();
    let mut command = Command::new(verb).args(operation.parameters.iter().filter_map(argument::of));
    if operation.fields.is_some() {
        command = Fields::augment_args(command);
    }
    // After the fields, which would put a description of their own in its place.
    command = command.about(operation.about).after_help(format!("Examples:{examples}"));
    command = match operation.more {
        "" => command.long_about(None::<&'static str>),
        more => command.long_about(format!("{}\n\n{more}", operation.about)),
    };
    if operation.answer == Shape::List {
        let limit = Arg::new("limit").long("limit").value_name("N").default_value("100");
        command = command.arg(
            limit
                .allow_negative_numbers(true)
                .value_parser(clap::value_parser!(usize))
                .help("Items to show at most; 0 for all"),
        );
    }
    command
}

/// The generic operation that these words name.
pub fn find(service: &str, words: &[&str]) -> Option<&'static Operation> {
    operations(service).find(|operation| operation.generic && operation.words == words)
}

/// Carries a generic operation out.
///
/// # Errors
/// Unusable values, or what the service says.
pub async fn run(
    operation: &Operation,
    matches: &ArgMatches,
    ctx: &Context,
    service: &dyn Service,
) -> Result<Exit> {
    let request = request(operation, matches, ctx, service).await?;
    if operation.destructive {
        ctx.confirm(operation.about)?;
    }
    let view = View { columns: operation.columns, id: operation.id };
    match operation.answer {
        Shape::One => {
            let answer = ctx.deed(&request, one(operation, &request, service)).await?;
            ctx.output.emit(&answer, view)?;
            if let Some(doubt) = service.doubt(operation, &request, &answer) {
                ctx.output.warning(&doubt);
            }
        }
        Shape::List => {
            let limit = matches.get_one::<usize>("limit").copied().unwrap_or(100);
            let nouns = &operation.words[..operation.words.len() - 1];
            let shown = show_list(ctx, service, &request, limit, view, nouns).await;
            shown.map_err(|error| with_way_out(error, operation))?;
        }
    }
    Ok(0)
}

async fn one(operation: &Operation, request: &Request, service: &dyn Service) -> Result<Json> {
    let payload = fetch(service, request).await.map_err(|error| with_way_out(error, operation))?;
    // What is missing there is shown as it came, not hidden.
    let inner = (!operation.within.is_empty()).then(|| payload.at(operation.within)).flatten();
    Ok(inner.unwrap_or(payload))
}

/// Names what works instead where a server lacks the route.
fn with_way_out(error: anyhow::Error, operation: &Operation) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(mut failure) if failure.route_missing && !operation.instead.is_empty() => {
            failure.hints.insert(0, operation.instead.to_owned());
            failure.into()
        }
        Ok(failure) => failure.into(),
        Err(other) => other,
    }
}
