//! Stored workflows: finding one by id or name, and what its document says.

use axum::http::StatusCode;
use serde_json::Value;

use super::answer::{Refusal, refuse};
use super::block::Block;
use super::document::{flag, text};
use super::reference::plain;
use crate::local::store::{Result, Store};

/// Where workflows are stored.
pub const KIND: &str = "recall/workflow";

/// A stored workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// Its document.
    pub document: Value,
    /// Its steps, in the order in which they run.
    pub blocks: Vec<Block>,
}

impl Workflow {
    /// Reads a workflow's document.
    pub fn read(document: Value) -> Self {
        let blocks = document["blocks"].as_array().into_iter().flatten().map(Block::read).collect();
        Self { document, blocks }
    }

    /// Its id on the wire.
    pub fn id(&self) -> &str {
        text(&self.document, "id")
    }

    /// The fields that its start block declares.
    pub fn inputs(&self) -> &[Value] {
        self.document["inputs"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Whether it may be run.
    pub fn is_deployed(&self) -> bool {
        flag(&self.document, "isDeployed")
    }

    /// Whether it may be run without a key.
    pub fn is_public(&self) -> bool {
        flag(&self.document, "isPublicApi")
    }

    /// The block of this name (spaces and capitals do not count) or id.
    pub fn block(&self, name: &str) -> Option<&Block> {
        let name = plain(name);
        self.blocks.iter().find(|block| plain(&block.name) == name || block.id == name)
    }
}

/// The workflow of this id. The real service knows ids only; here the name does too, so that
/// `ra --local recall run hello` works.
pub fn find(store: &Store, id: &str) -> Result<Option<Workflow>> {
    if let Some(document) = store.get(KIND, id)? {
        return Ok(Some(Workflow::read(document)));
    }
    let named = store.list(KIND)?.into_iter().find(|document| plain(text(document, "name")) == plain(id));
    Ok(named.map(Workflow::read))
}

/// The workflow of this id or name, or the execute route's 404.
pub fn wanted(store: &Store, id: &str) -> std::result::Result<Workflow, Refusal> {
    find(store, id)?.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "Workflow not found"))
}
