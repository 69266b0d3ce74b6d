//! `ra recall workflow export` and `import`: a workflow as a document, from one workspace into another.

use super::{WF, home, recall};
use crate::support::{Reply, Run, Server};

const DOCUMENT: &str = r#"{"version":"1.0","exportedAt":"2026-03-20T10:15:30.482Z","workflow":{"id":"b7e0c1d2-5f34-4a6b-8c9d-0e1f2a3b4c5d","name":"Support triage"},"state":{"blocks":{"b":{"n":1.10}},"edges":[]}}"#;
const MADE: &str =
    r#"{"data":{"id":"3f1c","name":"Support triage","workspaceId":"ws_2","folderId":null},"limits":{}}"#;

fn exported() -> Reply {
    Reply::json(200, format!(r#"{{"data":{DOCUMENT},"limits":{{}}}}"#))
}

/// Imports what stands on stdin.
fn import(stdin: &str, flags: &[&str]) -> (Run, Server) {
    let server = Server::script([Reply::json(201, MADE)]);
    let run =
        home(&server).pipe([&["recall", "--workspace", "ws_2", "workflow", "import"], flags].concat(), stdin);
    (run, server)
}

#[test]
fn export_pipes_straight_into_import() {
    let (run, server) = recall([exported()], &["workflow", "export", WF]);
    assert_eq!(server.request().line(), format!("GET /api/v1/workflows/{WF}/export"));
    assert!(run.stdout.starts_with("{\n  \"version\": \"1.0\",\n"), "{run:#?}");
    for document in [run.stdout.clone(), DOCUMENT.to_owned(), format!(r#"{{"data":{DOCUMENT}}}"#)] {
        let (run, server) = import(&document, &[]);
        assert!(run.stdout.contains("workspace  ws_2\n"), "{run:#?}");
        assert_eq!(server.request().line(), "POST /api/v1/workflows/import");
        assert_eq!(server.request().body, format!(r#"{{"workspaceId":"ws_2","workflow":{DOCUMENT}}}"#));
    }
    let (run, _server) = recall([exported()], &["workflow", "export", WF, "-o", "yaml"]);
    let (imported, server) = import(&run.stdout, &[]);
    imported.ends(0);
    assert_eq!(server.request().json()["workflow"]["state"]["edges"], serde_json::json!([]));
}

#[test]
fn a_file_is_written_and_read() {
    let server = Server::script([exported(), exported(), Reply::json(201, MADE)]);
    let sandbox = home(&server);
    let to = |name: &str| sandbox.run(["recall", "workflow", "export", WF, "--to", name]).ends(0);
    assert_eq!(to("triage.json").stdout, "wrote triage.json\n");
    to("triage.yaml");
    assert!(
        sandbox.read("triage.json").starts_with("{\n") && sandbox.read("triage.yaml").starts_with("version:")
    );
    let args = ["recall", "--workspace", "ws_2", "workflow", "import", "triage.yaml"];
    let more = ["--name", "Copy", "--description", "A copy", "--folder", "f1", "-o", "id"];
    let run = sandbox.run([&args[..], &more].concat());
    assert_eq!(run.stdout, "3f1c\n");
    let sent = server.requests()[2].json();
    assert_eq!(
        (&sent["name"], &sent["description"], &sent["folderId"]),
        (&"Copy".into(), &"A copy".into(), &"f1".into())
    );
    let (run, _server) = recall([exported()], &["workflow", "export", WF, "--to", "no/such/folder.json"]);
    run.ends(1).says("cannot write no/such/folder.json");
}

#[test]
fn what_holds_no_workflow_is_not_sent() {
    let nowhere = Server::script([]);
    let sandbox = home(&nowhere);
    let args = ["recall", "--workspace", "ws_2", "workflow", "import"];
    sandbox.pipe(args, "[1]").ends(2).says("holds no workflow");
    sandbox.pipe(args, r#"{"workflow":{"name":"x"}}"#).ends(2).says("neither `state` nor `blocks`");
    sandbox.pipe(args, "").ends(2).says("is empty");
    sandbox.pipe(&args[..1], "").ends(2);
    sandbox
        .pipe(["recall", "workflow", "import"], DOCUMENT)
        .ends(2)
        .says("no workspace id: give --workspace");
    // The inner part alone will do.
    import(r#"{"blocks":{},"edges":[]}"#, &[]).0.ends(0);
}

#[test]
fn older_servers_do_it_in_the_editor() {
    let no_route = || Reply::new(404, "text/html", "<html>404</html>");
    let (run, server) = recall([no_route()], &["workflow", "export", WF]);
    let place =
        format!("hint: export it in the editor, in a browser: {}/workspace/WORKSPACE/w/{WF}", server.url());
    run.ends(4).says(&place);
    let server = Server::script([no_route()]);
    let run = home(&server).pipe(["recall", "--workspace", "ws_2", "workflow", "import"], DOCUMENT);
    run.ends(4).says(&format!("{}/workspace/ws_2\n", server.url()));
}

#[test]
fn a_files_name_decides_how_it_is_written() {
    let server = Server::script([exported(), exported()]);
    let sandbox = home(&server);
    for name in ["triage.json", "triage"] {
        let run = sandbox.run(["recall", "workflow", "export", WF, "--to", name, "-o", "yaml"]).ends(0);
        assert!(run.stdout.starts_with(&format!("file: {name}\n")), "{}", run.stdout);
    }
    assert!(sandbox.read("triage.json").starts_with("{\n"));
    assert!(sandbox.read("triage").starts_with("version:"));
}
