//! `ra recall log` and `workflow` against the local service, which reads the contract for itself.

use std::io::{BufRead as _, BufReader};

use crate::support::Sandbox;

#[test]
fn what_ran_is_listed_shown_and_followed() {
    let sandbox = Sandbox::new();
    let (_serving, address) = sandbox.serve(&[]);
    let ra = sandbox.towards(&address);
    ra.run(["recall", "run", "fails"]).ends(1);
    ra.run(["recall", "run", "hello", "--execution-id", "mine"]).ends(0);
    let listed = ra.run(["recall", "log", "list", "-o", "json"]).ends(0).json();
    assert_eq!(
        (&listed[0]["workflow"]["name"], &listed[0]["executionId"]),
        (&"hello".into(), &"mine".into())
    );
    assert_eq!((&listed[1]["level"], listed.as_array().unwrap().len()), (&"error".into(), 2));
    let failed = ra
        .run(["recall", "log", "list", "--level", "error", "--workflow", "fails", "-o", "id"])
        .ends(0)
        .stdout;
    assert_eq!(failed.lines().count(), 1);
    let shown = ra.run(["recall", "log", "get", failed.trim(), "--trace"]).ends(0).stdout;
    assert!(shown.contains("\n✗ fails (workflow)") && shown.contains("order 42 has no address"), "{shown}");
    let mine = ra.run(["recall", "log", "get", "mine", "-o", "json"]).ends(0).json();
    assert_eq!(mine["id"], listed[0]["id"]);
    let mut child = ra
        .process([
            "recall",
            "log",
            "follow",
            "-n",
            "1",
            "--interval",
            "100ms",
            "-o",
            "ndjson",
            "--jq",
            ".executionId",
        ])
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "mine");
    ra.run(["recall", "run", "hello", "--execution-id", "another"]).ends(0);
    assert_eq!(lines.next().unwrap().unwrap(), "another");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_workflow_goes_out_and_comes_in_again() {
    let sandbox = Sandbox::new();
    let (_serving, address) = sandbox.serve(&[]);
    let ra = sandbox.towards(&address);
    let document = ra.run(["recall", "workflow", "export", "hello"]).ends(0).stdout;
    let copy =
        ra.pipe(["recall", "workflow", "import", "--name", "Copy", "-o", "id"], &document).ends(0).stdout;
    ra.run(["recall", "workflow", "validate", "hello", "Copy"]).ends(1).says("are not deployed: Copy");
    ra.run(["recall", "workflow", "deploy", "Copy", "--name", "first"]).ends(0);
    ra.run(["recall", "workflow", "validate", "hello", copy.trim()]).ends(0);
    let versions = ra.run(["recall", "workflow", "version", "list", "Copy", "-o", "json"]).ends(0).json();
    assert_eq!(versions[0]["name"], "first");
    ra.run(["recall", "workflow", "undeploy", "Copy", "--yes"]).ends(0);
    ra.run(["recall", "workflow", "validate", "Copy"]).ends(1);
}
