//! Who hears what while a run goes on.

use serde_json::Value;

use super::block::Block;

/// What happens in a run while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A piece of an agent's answer.
    Words(&'a str),
    /// A piece of what it says before it calls a tool, taken back by the [`Event::Reset`] that follows.
    Aside(&'a str),
    /// A piece of what an agent thinks.
    Thinking(&'a str),
    /// An agent calls a tool.
    ToolStart {
        /// The call.
        id: &'a str,
        /// The tool.
        name: &'a str,
    },
    /// A tool has answered.
    ToolEnd {
        /// The call.
        id: &'a str,
        /// The tool.
        name: &'a str,
        /// Whether it could.
        ok: bool,
    },
    /// The words of this block so far are not its answer.
    Reset,
    /// The block is done.
    Output(&'a Value),
}

/// Who hears about a run while it goes on.
pub trait Listener: Send {
    /// Something happened in a block.
    fn hear(&mut self, block: &Block, event: Event<'_>) -> impl Future<Output = ()> + Send;
}

/// Nobody.
pub struct Silent;

impl Listener for Silent {
    async fn hear(&mut self, _: &Block, _: Event<'_>) {}
}
