//! `ra runagents starter-kit`: something to begin with.

use anyhow::Result;
use clap::Args;

use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::http::Method;
use crate::services::runagents::columns::STARTER_KIT;
use crate::services::{Service as _, fetch};

/// Create an echo tool and a playground model to begin with
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local runagents starter-kit
  ra runagents starter-kit -o json")]
pub struct StarterKitArgs {}

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(_args: StarterKitArgs, ctx: &Context) -> Result<Exit> {
    let runagents = ctx.runagents()?;
    let made = fetch(&runagents, &runagents.request(Method::Post, "/starter-kit")).await?;
    if made.value.as_object().is_none_or(serde_json::Map::is_empty) {
        ctx.output.note("the starter kit is there");
    }
    if !made.value.is_null() {
        ctx.output.emit(&made, View { columns: STARTER_KIT, id: "tool_created" })?;
    }
    Ok(0)
}
