//! Servers that lie, break down in the middle, or answer with what should steer the user.

use super::{KEY, WF, home, recall};
use crate::support::{Reply, Run, Sandbox, Server};

const DOUBT: &str = "it may have been carried out all the same; it is not sent again";
const TABLE: &str = "2f9b8e1c-0a4d-4c7e-9b3a-5d6e7f8a9b0c";

fn in_workspace(replies: impl IntoIterator<Item = Reply>, args: &[&str]) -> (Run, Server) {
    recall(replies, &[&["--workspace", "ws_1"], args].concat())
}

fn ready(server: &Server) -> Sandbox {
    home(server).env("RECALL_WORKSPACE_ID", "ws_1")
}

fn page(ids: &[&str], next: &str) -> Reply {
    let items: Vec<String> = ids.iter().map(|id| format!(r#"{{"id":"{id}","name":"{id}"}}"#)).collect();
    Reply::json(200, format!(r#"{{"data":[{}],"nextCursor":{next}}}"#, items.join(",")))
}

#[test]
fn a_page_without_items_does_not_end_a_list() {
    let pages = [page(&["a"], r#""1""#), page(&[], r#""2""#), page(&["b"], "null")];
    let (run, server) = in_workspace(pages, &["workflow", "list", "-o", "id"]);
    assert_eq!(run.ends(0).stdout, "a\nb\n");
    assert!(server.lines()[2].ends_with("&cursor=2"), "{:?}", server.lines());
}

#[test]
fn a_list_of_empty_pages_ends_and_says_so() {
    let server = Server::answering(|_, number| Some(page(&[], &format!("\"{number}\""))));
    let run = ready(&server).run(["recall", "workflow", "list", "--limit", "0"]).ends(1);
    run.says("PAGE_REPEATS");
    assert_eq!(server.lines().len(), 100);
}

#[test]
fn an_id_is_one_line_whatever_it_holds() {
    let (run, _server) = in_workspace([page(&["a\\nb\\rc", "d"], "null")], &["workflow", "list", "-o", "id"]);
    assert_eq!(run.ends(0).stdout, "a\\nb\\rc\nd\n");
}

#[test]
fn a_breakdown_proves_nothing_about_a_deed() {
    for reply in [
        || Reply::json(500, r#"{"error":"Internal"}"#),
        || Reply::new(502, "text/html", "<html>Bad gateway</html>"),
        || Reply::new(504, "", ""),
        || Reply::json(408, r#"{"error":"too slow"}"#),
        || Reply::json(503, r#"{"error":"down"}"#),
        || Reply::new(200, "text/html", "<html>Sign in</html>"),
    ] {
        let server = Server::script([reply()]);
        let home = ready(&server);
        home.file("rows.ndjson", "{\"a\":\"1\"}\n");
        let run = home.run(["recall", "table", "row", "create", TABLE, "rows.ndjson"]);
        assert!([6, 7].contains(&run.code), "{run:#?}");
        run.says(DOUBT).says("line 1 may be in the table all the same");
        for args in
            [vec!["workflow", "deploy", WF], vec!["table", "column", "update", TABLE, "a", "--name", "b"]]
        {
            let (run, _server) = in_workspace([reply()], &args);
            run.says(DOUBT);
        }
    }
    // A refusal is one.
    let server = Server::script([Reply::json(400, r#"{"error":"no"}"#)]);
    let home = ready(&server);
    home.file("rows.ndjson", "{\"a\":\"1\"}\n");
    let run = home.run(["recall", "table", "row", "create", TABLE, "rows.ndjson"]).ends(1);
    assert!(!run.stderr.contains(DOUBT), "{run:#?}");
    run.says("line 1 did not get into the table");
}

#[test]
fn an_answer_cut_short_leaves_a_deed_in_doubt() {
    let cut = || Reply::json(200, "{\"a\":").cut();
    recall([cut()], &["api", "DELETE", "/api/x"]).0.ends(7).says(DOUBT);
    let (run, _server) = recall([cut()], &["api", "/api/x"]);
    assert!(!run.ends(7).stderr.contains(DOUBT));
    recall([Reply::json(500, "{}")], &["api", "POST", "/api/x"]).0.ends(7).says(DOUBT);
}

#[test]
fn gone_after_a_lost_deletion_is_no_riddle() {
    let lost = Reply::json(502, "{}").header("Retry-After", "0.01");
    let gone = Reply::json(404, r#"{"error":"Workflow not found"}"#);
    let (run, _server) = in_workspace([lost, gone], &["workflow", "delete", WF, "--yes"]);
    run.ends(4).says("an attempt before this one may have deleted it");
    let gone = Reply::json(404, r#"{"error":"Workflow not found"}"#);
    let (run, _server) = in_workspace([gone], &["workflow", "delete", WF, "--yes"]);
    assert!(!run.ends(4).stderr.contains("an attempt before"));
}

#[test]
fn a_signed_link_elsewhere_is_no_address_for_the_key() {
    let link = "https://user:word@files.example/bucket/f?X-Signature=s3cret#frag";
    let reply = Reply::new(302, "", "").header("Location", link);
    let (run, _server) = in_workspace([reply], &["file", "download", "wf_1a2b3c"]);
    let run = run.ends(7).says("it points to https://files.example/bucket/f\n");
    for hidden in ["s3cret", "user", "word@", "frag", "config set recall.base_url"] {
        assert!(!run.stderr.contains(hidden), "{hidden}: {run:#?}");
    }
    // The same path elsewhere: the service has moved.
    let moved = format!("https://www.example/base/api/workflows/{WF}/status");
    let (run, _server) =
        recall([Reply::new(308, "", "").header("Location", &moved)], &["workflow", "status", WF]);
    run.ends(7).says("hint: ra config set recall.base_url https://www.example\n");
}

#[test]
fn a_file_called_like_the_key_gets_another_name() {
    let server = Server::script([Reply::new(200, "", "x").header("X-File-Name", KEY)]);
    let home = ready(&server);
    let run = home.run(["recall", "file", "download", "wf_1a2b3c", "-o", "id"]).ends(0);
    assert_eq!(run.stdout, "wf_1a2b3c\n");
}

#[test]
fn half_a_character_does_not_spoil_a_document() {
    let reply = || Reply::json(200, r#"{"n":1.10,"s":"a\ud83d"}"#);
    let (run, _server) = recall([reply()], &["api", "/api/x", "--jq", ".s"]);
    assert_eq!(run.ends(0).stdout, "a\u{fffd}\n");
    let (run, _server) = recall([reply()], &["api", "/api/x", "-o", "ndjson"]);
    assert_eq!(run.ends(0).stdout, "{\"n\":1.10,\"s\":\"a\\ufffd\"}\n");
}

#[test]
fn a_filter_that_fails_on_one_result_loses_none() {
    let output = |body: &str| Reply::json(200, format!(r#"{{"success":true,"output":{body}}}"#));
    let server = Server::answering(move |request, _| {
        if request.body.contains("\"bad\"") {
            return Some(output("5"));
        }
        // Under way while the first one's result fails.
        std::thread::sleep(std::time::Duration::from_millis(400));
        Some(output(r#"{"a":1}"#))
    });
    let home = ready(&server);
    home.file("in.ndjson", "{\"k\":\"bad\"}\n{\"k\":\"good\"}\n");
    let args = ["in.ndjson", "--workflow", WF, "--concurrency", "2", "--output-file", "out.ndjson"];
    let run = home.run([&["recall", "batch", "--jq", ".output.a"], &args[..]].concat()).ends(1);
    run.says("this stopped the batch").says("--output-file out.ndjson --resume");
    let written = home.read("out.ndjson");
    assert_eq!(written.matches("\"status\":\"completed\"").count(), 2, "{written}");
}
