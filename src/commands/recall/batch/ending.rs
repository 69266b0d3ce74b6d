//! Seeing a batch through: all workers at work, and the ways it can end.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::task::{JoinSet, LocalSet};

use super::BatchArgs;
use super::crew::Crew;
use super::printer::Printer;
use super::record::Status;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::services::recall::{NAME, commands};

/// How often the bar is drawn anew.
const TICK: Duration = Duration::from_millis(200);
/// After Ctrl-C workers that wait for their turn get this long to write down that they sent nothing.
const AFTER_INTERRUPT: Duration = Duration::from_millis(100);
/// More runs under way than these are counted, not named.
const NAMED: usize = 5;

/// Starts the workers and stays until the last result is printed, or the user leaves.
///
/// # Errors
/// What stopped the batch, Ctrl-C, that some lines did not complete, or that nobody reads the results.
pub async fn see_through(
    crew: Rc<Crew>,
    printer: Printer,
    args: &BatchArgs,
    total: &Arc<AtomicU64>,
    ctx: &Context,
) -> Result<Exit> {
    let progress = ctx.output.progress("starting");
    let local = LocalSet::new();
    let left = local.run_until(async {
        let mut printing = tokio::task::spawn_local(printer.print());
        let mut workers = JoinSet::new();
        for _ in 0..args.concurrency {
            workers.spawn_local(crew.clone().work());
        }
        let ticking = async {
            loop {
                tokio::time::sleep(TICK).await;
                progress.set(&bar(&crew, total));
            }
        };
        let mut left = None;
        tokio::select! {
            () = done(&mut workers) => {}
            kind = crew.interrupt.pressed() => left = Some(kind),
            printed = &mut printing => {
                let Err(error) = printed? else { return Ok(None) };
                return Err(unprinted(error, &crew, &mut workers, args).await);
            }
            () = ticking => {}
        }
        if left.is_some() {
            crew.halt.now(None);
            let _ = tokio::time::timeout(AFTER_INTERRUPT, done(&mut workers)).await;
            workers.shutdown().await;
        }
        if let Some(journal) = &crew.journal {
            journal.settle().await;
        }
        crew.report.close();
        printing.await??;
        anyhow::Ok(left)
    });
    let left = left.await;
    drop(progress);
    match left? {
        Some(kind) => Err(interrupted(kind, &crew, args).into()),
        None => end(&crew, args, ctx),
    }
}

/// A result that cannot be printed (`--jq` failed on it) ends the sending; what is under way ends and is written
/// down first. When nobody reads any more there is nobody to wait for.
async fn unprinted(
    error: anyhow::Error,
    crew: &Crew,
    workers: &mut JoinSet<()>,
    args: &BatchArgs,
) -> anyhow::Error {
    let failure = match error.downcast::<Failure>() {
        Ok(failure) => failure,
        Err(gone) => return gone,
    };
    crew.halt.now(None);
    tokio::select! {
        () = done(workers) => {}
        _ = crew.interrupt.pressed() => {}
    }
    if let Some(journal) = &crew.journal {
        journal.settle().await;
    }
    resumable(failure.note(format!("this stopped the batch: {}", crew.report.tally())), args).into()
}

async fn done(workers: &mut JoinSet<()>) {
    while let Some(worker) = workers.join_next().await {
        if let Err(error) = worker
            && error.is_panic()
        {
            std::panic::resume_unwind(error.into_panic());
        }
    }
}

fn bar(crew: &Crew, total: &AtomicU64) -> String {
    let line = crew.report.progress(total.load(Ordering::Relaxed));
    match crew.gate.closed_for() {
        Duration::ZERO => line,
        wait => format!("all wait {:.0} s; {line}", wait.as_secs_f64().ceil()),
    }
}

/// The exit code, and what is left to say.
fn end(crew: &Crew, args: &BatchArgs, ctx: &Context) -> Result<Exit> {
    let report = &crew.report;
    if let Some(failure) = crew.halt.reason() {
        let failure = failure.note(format!("this stopped the batch: {}", report.tally()));
        return Err(resumable(failure, args).into());
    }
    let bad = report.bad();
    if bad == 0 {
        ctx.output.note(&format!("{} {}", report.tally(), report.pace()));
        return Ok(0);
    }
    let stopped = if crew.halt.is_set() { "; the lines after them were not sent" } else { "" };
    let message = format!("{bad} of {} lines did not complete{stopped}", report.over());
    let mut failure = Failure::new(Kind::Partial, message)
        .service(NAME)
        .code("BATCH_INCOMPLETE")
        .note(format!("{} {}", report.tally(), report.pace()));
    failure.details = Some(report.counts());
    let again = crew.halt.is_set() || report.count(Status::Skipped) + report.count(Status::Unknown) > 0;
    let failure = if again { resumable(failure, args) } else { failure };
    // What a look at the service could not tell may be sent once more.
    let failure = match failure.hints.last().cloned() {
        Some(hint) if args.resume && !args.retry_unknown && report.count(Status::Unknown) > 0 => {
            failure.hint(format!("{hint} --retry-unknown"))
        }
        _ => failure,
    };
    Err(failure.into())
}

fn resumable(failure: Failure, args: &BatchArgs) -> Failure {
    match &args.output_file {
        Some(path) => {
            let path = path.display().to_string();
            failure.hint(commands::resume_batch(&args.file, args.workflow.as_deref(), &path))
        }
        None => failure,
    }
}

/// What Ctrl-C leaves behind.
fn interrupted(kind: Kind, crew: &Crew, args: &BatchArgs) -> Failure {
    let sent = crew.under_way.borrow();
    let mut failure = match sent.len() {
        0 => Failure::new(kind, "stopped; no run is under way"),
        1 => Failure::new(kind, "stopped; 1 run is under way and may go on"),
        more => Failure::new(kind, format!("stopped; {more} runs are under way and may go on")),
    };
    failure = failure.note(crew.report.tally());
    for run in sent.values().take(NAMED) {
        failure = failure.note(format!("line {}: run {}", run.line, run.execution));
    }
    if sent.len() > NAMED {
        failure = failure.note(format!("and {} more", sent.len() - NAMED));
    }
    if args.output_file.is_some() {
        return resumable(failure, args);
    }
    sent.values()
        .take(NAMED)
        .fold(failure, |failure, run| failure.hint(commands::cancel(&run.workflow, &run.execution)))
}
