//! Image builds: a plan is stored, and what a build has come to follows from the clock.

use axum::{Json, http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::access::Member;
use super::super::fields;
use super::super::wire::{self, Answer, At, Body, Identified, Refusal};
use super::plan;
use super::request::Deployment;
use crate::local::faults::JobFault;
use crate::local::time::{iso, now_ms};
use crate::local::{World, store};

/// The kind under which builds are stored.
pub const KIND: &str = "runagents/build";

/// How long a build waits for its turn.
const QUEUE_MS: i64 = 500;

/// How long it then takes.
const WORK_MS: i64 = 1_500;

/// What a build has come to.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    /// In the queue.
    Pending,
    /// At work.
    Building,
    /// There is an image since then.
    Succeeded {
        /// When it ended.
        at_ms: i64,
    },
    /// There will be none.
    Failed {
        /// When it ended.
        at_ms: i64,
        /// Why.
        error: String,
    },
}

/// Starts a build of an image for `name`; one with a fault will fail because of it.
pub fn start(world: &World, name: &str, fault: Option<String>) -> store::Result<Value> {
    let unique = Uuid::new_v4().simple().to_string();
    let (ends, error) = match (world.faults.job("runagents"), fault) {
        (Some(JobFault::Stuck), _) => (None, None),
        (Some(JobFault::Fails), fault) => {
            (Some("FAILED"), fault.or_else(|| Some("the builder was told to fail".to_owned())))
        }
        (None, Some(fault)) => (Some("FAILED"), Some(fault)),
        (None, None) => (Some("SUCCEEDED"), None),
    };
    let build = json!({
        "id": format!("build-{}", &unique[..12]),
        "image": format!("registry.runagents.local/{name}:{}", &unique[12..20]),
        "created_ms": now_ms(),
        "ends": ends,
        "error": error,
    });
    world.store.put(KIND, build["id"].as_str().unwrap_or_default(), &build)?;
    Ok(build)
}

/// What a stored build has come to at a moment.
pub fn progress(build: &Value, now_ms: i64) -> Progress {
    let created_ms = build["created_ms"].as_i64().unwrap_or_default();
    let at_ms = created_ms + QUEUE_MS + WORK_MS;
    let Some(end) = build["ends"].as_str() else { return Progress::Pending };
    if now_ms < created_ms + QUEUE_MS {
        Progress::Pending
    } else if now_ms < at_ms {
        Progress::Building
    } else if end == "FAILED" {
        Progress::Failed { at_ms, error: build["error"].as_str().unwrap_or_default().to_owned() }
    } else {
        Progress::Succeeded { at_ms }
    }
}

fn view(build: &Value) -> Value {
    let (status, error, completed_ms) = match progress(build, now_ms()) {
        Progress::Pending => ("PENDING", None, None),
        Progress::Building => ("BUILDING", None, None),
        Progress::Succeeded { at_ms } => ("SUCCEEDED", None, Some(at_ms)),
        Progress::Failed { at_ms, error } => ("FAILED", Some(error), Some(at_ms)),
    };
    let mut view = json!({"id": build["id"], "status": status, "image": build["image"]});
    if let Some(error) = error {
        view["error"] = error.into();
    }
    view["created_at"] = iso(build["created_ms"].as_i64().unwrap_or_default()).into();
    if let Some(completed_ms) = completed_ms {
        view["completed_at"] = iso(completed_ms).into();
    }
    view
}

/// `GET /builds/{id}`.
pub async fn one(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    let build = world.store.get(KIND, &id)?.ok_or_else(|| Refusal::missing("build", &id))?;
    wire::ok(view(&build))
}

/// `POST /builds`: a build without an agent.
pub async fn create(Member(world): Member, Body(mut body): Body) -> Answer {
    let name = fields::label(&body, "name")?.to_owned();
    if fields::files(&body, "files")?.is_none() {
        return Err(Refusal::invalid("files is required"));
    }
    // The same sources, in the words of a deployment, are judged by the same rules.
    for (said, meant) in [("files", "source_files"), ("name", "agent_name")] {
        let value = body.remove(said).unwrap_or_default();
        body.insert(meant.into(), value);
    }
    let deployment = Deployment::read(&world, &body)?;
    let build = start(&world, &name, plan::find_fault(&deployment))?;
    Ok((StatusCode::ACCEPTED, Json(view(&build))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_through_its_states_by_the_clock() {
        let build = json!({"created_ms": 1_000, "ends": "SUCCEEDED"});
        assert_eq!(progress(&build, 1_499), Progress::Pending);
        assert_eq!(progress(&build, 1_500), Progress::Building);
        assert_eq!(progress(&build, 2_999), Progress::Building);
        assert_eq!(progress(&build, 3_000), Progress::Succeeded { at_ms: 3_000 });
    }

    #[test]
    fn fails_at_the_end_with_its_reason() {
        let build = json!({"created_ms": 0, "ends": "FAILED", "error": "no pip"});
        assert_eq!(progress(&build, 600), Progress::Building);
        assert_eq!(progress(&build, 9_000), Progress::Failed { at_ms: 2_000, error: "no pip".into() });
    }

    #[test]
    fn a_stuck_one_waits_for_ever() {
        assert_eq!(progress(&json!({"created_ms": 0, "ends": null}), i64::MAX), Progress::Pending);
    }
}
