//! Requests about workflows as things (contract 3.1, 5.2, 5.3), and what their answers say.

use serde_json::Value;

use super::Recall;
use crate::http::{Method, Request};
use crate::json::Node;
use crate::services::Service as _;
use crate::services::lookup::in_path;
use crate::text;

impl Recall {
    /// A workflow's facts and the inputs it takes, not its blocks.
    pub fn workflow(&self, workflow: &str) -> Request {
        self.request(Method::Get, &format!("/api/v1/workflows/{}", in_path(workflow)))
    }

    /// Puts a workflow into service as it stands in the editor. An answer may say that it was accepted only.
    pub fn deploy(&self, workflow: &str, body: &Node) -> Request {
        self.request(Method::Post, &deploy_path(workflow)).json_text(body.compact())
    }

    /// Takes a workflow out of service.
    pub fn undeploy(&self, workflow: &str) -> Request {
        self.request(Method::Delete, &deploy_path(workflow))
    }

    /// Puts an earlier version into service; without `version` in the body the one before.
    pub fn roll_back(&self, workflow: &str, body: &Node) -> Request {
        let path = format!("/api/v1/workflows/{}/rollback", in_path(workflow));
        self.request(Method::Post, &path).json_text(body.compact())
    }

    /// What is in service, and how the last attempt went.
    pub fn deployment(&self, workflow: &str) -> Request {
        self.request(Method::Get, &format!("/api/v2/workflows/{}/deployment", in_path(workflow)))
    }

    /// A workflow as a document.
    pub fn export(&self, workflow: &str) -> Request {
        self.request(Method::Get, &format!("/api/v1/workflows/{}/export", in_path(workflow)))
    }

    /// Makes a workflow from a document.
    pub fn import(&self, body: &Node) -> Request {
        self.request(Method::Post, "/api/v1/workflows/import").json_text(body.compact())
    }

    /// Where a person edits a workflow in a browser. Words in capitals stand for what is not known.
    pub fn editor(&self, workspace: Option<&str>, workflow: Option<&str>) -> String {
        let workspace = workspace.map_or("WORKSPACE".to_owned(), in_path);
        let workflow = workflow.map(|workflow| format!("/w/{}", in_path(workflow)));
        format!("{}/workspace/{workspace}{}", self.base, workflow.unwrap_or_default())
    }
}

fn deploy_path(workflow: &str) -> String {
    format!("/api/v1/workflows/{}/deploy", in_path(workflow))
}

/// How an attempt to deploy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The service tells of none: what it answered is all there is.
    None,
    /// Under way, in the service's word.
    Open(String),
    /// In service.
    Active,
    /// It went wrong, with the reason if there is one.
    Failed(Option<String>),
    /// A later attempt took its place.
    Superseded,
}

impl Attempt {
    /// Reads `latestDeploymentAttempt`.
    pub fn of(deployment: &Value) -> Self {
        let attempt = &deployment["latestDeploymentAttempt"];
        match attempt["status"].as_str() {
            None => Self::None,
            Some("active") => Self::Active,
            Some("failed") => {
                let error = &attempt["error"];
                let said = error.as_str().or_else(|| error["message"].as_str());
                Self::Failed(said.map(text::line).filter(|said| !said.is_empty()))
            }
            Some("superseded") => Self::Superseded,
            Some(other) => Self::Open(text::line(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attempts() {
        let of = |attempt: Value| Attempt::of(&json!({"latestDeploymentAttempt": attempt}));
        assert_eq!(of(Value::Null), Attempt::None);
        assert_eq!(of(json!({"status": "preparing"})), Attempt::Open("preparing".into()));
        assert_eq!(of(json!({"status": "active"})), Attempt::Active);
        assert_eq!(of(json!({"status": "superseded"})), Attempt::Superseded);
        assert_eq!(of(json!({"status": "failed", "error": null})), Attempt::Failed(None));
        let failed = Attempt::Failed(Some("no blocks".into()));
        assert_eq!(of(json!({"status": "failed", "error": "no\nblocks"})), failed);
        assert_eq!(of(json!({"status": "failed", "error": {"message": "no blocks"}})), failed);
    }
}
