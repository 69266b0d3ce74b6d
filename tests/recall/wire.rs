//! The local service asked by hand, for what it puts on the wire.

use serde_json::{Value, json};

use crate::support::{Raw, Sandbox, Serving, raw};

/// The seeds' blocks, by the end of their ids.
pub fn block(end: &str) -> String {
    format!("0a5c3b1e-2f47-4d69-8b10-6e1d9c7f{end}")
}

/// A server of ours and its key.
pub struct Service {
    pub workspace: String,
    _home: Sandbox,
    _server: Serving,
    address: String,
    key: String,
}

impl Service {
    /// Starts one with these flags.
    pub fn start(flags: &[&str]) -> Self {
        let home = Sandbox::new();
        let (server, address) = home.serve(flags);
        let there = home.towards(&address);
        let key = format!("X-API-Key: {}", there.variable("RECALL_API_KEY"));
        let workspace = there.variable("RECALL_WORKSPACE_ID").to_owned();
        Self { workspace, _home: home, _server: server, address, key }
    }

    /// Sends `METHOD PATH` below the service's base, with more header lines and a JSON body.
    pub fn ask_with(&self, line: &str, headers: &[&str], body: &str) -> Raw {
        let line = line.replacen(' ', " /recall", 1);
        let headers = [&[self.key.as_str(), "Content-Type: application/json"], headers].concat();
        raw(&self.address, &line, &headers, body)
    }

    /// The same without a key.
    pub fn ask_as_nobody(&self, line: &str, headers: &[&str]) -> Raw {
        raw(&self.address, &line.replacen(' ', " /recall", 1), headers, "")
    }

    /// Sends a request whose body may be null for none.
    pub fn ask(&self, line: &str, body: Value) -> Raw {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.ask_with(line, &[], &body)
    }

    /// The JSON of a 200.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        let answer = self.ask(&format!("GET {path}"), Value::Null);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    /// The JSON of an answer to POST with this status.
    #[track_caller]
    pub fn post(&self, path: &str, body: Value, status: u16) -> Value {
        let answer = self.ask(&format!("POST {path}"), body);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        answer.json()
    }

    /// Runs a workflow in step and gives the run's id.
    #[track_caller]
    pub fn run(&self, workflow: &str) -> String {
        let body = self.post(&format!("/api/workflows/{workflow}/execute"), json!({}), 200);
        body["executionId"].as_str().unwrap().to_owned()
    }

    /// The last answer to a question that is asked until it is about an end; as soon as it comes.
    #[track_caller]
    pub fn settled(&self, path: &str, place: &str) -> Value {
        for _ in 0..200 {
            let answer = self.get(path);
            let state = answer.pointer(place).and_then(Value::as_str).unwrap_or_default();
            if !["queued", "pending", "processing", "running"].contains(&state) {
                return answer;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("{path} does not settle");
    }
}

/// The frames of a streamed answer.
pub fn frames(answer: &Raw) -> Vec<Value> {
    let lines = answer.body.split("\n\n").filter(|frame| !frame.is_empty());
    lines.map(|frame| serde_json::from_str(frame.strip_prefix("data: ").unwrap()).unwrap()).collect()
}

/// The names of an object's fields, in their order.
pub fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
