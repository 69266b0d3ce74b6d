//! A request as people see it: as HTTP, as a curl command, with keys as `$VARIABLE` and secrets masked.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::body::{Attachment, Body, Content};
use super::request::{EVENTS, HeaderValue, MASK, Request};
use crate::json::{Json, Node};

impl Request {
    /// A JSON body as it may be shown.
    pub(super) fn shown_json<'a>(&self, body: &'a str) -> Cow<'a, str> {
        if self.hidden.is_empty() {
            return body.into();
        }
        // What cannot be taken apart is not shown at all.
        let Ok(json) = Json::parse(body) else { return MASK.into() };
        let mut node = Node::of(&json);
        for place in &self.hidden {
            let mut at = Some(&mut node);
            for name in place.split('.') {
                at = at.and_then(|node| node.get_mut(name));
            }
            if let Some(secret) = at {
                *secret = MASK.into();
            }
        }
        node.compact().into()
    }

    /// The request as it goes over the wire, keys as `$VARIABLE`.
    pub fn to_http(&self) -> String {
        let mut text = format!("{} {}\n", self.method.as_str(), self.url());
        for (name, value) in self.all_headers() {
            let _ = writeln!(text, "{name}: {}", shown(&value));
        }
        match &self.body {
            Body::None => {}
            Body::Json(body) => {
                let _ = write!(text, "\n{}\n", self.shown_json(body));
            }
            Body::File(file) => {
                let _ = write!(text, "\n@{}\n", file.path.display());
            }
            Body::Multipart(parts) => {
                text.push('\n');
                for part in parts {
                    let _ = match &part.content {
                        Content::Text(value) => writeln!(text, "{}={value}", part.name),
                        Content::File(file) => writeln!(text, "{}={}", part.name, in_form(file)),
                    };
                }
            }
        }
        text
    }

    /// The request as a curl command, keys as `$VARIABLE`, ready for a POSIX shell.
    pub fn to_curl(&self) -> String {
        let mut text = format!("curl -X {} {}", self.method.as_str(), quoted(&self.url()));
        if self.accept == EVENTS {
            text.push_str(" -N");
        }
        for (name, value) in self.all_headers() {
            match value {
                // Double quotes, so that the shell fills in the key.
                HeaderValue::Secret { prefix, variable, .. } => {
                    let _ = write!(text, " \\\n  -H \"{name}: {prefix}${variable}\"");
                }
                // curl makes a form's type itself, because it holds the boundary.
                HeaderValue::Plain(_)
                    if name == "Content-Type" && matches!(self.body, Body::Multipart(_)) => {}
                HeaderValue::Plain(value) => {
                    let _ = write!(text, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
                }
            }
        }
        match &self.body {
            Body::None => {}
            Body::Json(body) => {
                let _ = write!(text, " \\\n  --data-raw {}", quoted(&self.shown_json(body)));
            }
            Body::File(file) => {
                let file = format!("@{}", file.path.display());
                let _ = write!(text, " \\\n  --data-binary {}", quoted(&file));
            }
            Body::Multipart(parts) => {
                for part in parts {
                    let (flag, value) = match &part.content {
                        // A text may begin with an @.
                        Content::Text(value) => ("--form-string", value.clone()),
                        Content::File(file) => ("-F", in_form(file)),
                    };
                    let _ = write!(text, " \\\n  {flag} {}", quoted(&format!("{}={value}", part.name)));
                }
            }
        }
        text.push('\n');
        text
    }
}

/// `--dry-run`: what would have been sent. It travels as an error, because nothing came back to go on with.
#[derive(Debug)]
pub struct Planned(pub String);

impl std::fmt::Display for Planned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Planned {}

/// A file as curl's `-F` names it.
fn in_form(file: &Attachment) -> String {
    let inner = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let path = inner(&file.path.display().to_string());
    format!("@\"{path}\";filename=\"{}\";type={}", inner(&file.name), file.media_type)
}

fn shown(value: &HeaderValue) -> String {
    match value {
        HeaderValue::Plain(value) => value.clone(),
        HeaderValue::Secret { prefix, variable, .. } => format!("{prefix}${variable}"),
    }
}

fn quoted(text: &str) -> String {
    // A NUL cannot stand in a command line at all; nothing we send holds one outside JSON, where it is escaped.
    shlex::try_quote(text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;
    use crate::secret::Secret;

    #[test]
    fn shown_forms_hold_a_placeholder_for_the_key() {
        let mut request =
            Request::new("recall", Method::Post, "https://h/p", "/api/x").json_text(r#"{"a":"it's"}"#);
        let secret = Secret::new("rk_secret");
        request
            .headers
            .push(("X-API-Key", HeaderValue::Secret { prefix: "", secret, variable: "RECALL_API_KEY" }));
        assert!(!request.to_http().contains("rk_secret") && !request.to_curl().contains("rk_secret"));
        assert!(request.to_curl().contains("\"X-API-Key: $RECALL_API_KEY\""), "{}", request.to_curl());
        assert!(request.to_http().starts_with("POST https://h/p/api/x\n"));
        assert!(!format!("{request:?}").contains("rk_secret"));
    }
}
