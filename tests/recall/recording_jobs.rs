//! Recorded background runs: one that succeeds, one that fails, one that is cancelled, and runs by their own id.

use super::recording::{Recording, is_like, sandbox};
use super::recordings::replay;
use crate::support::{Reply, Run, Server};

/// The recordings that are replayed here.
pub const NAMES: &[&str] = &[
    "b01-async-ok",
    "b01-async-ok-poll1-processing",
    "b01-async-ok-poll2-completed",
    "b01-async-ok-execution",
    "b01-async-ok-execution-output",
    "b02-async-fails",
    "b02-async-fails-poll1-processing",
    "b02-async-fails-poll2-failed",
    "b02-async-fails-execution",
    "b03-async-cancel",
    "b03-async-cancel-execution-running",
    "b03-async-cancel-post",
    "b03-async-cancel-post-again",
    "b03-async-cancel-poll1-cancelled",
    "b03-async-cancel-execution",
];

/// The answers of several recordings to one command, each question like the recorded one.
#[track_caller]
fn replay_all(names: &[&str], args: &[&str]) -> Run {
    let recordings: Vec<Recording> = names.iter().map(|name| Recording::named(name)).collect();
    let (run, server) = replay(recordings.iter().map(Recording::reply).collect(), &recordings[0], args);
    server.requests().iter().zip(&recordings).for_each(|(request, recording)| is_like(request, recording));
    run
}

const POLL: &[&str] = &["--async", "--poll", "-q", "--poll-interval", "10ms"];

#[test]
fn b01_a_job_that_succeeds() {
    let job = "workflow-execution:028f3f97-8eae-4246-912f-862d9dbbcb2f";
    let run = replay_all(&["b01-async-ok"], &["run", "WF", "-F", "seconds=4", "--async"]);
    assert_eq!(
        (run.stdout, run.stderr, run.code),
        (format!("{job}\n"), format!("hint: ra recall job wait {job}\n"), 0)
    );
    let names = ["b01-async-ok", "b01-async-ok-poll1-processing", "b01-async-ok-poll2-completed"];
    let run = replay_all(&names, &[&["run", "WF", "-F", "seconds=4"], POLL].concat());
    let output = "{\n  \"result\": {\n    \"slept\": 4\n  },\n  \"stdout\": \"\"\n}\n";
    assert_eq!((run.stdout.as_str(), run.stderr, run.code), (output, format!("job {job}\n"), 0));
    let run = replay_all(
        &names[1..],
        &["job", "wait", job, "--poll-interval", "10ms", "--jq", ".output.result.slept"],
    );
    assert_eq!((run.stdout.as_str(), run.code), ("4\n", 0));
}

#[test]
fn b02_a_job_that_fails() {
    let names = ["b02-async-fails", "b02-async-fails-poll1-processing", "b02-async-fails-poll2-failed"];
    let run = replay_all(&names, &[&["run", "WF", "-F", "seconds=3"], POLL].concat());
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.code),
        (
            "",
            "job workflow-execution:eb61a3d6-e902-455e-94aa-2582068afe39\nerror: SleepFail: Line 1: `throw new Error('failed after wait');` - failed after wait (EXECUTION_ERROR)\n",
            1
        )
    );
}

#[test]
fn b03_a_job_that_is_cancelled_twice() {
    let names = [
        "b03-async-cancel",
        "b03-async-cancel-post",
        "b03-async-cancel-post-again",
        "b03-async-cancel-poll1-cancelled",
    ];
    let recordings: Vec<Recording> = names.map(Recording::named).into();
    let server = Server::script(recordings.iter().map(Recording::reply));
    let home = sandbox(&server, &recordings[0]);
    let run = |words: &[&str]| {
        let run = home.run([&["recall"], words].concat());
        (run.stdout, run.stderr, run.code)
    };
    let id = "b8e7d1fc-34d2-42bc-b4db-0eb1a11242e5";
    let job = format!("workflow-execution:{id}");
    assert_eq!(
        run(&["run", recordings[0].workflow(), "--async", "-q"]),
        (format!("{job}\n"), String::new(), 0)
    );
    assert_eq!(run(&["job", "cancel", "--last"]), (format!("cancelled {id}\n"), String::new(), 0));
    let again = format!("{id} was cancelled already\n");
    assert_eq!(run(&["job", "cancel", "--last"]), (again, String::new(), 0));
    let end = "error: the job was cancelled (CANCELLED)\n".to_owned();
    assert_eq!(run(&["job", "wait", "--last"]), (String::new(), end, 9));
    server.requests().iter().zip(&recordings).for_each(|(request, recording)| is_like(request, recording));
}

/// What a newer server knows of a run is asked for after a start whose acceptance got lost.
#[test]
fn runs_by_their_own_id() {
    let cancelled = ["b03-async-cancel-execution-running", "b03-async-cancel-execution"];
    let output = "{\n  \"result\": {\n    \"slept\": 4\n  },\n  \"stdout\": \"\"\n}\n";
    for (names, stdout, said, code) in [
        (&["b01-async-ok-execution"][..], "null\n", "", 0),
        (&["b01-async-ok-execution-output"], output, "", 0),
        (
            &["b02-async-fails-execution"],
            "",
            "error: SleepFail: Line 1: `throw new Error('failed after wait');`",
            1,
        ),
        (&cancelled, "", "error: the run was cancelled (CANCELLED)", 9),
    ] {
        let recordings: Vec<Recording> = names.iter().map(|name| Recording::named(name)).collect();
        let execution = recordings[0].execution();
        let conflict = format!(
            r#"{{"error":"Execution ID has already been used","code":"EXECUTION_ID_CONFLICT","executionId":"{execution}"}}"#
        );
        let mut replies = vec![
            Reply::json(429, r#"{"error":"Rate limit exceeded. Please try again later."}"#),
            Reply::json(409, conflict),
        ];
        replies.extend(recordings.iter().map(Recording::reply));
        let args = ["run", "WF", "--execution-id", execution, "--initial-delay", "1ms"];
        let (run, server) = replay(replies, &recordings[0], &args);
        assert_eq!((run.stdout.as_str(), run.code), (stdout, code), "{names:?}: {run:#?}");
        run.says(said).says(&format!("an earlier attempt was accepted: run {execution}"));
        server.requests()[2..]
            .iter()
            .zip(&recordings)
            .for_each(|(request, recording)| is_like(request, recording));
    }
}
