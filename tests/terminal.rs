//! On a terminal: styled text, progress that leaves no trace, Ctrl-C as a person presses it.

use crate::recursiv::reach;
use crate::support::{Reply, Sandbox, Server};

const CTRL_C: &str = "\u{3}";

#[test]
fn an_answer_is_styled_and_cannot_steer_the_terminal() {
    let body = "data: {\"type\":\"text_delta\",\"delta\":\"a **bo\"}\n\ndata: {\"type\":\"text_delta\",\"delta\":\"ld** \\u001b]0;ti\"}\n\n\
                data: {\"type\":\"text_delta\",\"delta\":\"tle\\u0007end\"}\n\ndata: [DONE]\n\n";
    let server = Server::script([Reply::sse(body), Reply::sse(body)]);
    let sandbox = reach(&server);
    let (code, seen) = sandbox.terminal(&["recursiv", "agent", "chat", "a1", "Hi"]).end();
    assert!(code == 0 && seen.contains("a \u{1b}[1mbold\u{1b}[0m end\r\n"), "{seen:?}");
    let (_, plain) = sandbox.terminal(&["recursiv", "agent", "chat", "a1", "Hi", "--color", "never"]).end();
    assert!(plain.ends_with("a **bold** end\r\n"), "{plain:?}");
}

#[test]
fn ctrl_c_detaches_from_a_job_and_says_how_to_go_on() {
    let sandbox = Sandbox::new();
    let mut terminal =
        sandbox.terminal(&["--local", "recall", "run", "slow", "-F", "seconds=20", "--async", "--poll"]);
    terminal.expect("job run_");
    // The progress line comes after a quarter of a second.
    terminal.expect("queued");
    terminal.press(CTRL_C);
    let (code, rest) = terminal.end();
    assert_eq!(code, 130);
    assert!(
        rest.contains("is still running")
            && rest.contains("recall job wait run_")
            && rest.contains("recall job cancel run_"),
        "{rest:?}"
    );
    assert!(!rest.contains("error:"), "{rest:?}");
    // The job goes on without us, and is found again.
    let state = sandbox.run(["--local", "recall", "job", "status", "--last", "-o", "json"]).ends(0).json();
    assert!(matches!(state["status"].as_str(), Some("queued" | "processing")), "{state}");
}

#[test]
fn ctrl_c_stops_an_answer_and_keeps_what_was_said() {
    let server =
        Server::script([
            Reply::sse("data: {\"type\":\"text_delta\",\"delta\":\"half an answer\"}\n\n").stall()
        ]);
    let mut terminal = reach(&server).terminal(&["recursiv", "agent", "chat", "a1", "Hi"]);
    terminal.expect("half an answer");
    terminal.press(CTRL_C);
    let (code, rest) = terminal.end();
    assert!(code == 130 && rest.ends_with("\r\n"), "{code} {rest:?}");
}

#[test]
fn a_question_before_something_is_taken_away() {
    let sandbox = Sandbox::new();
    sandbox.run(["--local", "recursiv", "project", "list"]).ends(0);
    let mut terminal = sandbox.terminal(&["local", "reset"]);
    terminal.expect("[y/N]");
    terminal.press("n\r");
    terminal.expect("nothing was done");
    assert_eq!(terminal.end().0, 9);
    let mut terminal = sandbox.terminal(&["local", "reset", "--no-input"]);
    terminal.expect("--yes");
    assert_eq!(terminal.end().0, 2);
}

#[test]
fn an_agent_is_picked_when_none_is_named() {
    let agents = r#"{"data":[{"id":"u-1","name":"One","model":"m"},{"id":"u-2","name":"Two"}],"meta":{"has_more":false}}"#;
    let answer = "data: {\"type\":\"text_delta\",\"delta\":\"ok\"}\n\ndata: [DONE]\n\n";
    let server = Server::script([Reply::json(200, agents), Reply::sse(answer)]);
    let mut terminal = reach(&server).terminal(&["recursiv", "agent", "chat", "-m", "Hi"]);
    terminal.expect("which agent?");
    terminal.press("2\r");
    terminal.expect("ok");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(server.lines()[1], "POST /api/v1/agents/u-2/chat/stream");
}
