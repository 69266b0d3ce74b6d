//! `ra recall file upload` and `knowledge document upload`: from the disk, checked first, each judged for itself.

use super::{home, recall};
use crate::support::{Reply, Run, Sandbox, Server};

fn uploaded(name: &str) -> Reply {
    let file = format!(r#"{{"id":"wf_{name}","name":"{name}","size":5,"type":"text/plain"}}"#);
    Reply::json(200, format!(r#"{{"success":true,"data":{{"file":{file},"message":"done"}}}}"#))
}

fn ready(server: &Server) -> Sandbox {
    home(server).env("RECALL_WORKSPACE_ID", "ws_1")
}

fn upload(home: &Sandbox, args: &[&str]) -> Run {
    home.run([&["recall", "file", "upload"], args].concat())
}

#[test]
fn a_form_as_browsers_send_it() {
    let server = Server::script([uploaded("a")]);
    let home = ready(&server);
    let path = home.file("in/a.txt", "hello");
    let run = upload(&home, &[&path, "--name", "b \"c\" é.md", "-o", "json"]).ends(0);
    assert_eq!(run.json()["id"], "wf_a");
    let request = server.request();
    let kind = request.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(
        request.body,
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"workspaceId\"\r\n\r\nws_1\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b %22c%22 é.md\"\r\n\
             Content-Type: text/markdown\r\n\r\nhello\r\n--{boundary}--\r\n"
        )
    );
    assert_eq!(request.line(), "POST /api/v1/files");
    assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
}

#[test]
fn all_are_checked_before_the_first_is_sent() {
    let server = Server::script([]);
    let home = ready(&server);
    let good = home.file("a.txt", "hello");
    let big = std::fs::File::create(home.home.path().join("big")).unwrap();
    big.set_len(100 * 1024 * 1024 + 1).unwrap();
    for (args, words) in [
        (vec![good.as_str(), "nowhere"], "cannot read `nowhere`"),
        (vec![&good, "."], "`.` is a folder"),
        (vec![&good, "big"], "the service takes up to 104857600 bytes"),
        (vec![&good, "/dev/null"], "`/dev/null` is no plain file"),
        (vec![&good, "--name", " "], "cannot be a file's name"),
        (vec![&good, "--name", "a\nb"], "cannot be a file's name"),
        (vec![&good, &good, "--name", "x"], "--name goes with one file only"),
        (vec![""], "a value is required"),
    ] {
        upload(&home, &args).ends(2).says(words);
    }
    upload(&home, &[&good, "--concurrency", "0"]).ends(2);
    let (run, _server) = recall([], &["file", "upload", &good]);
    run.ends(2).says("no workspace id: give --workspace");
}

#[test]
fn a_taken_name_says_what_to_do_and_nothing_is_sent_twice() {
    let taken = Reply::json(409, r#"{"error":"A file named \"a.txt\" already exists"}"#);
    let server = Server::script([taken, Reply::json(502, "{}"), Reply::json(200, "{").cut()]);
    let home = ready(&server);
    let path = home.file("a.txt", "hello");
    upload(&home, &[&path]).ends(1).says("hint: ra recall file upload PATH --name OTHER");
    upload(&home, &[&path]).ends(7);
    upload(&home, &[&path]).ends(7).says("it may have been carried out all the same");
}

#[test]
fn a_refusal_for_now_sends_the_whole_file_again() {
    let busy = Reply::json(429, r#"{"error":"Rate limit exceeded"}"#).header("Retry-After", "0.01");
    let server = Server::script([busy, uploaded("a")]);
    let home = ready(&server);
    let path = home.file("a.txt", "hello");
    upload(&home, &[&path]).ends(0);
    let bodies: Vec<bool> = server.requests().iter().map(|it| it.body.contains("\r\nhello\r\n")).collect();
    assert_eq!(bodies, [true, true]);
}

#[test]
fn of_many_each_is_judged_for_itself() {
    let server = Server::answering(|request, _| {
        Some(if request.body.contains("filename=\"b") {
            Reply::json(400, r#"{"error":"No"}"#)
        } else {
            uploaded("x")
        })
    });
    let home = ready(&server);
    ["a", "b", "c"].iter().for_each(|name| drop(home.file(name, name)));
    let run = upload(&home, &["a", "b", "c", "--concurrency", "1", "-o", "id"]);
    assert_eq!(run.stdout, "wf_x\nwf_x\n");
    run.ends(10).says("1 of 3 files did not arrive (PARTIAL)").says("b: No (INVALID_REQUEST, HTTP 400)");
    assert_eq!(server.lines().len(), 3);
    // A key that one file is refused for, the others need not try.
    let server = Server::script([Reply::json(401, r#"{"error":"Invalid API key"}"#)]);
    let run = upload(&ready(&server), &["--concurrency", "1", "-o", "id"]);
    assert_eq!(run.code, 2);
    let home = ready(&server);
    ["a", "b"].iter().for_each(|name| drop(home.file(name, name)));
    upload(&home, &["a", "b", "--concurrency", "1"]).ends(10).says("b: not tried any more");
}

#[test]
fn dry_runs_name_the_file_and_hide_the_key() {
    let server = Server::script([]);
    let home = ready(&server);
    home.file("a.txt", "hello");
    let run = upload(&home, &["a.txt", "--dry-run=curl"]).ends(0);
    assert!(run.stdout.contains("--form-string 'workspaceId=ws_1'"), "{run:#?}");
    assert!(run.stdout.contains("-F 'file=@\"a.txt\";filename=\"a.txt\";type=text/plain'"), "{run:#?}");
    assert!(!run.stdout.contains("Content-Type"), "{run:#?}");
    let run = upload(&home, &["a.txt", "--dry-run"]).ends(0);
    assert!(
        run.stdout.ends_with("\n\nworkspaceId=ws_1\nfile=@\"a.txt\";filename=\"a.txt\";type=text/plain\n")
    );
}

#[test]
fn documents_are_waited_for() {
    let kb = "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0d01";
    let document = |state: &str| {
        let document = format!(
            r#"{{"id":"doc_1","filename":"a.txt","processingStatus":"{state}","processingError":"no text in it"}}"#
        );
        Reply::json(200, format!(r#"{{"success":true,"data":{{"document":{document},"message":"m"}}}}"#))
    };
    let run = |replies: Vec<Reply>, args: &[&str]| {
        let server = Server::script(replies);
        let home = ready(&server);
        home.file("a.txt", "hello");
        let run = home.run([&["recall", "knowledge", "document", "upload", kb, "a.txt"], args].concat());
        (run, server.lines())
    };
    let (sent, lines) = run(vec![document("pending")], &["-o", "json"]);
    assert_eq!(sent.ends(0).json()["processingStatus"], "pending");
    assert_eq!(lines, [format!("POST /api/v1/knowledge/{kb}/documents")]);
    let wait = ["--wait", "--poll-interval", "10ms", "-o", "json"];
    let (waited, lines) =
        run(vec![document("pending"), document("processing"), document("completed")], &wait);
    assert_eq!(waited.ends(0).json()["processingStatus"], "completed");
    assert_eq!(lines[1], format!("GET /api/v1/knowledge/{kb}/documents/doc_1?workspaceId=ws_1"));
    let (failed, _) = run(vec![document("pending"), document("failed")], &wait[..3]);
    failed.ends(1).says("doc_1 cannot be processed: no text in it (PROCESSING_FAILED)");
    let late = ["--wait", "--poll-interval", "1h", "--poll-timeout", "50ms"];
    let (late, _) = run(vec![document("pending"), document("processing"), document("processing")], &late);
    late.ends(6).says(&format!("hint: ra recall knowledge document get {kb} doc_1"));
    run(vec![], &["--poll-timeout", "1s"]).0.ends(2).says("go with --wait only");
}
