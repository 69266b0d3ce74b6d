//! `ra recursiv limits`: what the key may still do, from the budget headers of an answer.

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value};

use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::http::{Method, parse_moment};
use crate::json::Json;
use crate::output::human;
use crate::services::{Service as _, call};

/// Show what the key may still do: requests a minute, calls of the plan
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recursiv limits
  ra recursiv limits -o json --jq '.\"x-ratelimit-remaining\"'")]
pub struct LimitsArgs {}

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(_: LimitsArgs, ctx: &Context) -> Result<Exit> {
    let recursiv = ctx.recursiv()?;
    let answer = call(&recursiv, &recursiv.request(Method::Get, "/users/me")).await?;
    let budget: Map<String, Value> = answer
        .headers
        .iter()
        .filter(|(name, _)| {
            ["x-ratelimit-", "x-recursiv-", "x-budget-"].iter().any(|start| name.starts_with(start))
        })
        .map(|(name, value)| (name.to_owned(), Value::from(value.as_ref())))
        .collect();
    if ctx.output.is_human() {
        if budget.is_empty() {
            ctx.output.note("the service sent no budget headers");
        }
        let readable: Map<String, Value> = budget
            .iter()
            .map(|(name, value)| (title(name).to_owned(), readable(name, value).into()))
            .collect();
        ctx.output.emit(&Json::from(Value::Object(readable)), VIEW)?;
        return Ok(0);
    }
    ctx.output.emit(&Json::from(Value::Object(budget)), VIEW)?;
    Ok(0)
}

const VIEW: View<'static> = View { columns: &[], id: "x-recursiv-tier" };

/// A header's name for people.
fn title(name: &str) -> &str {
    match name {
        "x-ratelimit-limit" => "requests allowed",
        "x-ratelimit-remaining" => "requests left",
        "x-ratelimit-reset" => "window ends",
        "x-ratelimit-policy" => "windows",
        "x-recursiv-tier" => "plan",
        "x-recursiv-calls-limit" => "calls allowed",
        "x-recursiv-calls-remaining" => "calls left",
        other => other,
    }
}

/// A header's value for people: the reset as a time from now, the policy as `60 a minute, 1000 an hour`.
fn readable(name: &str, value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    match name {
        "x-ratelimit-reset" => match parse_moment(text) {
            Some(moment) => format!("{text} ({})", human::since(moment, jiff::Timestamp::now())),
            None => text.to_owned(),
        },
        "x-ratelimit-policy" => {
            let windows: Vec<String> = text.split(',').filter_map(window).collect();
            if windows.is_empty() { text.to_owned() } else { format!("{text} ({})", windows.join(", ")) }
        }
        _ => text.to_owned(),
    }
}

/// `60;w=60` as `60 a minute`.
fn window(policy: &str) -> Option<String> {
    let (limit, length) = policy.trim().split_once(";w=")?;
    let length = match length.trim() {
        "60" => "a minute".to_owned(),
        "3600" => "an hour".to_owned(),
        "86400" => "a day".to_owned(),
        other => format!("in {other} s"),
    };
    Some(format!("{limit} {length}"))
}
