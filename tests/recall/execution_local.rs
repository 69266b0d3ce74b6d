//! Runs by their own id against the local service: through v2, and as its oldest generation.

use crate::support::{Run, Sandbox};

fn local(sandbox: &Sandbox, words: &str) -> Run {
    sandbox.run(["--local", "recall"].into_iter().chain(words.split_whitespace()))
}

#[test]
fn every_word_through_v2() {
    let sandbox = Sandbox::new();
    let v2 = |words: &str| local(&sandbox, &format!("--api v2 {words}"));
    let run = v2("run hello -f name=Ada -o json").ends(0).json();
    assert_eq!((&run["status"], run.get("success")), (&"completed".into(), None));
    v2("run fails").ends(1).says("error: Check: order 42 has no address (EXECUTION_ERROR)");
    let kept = v2("run hello -f name=Ada --select agent1.content --jq .output").ends(0).stdout;
    assert!(kept.contains("Ada") && kept.matches("content").count() == 1, "{kept}");
    let streamed = v2("run hello -f name=Ada --stream --select agent1.content").ends(0).stdout;
    assert!(streamed.contains("Ada"), "{streamed}");
    v2("run asks").ends(8).says("execution resume");
    v2("execution get --last").ends(0).says("warning: the run is paused");
    let end = v2("execution resume --last -F approved=true --wait --poll-interval 20ms").ends(0);
    assert!(end.stdout.contains("\"approved\": true"), "{end:#?}");
    let done = v2("run slow -F seconds=0.1 --async --poll --poll-interval 20ms").ends(0);
    assert_eq!(done.stdout, "Done after 0.1 s.\n");
    v2("run slow -F seconds=60 --async").ends(0);
    // The words of jobs know through which generation it was started.
    local(&sandbox, "job cancel --last").ends(0);
    local(&sandbox, "job wait --last").ends(9);
    let states = v2("execution list slow -o tsv").ends(0).stdout;
    assert!(states.contains("\tcancelled\t") && states.contains("\tcompleted\t"), "{states}");
    assert_eq!(v2("execution list slow --status cancelled -o id").ends(0).stdout.lines().count(), 1);
    assert_eq!(local(&sandbox, "execution list slow -o id").ends(0).stdout.lines().count(), 2);
    assert_eq!(local(&sandbox, "--api auto run hello -o json").ends(0).json()["status"], "completed");
}

#[test]
fn the_oldest_generation_has_its_log() {
    let sandbox = Sandbox::new();
    let (_serving, address) = sandbox.serve(&["--recall-generation", "b"]);
    let home = sandbox.towards(&address);
    let run = |words: &str| home.run(["recall"].into_iter().chain(words.split_whitespace()));
    run("run asks").ends(8);
    run("execution get --last").ends(4).says("hint: ra recall log list --execution ");
    let end = run("execution resume --last -F approved=true --wait --poll-interval 20ms").ends(0);
    assert!(end.stdout.contains("\"approved\": true"), "{end:#?}");
    run("--api v2 run hello").ends(4).says("this server does not offer v2 of the API");
    let auto = run("--api auto run hello -o json").ends(0).json();
    assert_eq!(auto["success"], true);
    // There a cancel is always a success.
    run("execution cancel --last").ends(0);
}
