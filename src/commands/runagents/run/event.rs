//! `ra runagents run event`: what happened in a run.

use anyhow::Result;
use clap::Args;

use crate::args::{ListArgs, input};
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::json::Json;
use crate::output::Format;
use crate::services::list;
use crate::services::runagents::Runagents;
use crate::services::runagents::columns::RUN_EVENT;
use crate::services::runagents::runs::{row, tail};

/// Show what happened in a run: its last events
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents run event run-1
  ra runagents run events run-1 --type approval_required --limit 1
  ra runagents run event run-1 -o ndjson --limit 0")]
pub struct EventArgs {
    /// Run's id
    pub run: String,

    /// Only events of this type, whatever the case
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,

    #[command(flatten)]
    pub list: ListArgs,
}

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(args: EventArgs, ctx: &Context) -> Result<Exit> {
    let runagents = ctx.runagents()?;
    let events = events(&runagents, &input::id(&args.run, "run")?).await?;
    let total = events.len();
    let events = tail(events, args.kind.as_deref().map(str::trim), args.list.limit);
    let tabular = matches!(ctx.output.format, Format::Human | Format::Tsv | Format::Csv);
    let view = View { columns: RUN_EVENT, id: "event_id|id" };
    if tabular && ctx.output.query.is_none() {
        ctx.output.emit_list(&events.iter().map(row).collect::<Vec<_>>(), view)?;
    } else {
        ctx.output.emit_list(&events, view)?;
    }
    if args.kind.is_none() && events.len() < total {
        ctx.output.note(&format!("showing the last {} of {total}; --limit 0 for all", events.len()));
    }
    Ok(0)
}

/// All events of a run.
///
/// # Errors
/// What the service says.
pub async fn events(runagents: &Runagents, run: &str) -> Result<Vec<Json>> {
    let mut events = Vec::new();
    list(runagents, &runagents.run_events(run), 0, None, |items| {
        events.extend(items);
        Ok(())
    })
    .await?;
    Ok(events)
}
