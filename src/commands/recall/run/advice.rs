//! What to say after a stream whose selectors matched nothing, or that had none (contract 2.5).

use super::RunArgs;
use super::blocks::Blocks;
use crate::context::Context;
use crate::services::recall::stream::Streamed;
use crate::services::recall::{Recall, commands};

/// What there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// All is well.
    None,
    /// Nothing was selected, so that nothing was streamed.
    Select,
    /// Less came than was selected: `nothing`, or something.
    Look {
        /// Nothing came at all.
        nothing: bool,
    },
}

impl Advice {
    /// Judges a stream.
    pub fn on(end: &Streamed, args: &RunArgs, ctx: &Context) -> Self {
        if args.select.is_empty() {
            let for_people = ctx.output.is_human() && !args.events;
            return if for_people { Self::Select } else { Self::None };
        }
        let nothing = is_empty(end);
        // A branch that was not taken says nothing either: only a person is asked to look twice.
        let fewer = ctx.output.asks_on_terminal() && came(end) < blocks_in(&args.select);
        if nothing || fewer { Self::Look { nothing } } else { Self::None }
    }

    /// Says it.
    pub async fn give(self, args: &RunArgs, workflow: &str, ctx: &Context, recall: &Recall) {
        match self {
            Self::None => {}
            Self::Select => unselected(args, workflow, ctx, recall).await,
            Self::Look { nothing } => unmatched(nothing, args, workflow, ctx, recall).await,
        }
    }
}

/// No text came, and no value.
fn is_empty(end: &Streamed) -> bool {
    let output = &end.outcome.output.value;
    end.blocks.is_empty() && (output.is_null() || output.as_object().is_some_and(serde_json::Map::is_empty))
}

/// How many blocks something came of.
fn came(end: &Streamed) -> usize {
    let values = end.outcome.output.value.as_object();
    let more = values.map_or(0, |values| values.keys().filter(|id| !end.blocks.contains(id)).count());
    end.blocks.len() + more
}

/// How many blocks are selected.
fn blocks_in(selectors: &[String]) -> usize {
    let mut blocks: Vec<String> = selectors
        .iter()
        .map(|selector| selector.split('.').next().unwrap_or_default().to_lowercase().replace(' ', ""))
        .collect();
    blocks.sort();
    blocks.dedup();
    blocks.len()
}

/// The service ignores selectors that it does not know; who mistyped one should see what there is.
async fn unmatched(nothing: bool, args: &RunArgs, workflow: &str, ctx: &Context, recall: &Recall) {
    let blocks = ctx.interrupt().guard(Blocks::of(workflow, recall)).await.unwrap_or_default();
    let doubts: Vec<String> = blocks
        .iter()
        .flat_map(|blocks| args.select.iter().filter_map(|selector| blocks.doubt(selector)))
        .collect();
    if nothing {
        let selected = args.select.join(", ");
        ctx.output.warning(&format!("nothing came for {selected}; are the block's name and the path right?"));
    }
    doubts.iter().for_each(|doubt| ctx.output.note(doubt));
    if let Some(names) = blocks.map(|blocks| blocks.names()).filter(|names| !names.is_empty())
        && (nothing || !doubts.is_empty())
    {
        ctx.output.note(&format!("blocks of this workflow: {names}"));
    }
}

/// Text comes of selected blocks only. A person gets a line to copy; a script is told without another question.
async fn unselected(args: &RunArgs, workflow: &str, ctx: &Context, recall: &Recall) {
    let asks = ctx.output.asks_on_terminal() && !ctx.output.quiet;
    let blocks = if asks { ctx.interrupt().guard(Blocks::of(workflow, recall)).await } else { Ok(None) };
    let blocks = blocks.unwrap_or_default();
    let example = blocks.as_ref().and_then(Blocks::example);
    let selector = example.as_deref().unwrap_or("BLOCK.content");
    ctx.output.hint(&format!("{}   # text while it arises", commands::streamed(&args.workflow, selector)));
    if let Some(names) = blocks.map(|blocks| blocks.names()).filter(|names| !names.is_empty()) {
        ctx.output.note(&format!("blocks of this workflow: {names}"));
    }
}
