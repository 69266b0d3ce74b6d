//! `-v` and `-vv`: requests and answers as lines, without secrets.

use std::time::Duration;

use serde_json::Value;

use super::answer::Headers;
use super::body::{Body, Content};
use super::request::{HeaderValue, MASK, Request};
use crate::text;

/// Members of a JSON body, and headers, whose values are nobody's business.
const SECRET_NAMES: &[&str] = &[
    "api_key",
    "apikey",
    "key",
    "token",
    "password",
    "secret",
    "client_secret",
    "authorization",
    "cookie",
    "set-cookie",
    "credentials",
    "connection_string",
    "otp",
    "access_token",
    "refresh_token",
    "x-api-key",
    "x-runagents-api-key",
    "x-slack-bot-token",
    "x-slack-signing-secret",
];

/// The longest piece of a body that a trace shows.
const BODY_LIMIT: usize = 4096;

/// The lines for a request that is about to be sent.
pub fn request(request: &Request, level: u8) -> Vec<String> {
    let mut lines = vec![format!("> {} {}", request.method.as_str(), request.url())];
    if level < 2 {
        return lines;
    }
    for (name, value) in request.all_headers() {
        let value = match value {
            HeaderValue::Plain(value) if !is_secret(name) => value,
            HeaderValue::Plain(_) => MASK.to_owned(),
            HeaderValue::Secret { prefix, .. } => format!("{prefix}{MASK}"),
        };
        lines.push(format!("> {name}: {value}"));
    }
    match &request.body {
        Body::None => {}
        Body::Json(body) => {
            lines.push(format!("> {}", self::body(request.shown_json(body).as_bytes())));
        }
        Body::File(file) => lines.push(format!("> {}, {} bytes", file.path.display(), file.length)),
        Body::Multipart(parts) => lines.extend(parts.iter().map(|part| match &part.content {
            Content::Text(_) if is_secret(part.name) => format!("> {}={MASK}", part.name),
            Content::Text(text) => format!("> {}={}", part.name, text::line(text)),
            Content::File(file) => {
                format!("> {}=@{}, {} bytes", part.name, file.path.display(), file.length)
            }
        })),
    }
    lines
}

/// The lines for the head of an answer.
pub fn head(status: u16, headers: &Headers, elapsed: Duration, level: u8) -> Vec<String> {
    let kind = headers.content_type();
    let id =
        headers.get("x-request-id").map(|id| format!(", request id {}", text::line(id))).unwrap_or_default();
    let mut lines = vec![format!("< {status} {kind}, {} ms{id}", elapsed.as_millis())];
    if level >= 2 {
        lines.extend(headers.iter().map(|(name, value)| {
            let value = if is_secret(name) { MASK.to_owned() } else { text::line(&value) };
            format!("< {name}: {value}")
        }));
    }
    lines
}

/// A body on one line, secrets masked where it is JSON, cut at 4 KiB.
pub fn body(bytes: &[u8]) -> String {
    let shown = match serde_json::from_slice::<Value>(bytes) {
        Ok(mut value) => {
            mask(&mut value);
            value.to_string()
        }
        Err(_) => text::line(&String::from_utf8_lossy(&bytes[..bytes.len().min(BODY_LIMIT)])),
    };
    text::shortened(&shown, BODY_LIMIT)
}

fn is_secret(name: &str) -> bool {
    SECRET_NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) && !member.is_null() {
                    *member = MASK.into();
                } else {
                    mask(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_masked_at_every_depth() {
        let shown = body(br#"{"name":"x","credentials":{"api_key":"s3cret"},"list":[{"Token":"t0p"}]}"#);
        assert_eq!(shown, r#"{"name":"x","credentials":"********","list":[{"Token":"********"}]}"#);
    }
}
