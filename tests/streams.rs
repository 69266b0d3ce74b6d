//! Streams as they arrive: each event is on stdout before the next one is sent, whatever the network cuts.

use std::io::Read as _;
use std::sync::mpsc;

use crate::recursiv::{KEY, reach};
use crate::support::{Reply, Sandbox, Server};

/// Runs a command against a stream whose next piece is sent only after the one before was read from stdout.
fn live(pieces: &[(&str, &str)], path: &str, sandbox: impl FnOnce(&Server) -> Sandbox, args: &[&str]) {
    let (open, gate) = mpsc::channel();
    let server = Server::script([Reply::sse_pieces(pieces.iter().map(|(piece, _)| piece)).gated(gate)]);
    let mut child = sandbox(&server).process(args).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    for (_, expected) in pieces {
        let mut seen = vec![0; expected.len()];
        // Were anything held back, this read would wait for what the server sends only afterwards.
        stdout.read_exact(&mut seen).unwrap();
        assert_eq!(String::from_utf8_lossy(&seen), *expected);
        // After the last piece nobody waits any more.
        let _ = open.send(());
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(server.request().path, path);
}

#[test]
fn recursiv_is_live() {
    let pieces = [
        ("data: {\"type\":\"text_delta\",\"delta\":\"One\"}\n\n", "One"),
        ("data: {\"type\":\"text_delta\",\"delta\":\", two\"}\n\n", ", two"),
        ("data: {\"type\":\"text_delta\",\"delta\":\"…\"}\n", "…"),
        ("\ndata: [DONE]\n\n", "\n"),
    ];
    live(&pieces, "/api/v1/agents/a1/chat/stream", reach, &["recursiv", "agent", "chat", "a1", "Hi"]);
    let events = [
        (
            "data: {\"type\":\"text_delta\",\"delta\":\"a\"}\n\n",
            "{\"type\":\"text_delta\",\"delta\":\"a\"}\n",
        ),
        ("data: {\"type\":\"later\"}\n\ndata: [DONE]\n\n", "{\"type\":\"later\"}\n"),
    ];
    live(
        &events,
        "/api/v1/agents/a1/chat/stream",
        reach,
        &["recursiv", "agent", "chat", "a1", "Hi", "--events"],
    );
}

#[test]
fn recall_is_live() {
    let pieces = [
        ("data: {\"blockId\":\"b1\",\"chunk\":\"One\"}\n\n", "One"),
        ("data: {\"blockId\":\"b1\",\"chunk\":\", two\"}\n\n", ", two"),
        ("data: {\"blockId\":\"b2\",\"chunk\":\"\\n\\nDone\"}\n\n", "\n\nDone"),
        (
            "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\ndata: \"[DONE]\"\n\n",
            "\n",
        ),
    ];
    let there = |server: &Server| {
        Sandbox::new().env("RECALL_API_KEY", "rk_test_key").env("RECALL_BASE_URL", server.url())
    };
    live(
        &pieces,
        "/api/workflows/w1/execute",
        there,
        &["recall", "run", "w1", "--stream", "--select", "a.content"],
    );
}

#[test]
fn runagents_is_live() {
    let pieces = [
        ("data: {\"type\":\"content\",\"delta\":\"One\"}\n\n", "One"),
        ("data: {\"type\":\"content\",\"delta\":\", two\"}\n\n", ", two"),
        ("data: {\"type\":\"done\"}\n\ndata: [DONE]\n\n", "\n"),
    ];
    let there = |server: &Server| {
        Sandbox::new().env("RUNAGENTS_API_KEY", "ra_ws_test").env("RUNAGENTS_ENDPOINT", server.url())
    };
    live(
        &pieces,
        "/api/v1/agents/my-agent/invoke/stream",
        there,
        &["runagents", "agent", "invoke", "my-agent", "Hi", "--stream"],
    );
}

#[test]
fn the_built_in_talker_paces_its_words() {
    let sandbox = Sandbox::new();
    let mut child =
        sandbox.process(["--local", "recursiv", "agent", "chat", "guide", "hello"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (mut reads, mut piece) = (0, [0; 4096]);
    while stdout.read(&mut piece).unwrap() > 0 {
        reads += 1;
    }
    assert!(child.wait().unwrap().success());
    assert!(reads > 3, "the answer came in {reads} pieces");
}

#[test]
fn a_stream_cut_by_the_local_service_is_a_failure() {
    let sandbox = Sandbox::new();
    let (server, address) = sandbox.serve(&["--fault", "recursiv POST /agents/*/chat/stream:cut=3"]);
    let env = sandbox
        .run(["local", "env", "--port", address.rsplit(':').next().unwrap(), "-o", "json"])
        .ends(0)
        .json();
    let there = Sandbox::new()
        .env("RECURSIV_API_BASE_URL", env["RECURSIV_API_BASE_URL"].as_str().unwrap())
        .env("RECURSIV_API_KEY", env["RECURSIV_API_KEY"].as_str().unwrap());
    let run = there.run(["recursiv", "agent", "chat", "guide", "hello"]).ends(7).says("(STREAM_CUT)");
    assert!(run.stdout.ends_with('\n') && run.stdout.len() > 1, "{run:?}");
    drop(server);
}

#[test]
fn a_huge_event_ends_with_an_error_and_not_with_the_memory() {
    let piece = "x".repeat(1024 * 1024);
    let pieces = std::iter::once("data: ".to_owned()).chain(std::iter::repeat_n(piece, 20));
    let server = Server::script([Reply::sse_pieces(pieces)]);
    let run = reach(&server).run(["recursiv", "agent", "chat", "a1", "Hi"]);
    assert!(!run.stderr.contains(KEY));
    run.ends(7).says("one event of the stream is larger than 16 MiB");
}
