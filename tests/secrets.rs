//! No secret in any output: marked keys, every command, every failure, traces, dry runs; also in base64 and
//! percent-encoded. Exempt are the commands whose purpose it is to show one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::support::{Reply, Run, Sandbox, Server};
use crate::walk::{WALK, leaves};

/// Keys that no text holds by chance, with characters that encodings change.
const KEYS: [(&str, &str, &str); 3] = [
    ("RECURSIV_API_KEY", "RECURSIV_API_BASE_URL", "sk_live_MARKED+recursiv/8f31c2"),
    ("RECALL_API_KEY", "RECALL_BASE_URL", "sk-sim-MARKED+recall/77aa01"),
    ("RUNAGENTS_API_KEY", "RUNAGENTS_ENDPOINT", "ra_ws_MARKED+runagents/c0ffee"),
];

/// Words whose purpose is to show a secret.
const EXEMPT: [&str; 2] = ["auth token", "local env"];

#[track_caller]
fn holds_no_key(what: &str, run: &Run) {
    for (_, _, key) in KEYS {
        let encoded: String = key
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("%{byte:02X}") }
            })
            .collect();
        let partly = key.replace('+', "%2B").replace('/', "%2F");
        for spelling in [key.to_owned(), STANDARD.encode(key), URL_SAFE.encode(key), encoded, partly] {
            assert!(
                !run.stdout.contains(&spelling) && !run.stderr.contains(&spelling),
                "{what} shows a key as {spelling}: {run:#?}"
            );
        }
    }
}

/// A sandbox with the marked keys whose services are all this server.
fn marked(url: &str) -> Sandbox {
    KEYS.iter()
        .fold(Sandbox::new(), |sandbox, (key, address, value)| sandbox.env(key, *value).env(address, url))
}

#[test]
fn no_command_shows_a_key_whatever_the_server_says() {
    // A server that repeats all it was told, in headers and body, and fails in many ways.
    let answers = |number: usize| -> (u16, &'static str) {
        [
            (401, "application/json"),
            (500, "text/html"),
            (200, "application/json"),
            (429, "application/json"),
            (403, "text/plain"),
            (404, "application/json"),
        ][number % 6]
    };
    let server = Server::answering(move |request, number| {
        let (status, kind) = answers(number);
        let told: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let body =
            serde_json::json!({"error": told.join(" "), "message": request.body, "code": told.join("_")})
                .to_string();
        let reply = Reply::new(status, kind, body)
            .header("x-request-id", &told.join(" "))
            .header("location", &format!("http://other/{}", told.join("-")));
        Some(reply.header("retry-after", "900"))
    });
    let sandbox = marked(&server.url());
    for leaf in leaves() {
        let words: Vec<&str> = leaf.split(' ').collect();
        let Some((_, args, _)) = WALK.iter().find(|(known, _, _)| *known == leaf) else { continue };
        if EXEMPT.contains(&leaf.as_str()) || leaf == "local serve" || leaf == "config edit" {
            continue;
        }
        for flags in
            [&["-vv"][..], &["--dry-run"], &["--dry-run=curl"], &["-o", "json", "--max-retries", "0"]]
        {
            let mut line = words.clone();
            line.extend(*args);
            line.extend(flags);
            // A server that never lets anything settle would be waited for.
            let waits = ["recall job wait", "runagents deploy", "runagents run wait"];
            if waits.contains(&leaf.as_str()) {
                line.extend(["--poll-timeout", "50ms"]);
            }
            let run = sandbox.run(&line);
            // What the service itself answers with a success is its own data.
            let run = if run.code == 0 && !flags[0].starts_with("--dry-run") {
                Run { stdout: String::new(), ..run }
            } else {
                run
            };
            holds_no_key(&line.join(" "), &run);
        }
    }
}

#[test]
fn a_key_given_as_a_flag_or_in_a_file_stays_hidden() {
    let (_, _, key) = KEYS[0];
    let sandbox = Sandbox::new().env("RECURSIV_API_BASE_URL", "http://127.0.0.1:1");
    let run = sandbox
        .run(["recursiv", "limits", "--api-key", key, "-vv", "--max-retries", "0"])
        .ends(7)
        .says("warning: a key on the command line");
    holds_no_key("--api-key", &run);
    let file = sandbox.file("key", format!("{key}\n"));
    let run = sandbox
        .run(["recursiv", "limits", "--api-key", &format!("@{file}"), "-vv", "--max-retries", "0"])
        .ends(7);
    holds_no_key("--api-key @FILE", &run);
    let run =
        sandbox.pipe(["recursiv", "limits", "--api-key", "-", "-vv", "--max-retries", "0"], key).ends(7);
    holds_no_key("--api-key -", &run);
    sandbox.file(
        ".config/ra/config.json",
        format!(r#"{{"profiles":{{"default":{{"recursiv":{{"api_key":"{key}"}}}}}}}}"#),
    );
    for args in [
        &["config", "list", "--origin"][..],
        &["config", "list", "-o", "json"],
        &["config", "get", "recursiv.api_key"],
        &["auth", "status", "--max-retries", "0"],
        &["doctor"],
    ] {
        let run = sandbox.run(args);
        assert!(!run.stdout.is_empty(), "{args:?}: {run:?}");
        holds_no_key(&args.join(" "), &run);
    }
    // The one that is exempt does show it.
    assert!(sandbox.run(["auth", "token", "recursiv"]).ends(0).stdout.contains(key));
}
