//! Workflow artifacts: sources put aside, to be deployed later.

use serde_json::json;
use uuid::Uuid;

use super::super::access::Member;
use super::super::fields::{self, Fields};
use super::super::wire::{self, Answer, Body, Refusal};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// The kind under which artifacts are stored.
const KIND: &str = "runagents/artifact";

/// `POST /workflow-artifacts`.
pub async fn create(Member(world): Member, Body(body): Body) -> Answer {
    let source_type = fields::text(&body, "source_type")?.unwrap_or("code");
    let build_mode = fields::text(&body, "build_mode")?.unwrap_or("native");
    let files = fields::files(&body, "source_files")?;
    let files = files.ok_or_else(|| Refusal::invalid("source_files is required"))?;
    let id = format!("artifact-{}", &Uuid::new_v4().simple().to_string()[..12]);
    let artifact = json!({
        "id": id,
        "source_type": source_type,
        "build_mode": build_mode,
        "file_count": files.len(),
        "created_at": iso(now_ms()),
        "_files": files,
    });
    world.store.put(KIND, &id, &artifact)?;
    wire::created(wire::public(artifact))
}

/// The sources of an artifact.
pub fn files(world: &World, id: &str) -> Result<Fields, Refusal> {
    let artifact = world.store.get(KIND, id)?;
    let artifact = artifact.ok_or_else(|| Refusal::invalid(format!("artifact {id} does not exist")))?;
    Ok(artifact["_files"].as_object().cloned().unwrap_or_default())
}
