//! `ra recall log follow`: nothing twice, nothing lost, outages outlasted.

use std::io::{BufRead as _, BufReader, Read as _};

use super::{WF, home, recall};
use crate::support::{Reply, Run, Server};

/// A row that began at this second, and ended or not.
fn row(id: &str, second: u32, ended: bool) -> String {
    let end = if ended { format!(r#""2026-03-20T10:15:{second:02}.900Z""#) } else { "null".to_owned() };
    let took = if ended { "143" } else { "null" };
    format!(
        r#"{{"id":"{id}","executionId":"ex-{id}","workflow":{{"name":"Triage"}},"level":"info","trigger":"api","startedAt":"2026-03-20T10:15:{second:02}.000Z","endedAt":{end},"totalDurationMs":{took},"cost":{{"total":0.5}}}}"#
    )
}

fn page(rows: &[String]) -> Reply {
    Reply::json(200, format!(r#"{{"data":[{}],"limits":{{}}}}"#, rows.join(",")))
}

fn part(rows: &[String], cursor: &str) -> Reply {
    Reply::json(200, format!(r#"{{"data":[{}],"nextCursor":"{cursor}","limits":{{}}}}"#, rows.join(",")))
}

/// A key that is refused from now on ends it.
fn over() -> Reply {
    Reply::json(401, r#"{"error":"Invalid API key"}"#)
}

fn follow(replies: impl IntoIterator<Item = Reply>, flags: &[&str]) -> (Run, Server) {
    let base = ["--workspace", "w", "log", "follow", "--interval", "0", "-o", "ndjson", "--jq", ".id"];
    recall(replies, &[&base[..], flags].concat())
}

#[test]
fn rows_are_shown_when_they_end_and_once() {
    let (run, server) = follow(
        [
            // The newest first; two are still open.
            page(&[row("d", 4, false), row("c", 3, true), row("b", 2, true), row("a", 1, true)]),
            page(&[row("c", 3, true), row("d", 4, false), row("e", 4, true)]),
            // Late, and at the same moment as another; d ends.
            page(&[row("late", 2, true), row("d", 4, true), row("e", 4, true), row("f", 9, false)]),
            page(&[row("d", 4, true), row("e", 4, true), row("f", 9, true)]),
            over(),
        ],
        &["-n", "2"],
    );
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), ["b", "c", "e", "late", "d", "f"]);
    run.ends(3);
    let lines = server.lines();
    assert_eq!(lines[0], "GET /api/v1/logs?workspaceId=w&details=full&order=desc&limit=100");
    let later = |start: &str| {
        format!(
            "GET /api/v1/logs?workspaceId=w&details=full&order=asc&startDate=2026-03-20T10%3A14%3A{start}.000Z&limit=100"
        )
    };
    assert_eq!(lines[1..], ["04", "04", "09", "09"].map(later));
}

#[test]
fn long_pages_are_walked_through() {
    let (run, server) = follow(
        [
            page(&[row("a", 1, true)]),
            part(&[row("b", 2, true)], "c1"),
            part(&[row("c", 2, true)], "c2"),
            page(&[row("d", 2, true)]),
            over(),
        ],
        &[],
    );
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert!(server.lines()[2].ends_with("&limit=100&cursor=c1") && server.lines()[3].ends_with("&cursor=c2"));
}

#[test]
fn outages_are_outlasted_and_told_once() {
    let (run, _server) = follow(
        [
            page(&[row("a", 1, true)]),
            Reply::json(502, "{}"),
            Reply::json(429, r#"{"error":"Rate limit exceeded"}"#).header("Retry-After", "0"),
            Reply::json(408, "{}"),
            Reply::json(425, "{}"),
            Reply::json(200, "{").cut(),
            page(&[row("a", 1, true), row("b", 2, true)]),
            Reply::new(503, "text/html", "<html>"),
            page(&[row("b", 2, true), row("c", 3, true)]),
            over(),
        ],
        &[],
    );
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(run.stderr.matches("asking again").count(), 2, "{run:#?}");
    assert_eq!(run.stderr.matches("the service is back").count(), 2, "{run:#?}");
    // What is wrong from the start is no outage.
    follow([Reply::json(403, r#"{"error":"Access denied"}"#)], &[]).0.ends(3);
}

#[test]
fn rows_in_every_form() {
    let script = || [page(&[row("a", 1, true)]), page(&[row("b", 2, true)]), over()];
    let run = |format: &[&str]| {
        let base = ["--workspace", "w", "log", "follow", "--interval", "0"];
        recall(script(), &[&base[..], format].concat()).0.stdout
    };
    assert_eq!(run(&["-o", "json"]), format!("{}\n{}\n", row("a", 1, true), row("b", 2, true)));
    assert_eq!(run(&["-o", "id"]), "a\nb\n");
    assert_eq!(run(&["-o", "csv"]).lines().filter(|line| line.starts_with("when,")).count(), 1);
    assert_eq!(run(&["-o", "csv"]).lines().count(), 3);
    assert_eq!(run(&["-o", "tsv"]).lines().count(), 2);
    assert_eq!(
        run(&[]).lines().next().unwrap(),
        "2026-03-20T10:15:01.000Z  info     Triage                api         143 ms     $0.50  ex-a"
    );
}

#[test]
fn filters_go_along() {
    let flags = ["--level", "error", "--workflow", WF, "--min-duration", "1s", "-n", "0"];
    let (run, server) = follow([page(&[row("a", 1, true)]), over()], &flags);
    assert_eq!(run.stdout, "");
    for line in server.lines() {
        let filters = format!("workspaceId=w&workflowIds={WF}&level=error&minDurationMs=1000&");
        assert!(line.contains(&filters), "{line}");
    }
    recall([], &["--workspace", "w", "log", "follow", "--until", "1h"]).0.ends(2);
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_it_with_all_that_came() {
    let server = Server::answering(|_, number| {
        Some(if number == 0 { page(&[row("a", 1, true)]) } else { page(&[row("b", 2, true)]) })
    });
    let args = ["recall", "--workspace", "w", "log", "follow", "--interval", "0", "-o", "id"];
    let mut child = home(&server).process(args).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut seen = String::new();
    stdout.read_line(&mut seen).unwrap();
    stdout.read_line(&mut seen).unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    stdout.read_to_string(&mut seen).unwrap();
    assert_eq!(seen, "a\nb\n");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn on_a_terminal_running_rows_are_marked() {
    let server = Server::answering(|_, number| Some(page(&[row("a", 1, number > 1)])));
    let args = ["recall", "--workspace", "w", "log", "follow", "--interval", "0"];
    let mut terminal = home(&server).terminal(&args);
    terminal.expect("running");
    let between = terminal.expect("143 ms");
    assert_eq!(between.matches("ex-a").count(), 1, "shown once while it runs: {between:?}");
    terminal.press("\u{3}");
    assert_eq!(terminal.end().0, 130);
}
