//! `ra runagents run wait`: stay with a run until it ends.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::args::{WaitArgs, input};
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::live::{self, Step, Waited};
use crate::services::fetch;
use crate::services::runagents::columns::RUN_SHEET;
use crate::services::runagents::deploy::text;

/// How long a run is waited for when nobody says otherwise.
const LIMIT: Duration = Duration::from_secs(300);

/// Wait for a run to end and show it
///
/// A run that waits for a person is waited for as well; --fail-on-pause ends with exit code 8 instead. Ctrl-C stops
/// watching, not the run.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents run wait run-1
  ra runagents run wait run-1 --fail-on-pause --wait-timeout 10m")]
pub struct WaitRunArgs {
    /// Run's id
    pub run: String,

    #[command(flatten)]
    pub wait: WaitArgs,

    /// End with exit code 8 as soon as the run waits for a person
    #[arg(long)]
    pub fail_on_pause: bool,
}

/// Carries the command out.
///
/// # Errors
/// Exit 1 when the run failed, 6 when the time is up, 8 on a pause with `--fail-on-pause`.
pub async fn run(args: WaitRunArgs, ctx: &Context) -> Result<Exit> {
    let id = input::id(&args.run, "run")?;
    let runagents = ctx.runagents()?.through(ctx.http_once());
    let request = runagents.run(&id);
    let progress = ctx.output.progress(&format!("waiting for {id}"));
    let mut told = String::new();
    let ask = async || {
        let run = fetch(&runagents, &request).await?;
        let status = status(&run);
        let over = matches!(status.as_str(), "COMPLETED" | "FAILED");
        Ok(if over || (args.fail_on_pause && status.starts_with("PAUSED")) {
            Step::Settled(run)
        } else {
            Step::Pending { seen: run, again_in: None }
        })
    };
    let look = |seen: live::Seen<'_, Json>| {
        let line = match (seen.state, seen.trouble) {
            (Some(run), _) => format!("{id}: {}", status(run)),
            (None, trouble) => format!("{id}: asking again: {}", trouble.unwrap_or("no answer")),
        };
        progress.set(&line);
        if line != told {
            let paused = seen.state.is_some_and(|run| status(run).starts_with("PAUSED"));
            if paused || !ctx.output.asks_on_terminal() {
                ctx.output.note(&crate::text::line(&line));
            }
            if paused && let Some(run) = seen.state {
                paused_hints(run).iter().for_each(|hint| ctx.output.hint(hint));
            }
            told = line;
        }
    };
    let waited = live::wait(ctx.paced(args.wait.pace(LIMIT)), ctx.interrupt(), ask, look).await?;
    drop(progress);
    let mut hints = vec![format!("ra runagents run wait {id}")];
    match &waited {
        Waited::Deadline(Some(run)) | Waited::Left(_, Some(run)) if status(run).starts_with("PAUSED") => {
            hints.extend(paused_hints(run));
        }
        _ => hints.push(format!("ra runagents run event {id}")),
    }
    let run = waited.settled(&format!("the run {id}"), &hints)?;
    let state = status(&run);
    ctx.output.emit(&run, View { columns: RUN_SHEET, id: "id" })?;
    match state.as_str() {
        "COMPLETED" => Ok(0),
        "FAILED" => Err(Failure::new(Kind::Refused, format!("the run {id} failed"))
            .service("runagents")
            .code("RUN_FAILED")
            .hint(format!("ra runagents run event {id}"))
            .into()),
        _ => {
            let mut failure = Failure::new(Kind::Paused, format!("the run {id} waits for a person"))
                .service("runagents")
                .code(state);
            failure.hints = paused_hints(&run);
            Err(failure.into())
        }
    }
}

fn status(run: &Json) -> String {
    text(run, "status").unwrap_or("UNKNOWN").to_uppercase()
}

/// What a person can do about a pause.
fn paused_hints(run: &Json) -> Vec<String> {
    let id = crate::text::word(text(run, "id").unwrap_or("RUN"));
    vec![
        "ra runagents approval list".to_owned(),
        format!(
            "ra runagents run event {id} --type {}",
            match status(run).as_str() {
                "PAUSED_CONSENT" => "CONSENT_REQUIRED",
                _ => "APPROVAL_REQUIRED",
            }
        ),
    ]
}
