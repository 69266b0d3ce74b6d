//! `ra --local recall`: without any account.

use crate::support::{Run, Sandbox};

fn local(sandbox: &Sandbox, words: &str) -> Run {
    sandbox.run(["--local", "recall"].into_iter().chain(words.split_whitespace()))
}

#[test]
fn every_seeded_workflow() {
    let sandbox = Sandbox::new();
    let greeting = local(&sandbox, "run hello").ends(0).stdout;
    assert!(greeting.len() > 10 && greeting.ends_with('\n'), "{greeting}");
    let run = local(&sandbox, "run hello --stream --select agent1.content --select agent2.content").ends(0);
    assert!(run.stdout.contains("\n\n"), "{run:#?}");
    let run = local(&sandbox, "run hello --stream --select agent1.content -o json").ends(0);
    assert_eq!(run.json()["blocks"].as_object().unwrap().len(), 1);
    local(&sandbox, "run fails").ends(1).says("Check: order 42 has no address (EXECUTION_ERROR, HTTP 500)");
    local(&sandbox, "run fails --stream --select Check.x").ends(1).says("Check: order 42 has no address");
    local(&sandbox, "run asks").ends(8).says("hint: ra --local recall execution resume");
    assert_eq!(local(&sandbox, "run slow -F seconds=0.1").ends(0).stdout, "Done after 0.1 s.\n");
    local(&sandbox, "run draft")
        .ends(1)
        .says("hint: ra --local recall workflow status 0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a06\n");
    local(&sandbox, "run nobody").ends(4).says("no workflow is called `nobody`");
    assert_eq!(local(&sandbox, "run respond").ends(0).json()["message"], "made");
}

#[test]
fn jobs_outlive_the_process() {
    let sandbox = Sandbox::new();
    let id = local(&sandbox, "run slow -F seconds=1 --async").ends(0).stdout;
    let wait = local(&sandbox, "job wait --last --poll-interval 50ms").ends(0);
    assert_eq!(wait.stdout, "Done after 1 s.\n");
    let status = local(&sandbox, &format!("job status {id} -o json")).ends(0).json();
    assert_eq!(
        (&status["status"], &status["output"]["content"]),
        (&"completed".into(), &"Done after 1 s.".into())
    );
    let id = local(&sandbox, "run slow -F seconds=60 --async -q").ends(0).stdout;
    local(&sandbox, "job cancel --last").ends(0);
    local(&sandbox, &format!("job wait {id}")).ends(9).says("the job was cancelled (CANCELLED)");
    let run = local(&sandbox, "run slow -F seconds=60 --async --wait --wait-timeout 200ms").ends(6);
    run.says("hint: ra --local recall job wait workflow-execution:")
        .says("hint: ra --local recall job cancel workflow-execution:");
    local(&sandbox, "run fails --async --poll --poll-interval 50ms").ends(1).says("Check: order 42");
    local(&sandbox, "run asks --async --poll --poll-interval 50ms").ends(8);
}

#[test]
fn the_rest() {
    let sandbox = Sandbox::new();
    assert!(local(&sandbox, "limits").ends(0).stdout.starts_with("plan     free\nusage    $0.00 of $10.00"));
    assert_eq!(local(&sandbox, "workflow validate hello").ends(0).stdout, "hello is deployed\n");
    local(&sandbox, "workflow validate draft").ends(1);
    local(&sandbox, "workflow status nobody").ends(4);
}

#[test]
fn a_paused_job_says_what_it_waits_for() {
    let sandbox = Sandbox::new();
    local(&sandbox, "run asks --async --poll --poll-interval 50ms").ends(8);
    local(&sandbox, "job status --last")
        .ends(0)
        .says("warning: the run is paused")
        .says("recall execution resume");
}
