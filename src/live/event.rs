//! One vocabulary for what three services say while they work.

/// Something that happened in a stream or a wait. Borrowed: it is shown or collected at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// The chunk as the service sent it, one line of JSON, before what it means; for `--events`.
    Chunk(&'a str),
    /// More of the answer.
    Text {
        /// The piece itself.
        text: &'a str,
        /// The workflow block it belongs to (Recall).
        block: Option<&'a str>,
    },
    /// Forget the text of this block so far (Recall, only when negotiated).
    Reset {
        /// The block.
        block: &'a str,
    },
    /// The model's reasoning.
    Thinking(&'a str),
    /// A tool is called, or has answered.
    Tool {
        /// Its name.
        name: &'a str,
        /// Called or answered.
        phase: ToolPhase,
        /// Arguments or result, as text.
        detail: &'a str,
    },
    /// The conversation this answer belongs to.
    Conversation(&'a str),
    /// A line of a build or run log.
    Log(&'a str),
    /// Something the reader should know, not fatal.
    Warning(&'a str),
}

/// Where a tool call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolPhase {
    /// The agent asked for it.
    Called,
    /// It answered.
    Answered,
}
