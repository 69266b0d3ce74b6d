//! `--file`: V24.

use serde_json::json;

use super::{V01, WF, home};
use crate::support::{Reply, Server};

#[test]
fn v24_files_are_sent_at_the_root() {
    let server = Server::script((0..4).map(|_| Reply::json(200, V01)));
    let home = home(&server);
    home.file("dir/a.txt", "hello\n");
    home.file("b.bin", "b");
    let run = |args: &[&str]| home.run([&["recall", "run", WF], args].concat()).ends(0);
    run(&["--input", r#"{"question":"Summarise"}"#, "--file", "documents=./dir/a.txt"]);
    run(&["--file", "d=@dir/a.txt;text/markdown", "--file", "d=@b.bin"]);
    run(&["--input", r#"{"q":1}"#, "--wrap-input", "--file", "d=@b.bin"]);
    run(&["--input", r#"{"d":[{"type":"url","data":"https://x"}]}"#, "--file", "d=@b.bin"]);
    let file = |mime: &str, data: &str, name: &str| json!({"type": "file", "data": format!("data:{mime};base64,{data}"), "name": name, "mime": mime});
    let binary = || file("application/octet-stream", "Yg==", "b.bin");
    let bodies: Vec<_> = server.requests().iter().map(|request| request.json()).collect();
    assert_eq!(
        bodies,
        [
            json!({"question": "Summarise", "documents": [file("text/plain", "aGVsbG8K", "a.txt")]}),
            json!({"d": [file("text/markdown", "aGVsbG8K", "a.txt"), binary()]}),
            json!({"input": {"q": 1}, "d": [binary()]}),
            json!({"d": [{"type": "url", "data": "https://x"}, binary()]}),
        ]
    );
    home.run(["recall", "run", WF, "-f", "d=text", "--file", "d=@b.bin"])
        .ends(2)
        .says("already something else");
}
