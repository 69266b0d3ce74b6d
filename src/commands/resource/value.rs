//! The value of a parameter: typed, taken from a setting, or asked for.

use anyhow::Result;
use clap::ArgMatches;

use super::name;
use crate::args::input;
use crate::context::Context;
use crate::error::Failure;
use crate::json::{Json, Node};
use crate::secret::Secret;
use crate::services::Service;
use crate::services::operation::{Parameter, Place, Type};

/// A value in a query: texts bare, lists parted by commas, objects as JSON.
pub fn in_query(node: &Node) -> String {
    match node {
        Node::Array(items) => items.iter().map(in_query).collect::<Vec<_>>().join(","),
        Node::Object(_) => node.compact(),
        node => crate::output::human::plain(node),
    }
}

/// The value given for a parameter, or the setting's that stands in for it.
///
/// # Errors
/// Exit 2 for one that is missing or cannot be used; what a lookup says.
pub async fn value(
    parameter: &Parameter,
    matches: &ArgMatches,
    ctx: &Context,
    service: &dyn Service,
) -> Result<Option<Node>> {
    let name = parameter.name;
    match parameter.kind {
        Type::Switch => return Ok(matches.get_flag(name).then(|| true.into())),
        Type::Number | Type::Count => {
            let number = matches.get_one::<i64>(name);
            return Ok(number.map(|number| Node::Number(number.to_string())));
        }
        Type::Words => return words(parameter, matches, ctx, service).await,
        Type::Pairs => return pairs(parameter, matches),
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
    if parameter.secret && parameter.kind == Type::Text {
        return secret(parameter, given, ctx).await;
    }
    if let (true, Some(given)) = (parameter.secret, &given) {
        warn_of_literal(name, given, ctx);
    }
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
        Type::Object => match Node::of(&input::json(&given, name, &ctx.stdin)?) {
            object @ Node::Object(_) => object,
            _ => return Err(Failure::usage(format!("--{name} wants a JSON object, {{…}}")).into()),
        },
        Type::Document => Node::of(&input::document(&given, name, &ctx.stdin)?),
        _ => given.into(),
    }))
}

/// A secret text: `-`, `@FILE`, typed without echo, or (with a warning) literal. A line end at its end is none of it.
async fn secret(parameter: &Parameter, given: Option<String>, ctx: &Context) -> Result<Option<Node>> {
    let name = parameter.name;
    let text = match given {
        Some(given) => {
            warn_of_literal(name, &given, ctx);
            input::text(&given, name, &ctx.stdin)?
        }
        None if !parameter.required => return Ok(None),
        // Nothing is sent, so that nobody need be asked.
        None if ctx.globals.dry_run.is_some() => return Ok(Some(String::new().into())),
        None if ctx.may_ask() => {
            ctx.output.prompt(&format!("{name} (not shown): "));
            ctx.hidden_line().await?
        }
        None => {
            let failure = Failure::usage(format!("--{name} is missing"));
            let hint = format!("--{name} - reads it from stdin, --{name} @FILE from a file");
            return Err(failure.hint(hint).into());
        }
    };
    let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.trim_end_matches('\r'));
    if text.is_empty() {
        return Err(Failure::usage(format!("the given {name} is empty")).into());
    }
    ctx.hide(&Secret::new(text));
    Ok(Some(text.into()))
}

fn warn_of_literal(name: &str, given: &str, ctx: &Context) {
    if given != "-" && !given.starts_with('@') {
        ctx.hide(&Secret::new(given));
        ctx.output.warning(&format!(
            "a secret on the command line can be seen by others in `ps`; give --{name} - or @FILE"
        ));
    }
}

/// The members that `KEY=VALUE` make.
fn pairs(parameter: &Parameter, matches: &ArgMatches) -> Result<Option<Node>> {
    let mut object = Node::object();
    let mut given = matches.get_many::<String>(parameter.name).into_iter().flatten().peekable();
    if given.peek().is_none() {
        return Ok(None);
    }
    for pair in given {
        let name = parameter.name;
        let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.trim().is_empty()) else {
            let pair = crate::text::line(pair);
            return Err(Failure::usage(format!("--{name} `{pair}` is not key=value")).into());
        };
        if object.get(key.trim()).is_some() {
            return Err(Failure::usage(format!("--{name} names `{}` twice", crate::text::line(key))).into());
        }
        let node = Json::parse(value).map_or_else(|_| value.into(), |json| Node::of(&json));
        object.set(key.trim(), node);
    }
    Ok(Some(object))
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

/// The value of a setting that a command cannot do without.
///
/// # Errors
/// Exit 2 naming the flag, the variable and the setting that would give it.
pub fn setting(ctx: &Context, setting: &'static str) -> Result<String, Failure> {
    let found = ctx.settings()?.get(setting)?;
    found
        .map(|resolved| resolved.value)
        .ok_or_else(|| missing(&Parameter::of_setting(Place::Body(""), setting)))
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
        _ if parameter.kind == Type::Setting || parameter.place == Place::Path => {
            (what.trim_end_matches("_id"), what.replace('_', " "))
        }
        _ => (parameter.name, parameter.name.replace('-', " ")),
    };
    let failure = Failure::usage(format!("no {noun}: give --{flag}, or set {variable} or {setting}"));
    failure.hint(format!("ra config set {setting} ID"))
}
