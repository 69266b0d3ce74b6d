//! `ra recall limits`: V20, and what a server without limits answers.

use super::{home, recall};
use crate::support::{Reply, Server};

#[test]
fn v20_both_spellings() {
    let newer = r#"{"success":true,"rateLimit":{"sync":{"isLimited":false,"requestsPerMinute":50,"maxBurst":100,"remaining":97,"resetAt":"2026-03-20T10:16:00.000Z"},"async":{"isLimited":false,"requestsPerMinute":200,"maxBurst":400,"remaining":400,"resetAt":"2026-03-20T10:16:00.000Z"},"authType":"api"},"usage":{"currentPeriodCost":8.2375,"limit":10,"plan":"free"},"storage":{"usedBytes":1048576,"limitBytes":5368709120,"percentUsed":0.01953125}}"#;
    let (run, server) = recall([Reply::json(200, newer)], &["limits"]);
    assert_eq!(
        run.stdout,
        "plan     free\n\
         usage    $8.24 of $10.00              [################----]  82 %\n\
         sync     3 of 100 used, 50 a minute   [#-------------------]   3 %\n\
         async    0 of 400 used, 200 a minute  [--------------------]   0 %\n\
         storage  1.00 MiB of 5.00 GiB         [--------------------]   0 %\n"
    );
    assert_eq!(run.stderr, "warning: usage is at 82 % of its limit\n");
    assert_eq!(server.request().line(), "GET /api/users/me/usage-limits");
    let older = r#"{"success":true,"rateLimit":{"sync":{"isLimited":false,"limit":10,"remaining":10,"resetAt":"2025-09-08T22:51:55.999Z"},"async":{"isLimited":true,"limit":50,"remaining":0,"resetAt":"2025-09-08T22:51:56.155Z"},"authType":"api"},"usage":{"currentPeriodCost":0,"limit":0,"plan":"free"}}"#;
    let (run, _server) = recall([Reply::json(200, older)], &["limits"]);
    assert_eq!(
        run.stdout,
        "plan     free\n\
         usage    $0.00 of $0.00             n/a\n\
         sync     0 of 10 used, 10 a minute  [--------------------]   0 %\n\
         async    50 of 50 used, 50 a minute  [####################] 100 %  limited\n"
            .replace("$0.00 of $0.00             n/a", "$0.00 of $0.00              n/a")
            .replace("10 a minute  [", "10 a minute   [")
    );
    run.ends(0).says("warning: async is at 100 % of its limit");
    let (run, _server) = recall([Reply::json(200, older)], &["limits", "-o", "json"]);
    assert_eq!(run.json(), serde_json::from_str::<serde_json::Value>(older).unwrap());
}

#[test]
fn no_limits_and_no_figures() {
    let none = r#"{"success":true,"rateLimit":{"sync":{"isLimited":false,"requestsPerMinute":999999,"maxBurst":999999,"remaining":999998}},"usage":{"currentPeriodCost":0,"limit":99999,"plan":"free"}}"#;
    let (run, _server) = recall([Reply::json(200, none)], &["limits"]);
    assert_eq!(
        run.stdout,
        "plan     free\nusage    $0.00 of no limit  n/a\nsync     no limit           n/a\n"
    );
    for body in ["{}", r#"{"usage":{"limit":null,"currentPeriodCost":1}}"#] {
        recall([Reply::json(200, body)], &["limits"]).0.ends(0);
    }
}

#[test]
fn tables_for_scripts_hold_the_figures() {
    let sandbox = crate::support::Sandbox::new();
    let run = |service: &str, format: &str| {
        sandbox.run(["--local", service, "limits", "-o", format]).ends(0).stdout
    };
    let figures = run("recall", "tsv");
    // Between them the bytes that a fresh state holds.
    let (before, after) = ("free\t0\t10\t100\t100\t400\t400\t", "\t5368709120\n");
    assert!(figures.starts_with(before) && figures.ends_with(after), "{figures}");
    assert!(run("recall", "csv").starts_with("plan,cost,cost limit,sync remaining,"));
    // Where no columns are described, a table has all members.
    assert!(run("recursiv", "tsv").starts_with("60\t"));
    assert!(run("recursiv", "csv").starts_with("x-ratelimit-limit,"));
}

/// An answer with these figures for runs in step.
fn usage(remaining: i64, reset: &str) -> String {
    format!(
        r#"{{"success":true,"rateLimit":{{"sync":{{"isLimited":false,"requestsPerMinute":50,"maxBurst":100,"remaining":{remaining},"resetAt":"{reset}"}}}},"usage":{{"currentPeriodCost":1,"limit":10,"plan":"free"}}}}"#
    )
}

#[test]
fn resets_are_told_while_they_lie_ahead() {
    let (run, _server) = recall([Reply::json(200, usage(60, "2100-01-01T00:00:00Z"))], &["limits"]);
    assert!(
        run.stdout.contains("40 of 100 used, 50 a minute  [########------------]  40 %  resets 2100-01-01\n"),
        "{run:#?}"
    );
    let limited = usage(0, "2100-01-01T00:00:00Z").replace("false", "true");
    let (run, _server) = recall([Reply::json(200, limited)], &["limits"]);
    assert!(run.stdout.contains("100 %  limited, more 2100-01-01\n"), "{run:#?}");
    run.says("warning: sync is at 100 % of its limit");
}

#[test]
fn watching_in_a_pipe_tells_changes_and_outlasts_outages() {
    let script = || {
        [
            Reply::json(200, usage(60, "2026-01-01T00:00:00Z")),
            // Only the window's end has moved.
            Reply::json(200, usage(60, "2026-01-01T00:01:00Z")),
            Reply::json(503, r#"{"error":"busy"}"#),
            Reply::json(502, r#"{"error":"busy"}"#),
            Reply::json(200, usage(10, "2026-01-01T00:01:00Z")),
            Reply::json(200, usage(9, "2026-01-01T00:01:00Z")),
            Reply::json(401, r#"{"error":"Authentication required"}"#),
        ]
    };
    let args = ["limits", "--watch", "--interval", "0"];
    let (run, _server) = recall(script(), &[&args[..], &["-o", "json"]].concat());
    let expected: Vec<String> = [60, 10, 9]
        .into_iter()
        .map(|remaining| {
            usage(remaining, if remaining == 60 { "2026-01-01T00:00:00Z" } else { "2026-01-01T00:01:00Z" })
        })
        .collect();
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(run.stderr.matches("asking again").count(), 1, "{run:#?}");
    assert_eq!(run.stderr.matches("sync is at 9").count(), 1, "told once while it lasts: {run:#?}");
    run.ends(3).says("the service is back").says("UNAUTHORIZED");
    let (run, _server) = recall(script(), &args);
    assert_eq!(run.stdout.lines().count(), 3);
    assert!(
        run.stdout.contains("Z  usage $1.00 of $10.00 10 %; sync 40 of 100 used, 50 a minute 40 %\n"),
        "{run:#?}"
    );
    recall([Reply::json(401, "{}")], &args).0.ends(3);
    recall([], &["limits", "--interval", "5s"]).0.ends(2);
}

#[test]
fn watching_on_a_terminal_draws_in_place() {
    let server = Server::answering(|_, number| {
        Some(Reply::json(200, usage(90 - 10 * number.min(2) as i64, "2026-01-01T00:00:00Z")))
    });
    let mut terminal = home(&server).terminal(&["recall", "limits", "--watch", "--interval", "0"]);
    let first = terminal.expect("10 of 100 used");
    assert!(!first.contains("\u{1b}["), "nothing to go back to: {first:?}");
    terminal.expect("\u{1b}[3A\r");
    terminal.expect("30 of 100 used");
    terminal.press("\u{3}");
    let (code, rest) = terminal.end();
    assert_eq!(code, 130);
    assert!(!rest.contains("error"), "{rest:?}");
}
