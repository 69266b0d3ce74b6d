//! The blocks of a workflow by name: for headings, and for who mistyped a selector.

use std::collections::HashMap;

use serde_json::Value;

use crate::services::fetch;
use crate::services::recall::Recall;
use crate::text;

/// Blocks in the order of the definition: their ids, names and kinds.
pub struct Blocks(Vec<Block>);

struct Block {
    id: String,
    name: String,
    kind: String,
}

impl Blocks {
    /// The blocks of a workflow; nothing when its definition cannot be had. Some keys may run a workflow and not
    /// read it.
    pub async fn of(workflow: &str, recall: &Recall) -> Option<Self> {
        let definition = fetch(recall, &recall.definition(workflow)).await.ok()?;
        let blocks = definition.at("state.blocks")?.value.as_object().cloned()?;
        let member = |block: &Value, name: &str| block.get(name)?.as_str().map(text::line);
        let block = |(id, block): (String, Value)| {
            let name = member(&block, "name")?;
            Some(Block { id, name, kind: member(&block, "type").unwrap_or_default() })
        };
        Some(Self(blocks.into_iter().filter_map(block).collect()))
    }

    /// All names, for a sentence.
    pub fn names(&self) -> String {
        self.0.iter().map(|block| block.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Names by id.
    pub fn by_id(self) -> HashMap<String, String> {
        self.0.into_iter().map(|block| (block.id, block.name)).collect()
    }

    /// A selector for the first block that writes text.
    pub fn example(&self) -> Option<String> {
        let writer = self.0.iter().find(|block| block.kind == "agent")?;
        Some(format!("{}.content", plain(&writer.name)))
    }

    /// What is wrong with a selector: its block is none of these.
    pub fn doubt(&self, selector: &str) -> Option<String> {
        let (block, path) = selector.trim().split_once('.')?;
        let wanted = plain(block);
        let known = |known: &Block| plain(&known.name) == wanted || known.id.eq_ignore_ascii_case(block);
        if self.0.iter().any(known) {
            return None;
        }
        let names: Vec<String> = self.0.iter().map(|block| plain(&block.name)).collect();
        let near = text::closest(&wanted, names.iter().map(String::as_str));
        let meant = near.map(|near| format!("; did you mean `{near}.{path}`?")).unwrap_or_default();
        Some(format!("no block is called `{}`{meant}", text::line(block)))
    }
}

/// A name as selectors spell it: the service compares in lower case and without blanks.
fn plain(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_compared_as_the_service_does() {
        let block = |name: &str, kind: &str| Block { id: "u1".into(), name: name.into(), kind: kind.into() };
        let blocks = Blocks(vec![block("Start", "start"), block("Agent One", "agent")]);
        assert_eq!(blocks.doubt("AgentOne.content"), None);
        assert_eq!(blocks.doubt("agent one.content"), None);
        assert_eq!(blocks.doubt("u1.content"), None);
        let doubt = blocks.doubt("agnetone.content").unwrap();
        assert_eq!(doubt, "no block is called `agnetone`; did you mean `agentone.content`?");
        assert_eq!(blocks.doubt("writer.x").unwrap(), "no block is called `writer`");
        assert_eq!(blocks.example().as_deref(), Some("agentone.content"));
        assert_eq!(blocks.names(), "Start, Agent One");
    }
}
