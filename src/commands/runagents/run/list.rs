//! `ra runagents run list`: runs of all states, newest first.

use anyhow::Result;
use clap::Args;

use crate::args::ListArgs;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Kind, unpack};
use crate::json::Json;
use crate::services::runagents::Runagents;
use crate::services::runagents::columns::RUN;
use crate::services::runagents::runs::{STATUSES, newest};
use crate::services::{Service as _, list};

/// List runs, newest first
///
/// Without --agent and --status the service tells of running ones only; so each state is asked for.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents run list
  ra runagents run list --agent my-agent --status FAILED
  ra runagents run list --status PAUSED_APPROVAL -o id")]
pub struct ListRunsArgs {
    /// Only runs of this agent
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,

    /// Only runs in this state: RUNNING, PAUSED_APPROVAL, PAUSED_CONSENT, COMPLETED, FAILED
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,

    /// Only runs for this user
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,

    /// Only runs of this conversation
    #[arg(long, value_name = "ID")]
    pub conversation: Option<String>,

    #[command(flatten)]
    pub list: ListArgs,
}

/// Carries the command out.
///
/// # Errors
/// What the service says.
pub async fn run(args: ListRunsArgs, ctx: &Context) -> Result<Exit> {
    let runagents = ctx.runagents()?;
    let given = |value: &Option<String>| {
        value.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (agent, status) = (given(&args.agent), given(&args.status).map(|status| status.to_uppercase()));
    let runs = if agent.is_some() || status.is_some() {
        let mut runs = Vec::new();
        let request = runagents.runs(agent.as_deref(), status.as_deref());
        list(&runagents, &request, 0, None, |items| {
            runs.extend(items);
            Ok(())
        })
        .await?;
        runs
    } else {
        of_all_states(&runagents).await?
    };
    let mut runs = newest(runs, args.user.as_deref(), args.conversation.as_deref());
    let limit = args.list.limit;
    let more = limit != 0 && runs.len() > limit;
    if more {
        runs.truncate(limit);
    }
    ctx.output.emit_list(&runs, View { columns: RUN, id: "id" })?;
    if more {
        ctx.output.note(&format!("showing {limit} of more; --limit 0 for all"));
    }
    Ok(0)
}

/// One question a state; a state that this server does not know is passed over.
async fn of_all_states(runagents: &Runagents) -> Result<Vec<Json>> {
    let mut runs = Vec::new();
    let mut refused = None;
    for (number, status) in STATUSES.iter().enumerate() {
        let request = runagents.runs(None, Some(status));
        // Under --dry-run all of them are shown; the last one ends the program.
        if number + 1 < STATUSES.len() && runagents.http().plans(&request) {
            continue;
        }
        let asked = list(runagents, &request, 0, None, |items| {
            runs.extend(items);
            Ok(())
        });
        if let Err(error) = asked.await {
            if error.downcast_ref::<crate::http::Planned>().is_some()
                || unpack(&error).0.kind != Kind::Refused
            {
                return Err(error);
            }
            refused = Some(error);
        }
    }
    match refused {
        Some(error) if runs.is_empty() => Err(error),
        _ => Ok(runs),
    }
}
