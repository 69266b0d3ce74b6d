//! What was typed for an operation, put into its request.

use anyhow::Result;
use clap::{ArgMatches, FromArgMatches as _};

use super::name;
use crate::args::{Fields, input};
use crate::context::Context;
use crate::error::Failure;
use crate::http::{Method, Request};
use crate::json::Node;
use crate::services::Service;
use crate::services::lookup::in_path;
use crate::services::operation::{Operation, Parameter, Place, Type};

/// The request that an operation and its values make.
///
/// # Errors
/// Exit 2 for values that cannot be used; what a lookup says.
pub async fn request(
    operation: &Operation,
    matches: &ArgMatches,
    ctx: &Context,
    service: &dyn Service,
) -> Result<Request> {
    let mut path = operation.path.to_owned();
    let mut query = Vec::new();
    let mut body: Option<Node> = None;
    for parameter in operation.parameters {
        let Some(node) = value(parameter, matches, ctx, service).await? else { continue };
        match parameter.place {
            Place::Path => {
                let Node::String(id) = &node else { continue };
                path = path.replace(&format!("{{{}}}", parameter.name), &in_path(id));
            }
            Place::Query(name) => query.push((name, in_query(&node))),
            Place::Body(place) | Place::BodyWord(place) => {
                set(body.get_or_insert_with(Node::object), place, node);
            }
        }
    }
    if let Some(place) = operation.fields {
        let fields = Fields::from_arg_matches(matches)?;
        if !fields.is_empty() {
            add(body.get_or_insert_with(Node::object), place, &fields, ctx)?;
        }
    }
    let mut request = service.request(operation.method, &path).paged(operation.paging);
    for (name, value) in query {
        request = request.query(name, value);
    }
    let wants_body = !matches!(operation.method, Method::Get | Method::Delete | Method::Head);
    Ok(match body {
        Some(body) => request.json_text(body.compact()),
        None if wants_body => request.json_text("{}"),
        None => request,
    })
}

/// A value in a query: texts bare, lists parted by commas, objects as JSON.
fn in_query(node: &Node) -> String {
    match node {
        Node::Array(items) => items.iter().map(in_query).collect::<Vec<_>>().join(","),
        Node::Object(_) => node.compact(),
        node => crate::output::human::plain(node),
    }
}

/// The value given for a parameter, or the setting's that stands in for it.
async fn value(
    parameter: &Parameter,
    matches: &ArgMatches,
    ctx: &Context,
    service: &dyn Service,
) -> Result<Option<Node>> {
    let name = parameter.name;
    match parameter.kind {
        Type::Switch => return Ok(matches.get_flag(name).then(|| true.into())),
        Type::Number => {
            let number = matches.get_one::<i64>(name);
            return Ok(number.map(|number| Node::Number(number.to_string())));
        }
        Type::Words => return words(parameter, matches, ctx, service).await,
        _ => {}
    }
    let typed = match parameter.kind {
        Type::Setting => None,
        _ => matches.get_one::<String>(name).cloned(),
    };
    let given = match (typed, parameter.setting) {
        (Some(given), _) => Some(given),
        (None, Some(setting)) => ctx.settings()?.get(setting)?.map(|resolved| resolved.value),
        (None, None) => None,
    };
    let Some(given) = given else {
        return if parameter.required { Err(missing(parameter).into()) } else { Ok(None) };
    };
    if let Some(lookup) = &parameter.lookup {
        return Ok(Some(name::resolve(ctx, service, lookup, &given).await?.into()));
    }
    Ok(Some(match parameter.kind {
        _ if parameter.place == Place::Path => input::id(&given, name)?.into(),
        Type::Text => input::text(&given, name, &ctx.stdin)?.into(),
        Type::Decimal => Node::Number(given),
        Type::Bool => (given == "true").into(),
        Type::Json => Node::of(&input::json(&given, name, &ctx.stdin)?),
        Type::Document => Node::of(&input::document(&given, name, &ctx.stdin)?),
        _ => given.into(),
    }))
}

async fn words(
    parameter: &Parameter,
    matches: &ArgMatches,
    ctx: &Context,
    service: &dyn Service,
) -> Result<Option<Node>> {
    let mut words: Vec<Node> = Vec::new();
    for given in matches.get_many::<String>(parameter.name).into_iter().flatten() {
        words.push(match &parameter.lookup {
            Some(lookup) => name::resolve(ctx, service, lookup, given).await?.into(),
            None => given.as_str().into(),
        });
    }
    Ok(if words.is_empty() { None } else { Some(words.into()) })
}

/// Says which flag, variable or setting would give a value that is needed.
pub fn missing(parameter: &Parameter) -> Failure {
    let Some(setting) = parameter.setting else {
        return Failure::usage(format!("--{} is missing", parameter.name));
    };
    let known = crate::config::find(setting).ok();
    let variable = known.and_then(|known| known.variables.first().copied()).unwrap_or_default();
    let what = setting.rsplit('.').next().unwrap_or(setting);
    let (flag, noun) = match parameter.kind {
        Type::Setting => (what.trim_end_matches("_id"), what.replace('_', " ")),
        _ => (parameter.name, parameter.name.replace('-', " ")),
    };
    let failure = Failure::usage(format!("no {noun}: give --{flag}, or set {variable} or {setting}"));
    failure.hint(format!("ra config set {setting} ID"))
}

/// Adds `-f` and `-F` to the object at a dotted path of the body.
fn add(body: &mut Node, place: &str, fields: &Fields, ctx: &Context) -> Result<(), Failure> {
    if place.is_empty() {
        return fields.apply(body, &ctx.stdin);
    }
    if body.get(place).is_none() {
        body.set(place, Node::object());
    }
    match body.get_mut(place) {
        Some(object @ Node::Object(_)) => fields.apply(object, &ctx.stdin),
        _ => Err(Failure::usage(format!("-f and -F add to an object, and the given {place} is none"))),
    }
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
