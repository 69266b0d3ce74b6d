//! What the flags of `run` come to: the way of running, its controls, and what contradicts each other.

use super::RunArgs;
use crate::error::Failure;
use crate::services::recall::Generation;
use crate::services::recall::execute::{Controls, Mode};

/// The longest a server lets a background run take: seven days.
const LONGEST_RUN: u64 = 604_800;

/// Flags that contradict each other, whatever the server speaks.
///
/// # Errors
/// Exit 2, naming them.
pub fn check(args: &RunArgs) -> Result<(), Failure> {
    if args.background && args.stream {
        return Err(Failure::usage("a run is either streamed (--stream) or a job (--async)"));
    }
    if args.background && !args.files.is_empty() {
        return Err(Failure::usage(
            "the service does not read files of background runs: --file and --async exclude each other",
        )
        .hint("leave --async out"));
    }
    let inlines = args.include_file_base64 || args.no_file_base64 || args.base64_max_bytes.is_some();
    if args.background && inlines {
        let flags = "--include-file-base64, --no-file-base64 and --base64-max-bytes";
        return Err(Failure::usage(format!("{flags} are for runs that somebody waits for, not for --async")));
    }
    if args.include && (args.background || args.stream) {
        return Err(Failure::usage(
            "--include goes with a run in step only, which has one answer with headers",
        ));
    }
    let goes_with = |given: bool, flag: &str, base: bool, needed: &str| {
        if given && !base { Err(Failure::usage(format!("{flag} goes with {needed} only"))) } else { Ok(()) }
    };
    goes_with(args.poll, "--poll", args.background, "--async")?;
    goes_with(args.background && !args.select.is_empty(), "--select", args.stream, "--stream")?;
    let pace = args.wait.poll_interval.is_some() || args.wait.poll_timeout.is_some();
    goes_with(pace, "--poll-interval and --poll-timeout", args.poll, "--async --poll")?;
    goes_with(args.execution_timeout.is_some(), "--execution-timeout", args.background, "--async")?;
    goes_with(args.events, "--events", args.stream, "--stream")?;
    goes_with(args.agent_events, "--agent-events", args.stream, "--stream")?;
    goes_with(args.separate, "--separate", args.stream, "--stream")?;
    if let Some(limit) = args.execution_timeout
        && (limit.subsec_nanos() > 0 || !(1..=LONGEST_RUN).contains(&limit.as_secs()))
    {
        return Err(Failure::usage("--execution-timeout is whole seconds, from 1s to 7d"));
    }
    if args.base64_max_bytes == Some(0) {
        return Err(Failure::usage("--base64-max-bytes is a number of bytes from 1 on"));
    }
    args.select.iter().try_for_each(|selector| selects(selector))
}

/// The service ignores what it does not know, and streams nothing.
fn selects(selector: &str) -> Result<(), Failure> {
    let is_uuid = |text: &str| uuid::Uuid::try_parse(text).is_ok();
    // `<block uuid>_path` is a spelling of its own.
    let is_uuid_path =
        selector.split_once('_').is_some_and(|(block, path)| is_uuid(block) && !path.is_empty());
    if selector.trim().contains('.') || is_uuid(selector) || is_uuid_path {
        return Ok(());
    }
    Err(Failure::usage(format!("`{selector}` selects nothing: a block and a path are parted by a dot"))
        .hint(format!("--select {selector}.content")))
}

/// What only one generation of the service can do.
///
/// # Errors
/// Exit 2, naming the flag and the way out.
pub fn fits(args: &RunArgs, generation: Generation) -> Result<(), Failure> {
    if generation == Generation::V2 {
        return Ok(());
    }
    if !args.select.is_empty() && !args.stream {
        return Err(Failure::usage("--select goes with --stream only")
            .hint("through --api v2 it also filters the output of a run in step"));
    }
    Ok(())
}

/// How the result is wanted.
pub fn mode(args: &RunArgs) -> Mode {
    if args.stream {
        Mode::Stream { selected: selected(args), agent_events: args.agent_events }
    } else if args.background {
        Mode::Background
    } else {
        Mode::Whole
    }
}

/// What else is said about the run.
pub fn controls(args: &RunArgs) -> Controls {
    Controls {
        selected: if args.stream { Vec::new() } else { selected(args) },
        inline_files: match (args.include_file_base64, args.no_file_base64) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        inline_limit: args.base64_max_bytes,
        run_limit: args.execution_timeout.map(|limit| limit.as_secs()),
    }
}

fn selected(args: &RunArgs) -> Vec<String> {
    args.select.iter().map(|name| name.trim().to_owned()).collect()
}
