//! Requests by hand to the local Recall, for the tests of its tables, files and knowledge.

use serde_json::{Value, json};

use crate::support::{Sandbox, raw};

/// The local Recall as `ra local serve` gives it.
pub struct Api {
    pub address: String,
    pub workspace: String,
    key: String,
    _server: Box<dyn std::any::Any>,
}

/// What came back.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Got {
    /// The body, which must be JSON and have come with this status.
    #[track_caller]
    pub fn with(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:#?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self:#?}"))
    }

    /// The data of a success.
    #[track_caller]
    pub fn data(&self) -> Value {
        let mut body = self.with(200);
        assert_eq!(body["success"], true, "{self:#?}");
        body["data"].take()
    }

    /// The text of a refusal with this status.
    #[track_caller]
    pub fn error(&self, status: u16) -> String {
        self.with(status)["error"].as_str().unwrap_or_else(|| panic!("no error: {self:#?}")).to_owned()
    }
}

impl Api {
    /// As its newest servers are.
    pub fn start() -> Self {
        Self::serve(&[])
    }

    /// As its servers were in early 2026.
    pub fn early() -> Self {
        Self::serve(&["--recall-generation", "b"])
    }

    fn serve(flags: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        let (server, address) = sandbox.serve(flags);
        let there = sandbox.towards(&address);
        let key = there.variable("RECALL_API_KEY").to_owned();
        let workspace = there.variable("RECALL_WORKSPACE_ID").to_owned();
        Self { address, workspace, key, _server: Box::new((sandbox, server)) }
    }

    /// A request as it stands, with the key.
    pub fn raw(&self, line: &str, headers: &[&str], body: &str) -> Got {
        let key = format!("X-API-Key: {}", self.key);
        let (method, path) = line.split_once(' ').unwrap();
        let line = format!("{method} /recall{path}");
        let answer = raw(&self.address, &line, &[&[key.as_str()], headers].concat(), body);
        Got { status: answer.status, head: answer.head, body: answer.body }
    }

    /// A request for something of the workspace: `path` may have a query of its own.
    pub fn get(&self, path: &str) -> Got {
        self.bare("GET", path)
    }

    /// The same with another method.
    pub fn bare(&self, method: &str, path: &str) -> Got {
        let mark = if path.contains('?') { '&' } else { '?' };
        self.raw(&format!("{method} /api/{path}{mark}workspaceId={}", self.workspace), &[], "")
    }

    /// A JSON body, to which the workspace is added.
    pub fn send(&self, method: &str, path: &str, mut body: Value) -> Got {
        body["workspaceId"] = json!(self.workspace);
        self.raw(&format!("{method} /api/{path}"), &["Content-Type: application/json"], &body.to_string())
    }

    /// A file in a form.
    pub fn upload(&self, path: &str, name: &str, kind: &str, content: &str) -> Got {
        self.form(
            path,
            &[
                &format!(
                    "form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n{content}"
                ),
                &format!("form-data; name=\"workspaceId\"\r\n\r\n{}", self.workspace),
            ],
        )
    }

    /// A form of these parts, each from its disposition on.
    pub fn form(&self, path: &str, parts: &[&str]) -> Got {
        let parts: String =
            parts.iter().map(|part| format!("--edge\r\nContent-Disposition: {part}\r\n")).collect();
        let kind = "Content-Type: multipart/form-data; boundary=edge";
        self.raw(&format!("POST /api/{path}"), &[kind], &format!("{parts}--edge--\r\n"))
    }
}
