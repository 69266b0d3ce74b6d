//! What a running server was recorded to answer, replayed byte for byte: no recording may be left out.

use super::recording::{Recording, folder, is_like, sandbox};
use super::{recording_jobs, recording_streams};
use crate::support::{Reply, Run, Server};

/// One exchange with one command.
struct Case {
    name: &'static str,
    /// After `ra recall`; `WF` stands for the recorded workflow.
    args: &'static [&'static str],
    code: i32,
    stdout: &'static str,
    /// `WF` as above.
    stderr: &'static str,
}

const GREETING: &str = "{\n  \"result\": {\n    \"greeting\": \"hello bob\",\n    \"n\": 3,\n    \"when\": null\n  },\n  \"stdout\": \"\"\n}\n";

/// Recordings that one command answers to.
const CASES: &[Case] = &[
    Case {
        name: "a01-sync-ok",
        args: &["run", "WF", "-f", "name=bob"],
        code: 0,
        stdout: GREETING,
        stderr: "",
    },
    Case {
        name: "a02-sync-ok-input-wrapped",
        args: &["run", "WF", "-f", "name=bob", "--wrap-input"],
        code: 0,
        stdout: GREETING,
        stderr: "",
    },
    Case {
        name: "a05-sync-response-block-201",
        args: &["run", "WF"],
        code: 0,
        stdout: "{\n  \"message\": \"made\",\n  \"id\": 7\n}\n",
        stderr: "",
    },
    Case {
        name: "a08-sync-block-fails",
        args: &["run", "WF"],
        code: 1,
        stdout: "",
        stderr: "error: Boom: Line 1: `throw new Error('deliberate failure');` - deliberate failure (EXECUTION_ERROR, HTTP 500)\n  recall POST /api/workflows/WF/execute\nrequest id: 1097b66a\n",
    },
    Case {
        name: "a17-sync-hitl-paused",
        args: &["run", "WF"],
        code: 8,
        stdout: "",
        stderr: "error: the run is paused: it waits for a person (PAUSED)\n  answer it at http://localhost:3777/resume/WF/fc61d265-6669-4bf5-ad87-ed08a8987d4d\nhint: ra recall execution resume WF fc61d265-6669-4bf5-ad87-ed08a8987d4d a45075f9-c27c-4d1c-9a37-70aa88ef1648 --input '{\"ok\":true}'\n",
    },
    Case {
        name: "d01-no-key",
        args: &["run", "WF", "--no-auth"],
        code: 3,
        stdout: "",
        stderr: "error: Unauthorized (UNAUTHORIZED, HTTP 401)\n  recall POST /api/workflows/WF/execute\nhint: leave --no-auth out\nrequest id: c6c8564d\n",
    },
    Case {
        name: "d02-bad-key",
        args: &["run", "WF"],
        code: 3,
        stdout: "",
        stderr: "error: Invalid API key (UNAUTHORIZED, HTTP 401)\n  recall POST /api/workflows/WF/execute\nhint: ra auth login recall\nhint: ra config list --origin   # where the key came from; RECALL_API_KEY wins over a stored one\nrequest id: b3f0fd3f\n",
    },
    Case {
        name: "d05-unknown-workflow-word",
        args: &["run", "WF"],
        code: 4,
        stdout: "",
        stderr: "error: Workflow not found (NOT_FOUND, HTTP 404)\n  recall POST /api/workflows/WF/execute\nhint: ra config set recall.workspace_id ID   # names work then too\nhint: ra recall workflow list\nrequest id: 9c7ede89\n",
    },
    Case {
        name: "d06-not-deployed",
        args: &["run", "WF"],
        code: 1,
        stdout: "",
        stderr: "error: Workflow is not deployed (WORKFLOW_NOT_DEPLOYED, HTTP 403)\n  recall POST /api/workflows/WF/execute\nhint: ra recall workflow status WF\nrequest id: 4cf7338d\n",
    },
    Case {
        name: "e01-usage-limits",
        args: &["limits"],
        code: 0,
        stdout: "plan     free\nusage    $0.00 of no limit  n/a\nsync     no limit           n/a\nasync    no limit           n/a\nstorage  0 B of 5.00 GiB    [--------------------]   0 %\n",
        stderr: "",
    },
    Case {
        name: "f01-status-deployed",
        args: &["workflow", "validate", "WF"],
        code: 0,
        stdout: "WF is deployed\n",
        stderr: "",
    },
    Case {
        name: "f02-status-not-deployed",
        args: &["workflow", "validate", "WF"],
        code: 1,
        stdout: "",
        stderr: "error: workflow `WF` is not deployed (WORKFLOW_NOT_DEPLOYED)\n",
    },
];

/// Recordings that a test of their own holds.
const OTHERS: &[&str] = &["d10-unknown-route", "d15-trailing-slash"];

#[test]
fn every_recording_is_replayed() {
    let files = std::fs::read_dir(folder()).unwrap();
    let mut there: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let names = CASES.iter().map(|case| case.name).chain(OTHERS.iter().copied());
    let names = names.chain(recording_jobs::NAMES.iter().copied());
    let streams = recording_streams::NAMES.iter();
    let mut known: Vec<String> = names.map(|name| format!("{name}.txt")).collect();
    known.extend(streams.flat_map(|name| [format!("{name}.txt"), format!("{name}.chunks.txt")]));
    there.sort();
    known.sort();
    assert_eq!(there, known);
}

/// Gives these answers to one command that has the first recording's key.
#[track_caller]
pub fn replay(replies: Vec<Reply>, like: &Recording, args: &[&str]) -> (Run, Server) {
    let server = Server::script(replies);
    let args: Vec<String> = args.iter().map(|word| word.replace("WF", like.workflow())).collect();
    let run = sandbox(&server, like).run(["recall".to_owned()].into_iter().chain(args));
    assert!(like.key().is_none_or(|key| !format!("{run:?}").contains(key)), "{run:#?}");
    (run, server)
}

#[test]
fn one_question_one_answer() {
    for case in CASES {
        let recording = Recording::named(case.name);
        let fill = |text: &str| text.replace("WF", recording.workflow());
        let compressed = recording.reply_in(recording.compressed()).header("Content-Encoding", "gzip");
        for reply in [recording.reply(), compressed] {
            let (run, server) = replay(vec![reply], &recording, case.args);
            assert_eq!(
                (run.stdout, run.stderr, run.code),
                (fill(case.stdout), fill(case.stderr), case.code),
                "{}",
                case.name
            );
            is_like(&server.request(), &recording);
        }
        // For machines: the service's own bytes, on a line.
        let args = [case.args, &["-o", "ndjson"]].concat();
        let (run, _server) = replay(vec![recording.reply()], &recording, &args);
        let shown = matches!(case.code, 0 | 8);
        assert_eq!(run.stdout, if shown { format!("{}\n", recording.text()) } else { String::new() });
    }
}

#[test]
fn d10_a_page_instead_of_a_route() {
    let page = Recording::named("d10-unknown-route");
    let (run, server) = replay(vec![page.reply()], &page, &["job", "status", "x"]);
    assert_eq!(server.request().line(), "GET /api/jobs/x");
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str(), run.code),
        (
            "",
            "error: this server has no such route: it answered with a web page; check recall.base_url (NOT_FOUND, HTTP 404)\n  recall GET /api/jobs/x\nhint: ra config list --origin\n",
            4
        )
    );
}

#[test]
fn d15_a_redirect_is_not_followed() {
    let redirect = Recording::named("d15-trailing-slash");
    let (run, server) = replay(vec![redirect.reply()], &redirect, &["run", "WF"]);
    // No slash of ours leads there.
    assert_eq!(format!("{}/", server.request().line()), redirect.line);
    assert_eq!(
        (run.stdout.as_str(), run.stderr, run.code),
        (
            "",
            format!(
                "error: the endpoint redirects elsewhere; redirects are not followed, so that the key stays here (REDIRECT, HTTP 308)\n  recall POST /api/workflows/{}/execute\nhint: check recall.base_url: ra config list --origin\n",
                redirect.workflow()
            ),
            7
        )
    );
}
