//! `ra recall table row create`: one row from fields, many from files; nothing twice, every failure with its lines.

use serde_json::json;

use super::home;
use crate::support::{Reply, Run, Sandbox, Server};

const TABLE: &str = "tbl_1a2b3c";

fn inserted(count: usize) -> Reply {
    Reply::json(200, json!({"success": true, "data": {"insertedCount": count, "message": "m"}}).to_string())
}

fn table() -> Reply {
    let column = |name: &str, kind: &str| json!({"name": name, "type": kind});
    let columns = [
        column("email", "string"),
        column("score", "number"),
        column("open", "boolean"),
        column("meta", "json"),
    ];
    let table = json!({"id": TABLE, "name": "contacts", "schema": {"columns": columns}});
    Reply::json(200, json!({"success": true, "data": {"table": table}}).to_string())
}

fn ready(server: &Server) -> Sandbox {
    home(server).env("RECALL_WORKSPACE_ID", "ws_1")
}

fn create(home: &Sandbox, args: &[&str]) -> Run {
    home.run([&["recall", "table", "row", "create", TABLE], args].concat())
}

/// NDJSON of so many rows.
fn rows(count: usize) -> String {
    (0..count).map(|number| format!("{{\"n\":{number}}}\n")).collect()
}

#[test]
fn one_row_from_fields() {
    let answer =
        r#"{"success":true,"data":{"row":{"id":"row_1","data":{"email":"a","n":1.50}},"message":"m"}}"#;
    let server = Server::script([Reply::json(200, answer), Reply::json(200, answer)]);
    let home = ready(&server);
    let run = create(&home, &["-f", "email=a", "-F", "n=1.50"]).ends(0);
    assert_eq!(run.stdout, "id     row_1\nemail  a\nn      1.50\n");
    create(&home, &["--data", r#"{"n":1.50}"#, "-f", "email=a", "-o", "id"]).ends(0);
    let bodies: Vec<String> = server.requests().iter().map(|request| request.body.clone()).collect();
    assert_eq!(
        bodies,
        [
            r#"{"workspaceId":"ws_1","data":{"email":"a","n":1.50}}"#,
            r#"{"workspaceId":"ws_1","data":{"n":1.50,"email":"a"}}"#
        ]
    );
    assert_eq!(server.lines()[0], format!("POST /api/v1/tables/{TABLE}/rows"));
}

#[test]
fn many_rows_go_in_chunks_of_a_thousand() {
    let server = Server::script([inserted(1000), inserted(1000), inserted(5), inserted(2)]);
    let home = ready(&server);
    home.file("rows.ndjson", rows(2005));
    let run = create(&home, &["rows.ndjson", "-o", "json"]).ends(0);
    assert_eq!(run.json(), json!({"insertedCount": 2005}));
    let run = home
        .pipe(["recall", "table", "row", "create", TABLE, "-"], "\u{feff}{\"n\":1.10}\n\n{\"n\":2}")
        .ends(0);
    assert_eq!(run.stdout, "inserted  2\n");
    let requests = server.requests();
    let counts: Vec<usize> =
        requests.iter().map(|request| request.json()["rows"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [1000, 1000, 5, 2]);
    assert_eq!(requests[3].body, r#"{"workspaceId":"ws_1","rows":[{"n":1.10},{"n":2}]}"#);
}

#[test]
fn a_csv_is_read_as_the_tables_columns_want_it() {
    let server = Server::script([table(), inserted(2)]);
    let home = ready(&server);
    home.file(
        "c.CSV",
        "email,score,open,meta\n\"a, b\",1.50,yes,\"{\"\"x\"\":[1]}\"\n\"two\nlines\",,false,\n",
    );
    create(&home, &["c.CSV"]).ends(0);
    let requests = server.requests();
    assert_eq!(requests[0].line(), format!("GET /api/v1/tables/{TABLE}?workspaceId=ws_1"));
    assert_eq!(
        requests[1].body,
        r#"{"workspaceId":"ws_1","rows":[{"email":"a, b","score":1.50,"open":true,"meta":{"x":[1]}},{"email":"two\nlines","open":false}]}"#
    );
}

#[test]
fn a_file_that_is_unfit_sends_no_row() {
    for (name, content, words) in [
        ("r.ndjson", "{\"n\":1}\n{oops}\n", "line 2: not JSON"),
        ("r.ndjson", "{\"n\":1}\n\n[1]\n", "line 3: not a JSON object"),
        ("r.ndjson", "", "holds no rows"),
        ("c.csv", "email\na\nb,c\n", "line 3: 2 cells, the first row has 1"),
        ("c.csv", "email,email\na,b\n", "two columns are called `email`"),
        ("c.csv", "", "the first row names no columns"),
    ] {
        let server = Server::script([]);
        let home = ready(&server);
        home.file(name, content);
        create(&home, &[name]).ends(2).says(words);
    }
    for (content, words) in [
        ("emial\na\n", "the table has no column `emial`; did you mean `email`?"),
        ("email,score\na,1\nb,many\n", "line 3: `many` in the column `score` is no number"),
        ("email,open\na,perhaps\n", "line 2: `perhaps` in the column `open` is no boolean"),
        ("email,meta\na,{\n", "line 2: `{` in the column `meta` is no json"),
    ] {
        let server = Server::script([table()]);
        let home = ready(&server);
        home.file("c.csv", content);
        create(&home, &["c.csv"]).ends(2).says(words);
    }
}

#[test]
fn a_refused_chunk_names_its_lines_and_how_to_go_on() {
    let refusal = || Reply::json(400, r#"{"error":"Row 3: Missing required field: email"}"#);
    let server = Server::script([inserted(1000), refusal()]);
    let home = ready(&server);
    home.file("rows.ndjson", rows(2005));
    let run = create(&home, &["rows.ndjson"]);
    assert_eq!(run.stdout, "");
    run.ends(10)
        .says("Row 3: Missing required field: email")
        .says("lines 1001 to 2000 did not get into the table")
        .says("1000 rows before are in it")
        .says(&format!("hint: ra recall table row create {TABLE} rows.ndjson --from-line 1001"));
    let server = Server::script([refusal()]);
    let home = ready(&server);
    home.file("rows.ndjson", rows(2));
    create(&home, &["rows.ndjson"]).ends(1).says("lines 1 to 2 did not get into the table");
    let server = Server::script([inserted(1)]);
    let home = ready(&server);
    home.file("rows.ndjson", rows(5));
    create(&home, &["rows.ndjson", "--from-line", "5"]).ends(0);
    assert_eq!(server.request().json()["rows"], json!([{"n": 4}]));
}

#[test]
fn a_lost_answer_is_told_and_nothing_is_sent_twice() {
    let server = Server::script([inserted(1000), Reply::json(200, "{").cut()]);
    let home = ready(&server);
    home.file("rows.ndjson", rows(1001));
    create(&home, &["rows.ndjson"]).ends(10).says("line 1001 may be in the table all the same");
    let server = Server::script([Reply::json(502, "")]);
    let home = ready(&server);
    home.file("rows.ndjson", rows(1));
    create(&home, &["rows.ndjson"]).ends(7);
}

#[test]
fn a_pipe_that_ends_badly_says_what_is_in_the_table() {
    let server = Server::script([inserted(1000)]);
    let input = format!("{}nonsense\n", rows(1001));
    let run = ready(&server).pipe(["recall", "table", "row", "create", TABLE, "-"], &input);
    run.ends(10)
        .says("line 1002: not JSON")
        .says("1000 rows before it are in the table")
        .says("line 1001 were not sent");
}

#[test]
fn words_that_do_not_go_together() {
    let server = Server::script([]);
    let home = ready(&server);
    home.file("r.ndjson", "{}\n");
    for (args, words) in [
        (vec![], "no row is given"),
        (vec!["r.ndjson", "-f", "a=b"], "not both"),
        (vec!["nowhere.csv"], "cannot read `nowhere.csv`"),
        (vec!["."], "`.` is a folder"),
        (vec!["--data", "[1]"], "--data wants a JSON object"),
        (vec!["--data", "{"], "--data is not JSON"),
        (vec!["-f", "a=b", "--from-line", "2"], "go with FILE only"),
        (vec!["r.ndjson", "--from-line", "0"], "--from-line"),
        (vec!["r.ndjson", "--format", "xml"], "--format"),
    ] {
        create(&home, &args).ends(2).says(words);
    }
}
