//! `selectedOutputs`: which block's which value a caller wants.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::block::{Block, Work};
use super::reference::{Scope, at, plain};
use super::workflow::Workflow;

/// One selected output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The block's id.
    pub block: String,
    /// The dotted path into its output.
    pub path: String,
}

/// Reads `NAME.path`, `UUID.path`, `UUID_path` and a bare UUID. What names no block is ignored silently,
/// as the service does.
pub fn read(selected: &[String], workflow: &Workflow) -> Vec<Selection> {
    selected.iter().filter_map(|selected| one(selected, workflow)).collect()
}

fn one(selected: &str, workflow: &Workflow) -> Option<Selection> {
    let (name, path) = match selected.split_once('.') {
        Some((name, path)) => (name, Some(path)),
        None => {
            let id = selected.get(..36).filter(|id| Uuid::try_parse(id).is_ok())?;
            let rest = &selected[36..];
            (id, if rest.is_empty() { None } else { Some(rest.strip_prefix('_')?) })
        }
    };
    let block = workflow.block(name)?;
    let path = path.map_or_else(|| main_field(block).to_owned(), str::to_owned);
    Some(Selection { block: block.id.clone(), path })
}

/// What a bare block id stands for.
fn main_field(block: &Block) -> &'static str {
    match block.work {
        Work::Agent(_) => "content",
        Work::Response { .. } | Work::Human(_) => "data",
        _ => "result",
    }
}

/// Whether this block's answer goes out word by word.
pub fn is_streamed(selections: &[Selection], block: &Block) -> bool {
    matches!(block.work, Work::Agent(_))
        && selections.iter().any(|selection| selection.block == block.id && selection.path == "content")
}

/// The selected values by block id and path, without the blocks that `skip` names.
pub fn values(
    selections: &[Selection],
    workflow: &Workflow,
    scope: &Scope,
    skip: impl Fn(&Block) -> bool,
) -> Value {
    let mut values = Map::new();
    for selection in selections {
        let Some(block) = workflow.block(&selection.block).filter(|block| !skip(block)) else { continue };
        let output = scope.outputs.get(&plain(&block.name));
        if let Some(value) = output.and_then(|output| at(output, &selection.path)) {
            let of_block = values.entry(block.id.clone()).or_insert_with(|| json!({}));
            of_block[&selection.path] = value.clone();
        }
    }
    Value::Object(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "7b7735b9-19e5-4bd6-818b-46aae2596e9f";

    #[test]
    fn all_spellings_find_their_block() {
        let workflow = Workflow::read(json!({"blocks": [{"id": ID, "name": "Agent 1", "type": "agent"}]}));
        let selected =
            ["AGENT1.content".into(), format!("{ID}.tokens.total"), format!("{ID}_model"), ID.into()];
        let paths: Vec<_> = read(&selected, &workflow).into_iter().map(|selection| selection.path).collect();
        assert_eq!(paths, ["content", "tokens.total", "model", "content"]);
        assert!(read(&["nobody.content".into(), "agent1".into()], &workflow).is_empty());
    }

    #[test]
    fn paths_stay_one_key() {
        let workflow = Workflow::read(json!({"blocks": [{"id": ID, "name": "f", "type": "function"}]}));
        let mut scope = Scope::default();
        scope.outputs.insert("f".into(), json!({"result": {"s": 1}}));
        let selections = read(&["f.result.s".into()], &workflow);
        assert_eq!(values(&selections, &workflow, &scope, |_| false), json!({ID: {"result.s": 1}}));
    }
}
