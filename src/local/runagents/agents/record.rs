//! An agent as it is stored, and what it looks like at this moment.

use serde_json::{Value, json};

use super::super::deploy::build::{self, Progress};
use super::super::{NAMESPACE, starter_kit};
use crate::local::time::now_ms;
use crate::local::{World, store};

/// The kind under which agents are stored.
pub const KIND: &str = "runagents/agent";

/// How long an image takes to be rolled out.
const ROLLOUT_MS: i64 = 500;

/// How an agent is doing.
#[derive(Debug, PartialEq, Eq)]
pub struct Phase {
    /// `Pending`, `Running` or `Failed`.
    pub word: &'static str,
    /// What a person is told about it.
    pub message: String,
}

/// The phase of a stored agent now: it follows from its build, if it has one, and the clock.
pub fn phase(world: &World, agent: &Value) -> store::Result<Phase> {
    let build = match agent["build_id"].as_str() {
        Some(id) => world.store.get(build::KIND, id)?,
        None => None,
    };
    let deployed_ms = agent["deployed_ms"].as_i64().unwrap_or_default();
    Ok(phase_at(build.as_ref().map(|build| build::progress(build, now_ms())), deployed_ms, now_ms()))
}

fn phase_at(build: Option<Progress>, deployed_ms: i64, now_ms: i64) -> Phase {
    let pending = |message: &str| Phase { word: "Pending", message: message.into() };
    let ready_ms = match build {
        Some(Progress::Pending) => return pending("waiting for the build to start"),
        Some(Progress::Building) => return pending("building the image"),
        Some(Progress::Failed { error, .. }) => {
            return Phase { word: "Failed", message: format!("build failed: {error}") };
        }
        Some(Progress::Succeeded { at_ms }) => at_ms,
        None => deployed_ms,
    };
    if now_ms < ready_ms + ROLLOUT_MS {
        return pending("rolling out");
    }
    Phase { word: "Running", message: String::new() }
}

/// The first model mapping, which is the one that answers.
pub fn model(agent: &Value) -> &str {
    agent["llm_configs"][0]["model"].as_str().unwrap_or(starter_kit::MODEL)
}

/// An agent as `GET /agents/{name}` answers it.
pub fn view(world: &World, agent: &Value) -> store::Result<Value> {
    let phase = phase(world, agent)?;
    let tools: Vec<Value> = strings(agent, "required_tools").map(|name| json!({"name": name})).collect();
    let mut env = vec![json!({"name": "LLM_MODEL", "value": model(agent)})];
    env.extend(agent["env"].as_array().into_iter().flatten().cloned());
    let mut view = json!({
        "name": agent["name"],
        "namespace": NAMESPACE,
        "spec": {
            "image": agent["image"],
            "systemPrompt": agent["system_prompt"].as_str().unwrap_or_default(),
            "requiredTools": tools,
            "llmConfig": agent["llm_configs"].get(0).cloned().unwrap_or_else(|| json!({"model": model(agent)})),
            "env": env,
        },
        "status": {"phase": phase.word, "message": phase.message},
    });
    if let Some(provider) = agent["identity_provider"].as_str() {
        view["labels"] = json!({"platform.ai/identity-provider": provider});
    }
    Ok(view)
}

/// The texts of a list in a document.
pub fn strings<'a>(document: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    document[field].as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_build_it_runs_after_the_roll_out() {
        assert_eq!(phase_at(None, 1_000, 1_499).word, "Pending");
        assert_eq!(phase_at(None, 1_000, 1_500).word, "Running");
    }

    #[test]
    fn with_a_build_it_follows_the_build() {
        assert_eq!(phase_at(Some(Progress::Pending), 0, 99_999).word, "Pending");
        assert_eq!(phase_at(Some(Progress::Building), 0, 99_999).word, "Pending");
        assert_eq!(phase_at(Some(Progress::Succeeded { at_ms: 2_000 }), 0, 2_499).word, "Pending");
        assert_eq!(phase_at(Some(Progress::Succeeded { at_ms: 2_000 }), 0, 2_500).word, "Running");
        let failed = phase_at(Some(Progress::Failed { at_ms: 2_000, error: "no pip".into() }), 0, 2_001);
        assert_eq!((failed.word, failed.message.as_str()), ("Failed", "build failed: no pip"));
    }
}
