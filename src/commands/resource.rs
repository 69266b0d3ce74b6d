//! Commands made from an operation's description alone: words → route → columns.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::Exit;
use crate::args::input;
use crate::columns::View;
use crate::context::Context;
use crate::error::Failure;
use crate::http::pages::Stopped;
use crate::http::{Method, Request};
use crate::json::{Json, Node};
use crate::services::operation::{Operation, Parameter, Place, Shape, Type};
use crate::services::{Service, fetch, list, lookup};

/// The operations of each service.
pub fn operations(service: &str) -> &'static [Operation] {
    match service {
        "recursiv" => crate::services::recursiv::operations::OPERATIONS,
        "recall" => crate::services::recall::operations::OPERATIONS,
        "runagents" => crate::services::runagents::operations::OPERATIONS,
        _ => &[],
    }
}

/// Adds the generic commands of a service to its command tree.
pub fn extend(mut tree: Command, service: &str) -> Command {
    for operation in operations(service).iter().filter(|operation| operation.generic) {
        let [nouns @ .., _] = operation.words else { continue };
        tree = place(tree, nouns, operation);
    }
    tree
}

fn place(tree: Command, nouns: &[&'static str], operation: &Operation) -> Command {
    let [noun, rest @ ..] = nouns else { return tree.subcommand(command(operation)) };
    if tree.find_subcommand(noun).is_some() {
        return tree.mut_subcommand(noun, |found| place(found, rest, operation));
    }
    let fresh = Command::new(*noun)
        .about(format!("Work with {noun}s"))
        .subcommand_required(true)
        .arg_required_else_help(true);
    tree.subcommand(place(fresh, rest, operation))
}

/// The clap command of one operation.
fn command(operation: &Operation) -> Command {
    let verb = operation.words.last().copied().unwrap_or_default();
    let examples: String = operation.examples.iter().map(|line| format!("\n  {line}")).collect();
    let mut command = Command::new(verb).about(operation.about).after_help(format!("Examples:{examples}"));
    for parameter in operation.parameters {
        command = command.arg(argument(parameter));
    }
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

fn argument(parameter: &Parameter) -> Arg {
    let value_name = parameter.name.to_uppercase().replace('-', "_");
    let arg = Arg::new(parameter.name).help(parameter.help).value_name(value_name);
    // A setting may stand in, so that clap must not insist.
    let arg = arg.required(parameter.required && parameter.setting.is_none());
    let arg = match parameter.place {
        Place::Path | Place::BodyWord(_) => arg,
        Place::Query(_) | Place::Body(_) => arg.long(parameter.name),
    };
    match parameter.kind {
        Type::Text | Type::Word => arg,
        Type::Number => arg.value_parser(clap::value_parser!(i64)),
        Type::Switch => arg.action(ArgAction::SetTrue).value_name(None::<&str>),
        Type::Words => arg.action(ArgAction::Append),
        Type::OneOf(words) => arg.value_parser(words.to_vec()),
    }
}

/// The generic operation that these words name.
pub fn find(service: &str, words: &[&str]) -> Option<&'static Operation> {
    operations(service).iter().find(|operation| operation.generic && operation.words == words)
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
            let answer = fetch(service, &request).await?;
            ctx.output.emit(&answer, view)?;
            if let Some(doubt) = service.doubt(operation, &request, &answer) {
                ctx.output.warning(&doubt);
            }
        }
        Shape::List => {
            let limit = matches.get_one::<usize>("limit").copied().unwrap_or(100);
            show_list(ctx, service, &request, limit, view, &operation.words[..operation.words.len() - 1])
                .await?;
        }
    }
    Ok(0)
}

/// Shows a list: NDJSON and ids page by page, the other forms when it is whole.
///
/// # Errors
/// What the service says.
pub async fn show_list(
    ctx: &Context,
    service: &dyn Service,
    request: &Request,
    limit: usize,
    view: View<'_>,
    nouns: &[&str],
) -> Result<()> {
    let size = ctx.globals.page_size.map(|size| size as usize);
    let at_once = matches!(ctx.output.format, crate::output::Format::Ndjson | crate::output::Format::Id);
    let mut all: Vec<Json> = Vec::new();
    let mut names = Vec::new();
    let stopped = list(service, request, limit, size, |items| {
        let name = |item: &Json| item.value.get("name").or(item.value.get("id"))?.as_str().map(str::to_owned);
        names.extend(items.iter().filter_map(name));
        if at_once {
            return ctx.output.emit_list(&items, view);
        }
        all.extend(items);
        Ok(())
    })
    .await?;
    ctx.keep_names(&format!("{}-{}", service.name(), nouns.join("-")), &request.base, &names);
    if !at_once {
        ctx.output.emit_list(&all, view)?;
    }
    match stopped {
        Some(Stopped::Limit) => {
            ctx.output.note(&format!("showing {} of more; --limit 0 for all", names.len().max(all.len())));
        }
        Some(Stopped::Repeats) => ctx.output.warning("the service repeats a page; the list may not be whole"),
        None => {}
    }
    Ok(())
}

async fn request(
    operation: &Operation,
    matches: &ArgMatches,
    ctx: &Context,
    service: &dyn Service,
) -> Result<Request> {
    let mut path = operation.path.to_owned();
    let mut query = Vec::new();
    let mut body = Node::object();
    for parameter in operation.parameters {
        for (name, node) in values(parameter, matches, ctx, service).await? {
            match name {
                Place::Path => {
                    let Node::String(id) = &node else { continue };
                    path = path.replace(&format!("{{{}}}", parameter.name), &lookup::in_path(id));
                }
                Place::Query(name) => query.push((name, crate::output::human::plain(&node))),
                Place::Body(place) | Place::BodyWord(place) => set(&mut body, place, node),
            }
        }
    }
    let mut request = service.request(operation.method, &path);
    for (name, value) in query {
        request = request.query(name, value);
    }
    if !matches!(operation.method, Method::Get | Method::Delete | Method::Head) {
        request = request.json_text(body.compact());
    }
    Ok(request)
}

/// The values given for a parameter, or the setting's that stands in for it.
async fn values(
    parameter: &Parameter,
    matches: &ArgMatches,
    ctx: &Context,
    service: &dyn Service,
) -> Result<Vec<(Place, Node)>> {
    let given: Vec<String> = match parameter.kind {
        Type::Switch => {
            return Ok(if matches.get_flag(parameter.name) {
                vec![(parameter.place, true.into())]
            } else {
                Vec::new()
            });
        }
        Type::Number => {
            let number =
                matches.get_one::<i64>(parameter.name).map(|number| Node::Number(number.to_string()));
            return Ok(number.map(|node| (parameter.place, node)).into_iter().collect());
        }
        _ => matches.get_many::<String>(parameter.name).into_iter().flatten().cloned().collect(),
    };
    if parameter.kind == Type::Words {
        let words: Vec<Node> = given.into_iter().map(Node::String).collect();
        return Ok(if words.is_empty() { Vec::new() } else { vec![(parameter.place, words.into())] });
    }
    let given = match (given.into_iter().next(), parameter.setting) {
        (Some(given), _) => Some(given),
        (None, Some(setting)) => ctx.settings()?.get(setting)?.map(|resolved| resolved.value),
        (None, None) => None,
    };
    let Some(given) = given else {
        let missing = format!("--{} is missing", parameter.name);
        return if parameter.required { Err(Failure::usage(missing).into()) } else { Ok(Vec::new()) };
    };
    let value = match (parameter.lookup, parameter.kind) {
        (Some(lookup), _) => {
            let given = input::id(&given, lookup.noun)?;
            let found = lookup::resolve(service, &lookup, &given).await?;
            let address = service.request(Method::Get, lookup.path).base;
            ctx.keep_names(&format!("{}-{}", service.name(), lookup.noun), &address, &found.names);
            found.id
        }
        (None, _) if parameter.place == Place::Path => input::id(&given, parameter.name)?,
        (None, Type::Text) => input::text(&given, parameter.name, &ctx.stdin)?,
        _ => given,
    };
    Ok(vec![(parameter.place, value.into())])
}

fn set(body: &mut Node, place: &str, node: Node) {
    match place.split_once('.') {
        None => body.set(place, node),
        Some((first, rest)) => {
            if body.get(first).is_none() {
                body.set(first, Node::object());
            }
            if let Some(inner) = body.get_mut(first) {
                set(inner, rest, node);
            }
        }
    }
}
