//! Deploying: the request's body, the requests of the journey, what their answers say (contract 2.2, 4).

use std::time::Duration;

use serde_json::Value;

use super::Runagents;
use super::model::Model;
use crate::http::{Method, Request, segment};
use crate::json::{Json, Node};
use crate::services::Service as _;

/// A deployment reads sources and may call a model before it answers.
const PATIENCE: Duration = Duration::from_secs(120);

/// What an agent is made of.
#[derive(Clone, Debug)]
pub enum Source {
    /// Files by their path below the project, in order.
    Files(Vec<(String, String)>),
    /// A draft on the server.
    Draft(String),
    /// An artifact on the server.
    Artifact(String),
    /// A container image.
    Image(String),
}

/// All that a deployment can say; what is empty is left out.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The agent's name; one that exists is updated.
    pub agent: String,
    /// What it is made of.
    pub source: Source,
    /// Text of the requirements file that stands beside the sources.
    pub requirements: Option<String>,
    /// File or module that is started.
    pub entry_point: Option<String>,
    /// Framework it is written in.
    pub framework: Option<String>,
    /// What the agent is told before everything else.
    pub system_prompt: Option<String>,
    /// Tools it may call; `Some` of nothing takes all away.
    pub tools: Option<Vec<String>>,
    /// Policies it stands under.
    pub policies: Option<Vec<String>>,
    /// Who signs people in.
    pub identity_provider: Option<String>,
    /// Its models.
    pub models: Vec<Model>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Addresses found in the code, and the tools that stand for them.
    pub mapped_tools: Vec<(String, String)>,
    /// Tools to create: name and base address.
    pub created_tools: Vec<(String, String)>,
}

impl Deployment {
    /// The body of `POST /deploy`.
    pub fn body(&self) -> Node {
        let mut body = Node::object();
        body.set("agent_name", self.agent.as_str());
        match &self.source {
            Source::Files(files) => body.set("source_files", object(files)),
            Source::Draft(id) => body.set("draft_id", id.as_str()),
            Source::Artifact(id) => body.set("artifact_id", id.as_str()),
            Source::Image(image) => body.set("image", image.as_str()),
        }
        for (name, value) in [
            ("requirements", &self.requirements),
            ("entry_point", &self.entry_point),
            ("framework", &self.framework),
            ("system_prompt", &self.system_prompt),
            ("identity_provider", &self.identity_provider),
        ] {
            if let Some(value) = value {
                body.set(name, value.as_str());
            }
        }
        for (name, words) in [("required_tools", &self.tools), ("policies", &self.policies)] {
            if let Some(words) = words {
                body.set(name, words.iter().cloned().map(Node::String).collect::<Vec<_>>());
            }
        }
        if !self.models.is_empty() {
            body.set("llm_configs", self.models.iter().map(Model::to_node).collect::<Vec<_>>());
        }
        if !self.env.is_empty() {
            body.set("env", pairs(&self.env, "name", "value"));
        }
        if !self.mapped_tools.is_empty() {
            body.set("tool_url_mappings", object(&self.mapped_tools));
        }
        if !self.created_tools.is_empty() {
            body.set("tools_to_create", pairs(&self.created_tools, "name", "base_url"));
        }
        body
    }
}

fn object(members: &[(String, String)]) -> Node {
    Node::Object(members.iter().map(|(name, value)| (name.clone(), Node::String(value.clone()))).collect())
}

fn pairs(items: &[(String, String)], first: &str, second: &str) -> Vec<Node> {
    let one = |(a, b): &(String, String)| {
        Node::Object(vec![(first.to_owned(), a.as_str().into()), (second.to_owned(), b.as_str().into())])
    };
    items.iter().map(one).collect()
}

impl Runagents {
    /// The request that deploys. Never sent twice by itself: the first may be at work.
    pub fn deploy(&self, body: &str) -> Request {
        self.request(Method::Post, "/deploy").json_text(body).patient(PATIENCE)
    }

    /// The request that asks what a deployment would come to. It changes nothing.
    pub fn preview(&self, body: &str) -> Request {
        self.request(Method::Post, "/deploy/preview").json_text(body).patient(PATIENCE).safe()
    }

    /// The request for a build.
    pub fn build(&self, id: &str) -> Request {
        self.request(Method::Get, &format!("/builds/{}", segment(id)))
    }

    /// The request for an agent.
    pub fn agent(&self, name: &str) -> Request {
        self.request(Method::Get, &format!("/agents/{}", segment(name)))
    }

    /// The request that closes a draft that was deployed (contract 4.7).
    pub fn complete_draft(&self, id: &str) -> Request {
        self.request(Method::Post, &format!("/deploy-drafts/{}/complete", segment(id)))
    }

    /// Where an agent answers.
    pub fn invoke_url(&self, name: &str) -> String {
        format!("{}{}", self.base, self.path(&format!("/agents/{}/invoke", segment(name))))
    }
}

/// A text in an answer that is not empty.
pub fn text<'a>(answer: &'a Json, name: &str) -> Option<&'a str> {
    answer.value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// How something that is waited for stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Done well.
    Good,
    /// Failed, with the service's reason.
    Bad(String),
    /// Not over.
    Open,
}

/// The word a build is at, and what it means.
pub fn build_state(build: &Json) -> (String, State) {
    let word = text(build, "status").unwrap_or("unknown").to_owned();
    let state = match word.to_ascii_uppercase().as_str() {
        "SUCCEEDED" => State::Good,
        "FAILED" => State::Bad(text(build, "error").unwrap_or("the service gives no reason").to_owned()),
        _ => State::Open,
    };
    (word, state)
}

/// The phase an agent is in, and what it means. Earlier servers give the phase as a bare word (contract 2.16).
pub fn agent_state(agent: &Json) -> (String, State) {
    let status = agent.value.get("status").unwrap_or(&Value::Null);
    let word = status.get("phase").or(Some(status)).and_then(Value::as_str).unwrap_or("unknown").to_owned();
    let message = status.get("message").and_then(Value::as_str).filter(|text| !text.is_empty());
    let state = match word.to_ascii_lowercase().as_str() {
        "running" => State::Good,
        "failed" => State::Bad(message.unwrap_or("the service gives no reason").to_owned()),
        _ => State::Open,
    };
    (word, state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_in_both_shapes() {
        let of = |text: &str| agent_state(&Json::parse(text).unwrap());
        assert_eq!(of(r#"{"status":{"phase":"Running","message":""}}"#), ("Running".into(), State::Good));
        assert_eq!(of(r#"{"status":"Running"}"#), ("Running".into(), State::Good));
        assert_eq!(
            of(r#"{"status":{"phase":"Failed","message":"no image"}}"#).1,
            State::Bad("no image".into())
        );
        assert_eq!(of("{}"), ("unknown".into(), State::Open));
        assert_eq!(of(r#"{"status":null}"#).1, State::Open);
    }
}
