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
    let view = View { columns: STARTER_KIT, id: "tool_created" };
    // Asked a second time, the service has nothing to tell.
    if made.value.as_object().is_none_or(serde_json::Map::is_empty) {
        ctx.output.emit_text("nothing new: the starter kit was there already\n", &made, view)?;
    } else {
        ctx.output.emit(&made, view)?;
    }
    Ok(0)
}
