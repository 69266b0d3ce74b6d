//! `ra recall file download`: whole or not at all, under a name that does no harm.

use std::path::Path;

use super::{home, recall};
use crate::support::{Reply, Sandbox, Server};

const FILE: &str = "wf_1a2b3c";
const BYTES: &[u8] = b"a\0b\xff\xfe line\r\n";

fn file(bytes: &[u8]) -> Reply {
    Reply::new(200, "application/octet-stream", bytes)
        .header("Content-Length", &bytes.len().to_string())
        .header("X-File-Name", "na%C3%AFve.bin")
}

fn ready(server: &Server) -> Sandbox {
    home(server).env("RECALL_WORKSPACE_ID", "ws_1")
}

/// What stands in the home folder, hidden files too.
fn left(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| !matches!(name.as_str(), ".cache" | ".local" | ".config"));
    names.sort();
    names
}

#[test]
fn bytes_arrive_as_they_are() {
    let server = Server::script([file(BYTES), file(BYTES), file(BYTES), file(b"")]);
    let home = ready(&server);
    let run = home.run(["recall", "file", "download", FILE, "-o", "json"]).ends(0);
    assert_eq!(run.json(), serde_json::json!({"path": "naïve.bin", "size": BYTES.len(), "id": FILE}));
    assert_eq!(std::fs::read(home.home.path().join("naïve.bin")).unwrap(), BYTES);
    let piped = home.process(["recall", "file", "download", FILE, "-"]).output().unwrap();
    assert_eq!(piped.stdout, BYTES);
    std::fs::create_dir(home.home.path().join("in")).unwrap();
    let run = home.run(["recall", "file", "download", FILE, "in", "-o", "id"]).ends(0);
    assert_eq!(run.stdout, "in/naïve.bin\n");
    home.run(["recall", "file", "download", FILE, "empty"]).ends(0);
    assert_eq!(home.read("empty"), "");
    assert_eq!(left(home.home.path()), ["empty", "in", "naïve.bin"]);
    for request in server.requests() {
        assert_eq!(request.line(), format!("GET /api/v1/files/{FILE}?workspaceId=ws_1"));
        assert_eq!(request.header("accept-encoding"), Some("identity"));
    }
}

#[test]
fn a_download_cut_at_any_byte_leaves_nothing() {
    let length = BYTES.len().to_string();
    let whole = |cut: usize| {
        Reply::new(200, "application/octet-stream", &BYTES[..cut]).header("Content-Length", &length).cut()
    };
    let chunked = |cut: usize| Reply::new(200, "application/octet-stream", &BYTES[..cut]).cut();
    let cuts: Vec<Reply> = (0..BYTES.len()).map(whole).chain((0..=BYTES.len()).map(chunked)).collect();
    let count = cuts.len();
    let server = Server::script(cuts);
    let home = ready(&server);
    for _ in 0..count {
        let run = home.run(["recall", "file", "download", FILE, "out", "-o", "json"]);
        let told: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!((run.code, told["error"]["code"].as_str()), (7, Some("STREAM_CUT")), "{run:#?}");
        assert_eq!(left(home.home.path()), Vec::<String>::new());
    }
}

#[test]
fn every_piece_counts() {
    let mut reply = Reply::sse_pieces(BYTES.chunks(1)).relabelled("application/octet-stream");
    reply = reply.header("Content-Length", &BYTES.len().to_string());
    let server = Server::script([reply]);
    let home = ready(&server);
    home.run(["recall", "file", "download", FILE, "out"]).ends(0);
    assert_eq!(std::fs::read(home.home.path().join("out")).unwrap(), BYTES);
}

#[test]
fn nothing_is_overwritten_unasked() {
    let server = Server::script([file(b"new"), file(b"new")]);
    let home = ready(&server);
    home.file("out", "old");
    home.file("naïve.bin", "old");
    // Seen before anything is sent where DEST says it, before a byte is written where the service does.
    home.run(["recall", "file", "download", FILE, "out"]).ends(2).says("`out` is there already");
    home.run(["recall", "file", "download", FILE]).ends(2).says("`naïve.bin` is there already");
    assert_eq!((home.read("out"), home.read("naïve.bin")), ("old".into(), "old".into()));
    home.run(["recall", "file", "download", FILE, "out", "--force"]).ends(0);
    assert_eq!(home.read("out"), "new");
    for dest in ["no/such/out", "no/"] {
        home.run(["recall", "file", "download", FILE, dest]).ends(2).says("there is no folder");
    }
}

#[test]
fn a_name_from_the_service_stays_in_the_folder() {
    for (name, saved) in [
        ("..%2F..%2Fout.txt", "out.txt"),
        ("%2Fetc%2Fpasswd", "passwd"),
        ("a%1B%5B2Jb.txt", "ab.txt"),
        (".profile", "profile"),
        ("..", "wf_1a2b3c"),
        ("", "wf_1a2b3c"),
    ] {
        let server = Server::script([Reply::new(200, "text/plain", "x").header("X-File-Name", name)]);
        let home = ready(&server);
        home.run(["recall", "file", "download", FILE]).ends(0);
        assert_eq!(left(home.home.path()), [saved], "{name}");
    }
}

#[test]
fn a_terminal_gets_text_only() {
    let text = "plain \u{1b}[2Jtext\n";
    let server = Server::script([file(BYTES), file(text.as_bytes())]);
    let home = ready(&server);
    let (code, screen) = home.terminal(&["recall", "file", "download", FILE, "-"]).end();
    assert!(code == 2 && screen.contains("this is no text"), "{screen}");
    let (code, screen) = home.terminal(&["recall", "file", "download", FILE, "-", "-q"]).end();
    assert!(code == 0 && screen.contains("plain text") && !screen.contains("\u{1b}[2J"), "{screen:?}");
}

#[test]
fn names_are_looked_up_and_refusals_told() {
    let list = || {
        Reply::json(
            200,
            r#"{"success":true,"data":{"files":[{"id":"wf_9","name":"report.pdf"}],"totalCount":1}}"#,
        )
    };
    let server =
        Server::script([list(), file(b"x"), list(), Reply::json(404, r#"{"error":"File not found"}"#)]);
    let home = ready(&server);
    home.run(["recall", "file", "download", "report.pdf", "r"]).ends(0);
    home.run(["recall", "file", "download", "report.pdf", "s"]).ends(4).says("File not found");
    assert_eq!(
        server.lines()[..2],
        ["GET /api/v1/files?workspaceId=ws_1", "GET /api/v1/files/wf_9?workspaceId=ws_1"]
    );
    let (run, _server) = recall([], &["file", "download", FILE]);
    run.ends(2).says("no workspace id: give --workspace, or set RECALL_WORKSPACE_ID or recall.workspace_id");
}
