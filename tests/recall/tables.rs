//! `ra recall table …` and its kin: names, filters, the table's own columns, bad input.

use serde_json::json;

use super::{home, recall};
use crate::support::{Reply, Run, Sandbox, Server};

const TABLE: &str = "tbl_1a2b3c";

fn ready(server: &Server) -> Sandbox {
    home(server).env("RECALL_WORKSPACE_ID", "ws_1")
}

/// Runs `ra recall …` in a workspace; the key may show nowhere.
#[track_caller]
fn within(replies: impl IntoIterator<Item = Reply>, args: &[&str]) -> (Run, Server) {
    recall(replies, &[&["--workspace", "ws_1"], args].concat())
}

fn page(rows: &[serde_json::Value], total: usize, offset: usize) -> Reply {
    let data =
        json!({"rows": rows, "rowCount": rows.len(), "totalCount": total, "limit": 2, "offset": offset});
    Reply::json(200, json!({"success": true, "data": data}).to_string())
}

fn row(id: &str, data: serde_json::Value) -> serde_json::Value {
    json!({"id": id, "data": data, "position": 0, "createdAt": "2026-03-20T10:15:30.000Z"})
}

#[test]
fn rows_show_the_tables_own_columns() {
    let rows = || {
        page(&[row("r1", json!({"email": "a,b", "n": 1})), row("r2", json!({"n": 2, "tags": ["x"]}))], 2, 0)
    };
    let list = ["table", "row", "list", TABLE];
    let shown = |args: &[&str]| within([rows()], &[&list[..], args].concat()).0.ends(0).stdout;
    assert_eq!(shown(&[]), "ID  EMAIL  N  TAGS\nr1  a,b    1  -\nr2  -      2  x\n");
    assert_eq!(shown(&["-o", "tsv"]), "r1\ta,b\t1\t\nr2\t\t2\tx\n");
    assert_eq!(shown(&["-o", "csv"]), "id,email,n,tags\r\nr1,\"a,b\",1,\r\nr2,,2,x\r\n");
    assert_eq!(shown(&["-o", "id"]), "r1\nr2\n");
    assert_eq!(shown(&["--jq", ".[1].data.n"]), "2\n");
}

#[test]
fn rows_are_walked_by_offset_and_filtered() {
    let pages =
        [page(&[row("r1", json!({})), row("r2", json!({}))], 3, 0), page(&[row("r3", json!({}))], 3, 2)];
    let args = [
        "table",
        "row",
        "list",
        TABLE,
        "--where",
        "status=open",
        "--where",
        "n=5",
        "--sort",
        r#"{"n":"desc"}"#,
    ];
    let (run, server) =
        within(pages, &[&args[..], &["--page-size", "2", "--limit", "0", "-o", "id"]].concat());
    assert_eq!(run.ends(0).stdout, "r1\nr2\nr3\n");
    let query = "workspaceId=ws_1&filter=%7B%22status%22%3A%22open%22%2C%22n%22%3A5%7D&sort=%7B%22n%22%3A%22desc%22%7D&limit=2";
    assert_eq!(
        server.lines(),
        [
            format!("GET /api/v1/tables/{TABLE}/rows?{query}"),
            format!("GET /api/v1/tables/{TABLE}/rows?{query}&offset=2")
        ]
    );
    // A filter and an equation are one filter.
    let args =
        ["table", "row", "list", TABLE, "--where", "a=1", "--filter", r#"{"b":{"$gt":1}}"#, "--dry-run"];
    let stdout = within([], &args).0.ends(0).stdout;
    assert!(stdout.contains("filter=%7B%22b%22%3A%7B%22%24gt%22%3A1%7D%2C%22a%22%3A1%7D"), "{stdout}");
}

#[test]
fn predicates_and_pages_go_into_the_body() {
    let replies = [
        Reply::json(200, r#"{"data":[{"id":"r1","data":{}}],"nextCursor":"c1"}"#),
        Reply::json(200, r#"{"data":[{"id":"r2","data":{}}],"nextCursor":null}"#),
    ];
    let predicate = r#"{"all":[{"field":"n","op":"gt","value":1}]}"#;
    let (run, server) = within(
        replies,
        &["table", "row", "query", TABLE, "--predicate", predicate, "--page-size", "1", "-o", "id"],
    );
    assert_eq!(run.ends(0).stdout, "r1\nr2\n");
    let bodies: Vec<String> = server.requests().iter().map(|request| request.body.clone()).collect();
    assert_eq!(
        bodies,
        [
            format!(r#"{{"workspaceId":"ws_1","predicate":{predicate},"limit":1}}"#),
            format!(r#"{{"workspaceId":"ws_1","predicate":{predicate},"limit":1,"cursor":"c1"}}"#)
        ]
    );
}

#[test]
fn a_table_is_created_with_its_columns() {
    let answer = r#"{"success":true,"data":{"table":{"id":"tbl_9","name":"t"},"message":"m"}}"#;
    let server = Server::script([Reply::json(200, answer)]);
    let home = ready(&server);
    home.file("schema.yaml", "columns:\n  - name: a\n    type: json\n");
    let args = [
        "recall",
        "table",
        "create",
        "t",
        "--schema",
        "schema.yaml",
        "--column",
        "b:string:unique",
        "-o",
        "id",
    ];
    assert_eq!(home.run(args).ends(0).stdout, "tbl_9\n");
    let columns = json!([{"name": "a", "type": "json"}, {"name": "b", "type": "string", "unique": true}]);
    assert_eq!(
        server.request().json(),
        json!({"workspaceId": "ws_1", "name": "t", "schema": {"columns": columns}})
    );
}

#[test]
fn what_changes_many_rows_is_never_repeated() {
    for args in [
        vec!["update-many", TABLE, "--where", "a=1", "-f", "a=2", "--limit", "5", "--yes"],
        vec!["delete-many", TABLE, "r1", "r2", "--yes"],
    ] {
        let (run, _server) = within([Reply::json(502, "{}")], &[&["table", "row"], args.as_slice()].concat());
        run.ends(7);
    }
    let done = Reply::json(
        200,
        r#"{"success":true,"data":{"deletedCount":2,"deletedRowIds":["r1","r2"],"message":"m"}}"#,
    );
    let (run, server) =
        within([done], &["table", "row", "delete-many", TABLE, "r1", "r2", "--yes", "-o", "id"]);
    assert_eq!(run.ends(0).stdout, "r1,r2\n");
    assert_eq!(server.request().body, r#"{"rowIds":["r1","r2"],"workspaceId":"ws_1"}"#);
}

#[test]
fn names_become_ids() {
    let tables = || {
        Reply::json(200, r#"{"success":true,"data":{"tables":[{"id":"tbl_9","name":"kb1"}],"totalCount":1}}"#)
    };
    let table = Reply::json(200, r#"{"success":true,"data":{"table":{"id":"tbl_9","name":"kb1"}}}"#);
    let (run, server) = within([tables(), table], &["table", "get", "kb1", "-o", "id"]);
    assert_eq!(run.ends(0).stdout, "tbl_9\n");
    assert_eq!(
        server.lines(),
        ["GET /api/v1/tables?workspaceId=ws_1", "GET /api/v1/tables/tbl_9?workspaceId=ws_1"]
    );
    let (run, _server) = within([tables()], &["table", "get", "kb2"]);
    run.ends(4).says("no table is called `kb2`; did you mean `kb1`?").says("hint: ra recall table list");
}

#[test]
fn knowledge_is_searched_in_several_bases_by_name() {
    let bases = || {
        Reply::json(
            200,
            r#"{"success":true,"data":{"knowledgeBases":[{"id":"k-1","name":"faq"}],"totalCount":1}}"#,
        )
    };
    let results = r#"{"success":true,"data":{"results":[{"documentId":"d1","documentName":"a.md","content":"yes","chunkIndex":0,"similarity":0.50}],"query":"q","knowledgeBaseIds":["k-1"],"topK":3,"totalResults":1}}"#;
    // Looking is repeated after an outage.
    let replies = [bases(), Reply::json(502, "{}"), Reply::json(200, results)];
    let (run, server) = within(replies, &["knowledge", "search", "how long?", "--in", "faq", "--top-k", "3"]);
    assert_eq!(
        run.ends(0).stdout,
        "SIMILARITY  DOCUMENT  PIECE  CONTENT\n0.500       a.md      0      yes\n"
    );
    assert_eq!(
        server.requests()[2].body,
        r#"{"query":"how long?","workspaceId":"ws_1","knowledgeBaseIds":["k-1"],"topK":3}"#
    );
    let none = r#"{"success":true,"data":{"results":[],"query":"q","knowledgeBaseIds":["k-1"],"topK":3}}"#;
    let (run, _server) =
        within([bases(), Reply::json(200, none)], &["knowledge", "search", "q", "--in", "faq", "-o", "json"]);
    assert_eq!(run.ends(0).json(), json!([]));
}

#[test]
fn a_false_switch_is_not_sent() {
    let list = || Reply::json(200, r#"{"data":[]}"#);
    let (_, server) = recall([list()], &["audit-log", "list"]);
    assert_eq!(server.lines(), ["GET /api/v1/audit-logs?limit=100"]);
    let (_, server) = recall([list()], &["audit-log", "list", "--include-departed", "--limit", "5"]);
    assert_eq!(server.lines(), ["GET /api/v1/audit-logs?includeDeparted=true&limit=5"]);
}

#[test]
fn bad_input_is_told_before_anything_is_sent() {
    for (args, words) in [
        (vec!["table", "create", ""], "the table's name is empty"),
        (vec!["table", "create", "t"], "a table needs columns"),
        (vec!["table", "create", "t", "--column", "a"], "is not NAME:TYPE"),
        (vec!["table", "create", "t", "--column", "a:text"], "`text` is no type; there are string, number"),
        (vec!["table", "create", "t", "--schema", "nowhere"], "cannot read `nowhere`"),
        (vec!["table", "column", "add", TABLE, "a", "--type", "text"], "--type"),
        (
            vec!["table", "column", "update", TABLE, "a"],
            "one of --name, --type, --required, --unique, -f, -F",
        ),
        (vec!["table", "get", ".."], "cannot be the table"),
        (vec!["table", "get", " "], "the table is empty"),
        (vec!["table", "row", "list", TABLE, "--filter", "{"], "filter is not JSON"),
        (vec!["table", "row", "list", TABLE, "--filter", "[1]"], "--filter wants a JSON object"),
        (vec!["table", "row", "list", TABLE, "--where", "a"], "--where `a` is not key=value"),
        (vec!["table", "row", "list", TABLE, "--where", "a=1", "--where", "a=2"], "names `a` twice"),
        (
            vec!["table", "row", "list", TABLE, "--where", "a=1", "--filter", r#"{"a":2}"#],
            "`a` is given twice",
        ),
        (vec!["table", "row", "list", TABLE, "--limit", "-1"], "--limit"),
        (vec!["table", "row", "update", TABLE, "r1"], "one of --data, -f, -F is needed"),
        (vec!["table", "row", "update-many", TABLE, "-f", "a=1", "--yes"], "one of --filter, --where"),
        (vec!["table", "row", "delete-many", TABLE, "--yes"], "one of ROWS, --filter, --where"),
        (vec!["table", "row", "delete-many", TABLE, "r1", "--limit", "0", "--yes"], "--limit"),
        (vec!["table", "delete", TABLE], "needs a yes"),
        (vec!["knowledge", "search", "--in", "k"], "one of QUERY, --tag-filters"),
        (vec!["knowledge", "search", "q"], "--in"),
        (vec!["knowledge", "search", "q", "--in", "k", "--top-k", "0"], "--top-k"),
        (vec!["knowledge", "create", "k", "--max-size", "many"], "--max-size"),
        (vec!["audit-log", "list", "--since", "whenever"], "a time is wanted"),
        (vec!["skill", "update", "s"], "one of --name, --description, --content"),
    ] {
        let (run, _server) = within([], &args);
        run.ends(2).says(words);
    }
    for args in [
        vec!["table", "list"],
        vec!["file", "list"],
        vec!["knowledge", "create", "k"],
        vec!["secret", "list"],
    ] {
        let (run, _server) = recall([], &args);
        run.ends(2).says("no workspace id: give --workspace, or set RECALL_WORKSPACE_ID");
    }
}

#[test]
fn a_tables_columns_are_readable() {
    let columns = json!([
        {"name": "email", "type": "string", "required": true, "unique": true}, {"name": "score", "type": "number"},
    ]);
    let table = json!({"success": true, "data": {"table": {"id": "tbl_1", "name": "t", "schema": {"columns": columns}}}});
    let (run, _server) = within(
        [Reply::json(200, table.to_string())],
        &["table", "get", "tbl_0a5c3b1e2f474d698b106e1d9c7f0c01"],
    );
    let sheet =
        "id       tbl_1\nname     t\ncolumns  email: string, required, unique\n         score: number\n";
    assert_eq!(run.ends(0).stdout, sheet);
}

#[test]
fn what_changes_columns_or_makes_a_table_shows_the_columns() {
    let columns = json!([{"name": "a", "type": "string", "unique": true}]);
    let changed = json!({"success": true, "data": {"columns": columns, "message": "m"}});
    let added = vec!["table", "column", "add", TABLE, "a", "--type", "string", "-o", "tsv"];
    let updated = vec!["table", "column", "update", TABLE, "b", "--name", "a", "-o", "tsv"];
    let deleted = vec!["table", "column", "delete", TABLE, "b", "--yes", "-o", "tsv"];
    for args in [added, updated, deleted] {
        let (run, _server) = within([Reply::json(200, changed.to_string())], &args);
        assert_eq!(run.ends(0).stdout, format!("{columns}\n"));
    }
    let made = json!({"success": true, "data": {"table": {"id": TABLE, "name": "t", "schema": {"columns": columns}}}});
    let (run, _server) =
        within([Reply::json(200, made.to_string())], &["table", "create", "t", "--column", "a:string"]);
    assert_eq!(run.ends(0).stdout, format!("id       {TABLE}\nname     t\ncolumns  a: string, unique\n"));
}
