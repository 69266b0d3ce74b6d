//! Ctrl-C and SIGTERM: what was said stays, nothing is lost, the exit code tells.

use std::io::Read as _;
use std::process::{Child, Command};
use std::sync::mpsc;

use crate::recursiv::reach;
use crate::support::{Reply, Sandbox, Server};

/// Sends a signal, as a terminal or a supervisor would.
pub fn signal(child: &Child, name: &str) {
    assert!(
        Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().unwrap().success()
    );
}

/// The exit code and stderr after the end.
pub fn ended(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_one_shot_stream_stops_and_keeps_its_text() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let (_open, gate) = mpsc::channel();
        let pieces = ["data: {\"type\":\"text_delta\",\"delta\":\"half an answer\"}\n\n", "data: [DONE]\n\n"];
        let server = Server::script([Reply::sse_pieces(pieces).gated(gate)]);
        let mut child = reach(&server).process(["recursiv", "agent", "chat", "a1", "Hi"]).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut seen = vec![0; "half an answer".len()];
        stdout.read_exact(&mut seen).unwrap();
        signal(&child, name);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!((ended(child).0, rest.as_str()), (Some(code), "\n"), "{name}");
    }
}

#[test]
fn a_server_ends_with_the_signals_code() {
    let sandbox = Sandbox::new();
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let mut child = sandbox.process(["local", "serve", "--port", "0", "--ephemeral"]).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 8]).unwrap();
        signal(&child, name);
        assert_eq!(ended(child).0, Some(code), "{name}");
    }
}

#[test]
fn who_leaves_before_a_deed_is_answered_is_told_that_it_may_be_done() {
    let deeds = [
        (vec!["recall", "workflow", "deploy", "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a01"], "deploy"),
        (vec!["recursiv", "project", "create", "p"], "projects"),
    ];
    for (args, path) in deeds {
        let server = Server::script([Reply::json(200, "{").stall()]);
        let child = reach(&server)
            .process(args)
            .env("RECALL_API_KEY", "rk")
            .env("RECALL_BASE_URL", server.url())
            .spawn()
            .unwrap();
        while server.lines().is_empty() {
            std::thread::yield_now();
        }
        signal(&child, "INT");
        let (code, said) = ended(child);
        assert_eq!(code, Some(130), "{said}");
        assert!(
            said.contains("stopped waiting for the answer to POST")
                && said.contains(path)
                && said.contains("it may have been carried out all the same"),
            "{said}"
        );
    }
}
