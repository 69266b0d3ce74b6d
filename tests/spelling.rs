//! What a service wrote is what comes out, and what a person wrote is what goes in: numbers, names, depth.

use std::time::{Duration, Instant};

use crate::recursiv::reach;
use crate::support::{Reply, Run, Sandbox, Server};

const ITEM: &str = r#"{"id":"1234567890123456789012345","n":1234567890123456789012345,"p":1.10,"e":1E2,"":"x","s":"\u00e9\ud83d\ude00"}"#;

#[track_caller]
fn list(item: &str, flags: &[&str]) -> Run {
    let server =
        Server::script([Reply::json(200, format!(r#"{{"data":[{item}],"meta":{{"has_more":false}}}}"#))]);
    reach(&server).run([&["recursiv", "project", "list"], flags].concat()).ends(0)
}

#[test]
fn numbers_come_out_as_they_were_written() {
    assert_eq!(list(ITEM, &["-o", "ndjson"]).stdout, format!("{ITEM}\n"));
    let json = list(ITEM, &["-o", "json"]).stdout;
    let yaml = list(ITEM, &["-o", "yaml"]).stdout;
    for part in ["1234567890123456789012345", "1.10", "1E2"] {
        assert!(json.contains(&format!(": {part}")) && yaml.contains(&format!(": {part}\n")), "{json}{yaml}");
        assert!(list(ITEM, &["--jq", ".[0]"]).stdout.contains(&format!(":{part}")));
    }
    for format in ["id", "tsv", "csv"] {
        assert!(list(ITEM, &["-o", format]).stdout.contains("1234567890123456789012345"));
    }
    assert_eq!(
        list(ITEM, &["--jq", ".[0].n, .[0].p, .[0].e"]).stdout,
        "1234567890123456789012345\n1.10\n1E2\n"
    );
    assert_eq!(list(r#"{"id":"a","d":1,"d":2}"#, &["--jq", ".[0].d"]).stdout, "2\n");
}

#[test]
fn a_hundred_levels() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let item = format!(r#"{{"id":"a","x":{deep}}}"#);
    assert_eq!(list(&item, &["-o", "ndjson"]).stdout, format!("{item}\n"));
    for format in ["json", "yaml", "csv", "tsv", "id", "human"] {
        list(&item, &["-o", format]);
    }
}

#[test]
fn a_map_of_many_names_takes_no_minutes() {
    let members: Vec<String> = (0..40_000).map(|number| format!("\"k{number}\":{number}")).collect();
    let server = Server::script([Reply::json(
        200,
        format!(r#"{{"success":true,"output":{{{}}}}}"#, members.join(",")),
    )]);
    let home = Sandbox::new().env("RECALL_API_KEY", "k").env("RECALL_BASE_URL", server.url());
    let started = Instant::now();
    let run = home.run(["recall", "run", "w1", "-o", "yaml"]).ends(0);
    assert!(run.stdout.ends_with("k39999: 39999\n"));
    // Far from what a search through all names for each of them takes.
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[test]
fn numbers_go_in_as_they_were_typed() {
    for (flags, body) in [
        (
            &["--input", r#"{"id":1234567890123456789012345,"p":1.10,"e":1E2,"":3}"#][..],
            r#"{"id":1234567890123456789012345,"p":1.10,"e":1E2,"":3}"#,
        ),
        (&["-F", "p=1.10", "-F", r#"o={"a":1E2}"#], r#"{"p":1.10,"o":{"a":1E2}}"#),
        (&["--wrap-input", "--input", "1.10"], r#"{"input":1.10}"#),
        (&["--input", "[1.0,2E3]"], r#"{"input":[1.0,2E3]}"#),
    ] {
        let server = Server::script([Reply::json(200, r#"{"success":true,"output":null}"#)]);
        let home = Sandbox::new().env("RECALL_API_KEY", "k").env("RECALL_BASE_URL", server.url());
        home.run([&["recall", "run", "w1"], flags].concat()).ends(0);
        assert_eq!(server.request().body, body);
    }
}
