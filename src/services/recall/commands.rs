//! Command lines that hints name, in one place, so that they stay what the parser knows.

use super::outcome::pause::Place;
use crate::text::word;

/// Shows whether a workflow is deployed.
pub fn status(workflow: &str) -> String {
    format!("ra recall workflow status {}", word(workflow))
}

/// Runs a workflow as a job and waits for it.
pub fn in_background(workflow: &str) -> String {
    format!("ra recall run {} --async --poll", word(workflow))
}

/// Runs a workflow and shows one block's text while it arrives.
pub fn streamed(workflow: &str, selector: &str) -> String {
    format!("ra recall run {} --stream --select {}", word(workflow), word(selector))
}

/// Goes on waiting for a job.
pub fn wait(job: &str) -> String {
    format!("ra recall job wait {}", word(job))
}

/// Stops a job.
pub fn cancel_job(job: &str) -> String {
    format!("ra recall job cancel {}", word(job))
}

/// Stops a run by its own id.
pub fn cancel(workflow: &str, execution: &str) -> String {
    format!("ra recall job cancel --workflow {} --execution-id {}", word(workflow), word(execution))
}

/// Shows a run by its own id.
pub fn get(workflow: &str, execution: &str) -> String {
    format!("ra recall execution get {} {}", word(workflow), word(execution))
}

/// Shows where a run waits for a person.
pub fn paused(workflow: &str, execution: &str) -> String {
    format!("ra recall execution paused {} {}", word(workflow), word(execution))
}

/// What the log holds of a run, on servers that cannot be asked for it.
pub fn log(execution: &str) -> String {
    format!("ra recall log list --execution {} --details full", word(execution))
}

/// Answers a run that waits for a person.
pub fn resume(workflow: &str, execution: &str, place: &Place) -> String {
    format!(
        "ra recall execution resume {} {} {} --input {}",
        word(workflow),
        word(execution),
        word(&place.id),
        word(&place.answer)
    )
}

/// Goes on with a batch whose results stand in a file.
pub fn resume_batch(input: &str, workflow: Option<&str>, output: &str) -> String {
    let fixed = workflow.map(|workflow| format!(" --workflow {}", word(workflow))).unwrap_or_default();
    format!("ra recall batch {}{fixed} --output-file {} --resume", word(input), word(output))
}
