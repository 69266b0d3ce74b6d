//! One frame, borrowed from the bytes it came in: thousands of them are text and nothing else.

use serde_json::value::RawValue;

use crate::services::text::Text;

/// The members that any frame may have.
#[derive(serde::Deserialize, Debug, Default)]
pub struct Frame<'a> {
    #[serde(borrow, default)]
    pub event: Text<'a>,
    #[serde(borrow, default, rename = "blockId")]
    pub block: Text<'a>,
    #[serde(borrow, default)]
    pub chunk: Text<'a>,
    /// An object, or the reasoning's text.
    #[serde(borrow, default)]
    pub data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub success: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub output: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub metadata: Option<&'a RawValue>,
    /// Of a run, or of a tool.
    #[serde(borrow, default)]
    pub status: Text<'a>,
    #[serde(borrow, default)]
    pub phase: Text<'a>,
    #[serde(borrow, default)]
    pub name: Text<'a>,
    /// Set in the editor's own stream, where `event` is not.
    #[serde(borrow, default, rename = "type")]
    pub kind: Text<'a>,
}
