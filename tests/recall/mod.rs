//! `ra recall` against scripted servers (the contract's vectors, by their numbers) and the local service.

mod api;
mod background;
mod bad_servers;
mod batch;
mod cancel;
mod deployments;
mod documents;
mod downloads;
mod execution;
mod execution_get;
mod execution_list;
mod execution_local;
mod execution_paused;
mod files;
mod follow;
mod hostile;
mod job_list;
mod limits;
mod local;
mod local_api;
mod local_deployments;
mod local_families;
mod local_files;
mod local_generations;
mod local_knowledge;
mod local_library;
mod local_logs;
mod local_rows;
mod local_runs;
mod local_tables;
mod local_v2;
mod local_v2_runs;
mod log_local;
mod logs;
mod recording;
mod recording_jobs;
mod recording_streams;
mod recordings;
mod refusal_codes;
mod refusal_rows;
mod refusals;
mod retries;
mod route_rows;
mod routes;
mod rows;
mod run_auto;
mod run_raw;
mod run_separate;
mod run_v2;
mod secret;
mod stream;
mod stream_ends;
mod tables;
mod traps;
mod uploads;
mod usage;
mod vectors;
mod vectors_lists;
mod vectors_v2;
mod whole;
mod wire;
mod workflow_status;
mod workflows;

use crate::support::{Reply, Run, Sandbox, Server};

const KEY: &str = "rk_test_key";
const WF: &str = "b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d";
const EX: &str = "9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19";
const BA: &str = "7b7735b9-19e5-4bd6-818b-46aae2596e9f";
const BB: &str = "c2f1a0de-8e1b-4b55-9a57-1d0a6f2e4b33";
const JOB: &str = "run_4f1d2c3b4a5968778695";
const V01: &str = r#"{"success":true,"executionId":"9d3c1b7a-2f6e-4d58-a1c0-7e5b4f3a2d19","output":{"content":"Hi there!","model":"gpt-4o","tokens":{"prompt":12,"completion":4,"total":16}},"metadata":{"duration":812.4375,"startTime":"2026-03-20T10:15:30.482Z","endTime":"2026-03-20T10:15:31.294Z"}}"#;

/// A home with a key and this server's address.
fn home(server: &Server) -> Sandbox {
    Sandbox::new().env("RECALL_API_KEY", KEY).env("RECALL_BASE_URL", server.url())
}

/// Runs `ra recall …` against a server that gives these answers; the key may show nowhere.
#[track_caller]
fn recall(replies: impl IntoIterator<Item = Reply>, args: &[&str]) -> (Run, Server) {
    let server = Server::script(replies);
    let run = home(&server).run([&["recall"], args].concat());
    assert!(!format!("{run:?}").contains(KEY), "{run:#?}");
    (run, server)
}

/// The same for `ra recall run WF …`.
#[track_caller]
fn started(replies: impl IntoIterator<Item = Reply>, args: &[&str]) -> (Run, Server) {
    recall(replies, &[&["run", WF], args].concat())
}

/// The error object of `-o json`, which is all that stands on stderr.
#[track_caller]
fn error(run: &Run) -> serde_json::Value {
    let whole: serde_json::Value = serde_json::from_str(&run.stderr)
        .unwrap_or_else(|error| panic!("no error object ({error}): {run:#?}"));
    whole["error"].clone()
}
