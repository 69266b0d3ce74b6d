//! Deploying: from sources, an image, an artifact or a draft to an agent that runs.

mod artifacts;
pub mod build;
pub mod drafts;
mod plan;
pub mod request;

use axum::{
    Router,
    routing::{get, post},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::Member;
use super::agents::record;
use super::wire::{self, Answer, Body};
use super::{NAMESPACE, starter_kit, tools};
use crate::local::World;
use crate::local::time::now_ms;
pub use plan::start_of;
use request::Deployment;

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/deploy", post(deploy))
        .route("/deploy/preview", post(preview))
        .route("/workflow-artifacts", post(artifacts::create))
        .route("/builds", post(build::create))
        .route("/builds/{id}", get(build::one))
        .merge(drafts::routes())
}

async fn deploy(Member(world): Member, Body(body): Body) -> Answer {
    wire::created(carry_out(&world, &Deployment::read(&world, &body)?)?)
}

async fn preview(Member(world): Member, Body(body): Body) -> Answer {
    let deployment = Deployment::read(&world, &body)?;
    wire::ok(plan::decide(&deployment).preview())
}

/// Creates or changes the agent that a checked deployment describes.
pub fn carry_out(world: &World, deployment: &Deployment) -> Result<Value, wire::Refusal> {
    let plan = plan::decide(deployment);
    let mut tools_created = Vec::new();
    for tool in &deployment.new_tools {
        tools::save(world, tool)?;
        tools_created.push(tool["name"].clone());
    }
    let name = &deployment.agent_name;
    let (image, build_id) = if plan.build {
        let build = build::start(world, name, plan::find_fault(deployment))?;
        (build["image"].as_str().unwrap_or_default().to_owned(), build["id"].as_str().map(str::to_owned))
    } else {
        let stock = || "registry.runagents.local/stock-runtime:1".to_owned();
        (deployment.image.clone().unwrap_or_else(stock), None)
    };
    let mut agent = json!({
        "name": name,
        "uid": Uuid::new_v4().to_string(),
        "image": image,
        "runtime": plan.runtime,
        "system_prompt": deployment.system_prompt,
        "identity_provider": deployment.identity_provider,
        "llm_configs": deployment.llm_configs,
        "required_tools": deployment.required_tools,
        "policies": deployment.policies,
        "env": deployment.env,
        "build_id": build_id,
        "deployed_ms": now_ms(),
    });
    if let Some(before) = world.store.get(record::KIND, name)? {
        agent["uid"] = before["uid"].clone();
    }
    if deployment.llm_configs.is_empty() {
        agent["llm_configs"] = json!([{
            "role": "default", "model_provider": starter_kit::PROVIDER,
            "provider": "openai", "model": starter_kit::MODEL,
        }]);
    }
    world.store.put(record::KIND, name, &agent)?;

    let mut answer = json!({
        "agent": name,
        "namespace": NAMESPACE,
        "tools_created": tools_created,
        "image_uri": image,
        "execution_mode": plan.mode,
        "build_required": plan.build,
        "decision_reason": plan.reason,
    });
    if let Some(id) = build_id {
        answer["build_id"] = id.into();
        answer["build_profile"] = "fast_overlay".into();
    }
    Ok(answer)
}
