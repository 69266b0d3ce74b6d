//! One line of the input: which run it asks for, or why it asks for none.

use serde_json::value::RawValue;

use crate::args::input;
use crate::error::Failure;
use crate::json::{Json, Node};
use crate::services::recall::{Generation, execute};
use crate::text;

/// What a line is called: the id it gives itself, a text or a number, else the line's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

/// The name and the place of a line.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its id.
    pub id: Id,
    /// Its number, counted from 1.
    pub line: u64,
}

/// A line that asks for a run.
#[derive(Debug)]
pub struct Line {
    /// Which line.
    pub place: Place,
    /// The workflow to run.
    pub workflow: String,
    /// The run's body.
    pub body: Node,
}

/// A line that cannot be run.
#[derive(Debug)]
pub struct Unfit {
    /// Which line.
    pub place: Place,
    /// Why.
    pub reason: Failure,
}

/// How lines become runs.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The workflow of every line, which then is the input itself.
    pub workflow: Option<String>,
    /// The input goes below `input`, not at the root.
    pub wrap: bool,
    /// Whose body it becomes.
    pub generation: Generation,
}

impl Id {
    /// The id that a line's own JSON gives; nothing when it is neither text nor number.
    pub fn of(node: &Node) -> Option<Self> {
        matches!(node, Node::String(_) | Node::Number(_)).then(|| Self(node.compact()))
    }

    /// The id in the JSON of a journal.
    pub fn raw(raw: &RawValue) -> Option<Self> {
        Json::parse(raw.get()).ok().and_then(|json| Self::of(&Node::of(&json)))
    }

    /// As JSON, a text in quotes.
    pub fn json(&self) -> &str {
        &self.0
    }

    /// As text. `5` and `"5"` are one id: in CSV there is no difference.
    pub fn key(&self) -> String {
        serde_json::from_str(&self.0).unwrap_or_else(|_| self.0.clone())
    }
}

impl Place {
    /// A line without an id of its own.
    pub fn numbered(line: u64) -> Self {
        Self { id: Id(line.to_string()), line }
    }
}

impl Reading {
    /// Reads a line's value: `{"workflow","input","id"?}`, or the input alone when the workflow is fixed.
    ///
    /// # Errors
    /// The line, and why it cannot be run.
    pub fn line(&self, value: Node, number: u64) -> Result<Line, Unfit> {
        let mut place = Place::numbered(number);
        let parts = match &self.workflow {
            Some(workflow) => Ok((workflow.clone(), Some(value))),
            None => parts(value, &mut place),
        };
        let made = parts.and_then(|(workflow, input)| {
            Ok((input::id(&workflow, "workflow")?, execute::body(input, self.wrap, self.generation)?))
        });
        match made {
            Ok((workflow, body)) => Ok(Line { place, workflow, body }),
            Err(reason) => Err(unfit(place, reason)),
        }
    }
}

/// A line that cannot be run, its number before the reason.
pub fn unfit(place: Place, reason: Failure) -> Unfit {
    let reason = Failure {
        message: format!("line {}: {}", place.line, reason.message),
        code: reason.code.or_else(|| Some("INVALID_LINE".to_owned())),
        ..reason
    };
    Unfit { place, reason }
}

/// Workflow and input of an object; the id goes into the place first, so that a complaint can name it.
fn parts(value: Node, place: &mut Place) -> Result<(String, Option<Node>), Failure> {
    let Node::Object(members) = value else {
        return Err(Failure::usage("not an object with `workflow` and `input`")
            .hint("name the workflow of all lines with --workflow"));
    };
    let (mut workflow, mut input, mut stray) = (None, None, None);
    for (name, node) in members {
        match (name.as_str(), node) {
            ("id", Node::Null) => {}
            ("id", node) => {
                place.id = Id::of(&node).ok_or_else(|| Failure::usage("`id` is neither text nor number"))?;
            }
            ("workflow", Node::String(name)) => workflow = Some(name),
            ("workflow", _) => return Err(Failure::usage("`workflow` is no text")),
            ("input", node) => input = Some(node),
            // A misspelt `input` would start a run without any.
            _ => stray = Some(name),
        }
    }
    if let Some(name) = stray {
        let name = text::line(&name);
        return Err(Failure::usage(format!("`{name}` is none of `workflow`, `input` and `id`")));
    }
    let workflow = workflow.ok_or_else(|| Failure::usage("no `workflow`"))?;
    Ok((workflow, input))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, workflow: Option<&str>) -> Result<Line, Unfit> {
        let reading =
            Reading { workflow: workflow.map(str::to_owned), wrap: false, generation: Generation::Legacy };
        reading.line(Node::of(&Json::parse(text).unwrap()), 7)
    }

    #[test]
    fn lines_become_runs() {
        let line = read(r#"{"id":1.0,"workflow":" w ","input":{"n":1.10}}"#, None).unwrap();
        assert_eq!((line.workflow.as_str(), line.body.compact().as_str()), ("w", r#"{"n":1.10}"#));
        assert_eq!((line.place.id.json(), line.place.line), ("1.0", 7));
        let line = read(r#"{"id":null,"workflow":"w"}"#, None).unwrap();
        assert_eq!((line.place.id.json(), line.body.compact().as_str()), ("7", "{}"));
        let line = read(r#"[1E2]"#, Some("w")).unwrap();
        assert_eq!(line.body.compact(), r#"{"input":[1E2]}"#);
        let line = read(r#"{"workflow":"mine","id":"x"}"#, Some("w")).unwrap();
        assert_eq!((line.workflow.as_str(), line.place.id.json()), ("w", "7"));
    }

    #[test]
    fn what_cannot_be_run_is_named() {
        for (text, reason, id) in [
            ("[]", "line 7: not an object with `workflow` and `input`", "7"),
            (r#"{"id":"a","input":{}}"#, "line 7: no `workflow`", "\"a\""),
            (
                r#"{"id":"a","workflow":"w","inputs":{}}"#,
                "line 7: `inputs` is none of `workflow`, `input` and `id`",
                "\"a\"",
            ),
            (r#"{"id":[],"workflow":"w"}"#, "line 7: `id` is neither text nor number", "7"),
            (r#"{"workflow":5}"#, "line 7: `workflow` is no text", "7"),
            (r#"{"workflow":".."}"#, "line 7: `..` cannot be the workflow", "7"),
            (
                r#"{"workflow":"w","input":{"stream":1}}"#,
                "line 7: the service takes the input field `stream` for itself",
                "7",
            ),
        ] {
            let unfit = read(text, None).unwrap_err();
            assert_eq!((unfit.reason.message.as_str(), unfit.place.id.json()), (reason, id));
        }
    }
}
