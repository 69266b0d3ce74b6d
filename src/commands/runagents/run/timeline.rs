//! `ra runagents run timeline`: a run and its events in one view.

use anyhow::Result;
use clap::Args;

use super::event::events;
use crate::args::input;
use crate::columns::{Column, Kind, View};
use crate::commands::Exit;
use crate::context::Context;
use crate::json::Json;
use crate::output::Format;
use crate::services::runagents::runs::timeline;
use crate::services::{Service as _, fetch};

/// Show a run's whole course in words
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents run timeline run-1
  ra runagents run timeline run-1 -o json --jq '.timeline[].summary'")]
pub struct TimelineArgs {
    /// Run's id
    pub run: String,
}

const COLUMNS: &[Column] = &[
    Column::text("seq", "seq"),
    Column::text("type", "type"),
    Column::text("detail", "summary"),
    Column::of(Kind::Time, "time", "timestamp"),
];

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(args: TimelineArgs, ctx: &Context) -> Result<Exit> {
    let id = input::id(&args.run, "run")?;
    let runagents = ctx.runagents()?;
    let request = runagents.run(&id);
    if runagents.http().plans(&request) {
        events(&runagents, &id).await?;
    }
    let run = fetch(&runagents, &request).await?;
    let entries = timeline(&run, &events(&runagents, &id).await?);
    let view = View { columns: COLUMNS, id: "seq" };
    let listed =
        matches!(ctx.output.format, Format::Human | Format::Tsv | Format::Csv | Format::Ndjson | Format::Id);
    if listed && ctx.output.query.is_none() {
        ctx.output.emit_list(&entries, view)?;
        return Ok(0);
    }
    // Two answers come together here; each keeps its own text.
    let whole = format!("{{\"run\":{},\"timeline\":{}}}", run.text(), Json::array(&entries).text());
    ctx.output.emit(&Json::parse(&whole)?, view)?;
    Ok(0)
}
