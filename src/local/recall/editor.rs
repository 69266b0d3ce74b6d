//! A workflow in the editor's form: a start block, the blocks by id, and the edges that put them in order.

use serde_json::{Map, Value, json};

use super::block::Block;
use super::workflow::Workflow;

/// Blocks, edges, loops and parallels.
pub fn state(workflow: &Workflow) -> Value {
    let start = json!({
        "id": "start",
        "type": "start_trigger",
        "name": "Start",
        "enabled": true,
        "position": {"x": 0, "y": 0},
        "subBlocks": {"inputFormat": {"id": "inputFormat", "type": "input-format", "value": workflow.inputs()}},
        "outputs": {},
    });
    let mut blocks = Map::new();
    blocks.insert("start".into(), start);
    let mut edges = Vec::new();
    let mut before = "start";
    for (place, block) in workflow.blocks.iter().enumerate() {
        blocks.insert(block.id.clone(), edited(block, place));
        edges.push(json!({"id": format!("{before}-{}", block.id), "source": before, "target": block.id}));
        before = &block.id;
    }
    json!({"blocks": blocks, "edges": edges, "loops": {}, "parallels": {}})
}

/// The workflow's variables.
pub fn variables(workflow: &Workflow) -> Value {
    match &workflow.document["variables"] {
        Value::Object(variables) => Value::Object(variables.clone()),
        _ => json!({}),
    }
}

/// A block as the editor keeps it: each property is a sub-block.
fn edited(block: &Block, place: usize) -> Value {
    let properties = block.described.as_object().into_iter().flatten();
    let sub_blocks: Map<String, Value> = properties
        .filter(|(name, _)| !["id", "name", "type"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), json!({"id": name, "value": value})))
        .collect();
    json!({
        "id": block.id,
        "type": block.described["type"],
        "name": block.name,
        "enabled": true,
        "position": {"x": 300 * (place + 1), "y": 0},
        "subBlocks": sub_blocks,
        "outputs": {},
    })
}
