//! Workflows that travel: exported without their secrets, imported as new ones.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::document::text;
use super::reference::plain;
use super::workflow::{self, Workflow};
use super::{WORKSPACE, editor};
use crate::local::store::{Result, Store};
use crate::local::time::{iso, now_ms};

/// Words in a property's name that tell that its value is a secret.
const SECRETS: [&str; 4] = ["apikey", "password", "secret", "credential"];

/// Whether a property of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    // A token is one, a number of tokens is none.
    name.ends_with("token") || SECRETS.iter().any(|word| name.contains(word))
}

/// The workflow as a document that another server can import.
pub fn export(workflow: &Workflow) -> Value {
    let document = &workflow.document;
    let mut state = editor::state(workflow);
    for block in state["blocks"].as_object_mut().into_iter().flat_map(|blocks| blocks.values_mut()) {
        for (name, property) in block["subBlocks"].as_object_mut().into_iter().flatten() {
            if is_secret(name) {
                property["value"] = Value::Null;
            }
        }
    }
    state["metadata"] = json!({
        "name": document["name"],
        "description": document["description"],
        "exportedAt": iso(now_ms()),
    });
    state["variables"] = editor::variables(workflow);
    json!({
        "version": "1.0",
        "exportedAt": iso(now_ms()),
        "workflow": {
            "id": document["id"],
            "name": document["name"],
            "description": document["description"],
            "workspaceId": document["workspaceId"],
            "folderId": document["folderId"],
        },
        "state": state,
    })
}

/// What an import makes of an exported document, given as an object or as its text.
///
/// # Errors
/// What is wrong with it.
pub fn read(given: &Value) -> std::result::Result<Value, String> {
    let parsed: Value;
    let exported = match given {
        Value::String(text) => {
            parsed = serde_json::from_str(text).map_err(|_| "Invalid JSON in workflow".to_owned())?;
            &parsed
        }
        other => other,
    };
    // Some exports are the bare state.
    let state = if exported["state"].is_object() { &exported["state"] } else { exported };
    let Some(blocks) = state["blocks"].as_object() else {
        return Err("Invalid workflow: state.blocks is missing".into());
    };
    let value_of = |block: &Value, name: &str| block["subBlocks"][name]["value"].clone();
    let is_start = |block: &Value| matches!(text(block, "type"), "start_trigger" | "starter");
    let start = blocks.iter().find(|(_, block)| is_start(block));
    let inputs = start.map(|(_, block)| value_of(block, "inputFormat")).filter(Value::is_array);
    let steps: Vec<Value> = in_order(blocks, &state["edges"], start.map(|(id, _)| id.as_str()))
        .into_iter()
        .filter(|block| !is_start(block))
        .map(described)
        .collect();
    let named = [&exported["workflow"], &state["metadata"]];
    let own = |field: &str| named.iter().map(|place| &place[field]).find(|value| value.is_string()).cloned();
    Ok(json!({
        "name": own("name"),
        "description": own("description"),
        "inputs": inputs.unwrap_or_else(|| json!([])),
        "blocks": steps,
        "variables": state["variables"],
    }))
}

/// A block's properties without the editor's wrapping, under an id of its own.
fn described(block: &Value) -> Value {
    let mut fields = Map::new();
    fields.insert("id".into(), json!(Uuid::new_v4().to_string()));
    fields.insert("name".into(), block["name"].clone());
    fields.insert("type".into(), block["type"].clone());
    for (name, property) in block["subBlocks"].as_object().into_iter().flatten() {
        fields.insert(name.clone(), property["value"].clone());
    }
    Value::Object(fields)
}

/// The blocks as the edges put them in order, from the start on; those that no edge reaches come last.
fn in_order<'a>(blocks: &'a Map<String, Value>, edges: &Value, start: Option<&str>) -> Vec<&'a Value> {
    let edges: Vec<(&str, &str)> = edges
        .as_array()
        .into_iter()
        .flatten()
        .map(|edge| (text(edge, "source"), text(edge, "target")))
        .collect();
    let mut reached: Vec<&str> = start.into_iter().collect();
    let mut next = 0;
    while next < reached.len() {
        let from = reached[next];
        next += 1;
        for (_, target) in edges.iter().filter(|(source, _)| *source == from) {
            if !reached.contains(target) {
                reached.push(target);
            }
        }
    }
    let unreached = blocks.keys().map(String::as_str).filter(|id| !reached.contains(id));
    reached.iter().copied().chain(unreached).filter_map(|id| blocks.get(id)).collect()
}

/// Adds a workflow that is not deployed; its name gets a number when another one has it.
pub fn add(store: &Store, mut fields: Value) -> Result<Workflow> {
    let now = now_ms();
    let id = Uuid::new_v4().to_string();
    let wanted = match text(&fields, "name").trim() {
        "" => "Imported Workflow".to_owned(),
        name => name.to_owned(),
    };
    let taken: Vec<String> =
        store.list(workflow::KIND)?.iter().map(|other| plain(text(other, "name"))).collect();
    let mut name = wanted.clone();
    let mut number = 1;
    while taken.contains(&plain(&name)) {
        name = format!("{wanted} ({number})");
        number += 1;
    }
    for (field, value) in [
        ("id", json!(id)),
        ("name", json!(name)),
        ("workspaceId", json!(WORKSPACE)),
        ("isDeployed", json!(false)),
        ("runCount", json!(0)),
        ("createdAt", json!(now)),
        ("updatedAt", json!(now)),
    ] {
        fields[field] = value;
    }
    store.insert(workflow::KIND, &id, &fields)?;
    Ok(Workflow::read(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_exported_comes_back_without_its_secrets() {
        let inputs = json!([{"name": "a", "type": "string"}]);
        let workflow = Workflow::read(json!({
            "id": "w", "name": "w", "description": "d", "inputs": inputs,
            "blocks": [
                {"id": "2", "name": "ask", "type": "agent", "prompt": "<start.a>", "apiKey": "sk-1"},
                {"id": "1", "name": "tell", "type": "function", "code": {"$upper": "<ask.content>"}},
            ],
        }));
        let exported = export(&workflow);
        assert!(!exported.to_string().contains("sk-1"));
        for given in [exported.clone(), json!(exported.to_string()), exported["state"].clone()] {
            let read = read(&given).unwrap();
            assert_eq!((&read["name"], &read["inputs"]), (&json!("w"), &inputs));
            let names: Vec<&str> =
                read["blocks"].as_array().unwrap().iter().map(|block| text(block, "name")).collect();
            assert_eq!(names, ["ask", "tell"]);
            assert_eq!(read["blocks"][1]["code"], json!({"$upper": "<ask.content>"}));
        }
    }

    #[test]
    fn odd_documents_are_refused() {
        assert!(read(&json!("{")).is_err());
        assert!(read(&json!({"state": {}})).is_err());
        assert!(is_secret("api_key") && is_secret("accessToken") && !is_secret("maxTokens"));
    }
}
