//! Recorded streams, with the network's cuts, with others, and compressed: always the same words.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::recording::{Recording, is_like, sandbox};
use crate::support::{Reply, Run, Server};

/// The recordings that are streams.
pub const NAMES: &[&str] = &[
    "c01-stream-agent",
    "c02-stream-agent-no-selected",
    "c03-stream-two-agents",
    "c05-stream-function-fails",
    "c36-events-tool-succeeds",
];

const ECHO: &str = "Echo: hi — naïve ✓ 日本 \"quoted\" back\\slash\nsecond line";

/// The flags that ask for a recorded stream, and what comes of it: stdout, stderr, exit code.
fn expected(name: &str, workflow: &str) -> (&'static [&'static str], String, String, i32) {
    let fine = |stdout: String| (stdout, String::new(), 0);
    let (args, (stdout, stderr, code)): (&[&str], _) = match name {
        "c01-stream-agent" => {
            (&["--input", "\"hi\"", "--select", "agent.content"], fine(format!("{ECHO}\n")))
        }
        "c02-stream-agent-no-selected" => {
            let hint = format!(
                "hint: ra recall run {workflow} --stream --select BLOCK.content   # text while it arises\n"
            );
            (&["--input", "\"hi\""], (format!("{ECHO}\n"), hint, 0))
        }
        "c03-stream-two-agents" => {
            let again = ECHO.replace("hi ", "again hi ");
            // What is no model's text comes with the last word, the whole value of the block's path.
            let middle = serde_json::to_string(ECHO).unwrap();
            let text = format!("{ECHO}\n\n{again}\n\n{{\n  \"seen\": {middle}\n}}\n");
            let args = &[
                "--input",
                "\"hi\"",
                "--select",
                "firstagent.content",
                "--select",
                "middle.result",
                "--select",
                "secondagent.content",
            ];
            (args, fine(text))
        }
        "c05-stream-function-fails" => {
            let error = "error: Boom: Line 1: `throw new Error('deliberate failure');` - deliberate failure (EXECUTION_ERROR)\n";
            (&["--select", "boom.result"], (String::new(), error.to_owned(), 1))
        }
        "c36-events-tool-succeeds" => (
            &["--input", "\"hi\"", "--select", "agent.content", "--agent-events", "-q"],
            fine("The tool said yes.\n".to_owned()),
        ),
        other => panic!("{other} has no expectation"),
    };
    (args, stdout, stderr, code)
}

/// Follows a recorded stream that is answered so.
#[track_caller]
fn follow(recording: &Recording, args: &[&str], reply: Reply) -> (Run, Server) {
    let server = Server::script([reply]);
    let run = sandbox(&server, recording)
        .run([&["recall", "run", recording.workflow(), "--stream"], args].concat());
    assert!(!format!("{run:?}").contains(recording.key().unwrap()), "{run:#?}");
    (run, server)
}

/// Asserts that a recorded stream says the same when it arrives so.
#[track_caller]
fn says_the_same(name: &str, recording: &Recording, reply: Reply) {
    let (args, stdout, stderr, code) = expected(name, recording.workflow());
    let (run, server) = follow(recording, args, reply);
    assert_eq!((run.stdout, run.stderr, run.code), (stdout, stderr, code), "{name}");
    let request = server.request();
    is_like(&request, recording);
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
}

#[test]
fn as_the_network_cut_them() {
    for name in NAMES {
        let recording = Recording::named(name);
        says_the_same(name, &recording, recording.reply());
    }
}

#[test]
fn at_every_byte_and_in_one_piece() {
    for name in NAMES {
        let recording = Recording::named(name);
        says_the_same(name, &recording, recording.reply_in(recording.body.chunks(1)));
        says_the_same(name, &recording, recording.reply_in([&recording.body]));
    }
}

/// A server that compresses all the same, a flush for each frame as it was seen.
#[test]
fn compressed_though_nobody_asked() {
    for name in NAMES {
        let recording = Recording::named(name);
        let pieces = recording.compressed();
        let bytes = pieces.concat();
        for reply in [recording.reply_in(&pieces), recording.reply_in(bytes.chunks(1))] {
            says_the_same(name, &recording, reply.header("Content-Encoding", "gzip"));
        }
    }
}

/// For machines: the frames as they came, or what the stream comes to.
#[test]
fn events_and_the_composed_object() {
    for name in NAMES {
        let recording = Recording::named(name);
        let (args, .., code) = expected(name, recording.workflow());
        let (run, _server) = follow(&recording, &[args, &["-o", "ndjson"]].concat(), recording.reply());
        let text = recording.text();
        let frames = text.lines().filter_map(|line| line.strip_prefix("data: "));
        let frames: Vec<&str> = frames.filter(|frame| *frame != "\"[DONE]\"").collect();
        assert_eq!((run.stdout.lines().collect::<Vec<_>>(), run.code), (frames, code), "{name}");
    }
    let object = |name: &str| {
        let recording = Recording::named(name);
        let (args, ..) = expected(name, recording.workflow());
        follow(&recording, &[args, &["-o", "json"]].concat(), recording.reply()).0.ends(0).json()
    };
    let agent = "4cbf3e5e-2210-4e64-bfd2-f9c46b68e112";
    assert_eq!(object("c01-stream-agent"), json!({"success": true, "output": {}, "blocks": {agent: ECHO}}));
    let whole = object("c02-stream-agent-no-selected");
    assert_eq!((&whole["output"]["content"], &whole["blocks"]), (&json!(ECHO), &json!({})));
    let both = object("c03-stream-two-agents");
    let (first, second) = ("623606ce-321e-4871-af3e-0b9411dfbff2", "9549b047-1fa0-4427-80a0-fb914ad3b82b");
    assert_eq!(both["blocks"], json!({first: ECHO, second: ECHO.replace("hi ", "again hi ")}));
    assert_eq!(both["output"]["0e477f3a-d1d8-4cd5-8259-43b303c97a97"]["result"]["seen"], json!(ECHO));
    let tool = "b438403b-bccd-4550-8a00-4a1b9ab647f9";
    assert_eq!(object("c36-events-tool-succeeds")["blocks"], json!({tool: "The tool said yes."}));
    let failed = Recording::named("c05-stream-function-fails");
    let (args, ..) = expected("c05-stream-function-fails", failed.workflow());
    let (run, _server) = follow(&failed, &[args, &["-o", "json"]].concat(), failed.reply());
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!((run.stdout.as_str(), &error["error"]["code"]), ("", &json!("EXECUTION_ERROR")));
}

proptest! {
    // Each case is five processes.
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 50, ..ProptestConfig::with_cases(8) })]
    #[test]
    fn at_any_places(cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 1..40)) {
        for name in NAMES {
            let recording = Recording::named(name);
            let length = recording.body.len();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(length + 1)).collect();
            places.extend([0, length]);
            places.sort_unstable();
            let pieces = places.windows(2).map(|pair| &recording.body[pair[0]..pair[1]]);
            says_the_same(name, &recording, recording.reply_in(pieces));
        }
    }
}
