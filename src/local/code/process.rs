//! One program from start to end: its output, its limits, and nothing of it left behind.

use std::io::{self, Read};
use std::path::Path;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::sync::mpsc;

use super::{Limits, Outcome};

/// How long the output of a program that has ended may still take to arrive.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Runs a command in `folder` and collects what it writes.
pub async fn run(mut command: Command, folder: &Path, limits: Limits) -> io::Result<Outcome> {
    // One pipe for both, so that the order in which they were written is kept.
    let (reader, writer) = io::pipe()?;
    command.current_dir(folder).stdout(writer.try_clone()?).stderr(writer).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let began = Instant::now();
    let mut child = command.spawn()?;
    let group = Group(child.id());
    // The command keeps the writing ends; while they live the pipe never ends.
    drop(command);

    let (output, mut done) = collect(reader, limits.output);
    let mut error = None;
    let status = tokio::select! {
        status = child.wait() => Some(status?),
        () = tokio::time::sleep(limits.time) => {
            error = Some(format!("time limit of {} s exceeded", limits.time.as_secs_f64()));
            None
        }
        Some(Filled) = done.recv() => {
            error = Some(format!("output limit of {} bytes exceeded", limits.output));
            None
        }
    };
    drop(group);
    let exit_code = match status {
        Some(status) => {
            if tokio::time::timeout(LAST_WORDS, done.recv()).await.is_ok_and(|end| end.is_some()) {
                error = Some(format!("output limit of {} bytes exceeded", limits.output));
            }
            code(status)
        }
        None => {
            let _ = child.wait().await;
            if began.elapsed() >= limits.time { 124 } else { 137 }
        }
    };
    let bytes = std::mem::take(&mut *output.lock().unwrap_or_else(PoisonError::into_inner));
    let output = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Outcome { output, exit_code, took: began.elapsed(), error })
}

/// Said when the output limit was reached; the sender is merely dropped at the end of the output.
struct Filled;

type Collected = Arc<Mutex<Vec<u8>>>;

fn collect(mut reader: io::PipeReader, most: usize) -> (Collected, mpsc::Receiver<Filled>) {
    let output = Collected::default();
    let (filled, done) = mpsc::channel(1);
    let shared = output.clone();
    std::thread::spawn(move || {
        let mut piece = [0; 16 * 1024];
        loop {
            let read = match reader.read(&mut piece) {
                Ok(0) => return,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            let mut output = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let room = most.saturating_sub(output.len());
            output.extend_from_slice(&piece[..read.min(room)]);
            if read > room {
                let _ = filled.blocking_send(Filled);
                return;
            }
        }
    });
    (output, done)
}

/// A program and everything it started; killed when let go, also when the caller went away.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.0.and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(unix)]
fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}
