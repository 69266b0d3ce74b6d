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
    terminal.expect("job workflow-execution:");
    // The progress line comes after a quarter of a second.
    terminal.expect("queued");
    terminal.press(CTRL_C);
    let (code, rest) = terminal.end();
    assert_eq!(code, 130);
    assert!(
        rest.contains("is still running")
            && rest.contains("recall job wait workflow-execution:")
            && rest.contains("recall job cancel workflow-execution:"),
        "{rest:?}"
    );
    assert!(!rest.contains("error:"), "{rest:?}");
    // The job goes on without us, and is found again.
    let state = sandbox.run(["--local", "recall", "job", "status", "--last", "-o", "json"]).ends(0).json();
    assert!(matches!(state["status"].as_str(), Some("pending" | "processing")), "{state}");
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
fn ctrl_c_at_a_hidden_prompt_gives_the_terminal_back() {
    let sandbox = Sandbox::new();
    let ra = assert_cmd::cargo::cargo_bin!("ra").display().to_string();
    for line in ["auth login recursiv --no-verify", "config set recall.api_key"] {
        // The shell stays when Ctrl-C comes, to say how the terminal was left.
        let script = format!("trap : INT; '{ra}' {line}; echo \"code $?\"; stty -a");
        let mut terminal = sandbox.terminal_of("sh", &["-c", &script]);
        terminal.expect(": ");
        std::thread::sleep(std::time::Duration::from_millis(300));
        terminal.press(CTRL_C);
        let (_, rest) = terminal.end();
        assert!(
            rest.contains("code 130") && rest.contains(" echo ") && !rest.contains("-echo "),
            "{line}: {rest:?}"
        );
    }
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

/// What a service may put into any text to steer the terminal of who reads it, as JSON escapes and as raw bytes.
const EVIL: &str = "x\\u001b]0;PWN\\u0007\\u001b[31m\\u009b31m\\u202e\u{9b}31m\u{202e}y";

#[test]
fn no_form_of_a_result_steers_the_terminal() {
    let steers = ["\u{1b}]", "\u{7}", "\u{1b}[31m", "\u{9b}", "\u{202e}"];
    let body = format!(r#"{{"data":[{{"id":"a{EVIL}","name":"b{EVIL}","{EVIL}":1}}]}}"#);
    let chunk = format!("data: {{\"type\":\"text_delta\",\"delta\":\"{EVIL}\"}}\n\ndata: [DONE]\n\n");
    let list = ["recursiv", "project", "list", "--color", "never"];
    let chat = ["recursiv", "agent", "chat", "a1", "Hi", "--color", "never"];
    let forms = ["human", "json", "ndjson", "yaml", "tsv", "csv", "id"].map(|form| vec!["-o", form]);
    let queries = [vec!["--jq", ".[0].name"], vec!["--jq", "."], vec!["-vv"]];
    let lists = forms.into_iter().chain(queries).map(|flags| [&list[..], &flags].concat());
    let chats =
        [vec![], vec!["--events"], vec!["-o", "json"]].into_iter().map(|flags| [&chat[..], &flags].concat());
    for args in lists.chain(chats) {
        let reply = if args.contains(&"chat") { Reply::sse(&chunk) } else { Reply::json(200, &body) };
        let server = Server::script([reply]);
        let (code, screen) = reach(&server).terminal(&args).end();
        assert_eq!(code, 0, "{args:?}: {screen:?}");
        assert!(steers.iter().all(|part| !screen.contains(part)), "{args:?}: {screen:?}");
    }
}

#[test]
fn a_pipe_gets_every_byte() {
    let body = format!(r#"{{"data":[{{"id":"a","name":"{EVIL}"}}]}}"#);
    for (flags, whole) in [(["-o", "ndjson"], true), (["-o", "tsv"], false), (["--jq", ".[0].name"], false)] {
        let server = Server::script([Reply::json(200, &body)]);
        let run = reach(&server).run([&["recursiv", "project", "list"], &flags[..]].concat()).ends(0);
        assert!(
            run.stdout.contains(if whole { EVIL } else { "x\u{1b}]0;PWN\u{7}\u{1b}[31m\u{9b}31m" }),
            "{run:?}"
        );
    }
}

#[test]
fn a_hint_is_one_command_whatever_the_service_calls_its_things() {
    let paused = r#"{"id":"r;reboot \u001b]0;PWN\u0007","status":"PAUSED_APPROVAL"}"#;
    let server = Server::script([Reply::json(200, paused)]);
    let home = crate::runagents::sandbox(&server);
    let (code, screen) = home.terminal(&["runagents", "run", "wait", "r1", "--fail-on-pause"]).end();
    assert_eq!(code, 8, "{screen:?}");
    assert!(
        screen.contains("ra runagents run event 'r;reboot' --type") && !screen.contains("\u{1b}]"),
        "{screen:?}"
    );
}
