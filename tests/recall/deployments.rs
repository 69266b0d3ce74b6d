//! `ra recall workflow deploy`, `undeploy`, `rollback`: accepted is not in service, and older servers have no such route.

use super::{WF, error, home, recall};
use crate::support::{Reply, Run, Server};

/// An answer whose last attempt stands so.
fn deployment(attempt: &str) -> Reply {
    Reply::json(
        200,
        format!(
            r#"{{"data":{{"id":"{WF}","isDeployed":true,"warnings":[],"activeDeployment":null,"latestDeploymentAttempt":{attempt}}},"limits":{{}}}}"#
        ),
    )
}

const PREPARING: &str = r#"{"id":"d1","version":4,"status":"preparing"}"#;
const ACTIVATING: &str = r#"{"id":"d1","version":4,"status":"activating"}"#;
const ACTIVE: &str = r#"{"id":"d1","version":4,"status":"active"}"#;

fn deploy(replies: impl IntoIterator<Item = Reply>, flags: &[&str]) -> (Run, Server) {
    recall(replies, &[&["workflow", "deploy", WF, "--poll-interval", "0"], flags].concat())
}

#[test]
fn a_deployment_is_waited_for() {
    let script = [deployment(PREPARING), deployment(ACTIVATING), deployment(ACTIVE)];
    let (run, server) = deploy(script, &["--name", "1.4", "--description", "New greeting", "-o", "json"]);
    assert_eq!(run.json()["latestDeploymentAttempt"]["status"], "active");
    run.ends(0);
    let requests = server.requests();
    assert_eq!(requests[0].line(), format!("POST /api/v1/workflows/{WF}/deploy"));
    assert_eq!(requests[0].body, r#"{"name":"1.4","description":"New greeting"}"#);
    let look = format!("GET /api/v2/workflows/{WF}/deployment");
    assert_eq!(server.lines()[1..], [look.clone(), look]);
    let (run, server) = deploy([deployment(PREPARING)], &["--no-wait"]);
    assert!(run.stdout.contains("attempt   preparing\n"), "{run:#?}");
    assert_eq!(server.request().body, "{}");
}

#[test]
fn what_needs_no_wait_is_not_waited_for() {
    let body = format!(
        r#"{{"data":{{"id":"{WF}","isDeployed":true,"warnings":["No start block","{}"],"version":2}}}}"#,
        "x\\ny"
    );
    let (run, _server) = deploy([Reply::json(200, body)], &[]);
    assert!(run.stdout.contains("version   2\n"), "{run:#?}");
    run.ends(0).says("warning: No start block\n").says("warning: x y\n");
}

#[test]
fn a_deployment_that_goes_wrong() {
    let failed = r#"{"status":"failed","error":"The agent has no model"}"#;
    let (run, _server) = deploy([deployment(PREPARING), deployment(failed)], &[]);
    assert_eq!(run.stdout, "");
    run.ends(1).says("error: the deployment failed: The agent has no model (DEPLOYMENT_FAILED)");
    let (run, _server) =
        deploy([deployment(PREPARING), deployment(r#"{"status":"superseded"}"#)], &["-o", "json"]);
    assert_eq!(error(&run)["code"], "DEPLOYMENT_SUPERSEDED");
    let never = Server::answering(|_, _| Some(deployment(PREPARING)));
    let args = ["recall", "workflow", "deploy", WF, "--poll-interval", "0", "--wait-timeout", "50ms"];
    home(&never).run(args).ends(6).says(&format!("hint: ra recall workflow deployment {WF}"));
}

#[test]
fn a_server_that_cannot_tell_how_it_goes_on() {
    let off = Reply::json(404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#);
    let (run, _server) = deploy([deployment(PREPARING), off], &[]);
    run.ends(0)
        .says("warning: it is accepted; this server cannot be asked how it goes on")
        .says(&format!("hint: ra recall workflow status {WF}"));
}

#[test]
fn older_servers_deploy_in_the_editor() {
    for reply in [Reply::new(404, "text/html", "<html>404</html>"), Reply::new(405, "", "")] {
        let server = Server::script([reply]);
        let run = home(&server).run(["recall", "--workspace", "ws 1", "workflow", "deploy", WF]);
        let place =
            format!("hint: deploy it in the editor, in a browser: {}/workspace/ws%201/w/{WF}", server.url());
        run.ends(4).says(&place);
    }
    // A server that has the route and not the workflow is another matter.
    let unknown = Reply::json(404, r#"{"error":"Workflow not found"}"#);
    let (run, _server) = deploy([unknown], &[]);
    assert!(!run.stderr.contains("browser"), "{run:#?}");
    run.ends(4);
}

#[test]
fn taking_out_of_service_and_going_back_want_a_yes() {
    for verb in ["undeploy", "rollback"] {
        recall([], &["workflow", verb, WF]).0.ends(2).says("--yes");
    }
    let (run, server) = recall([deployment("null")], &["workflow", "undeploy", WF, "--yes"]);
    run.ends(0);
    assert_eq!(server.request().line(), format!("DELETE /api/v1/workflows/{WF}/deploy"));
    let args = ["workflow", "rollback", WF, "--yes", "--version", "3"];
    let (run, server) = recall([deployment(ACTIVE)], &args);
    run.ends(0);
    assert_eq!(server.request().line(), format!("POST /api/v1/workflows/{WF}/rollback"));
    assert_eq!(server.request().body, r#"{"version":3}"#);
    let (_run, server) = recall([deployment(ACTIVE)], &["workflow", "rollback", WF, "--yes"]);
    assert_eq!(server.request().body, "{}");
}
