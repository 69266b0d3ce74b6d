//! References in a workflow's texts: `<start.name>` and `<block.path>` become values.

use serde_json::{Map, Value};

/// What blocks can refer to: the start block's fields and the outputs of the blocks that ran.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The fields of the start block.
    pub start: Value,
    /// Outputs by block name, in the spelling of [`plain`].
    pub outputs: Map<String, Value>,
}

/// A block name as references and selections compare it: lower case, without spaces.
pub fn plain(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The value at a dotted path; list items by number.
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(value, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })
}

/// A value as text within other text.
pub fn spoken(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Scope {
    fn find(&self, reference: &str) -> Option<&Value> {
        let (name, path) = reference.split_once('.').unwrap_or((reference, ""));
        let root = match plain(name).as_str() {
            "start" => &self.start,
            other => self.outputs.get(other)?,
        };
        at(root, path)
    }

    /// Fills in every reference. A text that is one reference takes that value with its type; a
    /// reference to nothing becomes null or no text.
    pub fn fill(&self, template: &Value) -> Value {
        match template {
            Value::String(text) => match text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
                Some(whole) if is_reference(whole) => self.find(whole).cloned().unwrap_or_default(),
                _ => Value::String(self.fill_text(text)),
            },
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// Fills in the references of a text.
    pub fn fill_text(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('<') {
            filled.push_str(&rest[..open]);
            let inside = &rest[open + 1..];
            match inside.find('>').filter(|&close| is_reference(&inside[..close])) {
                Some(close) => {
                    filled.push_str(&self.find(&inside[..close]).map(spoken).unwrap_or_default());
                    rest = &inside[close + 1..];
                }
                None => {
                    filled.push('<');
                    rest = inside;
                }
            }
        }
        filled + rest
    }
}

/// Whether what stands between `<` and `>` names a value: words and dots, with a name before the dot.
fn is_reference(inside: &str) -> bool {
    let letters = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || " _-".contains(letter))
    };
    !inside.starts_with(' ') && inside.contains('.') && inside.split('.').all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn scope() -> Scope {
        let mut outputs = Map::new();
        outputs.insert("agent1".into(), json!({"content": "hi", "list": [{"n": 7}]}));
        Scope { start: json!({"name": "Ada", "seconds": 3}), outputs }
    }

    #[test]
    fn a_lone_reference_keeps_its_type() {
        assert_eq!(
            scope().fill(&json!({"n": "<start.seconds>", "m": "<agent1.list.0.n>"})),
            json!({"n": 3, "m": 7})
        );
        assert_eq!(scope().fill(&json!("<start.nothing>")), json!(null));
    }

    #[test]
    fn references_within_text_become_text() {
        let filled = scope().fill_text("<Agent 1.content>, <start.name>! 1 < 2 > 0 <b>x</b>");
        assert_eq!(filled, "hi, Ada! 1 < 2 > 0 <b>x</b>");
    }
}
