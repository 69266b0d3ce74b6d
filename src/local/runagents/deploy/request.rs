//! A deployment as it is asked for: checked, and completed from the draft or artifact that it names.

use serde_json::{Value, json};

use super::super::fields::{self, Fields};
use super::super::wire::Refusal;
use super::super::{identity_providers, policies, tools};
use super::{artifacts, drafts};
use crate::local::World;

/// A deployment that can be carried out.
pub struct Deployment {
    /// The agent to create or change.
    pub agent_name: String,
    /// An image that needs no build.
    pub image: Option<String>,
    /// The sources by path; empty when there is an image.
    pub files: Fields,
    /// What the agent is told about itself.
    pub system_prompt: Option<String>,
    /// Tools the agent may call; each exists or is among `new_tools`.
    pub required_tools: Vec<String>,
    /// Tools to create, as they will be stored.
    pub new_tools: Vec<Value>,
    /// Models by role.
    pub llm_configs: Vec<Value>,
    /// Environment variables, `{name, value}`.
    pub env: Vec<Value>,
    /// The text of a requirements file, given apart from the sources.
    pub requirements: Option<String>,
    /// The file or module to start.
    pub entry_point: Option<String>,
    /// The framework, when the caller knows it.
    pub framework: Option<String>,
    /// Who vouches for end users.
    pub identity_provider: Option<String>,
    /// Policies to bind.
    pub policies: Vec<String>,
}

impl Deployment {
    /// Reads a request body; everything that is wrong is found before anything is changed.
    pub fn read(world: &World, body: &Fields) -> Result<Self, Refusal> {
        let agent_name = fields::label(body, "agent_name")?.to_owned();
        let owned = |name: &str| fields::text(body, name).map(|text| text.map(str::to_owned));
        let draft = fields::text(body, "draft_id")?.map(|id| drafts::usable(world, id)).transpose()?;
        let draft = draft.unwrap_or(Value::Null);
        let from_draft = |pointer: &str| draft.pointer(pointer).and_then(Value::as_str).map(str::to_owned);

        let image = owned("image")?.or_else(|| {
            let custom = draft["agent_config"]["use_custom_image"] == json!(true);
            from_draft("/agent_config/custom_image").filter(|_| custom)
        });
        let mut files = fields::files(body, "source_files")?.unwrap_or_default();
        let artifact = owned("artifact_id")?.or_else(|| from_draft("/artifact_id"));
        if let Some(id) = artifact.filter(|_| files.is_empty()) {
            files = artifacts::files(world, &id)?;
        }
        if image.is_none() && files.is_empty() {
            return Err(Refusal::invalid(if draft.is_null() {
                "one of image, source_files, artifact_id or draft_id is required"
            } else {
                "the draft has neither an artifact nor a custom image"
            }));
        }

        let new_tools = new_tools(body)?;
        let required_tools = fields::texts(body, "required_tools")?;
        let required_tools = required_tools.unwrap_or_else(|| texts_of(&draft, "required_tool_names"));
        check_tools_exist(world, &required_tools, &new_tools)?;
        let mapped = fields::object(body, "tool_url_mappings")?;
        let mapped: Vec<String> = mapped
            .into_iter()
            .flat_map(Fields::values)
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        check_tools_exist(world, &mapped, &new_tools)?;
        let policies = fields::texts(body, "policies")?.unwrap_or_else(|| texts_of(&draft, "policies"));
        check_policies_exist(world, &policies)?;
        let identity_provider =
            owned("identity_provider")?.or_else(|| from_draft("/agent_config/identity_provider"));
        if let Some(provider) = &identity_provider {
            check_identity_provider_exists(world, provider)?;
        }
        let llm_configs = match check_llm_configs(body)? {
            configs if configs.is_empty() => drafts::llm_configs(&draft),
            configs => configs,
        };
        Ok(Self {
            agent_name,
            image,
            files,
            system_prompt: owned("system_prompt")?.or_else(|| from_draft("/agent_config/system_prompt")),
            required_tools,
            new_tools,
            llm_configs,
            env: env(body)?,
            requirements: owned("requirements")?,
            entry_point: owned("entry_point")?,
            framework: owned("framework")?,
            identity_provider,
            policies,
        })
    }
}

fn texts_of(document: &Value, field: &str) -> Vec<String> {
    document[field].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The flat form in which a deployment describes tools, lifted into the form in which tools are stored.
fn new_tools(body: &Fields) -> Result<Vec<Value>, Refusal> {
    let mut tools = Vec::new();
    for tool in fields::items(body, "tools_to_create")?.into_iter().flatten() {
        let tool = tool.as_object().ok_or_else(|| Refusal::invalid("tools_to_create must hold objects"))?;
        let base_url = fields::address(tool, "base_url", "tools_to_create: base_url")?;
        let secure = base_url.starts_with("https:");
        let scheme = fields::word(tool, "scheme", &["HTTP", "HTTPS"])?;
        let port = match tool.get("port") {
            None | Some(Value::Null) => {
                if secure {
                    443
                } else {
                    80
                }
            }
            Some(port) => port
                .as_u64()
                .filter(|port| (1..=65_535).contains(port))
                .ok_or_else(|| Refusal::invalid("tools_to_create: port must be 1 to 65535"))?,
        };
        let auth = fields::word(tool, "auth_type", &["None", "APIKey", "OAuth2"])?.unwrap_or("None");
        let nested = json!({
            "name": tool.get("name"),
            "spec": {
                "description": fields::text(tool, "description")?.unwrap_or_default(),
                "connection": {
                    "topology": "External",
                    "baseUrl": base_url,
                    "port": port,
                    "scheme": scheme.unwrap_or(if secure { "HTTPS" } else { "HTTP" }),
                    "authentication": {"type": auth},
                },
            },
        });
        let Value::Object(nested) = nested else { continue };
        tools.push(tools::check(&nested)?);
    }
    Ok(tools)
}

fn env(body: &Fields) -> Result<Vec<Value>, Refusal> {
    let env = fields::items(body, "env")?.cloned().unwrap_or_default();
    match env.iter().all(|pair| pair["name"].is_string() && pair["value"].is_string()) {
        true => Ok(env),
        false => Err(Refusal::invalid("env must be a list of {\"name\", \"value\"} texts")),
    }
}

/// The `llm_configs` of a body: each names a model and who provides it.
pub fn check_llm_configs(body: &Fields) -> Result<Vec<Value>, Refusal> {
    let mut configs = Vec::new();
    for config in fields::items(body, "llm_configs")?.into_iter().flatten() {
        let config = config.as_object().ok_or_else(|| Refusal::invalid("llm_configs must hold objects"))?;
        fields::text(config, "model")?.ok_or_else(|| Refusal::invalid("llm_configs: model is required"))?;
        if fields::text(config, "provider")?.or(fields::text(config, "model_provider")?).is_none() {
            return Err(Refusal::invalid("llm_configs: provider is required"));
        }
        match config.get("monthly_budget_usd") {
            None | Some(Value::Null) => {}
            Some(budget) if budget.as_f64().is_some_and(|budget| budget >= 0.0) => {}
            Some(_) => return Err(Refusal::invalid("llm_configs: monthly_budget_usd must be 0 or more")),
        }
        let mut config = config.clone();
        config.entry("role").or_insert_with(|| "default".into());
        config.retain(|_, value| !value.is_null());
        configs.push(Value::Object(config));
    }
    Ok(configs)
}

/// Every named tool exists, or will.
pub fn check_tools_exist<'a>(
    world: &World,
    names: impl IntoIterator<Item = &'a String>,
    coming: &[Value],
) -> Result<(), Refusal> {
    for name in names {
        let comes = coming.iter().any(|tool| tool["name"] == name.as_str());
        if !comes && world.store.get(tools::KIND, name)?.is_none() {
            return Err(Refusal::invalid(format!("required tool {name} does not exist")));
        }
    }
    Ok(())
}

/// Every named policy exists: an agent must not run less governed than its author thinks.
pub fn check_policies_exist<'a>(
    world: &World,
    names: impl IntoIterator<Item = &'a String>,
) -> Result<(), Refusal> {
    for name in names {
        if world.store.get(policies::KIND, name)?.is_none() {
            return Err(Refusal::invalid(format!("policy {name} does not exist")));
        }
    }
    Ok(())
}

/// The named identity provider exists.
pub fn check_identity_provider_exists(world: &World, name: &str) -> Result<(), Refusal> {
    match world.store.get(identity_providers::KIND, name)? {
        Some(_) => Ok(()),
        None => Err(Refusal::invalid(format!("identity provider {name} does not exist"))),
    }
}
