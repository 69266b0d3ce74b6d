//! `ra runagents run`: vectors V16–V19.

use serde_json::{Value, json};

use super::{BASE, sandbox};
use crate::support::{Reply, Run, Server};

const LIST: &str = r#"[{"id":"run-1","agent_id":"workspace","user_id":"alice@example.com","conversation_id":"conv-a","status":"COMPLETED","created_at":"2026-04-09T10:00:00Z","updated_at":"2026-04-09T10:00:00Z"},{"id":"run-2","agent_id":"workspace","user_id":"alice@example.com","conversation_id":"conv-a","status":"RUNNING","created_at":"2026-04-09T10:00:00Z","updated_at":"2026-04-09T10:05:00Z"},{"id":"run-3","agent_id":"workspace","user_id":"bob@example.com","conversation_id":"conv-b","status":"RUNNING","created_at":"2026-04-09T10:00:00Z","updated_at":"2026-04-09T10:04:00Z"}]"#;
const EVENTS: &str = r#"[{"event_id":"e1","run_id":"run-1","seq":1,"type":"TOOL_REQUEST","actor":"workspace","data":{"tool_id":"calendar","tool_method":"POST","tool_url":"https://www.googleapis.com/calendar/v3/calendars/primary/events"},"timestamp":"2026-04-09T10:00:01Z"},{"event_id":"e2","run_id":"run-1","seq":2,"type":"APPROVAL_REQUIRED","data":{"tool_id":"calendar","capability":"create-event"},"timestamp":"2026-04-09T10:00:02Z"},{"event_id":"e3","run_id":"run-1","seq":3,"type":"APPROVAL_REQUIRED","timestamp":"2026-04-09T10:00:03Z"},{"event_id":"e4","run_id":"run-1","seq":4,"type":"COMPLETED","timestamp":"2026-04-09T10:00:04Z"}]"#;

fn run(server: &Server, args: &[&str]) -> Run {
    sandbox(server).run(["runagents", "run"].iter().chain(args))
}

#[test]
fn v16_filters_of_both_sides() {
    let server = Server::script([Reply::json(200, LIST)]);
    let args = [
        "list",
        "--agent",
        "workspace",
        "--user",
        "alice@example.com",
        "--conversation",
        "conv-a",
        "--limit",
        "1",
    ];
    let run = sandbox(&server).run(["runagents", "runs"].iter().chain(&args).chain(&["-o", "id"])).ends(0);
    assert_eq!(run.stdout, "run-2\n");
    assert_eq!(server.request().line(), format!("GET {BASE}/runs?agent_id=workspace"));
}

#[test]
fn without_filters_every_state_is_asked_for() {
    let server = Server::answering(|request, _| {
        Some(match request.path.rsplit('=').next() {
            Some("RUNNING" | "COMPLETED") => Reply::json(200, LIST),
            Some("PAUSED") => Reply::json(400, r#"{"error":"unknown status"}"#),
            _ => Reply::json(200, "[]"),
        })
    });
    let run = run(&server, &["list", "-o", "id"]).ends(0);
    assert_eq!(run.stdout, "run-2\nrun-3\nrun-1\n");
    assert_eq!(server.lines().len(), 6);
    assert!(server.lines().contains(&format!("GET {BASE}/runs?status=FAILED")));
}

#[test]
fn v17_events() {
    let server = Server::script([Reply::json(200, EVENTS)]);
    let shown =
        run(&server, &["events", "run-1", "--type", "approval_required", "--limit", "1", "-o", "json"])
            .ends(0);
    assert_eq!(shown.json().as_array().map(Vec::len), Some(1));
    assert_eq!(shown.json()[0]["seq"], 3);
    assert_eq!(server.request().line(), format!("GET {BASE}/runs/run-1/events"));
    let server = Server::script([Reply::json(200, EVENTS)]);
    let shown = run(&server, &["event", "run-1", "--limit", "3", "-o", "tsv"]).ends(0);
    assert_eq!(
        shown.stdout.lines().next(),
        Some("2\tAPPROVAL_REQUIRED\t\tApproval required for calendar (create-event)\t2026-04-09T10:00:02Z")
    );
    let server = Server::script([Reply::json(200, EVENTS)]);
    let shown = run(&server, &["event", "run-1"]).ends(0);
    assert!(
        shown
            .stdout
            .contains("Called calendar POST https://www.googleapis.com/calendar/v3/calendars/primary/events")
    );
}

fn at(status: &str) -> Reply {
    Reply::json(
        200,
        json!({"id":"run-1","agent_id":"workspace","status":status,"blocked_action_id":"a1b2"}).to_string(),
    )
}

#[test]
fn v18_wait() {
    const WAIT: [&str; 4] = ["wait", "run-1", "--poll-interval", "10ms"];
    let server = Server::script([at("RUNNING"), at("COMPLETED")]);
    let done = run(&server, &[&WAIT[..], &["-o", "json"]].concat()).ends(0);
    assert_eq!(done.json()["status"], "COMPLETED");
    let server = Server::script([at("RUNNING"), at("FAILED")]);
    run(&server, &WAIT).ends(1).says("RUN_FAILED");
    let server = Server::answering(|_, _| Some(at("PAUSED_APPROVAL")));
    run(&server, &[&WAIT[..], &["--wait-timeout", "60ms"]].concat())
        .ends(6)
        .says("hint: ra runagents approval list");
    let server = Server::script([at("PAUSED_APPROVAL")]);
    run(&server, &[&WAIT[..], &["--fail-on-pause"]].concat()).ends(8).says("PAUSED_APPROVAL");
    let server = Server::script([at("PAUSED_APPROVAL"), at("RUNNING"), at("COMPLETED")]);
    run(&server, &WAIT).ends(0);
}

#[test]
fn v19_timeline() {
    let paused = r#"{"id":"run-1","agent_id":"w","user_id":"u","status":"PAUSED_APPROVAL","created_at":"2026-04-09T10:00:00Z","updated_at":"2026-04-09T10:00:00Z"}"#;
    let server = Server::script([Reply::json(200, paused), Reply::json(200, "[]")]);
    let shown = run(&server, &["timeline", "run-1", "-o", "json"]).ends(0).json();
    assert_eq!(shown["run"], serde_json::from_str::<Value>(paused).unwrap());
    assert_eq!(
        (shown["timeline"].as_array().map(Vec::len), &shown["timeline"][0]["type"]),
        (Some(1), &json!("PAUSED_APPROVAL"))
    );
    let server = Server::script([Reply::json(200, paused), Reply::json(200, EVENTS)]);
    let shown = run(&server, &["timeline", "run-1"]).ends(0);
    assert_eq!(shown.stdout.lines().count(), 5);
}

#[test]
fn get_shows_what_came() {
    let server = Server::script([at("RUNNING")]);
    let shown = run(&server, &["get", "run-1"]).ends(0);
    assert!(shown.stdout.contains("blocked action  a1b2"), "{shown:?}");
}

#[test]
fn v20_what_waits_for_approval() {
    for names in [("agent_id", "tool_id"), ("agent", "tool")] {
        let body = json!([{"id":"req-a1b2c3","subject":"alice@example.com",names.0:"billing-agent",names.1:"stripe-api",
            "status":"PENDING","duration":"4h","created_at":"2026-03-12T12:00:00Z"}]);
        let server = Server::script([Reply::json(200, body.to_string())]);
        let args = ["runagents", "approvals", "list", "--status", "PENDING", "-o", "tsv"];
        let shown = sandbox(&server).run(args).ends(0);
        assert!(
            shown.stdout.starts_with("req-a1b2c3\tbilling-agent\tstripe-api\talice@example.com\tPENDING")
        );
        assert_eq!(server.request().line(), format!("GET {BASE}/approvals/requests?status=PENDING"));
    }
}
