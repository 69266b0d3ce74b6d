//! Every route of the contract's section 5 and the command that reaches it.

use super::route_rows::ROUTES;
use super::route_rows::Reached::{Alone, Api, By, Twin};
use super::{EX, WF};
use crate::support::Sandbox;

fn filled(text: &str) -> String {
    let ids = [
        ("{w}", WF),
        ("{e}", EX),
        ("{c}", "ctx_1"),
        ("{t}", "tbl_1a2b3c"),
        ("{r}", "row_1a2b3c"),
        ("{f}", "wf_1a2b3c"),
        ("{k}", "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0d01"),
        ("{d}", "doc_1a2b3c"),
        ("{x}", "x_1a2b3c"),
    ];
    ids.iter().fold(text.to_owned(), |text, (hole, id)| text.replace(hole, id))
}

#[test]
fn every_route_has_its_command() {
    let base = "http://127.0.0.1:9/base";
    let alone = Sandbox::new().env("RECALL_API_KEY", "rk_test_key").env("RECALL_BASE_URL", base);
    let within = Sandbox::new()
        .env("RECALL_API_KEY", "rk_test_key")
        .env("RECALL_BASE_URL", base)
        .env("RECALL_WORKSPACE_ID", "ws_1");
    within.file("a.txt", "a");
    within.file("schema.json", "{}");
    within.file("workflow.json", r#"{"version":"1.0","workflow":{"name":"w"},"state":{"blocks":{}}}"#);
    // What a command would send, without the query.
    let planned = |sandbox: &Sandbox, words: &str| {
        let words = filled(words);
        let run = sandbox.run(["recall"].into_iter().chain(words.split(' ')).chain(["--dry-run"])).ends(0);
        let line = run.stdout.lines().next().unwrap_or_default().replacen(base, "", 1);
        line.split('?').next().unwrap_or_default().to_owned()
    };
    let mut wrong = Vec::new();
    for (route, reached) in ROUTES {
        let wanted = filled(route);
        let made = match reached {
            By(words) => planned(&within, words),
            Alone(words) => planned(&alone, words),
            // The twin's own row proves the request.
            Twin(twin) if ROUTES.iter().any(|row| row.0 == *twin && matches!(row.1, By(_))) => continue,
            Twin(twin) => format!("no command reaches {twin}"),
            Api("") => "no reason".to_owned(),
            Api(_) => planned(&within, &format!("api {route}")),
        };
        if made != wanted {
            wrong.push(format!("{wanted}: {made}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut routes: Vec<&str> = ROUTES.iter().map(|(route, _)| *route).collect();
    routes.sort_unstable();
    routes.dedup();
    assert_eq!(routes.len(), ROUTES.len(), "a route stands there twice");
}
