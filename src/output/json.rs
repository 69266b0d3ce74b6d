//! JSON forms: the service's own text, indented for reading, never re-spelled.

use super::style::Paint;
use crate::json::Json;

/// The document indented by two blanks, each token as the service wrote it, ended by LF.
pub fn pretty(json: &Json, paint: Paint) -> String {
    let mut out = String::with_capacity(json.text().len() * 2);
    indent(json.text(), paint, &mut out);
    out.push('\n');
    out
}

/// The document on one line, each token as the service wrote it, ended by LF.
pub fn line(json: &Json) -> String {
    let mut out = String::with_capacity(json.text().len() + 1);
    for token in Tokens(json.text()) {
        out.push_str(token);
    }
    out.push('\n');
    out
}

fn indent(text: &str, paint: Paint, out: &mut String) {
    let mut depth = 0usize;
    let mut tokens = Tokens(text).peekable();
    let new_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(token) = tokens.next() {
        match token {
            "{" | "[" => {
                out.push_str(token);
                if matches!(tokens.peek(), Some(&"}" | &"]")) {
                    out.push_str(tokens.next().unwrap_or_default());
                } else {
                    depth += 1;
                    new_line(out, depth);
                }
            }
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                new_line(out, depth);
                out.push_str(token);
            }
            "," => {
                out.push(',');
                new_line(out, depth);
            }
            ":" => out.push_str(": "),
            token if !paint.on => out.push_str(token),
            token if token.starts_with('"') && tokens.peek() == Some(&":") => out.push_str(&paint.key(token)),
            token if token.starts_with('"') => out.push_str(&paint.string(token)),
            token => out.push_str(token),
        }
    }
}

/// The tokens of a valid JSON text, white space between them left out.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0.trim_ascii_start();
        let bytes = text.as_bytes();
        let end = match bytes.first()? {
            b'"' => {
                let mut at = 1;
                loop {
                    at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
                    match bytes[at] {
                        b'"' => break at + 1,
                        _ => at += 2,
                    }
                }
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => bytes
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b':' | b' ' | b'\n' | b'\r' | b'\t'))
                .unwrap_or(bytes.len()),
        };
        let (token, rest) = text.split_at(end);
        self.0 = rest;
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_moved_never_changed() {
        let text = r#"{ "a" : 1.10,"b":[ ],"c":[1E2,{"d\"\\":"x:,{"}], "e":{}}"#;
        let json = Json::parse(text).unwrap();
        let expected = "{\n  \"a\": 1.10,\n  \"b\": [],\n  \"c\": [\n    1E2,\n    {\n      \"d\\\"\\\\\": \"x:,{\"\n    }\n  ],\n  \"e\": {}\n}\n";
        assert_eq!(pretty(&json, Paint { on: false }), expected);
        assert_eq!(line(&json), "{\"a\":1.10,\"b\":[],\"c\":[1E2,{\"d\\\"\\\\\":\"x:,{\"}],\"e\":{}}\n");
    }
}
