//! What an agent is set up with: prompt, models with budgets, tools, policies.

use serde_json::{Value, json};

use super::super::access::Member;
use super::super::deploy::request;
use super::super::fields;
use super::super::wire::{self, Answer, At, Body, Named, Refusal};
use super::super::{NAMESPACE, spend};
use super::{find, record};
use crate::local::{World, store};

/// `GET …/config`.
pub async fn read(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::ok(view(&world, &find(&world, &name)?)?)
}

/// `PUT …/config`: the fields that are sent replace their like, the others stay.
pub async fn update(Member(world): Member, At(Named { name }): At<Named>, Body(body): Body) -> Answer {
    find(&world, &name)?;
    let tools = fields::texts(&body, "required_tools")?;
    request::check_tools_exist(&world, tools.iter().flatten(), &[])?;
    let models = request::check_llm_configs(&body)?;
    let policies = fields::texts(&body, "policies")?;
    request::check_policies_exist(&world, policies.iter().flatten())?;
    for text in ["system_prompt", "identity_provider"] {
        fields::text(&body, text)?;
    }
    if let Some(provider) = fields::text(&body, "identity_provider")? {
        request::check_identity_provider_exists(&world, provider)?;
    }
    let changed = world.store.update(record::KIND, &name, |agent| {
        for field in ["system_prompt", "identity_provider"] {
            if let Some(value) = body.get(field) {
                agent[field] = value.clone();
            }
        }
        if body.contains_key("llm_configs") {
            agent["llm_configs"] = models.into();
        }
        for (field, value) in [("required_tools", tools), ("policies", policies)] {
            if let Some(value) = value {
                agent[field] = value.into();
            }
        }
    })?;
    wire::ok(view(&world, &changed.ok_or_else(|| Refusal::missing("agent", &name))?)?)
}

fn view(world: &World, agent: &Value) -> store::Result<Value> {
    let mut view = json!({
        "agent_name": agent["name"],
        "namespace": NAMESPACE,
        "image": agent["image"],
        "runtime": agent["runtime"],
        "system_prompt": agent["system_prompt"].as_str().unwrap_or_default(),
        "llm_configs": agent["llm_configs"],
        "model_usage": spend::of_agent(world, agent)?,
        "required_tools": agent["required_tools"],
        "policies": agent["policies"],
    });
    if let Some(provider) = agent["identity_provider"].as_str() {
        view["identity_provider"] = provider.into();
    }
    Ok(view)
}
