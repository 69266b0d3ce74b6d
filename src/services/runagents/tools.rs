//! Tools: what a person describes, in any of the shapes that are about, becomes the body the service takes
//! (contract 2.3, 2.16).

use super::Runagents;
use crate::error::Failure;
use crate::http::{Method, Request};
use crate::json::Node;
use crate::services::Service as _;

impl Runagents {
    /// The request that creates a tool, or updates the one of the same name.
    pub fn create_tool(&self, body: &Node) -> Request {
        self.request(Method::Post, "/tools").json_text(body.compact())
    }
}

/// Where the flat names of earlier clients stand today.
const FLAT: &[(&str, &str)] = &[
    ("description", "description"),
    ("topology", "connection.topology"),
    ("base_url", "connection.baseUrl"),
    ("baseUrl", "connection.baseUrl"),
    ("port", "connection.port"),
    ("scheme", "connection.scheme"),
    ("auth_type", "connection.authentication.type"),
    ("access_mode", "governance.accessControl.mode"),
    ("accessMode", "governance.accessControl.mode"),
];

/// What belongs at the top beside `spec`.
const TOP: [&str; 4] = ["name", "namespace", "spec", "credentials"];

/// The body for a document: nested as the contract has it, flat, or with the parts of `spec` at the top.
///
/// # Errors
/// Exit 2 when it is no object.
pub fn lifted(document: &Node) -> Result<Node, Failure> {
    let Node::Object(members) = document else {
        return Err(Failure::usage("a tool is described by an object with `name` and `spec`"));
    };
    let mut body = Node::object();
    let mut spec = document.get("spec").cloned().unwrap_or_else(Node::object);
    let kubernetes = document.get("kind").is_some() || document.get("apiVersion").is_some();
    for (name, node) in members {
        match (name.as_str(), FLAT.iter().find(|(flat, _)| flat == name)) {
            ("name" | "namespace" | "credentials", _) => body.set(name, node.clone()),
            ("metadata", _) => {
                if let Some(name) = node.get("name") {
                    body.set("name", name.clone());
                }
            }
            ("apiVersion" | "kind", _) if kubernetes => {}
            (_, Some((_, path))) => put(&mut spec, path, node.clone()),
            (name, None) if !TOP.contains(&name) => put(&mut spec, name, node.clone()),
            _ => {}
        }
    }
    let mut whole = Node::object();
    for part in ["name", "namespace"] {
        if let Some(node) = body.get(part) {
            whole.set(part, node.clone());
        }
    }
    whole.set("spec", spec);
    if let Some(credentials) = body.get("credentials") {
        whole.set("credentials", credentials.clone());
    }
    Ok(whole)
}

/// Sets a member at a dotted path, making the objects on the way.
pub fn put(object: &mut Node, path: &str, node: Node) {
    match path.split_once('.') {
        None => object.set(path, node),
        Some((first, rest)) => {
            if !matches!(object.get(first), Some(Node::Object(_))) {
                object.set(first, Node::object());
            }
            if let Some(inner) = object.get_mut(first) {
                put(inner, rest, node);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    #[test]
    fn every_shape_comes_to_the_nested_one() {
        let nested = r#"{"name":"s","spec":{"connection":{"baseUrl":"https://h","port":443,"scheme":"HTTPS","authentication":{"type":"None"}},"description":""}}"#;
        for given in [
            nested,
            r#"{"name":"s","base_url":"https://h","description":"","auth_type":"None","port":443,"scheme":"HTTPS"}"#,
            r#"{"name":"s","description":"","connection":{"baseUrl":"https://h","port":443,"scheme":"HTTPS","authentication":{"type":"None"}}}"#,
            r#"{"apiVersion":"p/v1","kind":"Tool","metadata":{"name":"s"},"spec":{"description":"","connection":{"baseUrl":"https://h","port":443,"scheme":"HTTPS","authentication":{"type":"None"}}}}"#,
        ] {
            let lifted = lifted(&Node::of(&Json::parse(given).unwrap())).unwrap().compact();
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(value(&lifted), value(nested), "{given}");
        }
        assert!(lifted(&Node::Array(Vec::new())).is_err());
    }
}
