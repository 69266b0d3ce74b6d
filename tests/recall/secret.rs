//! Secret values: asked for without echo, masked wherever a request is shown, never in an error.

use super::{home, recall};
use crate::support::{Reply, Sandbox, Server};

const VALUE: &str = "sk_stripe_9f8e7d6c";

fn ready(server: &Server) -> Sandbox {
    home(server).env("RECALL_WORKSPACE_ID", "ws_1")
}

fn stored() -> Reply {
    Reply::json(200, r#"{"data":{"name":"STRIPE","scope":"workspace","role":"admin"}}"#)
}

const SET: [&str; 6] = ["recall", "secret", "set", "STRIPE", "--scope", "workspace"];

#[test]
fn a_value_comes_from_stdin_a_file_or_hidden_typing() {
    let server = Server::script([stored(), stored(), stored(), stored()]);
    let home = ready(&server);
    let file = home.file("value.txt", format!("{VALUE}\n"));
    let run = home.pipe([&SET[..], &["--value", "-", "-vv"]].concat(), &format!("{VALUE}\r\n")).ends(0);
    assert!(!format!("{run:?}").contains(VALUE), "{run:#?}");
    assert!(run.stderr.contains(r#""value":"********""#), "{run:#?}");
    home.run([&SET[..], &["--value", &format!("@{file}")]].concat()).ends(0);
    let run = home.run([&SET[..], &["--value", VALUE]].concat()).ends(0);
    assert!(run.stderr.contains("warning: a secret on the command line"), "{run:#?}");
    let mut terminal = home.terminal(&SET);
    terminal.expect("(not shown): ");
    // Until the terminal has stopped to show what is typed.
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.press(&format!("{VALUE}\r"));
    let (code, screen) = terminal.end();
    assert!(code == 0 && !screen.contains(VALUE), "{screen}");
    for request in server.requests() {
        assert_eq!(request.line(), "PUT /api/v2/secrets/STRIPE");
        assert_eq!(
            request.body,
            format!(r#"{{"workspaceId":"ws_1","scope":"workspace","value":"{VALUE}"}}"#)
        );
    }
}

#[test]
fn nothing_shows_it() {
    let server = Server::script([]);
    let home = ready(&server);
    for form in ["--dry-run", "--dry-run=curl"] {
        let run = home.pipe([&SET[..], &["--value", "-", form]].concat(), VALUE).ends(0);
        assert!(run.stdout.contains("********") && !format!("{run:?}").contains(VALUE), "{run:#?}");
        // Nothing is sent, so that nobody is asked.
        assert!(home.run([&SET[..], &[form]].concat()).ends(0).stdout.contains("********"));
    }
    let echo = Reply::json(400, format!(r#"{{"error":{{"code":"BAD_REQUEST","message":"no {VALUE}"}}}}"#));
    let server = Server::script([echo]);
    let run = ready(&server).pipe([&SET[..], &["--value", "-"]].concat(), VALUE).ends(1);
    assert!(!format!("{run:?}").contains(VALUE), "{run:#?}");
    let headers = format!(r#"{{"Authorization":"Bearer {VALUE}"}}"#);
    let create = ["recall", "mcp-server", "create", "m", "--url", "https://m.example", "--headers", "-"];
    let server = Server::script([]);
    let run = ready(&server).pipe([&create[..], &["--dry-run"]].concat(), &headers).ends(0);
    assert!(run.stdout.contains(r#""headers":"********""#) && !run.stdout.contains(VALUE), "{run:#?}");
    let create = ["recall", "credential", "create", "--provider", "slack", "--credentials", "-"];
    let run = ready(&server)
        .pipe([&create[..], &["--dry-run"]].concat(), &format!(r#"{{"botToken":"{VALUE}","domain":"acme"}}"#))
        .ends(0);
    assert!(run.stdout.contains(r#""botToken":"********","domain":"********""#), "{run:#?}");
}

#[test]
fn without_a_value_nothing_is_sent() {
    let server = Server::script([]);
    let home = ready(&server);
    home.run(SET).ends(2).says("--value is missing").says("--value - reads it from stdin");
    home.pipe([&SET[..], &["--value", "-"]].concat(), "\n").ends(2).says("the given value is empty");
    home.run(["recall", "secret", "set", "STRIPE"]).ends(2).says("--scope");
    home.run(["recall", "secret", "set", "..", "--scope", "workspace", "--value", "-"]).ends(2);
}

#[test]
fn a_server_without_the_route_says_what_works() {
    let off = r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#;
    for (reply, args, words) in [
        (Reply::json(404, off), vec!["secret", "list"], "keep secrets in the browser's settings only"),
        (Reply::new(404, "text/html", "<html>"), vec!["billing", "status"], "hint: ra recall limits"),
        (Reply::new(405, "", ""), vec!["table", "row", "count", "tbl_1a2b"], "ra recall table get TABLE"),
        (Reply::json(404, off), vec!["workspace", "list"], "ra config set recall.workspace_id ID"),
    ] {
        let (run, _server) = recall([reply], &[&["--workspace", "ws_1"], args.as_slice()].concat());
        run.ends(4).says(words);
    }
}
