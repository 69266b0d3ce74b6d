//! The workflows of a fresh state, under ids that never change.

use serde_json::{Value, json};

use super::workflow::KIND;
use super::{WORKSPACE, versions};
use crate::local::store::{Result, Store};

/// When the seeds were made and deployed: 1 November 2026.
pub const MADE: i64 = 1_793_491_200_000;

/// Adds the seeds that are not there; those that are keep what became of them.
pub fn plant(store: &Store) -> Result<()> {
    for (age, mut workflow) in all().into_iter().enumerate() {
        let made = MADE + i64::try_from(age).unwrap_or_default() * 60_000;
        workflow["workspaceId"] = json!(WORKSPACE);
        workflow["createdAt"] = json!(made);
        workflow["updatedAt"] = json!(made);
        let deployed = workflow["name"] != "draft";
        workflow["isDeployed"] = json!(deployed);
        workflow["deployedAt"] = if deployed { json!(made) } else { Value::Null };
        workflow["runCount"] = json!(0);
        let id = workflow["id"].as_str().unwrap_or_default().to_owned();
        if store.insert(KIND, &id, &workflow)? && deployed {
            versions::deploy(store, &id, None, None)?;
            // As if it had been done when the seed was made.
            store.update(KIND, &id, |workflow| workflow["deployedAt"] = json!(made))?;
        }
    }
    Ok(())
}

fn all() -> [Value; 8] {
    [hello(), slow(), fails(), asks(), respond(), draft(), reads(), tools()]
}

fn hello() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a01",
        "name": "hello",
        "description": "Two agents that stream: one greets, the other says what to try next",
        "inputs": [
            {"name": "name", "type": "string", "value": "world", "description": "Who is greeted"},
        ],
        "blocks": [
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f1a01", "name": "agent1", "type": "agent",
                "system": "You greet people in one short sentence.",
                "prompt": "Say hello to <start.name>.",
            },
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f1a02", "name": "agent2", "type": "agent",
                "system": "You suggest one thing to try next, in one short sentence.",
                "prompt": "What could <start.name> try next?",
            },
        ],
    })
}

fn slow() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a02",
        "name": "slow",
        "description": "Takes three seconds, or as many as you say",
        "inputs": [
            {"name": "seconds", "type": "number", "value": 3, "description": "How long it takes"},
        ],
        "blocks": [
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f2a01", "name": "pause", "type": "wait",
                "seconds": "<start.seconds>",
            },
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f2a02", "name": "report", "type": "agent",
                "script": "Done after <start.seconds> s.", "model": "local/script",
            },
        ],
    })
}

fn fails() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a03",
        "name": "fails",
        "description": "Its second block raises an error",
        "inputs": [
            {"name": "order", "type": "string", "value": "42", "description": "Which order is checked"},
        ],
        "blocks": [
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f3a01", "name": "prepare", "type": "function",
                "code": {"order": "<start.order>"},
            },
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f3a02", "name": "Check", "type": "fail",
                "message": "order <prepare.result.order> has no address",
            },
        ],
    })
}

fn asks() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a04",
        "name": "asks",
        "description": "Waits for a person's approval, then reports the decision",
        "inputs": [
            {"name": "request", "type": "string", "value": "a new laptop", "description": "What is asked for"},
        ],
        "blocks": [
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f4a01", "name": "approval", "type": "human_in_the_loop",
                "inputFormat": [{
                    "id": "approved", "name": "approved", "label": "Approve <start.request>?",
                    "type": "boolean", "value": "", "required": false,
                }],
            },
            {
                "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f4a02", "name": "decision", "type": "function",
                "code": {"request": "<start.request>", "approved": "<approval.approved>"},
            },
        ],
    })
}

fn respond() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a05",
        "name": "respond",
        "description": "Makes its HTTP answer itself: 201 with a header of its own",
        "inputs": [
            {"name": "items", "type": "array", "value": ["a", "b"], "description": "What is ordered"},
        ],
        "blocks": [{
            "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f5a01", "name": "reply", "type": "response",
            "status": 201,
            "headers": {"X-Custom": "yes"},
            "data": {"message": "made", "items": "<start.items>", "count": {"$count": "<start.items>"}},
        }],
    })
}

fn draft() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a06",
        "name": "draft",
        "description": "Not deployed yet",
        "inputs": [],
        "blocks": [{
            "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f6a01", "name": "answer", "type": "function",
            "code": {"$sum": [40, 2]},
        }],
    })
}

fn reads() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a07",
        "name": "reads",
        "description": "Tells name, size, type and number of lines of each file it is given",
        "inputs": [
            {"name": "documents", "type": "file[]", "description": "The files that are read"},
        ],
        "blocks": [{
            "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f7a01", "name": "report", "type": "file",
            "files": "<start.documents>",
        }],
    })
}

fn tools() -> Value {
    json!({
        "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0a08",
        "name": "tools",
        "description": "An agent that thinks, counts the words of a text with a tool, and says how many",
        "inputs": [
            {"name": "text", "type": "string", "value": "the quick brown fox", "description": "What is counted"},
        ],
        "blocks": [{
            "id": "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f8a01", "name": "counter", "type": "agent",
            "prompt": "How many words are there in: <start.text>",
            "thinking": "I should count, not guess. ",
            "preface": "Let me count. ",
            "tool": {"name": "count_words", "code": {"$count": {"$words": "<start.text>"}}},
            "script": "The text has <count_words.result> words.", "model": "local/script",
        }],
    })
}
