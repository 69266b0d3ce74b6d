//! Files on their way to a service: all checked before the first is sent, a few at a time, each judged for itself.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::http::{Attachment, Meter};
use crate::live::at_most;

/// What became of one file.
pub struct Sent<T> {
    /// Where it is.
    pub path: PathBuf,
    /// What the service said; nothing when it was not tried any more.
    pub outcome: Option<Result<T>>,
}

/// The files, each looked at.
///
/// # Errors
/// Exit 2 naming the first that cannot be sent; a name of its own goes with one file only.
pub fn check(paths: &[PathBuf], name: Option<&str>, largest: u64) -> Result<Vec<Attachment>, Failure> {
    if name.is_some() && paths.len() > 1 {
        return Err(Failure::usage("--name goes with one file only"));
    }
    paths.iter().map(|path| Attachment::of(path, name, largest)).collect()
}

/// Sends files, `width` at a time. After a refusal that every other one would meet too, no more are sent.
///
/// # Errors
/// Ctrl-C: what was being sent may have arrived.
pub async fn send<T>(
    files: Vec<Attachment>,
    width: usize,
    ctx: &Context,
    deliver: impl AsyncFn(Attachment) -> Result<T>,
) -> Result<Vec<Sent<T>>> {
    let what = match files.as_slice() {
        [one] => format!("uploading {}", one.name),
        many => format!("uploading {} files", many.len()),
    };
    let paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let meters: Vec<Meter> = files.iter().map(|file| file.meter.clone()).collect();
    let total = files.iter().map(|file| file.length).sum();
    let progress = ctx.output.progress(&what);
    progress.measure(Some(total));
    let hopeless = Cell::new(false);
    let mut outcomes: Vec<Option<Result<T>>> = paths.iter().map(|_| None).collect();
    let (deliver, given_up) = (&deliver, &hopeless);
    let tasks = files.into_iter().enumerate().map(|(number, file)| async move {
        if given_up.get() {
            return (number, None);
        }
        (number, Some(deliver(file).await))
    });
    let all = at_most(width, tasks, |(number, outcome)| {
        if let Some(Err(error)) = &outcome {
            let (failure, _) = unpack(error);
            hopeless.set(failure.kind == Kind::Auth || failure.status == Some(402));
        }
        outcomes[number] = outcome;
    });
    let shown = async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            progress.at(meters.iter().map(Meter::read).sum());
        }
    };
    let sent = async {
        tokio::select! {
            () = all => {}
            () = shown => {}
        }
    };
    if let Err(kind) = ctx.interrupt().guard(sent).await {
        let what = "the upload was stopped; what was being sent may have arrived all the same";
        return Err(Failure::new(kind, what).into());
    }
    drop(progress);
    Ok(paths.into_iter().zip(outcomes).map(|(path, outcome)| Sent { path, outcome }).collect())
}
