//! What was typed for an operation, put into its request.

use anyhow::Result;
use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches as _};

use super::value::{in_query, value};
use crate::args::Fields;
use crate::context::Context;
use crate::error::Failure;
use crate::http::{Method, Request};
use crate::json::Node;
use crate::secret::Secret;
use crate::services::Service;
use crate::services::lookup::in_path;
use crate::services::operation::{FIELDS, Operation, Place};

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
    for group in operation.any_of {
        any_of(group, operation, matches)?;
    }
    let mut path = operation.path.to_owned();
    let mut query: Vec<(&str, Node)> = Vec::new();
    let mut body: Option<Node> = None;
    let mut hidden = Vec::new();
    for parameter in operation.parameters {
        let Some(node) = value(parameter, matches, ctx, service).await? else { continue };
        if parameter.secret {
            hidden.extend(places(parameter.place, &node));
            hide(&node, ctx);
        }
        match parameter.place {
            Place::Path => {
                let Node::String(id) = &node else { continue };
                path = path.replace(&format!("{{{}}}", parameter.name), &in_path(id));
            }
            Place::Query(name) => match query.iter_mut().find(|(known, _)| *known == name) {
                Some((_, object)) => merge(object, node)?,
                None => query.push((name, node)),
            },
            Place::Body(place) | Place::BodyWord(place) => {
                set(body.get_or_insert_with(Node::object), place, node)?;
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
    request.repeat = operation.repeat.unwrap_or(request.repeat);
    request.hidden = hidden;
    for (name, value) in query {
        request = request.query(name, in_query(&value));
    }
    let wants_body = !matches!(operation.method, Method::Get | Method::Delete | Method::Head);
    Ok(match body {
        Some(body) => request.json_text(body.compact()),
        None if wants_body => request.json_text("{}"),
        None => request,
    })
}

/// Makes sure that one of these values is given.
fn any_of(group: &[&str], operation: &Operation, matches: &ArgMatches) -> Result<()> {
    let mut ways = Vec::new();
    for name in group {
        if *name == FIELDS {
            if !Fields::from_arg_matches(matches)?.is_empty() {
                return Ok(());
            }
            ways.push("-f, -F".to_owned());
            continue;
        }
        if matches.value_source(name).is_some_and(|source| source != ValueSource::DefaultValue) {
            return Ok(());
        }
        let is_word = operation.parameters.iter().any(|parameter| {
            parameter.name == *name && matches!(parameter.place, Place::Path | Place::BodyWord(_))
        });
        ways.push(if is_word { name.to_uppercase() } else { format!("--{name}") });
    }
    Err(Failure::usage(format!("nothing is given: one of {} is needed", ways.join(", "))).into())
}

/// Takes all texts of a secret out of what is said from now on: a server may echo them.
fn hide(node: &Node, ctx: &Context) {
    match node {
        Node::String(text) => ctx.hide(&Secret::new(text.as_str())),
        Node::Array(items) => items.iter().for_each(|item| hide(item, ctx)),
        Node::Object(members) => members.iter().for_each(|(_, member)| hide(member, ctx)),
        Node::Null | Node::Bool(_) | Node::Number(_) => {}
    }
}

/// Where a secret stands in the body.
fn places(place: Place, node: &Node) -> Vec<String> {
    match (place, node) {
        (Place::Body(""), Node::Object(members)) => members.iter().map(|(name, _)| name.clone()).collect(),
        (Place::Body(place) | Place::BodyWord(place), _) => vec![place.to_owned()],
        _ => Vec::new(),
    }
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

fn set(body: &mut Node, place: &str, node: Node) -> Result<(), Failure> {
    match place.split_once('.') {
        None if place.is_empty() => return merge(body, node),
        None => match body.get_mut(place) {
            Some(there) => return merge(there, node),
            None => body.set(place, node),
        },
        Some((first, rest)) => {
            if body.get(first).is_none() {
                body.set(first, Node::object());
            }
            if let Some(inner) = body.get_mut(first) {
                set(inner, rest, node)?;
            }
        }
    }
    Ok(())
}

/// Puts the members of an object into another one that was given for the same place.
fn merge(there: &mut Node, more: Node) -> Result<(), Failure> {
    let (Node::Object(_), Node::Object(members)) = (&*there, more) else {
        return Err(Failure::usage("two values are given for the same thing, and they are not objects"));
    };
    for (name, node) in members {
        if there.get(&name).is_some() {
            let name = crate::text::line(&name);
            return Err(Failure::usage(format!("`{name}` is given twice")));
        }
        there.set(&name, node);
    }
    Ok(())
}
