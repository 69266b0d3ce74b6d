//! YAML: structure by indentation, scalars quoted so that every YAML reader agrees, numbers as they were spelled.

use crate::json::Node;

/// The document, ended by LF.
pub fn document(node: &Node) -> String {
    let mut out = String::new();
    write(node, 0, &mut out);
    out
}

/// Writes a node whose first line starts at the current place.
fn write(node: &Node, depth: usize, out: &mut String) {
    match node {
        Node::Object(members) if !members.is_empty() => {
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    pad(depth, out);
                }
                out.push_str(&scalar(&Node::String(name.clone())));
                out.push(':');
                nested(member, depth, out);
            }
        }
        Node::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    pad(depth, out);
                }
                out.push_str("- ");
                write(item, depth + 1, out);
            }
        }
        node => {
            out.push_str(&scalar(node));
            out.push('\n');
        }
    }
}

fn nested(node: &Node, depth: usize, out: &mut String) {
    let deeper = match node {
        Node::Object(members) => !members.is_empty(),
        Node::Array(items) => !items.is_empty(),
        _ => false,
    };
    if deeper {
        out.push('\n');
        pad(depth + 1, out);
        write(node, depth + 1, out);
    } else {
        out.push(' ');
        write(node, depth, out);
    }
}

fn pad(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn scalar(node: &Node) -> String {
    match node {
        Node::Array(_) => "[]".into(),
        Node::Object(_) => "{}".into(),
        // JSON's escapes are YAML's too, and a block scalar would need our indentation.
        Node::String(text) if text.chars().any(char::is_control) => {
            crate::text::escaped(&node.compact()).into_owned()
        }
        // A long text is folded into a block, which would need our indentation too.
        Node::String(text) => match serde_saphyr::to_string(text) {
            Ok(shown) if !shown.trim_end_matches('\n').contains('\n') => {
                shown.trim_end_matches('\n').to_owned()
            }
            _ => node.compact(),
        },
        node => node.compact(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    #[test]
    fn long_texts_stay_on_their_line() {
        let json = Json::from(serde_json::json!({"a": {"b": "word ".repeat(60), "c": 1}}));
        let text = document(&Node::of(&json));
        assert_eq!(serde_saphyr::from_str::<serde_json::Value>(&text).unwrap(), json.value, "{text}");
    }

    #[test]
    fn what_looks_like_something_else_is_quoted() {
        let json = Json::parse(
            r#"{"a":"no","n":1.10,"list":[{"x":[],"y":"12:30"},["b\nc",null]],"e":{},"t":"plain words"}"#,
        )
        .unwrap();
        let text = document(&Node::of(&json));
        let back: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(back, json.value, "{text}");
        assert!(text.contains("\"n\": 1.10\n") && text.contains("t: plain words\n"), "{text}");
        assert!(text.starts_with("a: \"no\"\n") || text.starts_with("a: 'no'\n"), "{text}");
    }
}
