//! `ra recall workflow`: V22, lists and sheets, versions, and the routes that only newer servers have.

use super::{WF, recall};
use crate::support::Reply;

const PAGE_1: &str = r#"{"data":[{"id":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","name":"Support triage","description":null,"folderId":null,"workspaceId":"ws_1","isDeployed":true,"deployedAt":"2026-03-12T08:15:00.000Z","runCount":17,"lastRunAt":"2026-03-20T10:15:31.294Z","createdAt":"2026-03-01T09:00:00.000Z","updatedAt":"2026-03-12T08:15:00.000Z"},{"id":"3f1c2a77-8f1e-4a6e-9d0b-6c1b6c0b9a11","name":"Digest","description":"Nightly","folderId":"f1","workspaceId":"ws_1","isDeployed":false,"deployedAt":null,"runCount":0,"lastRunAt":null,"createdAt":"2026-03-02T10:00:00.000Z","updatedAt":"2026-03-02T10:00:00.000Z"}],"nextCursor":"eyJz+A/=","limits":{"usage":{"currentPeriodCost":1.2375,"limit":10,"plan":"free","isExceeded":false}}}"#;
const PAGE_2: &str = r#"{"data":[{"id":"aaaa","name":"Last","isDeployed":false,"runCount":3}],"limits":{}}"#;

/// A page with the headers of a server whose bucket holds more than a minute's share.
fn page(body: &str) -> Reply {
    Reply::json(200, body)
        .header("X-RateLimit-Limit", "30")
        .header("X-RateLimit-Remaining", "58")
        .header("X-RateLimit-Reset", "2026-03-20T10:16:00.000Z")
}

/// What a server says that is older than a route.
fn no_route() -> Reply {
    Reply::new(404, "text/html", "<!DOCTYPE html><title>404</title>")
}

#[test]
fn v22_two_pages() {
    let args = ["--workspace", "ws_1", "workflow", "list", "--page-size", "2"];
    let (run, server) = recall([page(PAGE_1), page(PAGE_2)], &args);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("ID ") && lines[0].ends_with("NAME            DEPLOYED  RUNS  LAST RUN"),
        "{run:#?}"
    );
    assert!(lines[1].contains("  Support triage  true      17    2026-03-20"), "{run:#?}");
    assert_eq!(lines.len(), 4);
    run.ends(0);
    assert_eq!(
        server.lines(),
        [
            "GET /api/v1/workflows?workspaceId=ws_1&limit=2",
            "GET /api/v1/workflows?workspaceId=ws_1&limit=2&cursor=eyJz%2BA%2F%3D",
        ]
    );
    let (run, _server) = recall([page(PAGE_1), page(PAGE_2)], &[&args[..], &["-o", "json"]].concat());
    assert_eq!(run.json().as_array().unwrap().len(), 3);
    assert_eq!(run.json()[1]["folderId"], "f1");
}

#[test]
fn a_cursor_that_repeats_ends_the_list_and_is_told() {
    let args = ["--workspace", "ws_1", "workflow", "list", "--page-size", "2", "-o", "id"];
    let again = PAGE_2.replace(r#""limits""#, r#""nextCursor":"eyJz+A/=","limits""#);
    let (run, _server) = recall([page(PAGE_1), page(&again)], &args);
    assert_eq!(run.stdout.lines().count(), 3);
    run.ends(1).says("PAGE_REPEATS");
}

#[test]
fn filters_are_sent_only_when_they_are_true() {
    let empty = r#"{"data":[],"limits":{}}"#;
    let args =
        ["--workspace", "ws_1", "workflow", "list", "--folder", "f1", "--deployed-only", "--limit", "5"];
    let (run, server) = recall([Reply::json(200, empty)], &args);
    run.ends(0);
    let line = "GET /api/v1/workflows?workspaceId=ws_1&folderId=f1&deployedOnly=true&limit=5";
    assert_eq!(server.request().line(), line);
    recall([], &["workflow", "list"]).0.ends(2).says("no workspace id: give --workspace");
}

#[test]
fn a_workflow_with_its_inputs() {
    let body = format!(
        r#"{{"data":{{"id":"{WF}","name":"Support triage","isDeployed":true,"runCount":17,"variables":{{}},"inputs":[{{"name":"question","type":"string","description":"What to ask"}},{{"name":"n","type":"number"}}]}},"limits":{{}}}}"#
    );
    let (run, server) = recall([Reply::json(200, &body)], &["workflow", "get", WF]);
    assert_eq!(server.request().line(), format!("GET /api/v1/workflows/{WF}"));
    assert_eq!(
        run.stdout,
        format!(
            "id        {WF}\nname      Support triage\ndeployed  true\nruns      17\n\n\
             INPUT     TYPE    DESCRIPTION\nquestion  string  What to ask\nn         number  -\n"
        )
    );
    let (run, _server) = recall([Reply::json(200, &body)], &["workflow", "get", WF, "-o", "json"]);
    assert_eq!(run.json()["inputs"][1]["name"], "n");
    assert!(run.json().get("limits").is_none());
    let none = format!(r#"{{"data":{{"id":"{WF}","inputs":[]}}}}"#);
    recall([Reply::json(200, none)], &["workflow", "get", WF]).0.ends(0).says("it takes no inputs");
}

#[test]
fn versions_and_the_deployment_are_asked_of_the_newer_api() {
    let versions = r#"{"data":[{"id":"v","version":3,"name":null,"isActive":true,"createdAt":"2026-03-12T08:15:00.000Z","deployedBy":"Ada","latestOperationStatus":"active"}],"nextCursor":null}"#;
    let (run, server) =
        recall([Reply::json(200, versions)], &["workflow", "version", "list", WF, "-o", "id"]);
    assert_eq!(run.stdout, "3\n");
    assert_eq!(server.request().line(), format!("GET /api/v2/workflows/{WF}/versions?limit=100"));
    let one = r#"{"data":{"id":"v","version":3,"state":{"blocks":{}}}}"#;
    let (run, server) =
        recall([Reply::json(200, one)], &["workflow", "version", "get", WF, "3", "-o", "json"]);
    assert_eq!(run.json()["state"], serde_json::json!({"blocks": {}}));
    assert_eq!(server.request().line(), format!("GET /api/v2/workflows/{WF}/versions/3"));
    let off = Reply::json(404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#);
    let (run, _server) = recall([off], &["workflow", "deployment", WF]);
    run.ends(4).says("this server does not offer /api/v2").says("hint: ra recall workflow status WORKFLOW");
}

#[test]
fn making_changing_and_deleting() {
    let item = format!(r#"{{"data":{{"id":"{WF}","name":"New","folderPath":"/A"}}}}"#);
    let args = ["--workspace", "ws_1", "workflow", "create", "New", "--folder", "/A", "-o", "id"];
    let (run, server) = recall([Reply::json(201, &item)], &args);
    assert_eq!(run.stdout, format!("{WF}\n"));
    let request = server.request();
    assert_eq!(request.line(), "POST /api/v2/workflows");
    assert_eq!(request.body, r#"{"workspaceId":"ws_1","name":"New","folderPath":"/A"}"#);
    let (run, server) = recall([Reply::json(200, &item)], &["workflow", "update", WF, "--name", "New"]);
    run.ends(0);
    assert_eq!(server.request().line(), format!("PATCH /api/v2/workflows/{WF}"));
    assert_eq!(server.request().body, r#"{"name":"New"}"#);
    recall([], &["workflow", "delete", WF]).0.ends(2).says("--yes");
    let gone = format!(r#"{{"data":{{"id":"{WF}","deleted":true}}}}"#);
    let (run, server) = recall([Reply::json(200, gone)], &["workflow", "delete", WF, "--yes"]);
    run.ends(0);
    assert_eq!(server.request().line(), format!("DELETE /api/v2/workflows/{WF}"));
    recall([no_route()], &["workflow", "delete", WF, "--yes"])
        .0
        .ends(4)
        .says("hint: servers without /api/v2 leave this to the editor in a browser");
}
