//! An OpenAI-compatible server as the model: `POST …/chat/completions`, streamed.

use serde_json::{Value, json};
use tokio::sync::mpsc::Sender;

use super::Turn;
use crate::http::upstream;

/// A model server, as `--llm` names it.
#[derive(Clone)]
pub struct Llm {
    /// Base address (`http://127.0.0.1:11434/v1`) or the whole address of the completions route.
    pub url: String,
    /// The model to ask for.
    pub model: String,
    /// The key to send, if the server wants one.
    pub key: Option<String>,
}

impl Llm {
    fn address(&self) -> String {
        let url = self.url.trim_end_matches('/');
        if url.ends_with("/chat/completions") { url.to_owned() } else { format!("{url}/chat/completions") }
    }

    fn request(&self, system: &str, history: &[Turn]) -> Value {
        let mut messages = Vec::new();
        if !system.is_empty() {
            messages.push(json!({"role": "system", "content": system}));
        }
        messages.extend(history.iter().map(
            |turn| json!({"role": if turn.from_user { "user" } else { "assistant" }, "content": turn.text}),
        ));
        json!({"model": self.model, "messages": messages, "stream": true})
    }

    /// Sends the answer's pieces as they arrive; ends quietly when nobody listens any more.
    ///
    /// # Errors
    /// In words for a person: no connection, a refusal, or a stream that broke off.
    pub async fn stream(
        &self,
        system: &str,
        history: &[Turn],
        to: &Sender<Result<String, String>>,
    ) -> Result<(), String> {
        let mut answer =
            upstream::post(&self.address(), self.key.as_deref(), self.request(system, history).to_string())
                .await
                .map_err(|_| format!("no connection to the model server {}", self.url))?;
        if !(200..300).contains(&answer.status) {
            let status = answer.status;
            return Err(format!("the model server answered {status}: {}", reason(&answer.text().await)));
        }
        let mut reader = Reader::default();
        while let Some(bytes) =
            answer.chunk().await.map_err(|_| "the model server's answer broke off".to_owned())?
        {
            for piece in reader.feed(&bytes) {
                if to.send(piece).await.is_err() {
                    return Ok(());
                }
            }
        }
        if reader.ended { Ok(()) } else { Err("the model server's answer broke off".into()) }
    }
}

/// Cuts the bytes of a streamed completion into pieces of text.
#[derive(Default)]
struct Reader {
    line: Vec<u8>,
    ended: bool,
}

impl Reader {
    fn feed(&mut self, bytes: &[u8]) -> Vec<Result<String, String>> {
        let mut pieces = Vec::new();
        for &byte in bytes {
            if byte != b'\n' {
                self.line.push(byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = String::from_utf8_lossy(&line);
            let Some(data) = line.strip_prefix("data:").map(str::trim) else { continue };
            if data == "[DONE]" {
                self.ended = true;
                continue;
            }
            let Ok(value) = serde_json::from_str::<Value>(data) else { continue };
            if let Some(error) = value.get("error") {
                self.ended = true;
                pieces.push(Err(error["message"].as_str().map_or_else(|| error.to_string(), str::to_owned)));
                continue;
            }
            let choice = &value["choices"][0];
            // Some servers end with a finish reason and no `[DONE]`.
            self.ended |= choice["finish_reason"].is_string();
            if let Some(text) = choice["delta"]["content"].as_str().filter(|text| !text.is_empty()) {
                pieces.push(Ok(text.to_owned()));
            }
        }
        pieces
    }
}

/// What a refusal says, on one line.
fn reason(body: &str) -> String {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let text = value["error"]["message"].as_str().or(value["error"].as_str()).unwrap_or(body).trim();
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pieces_over_any_cut() {
        let stream = "data: {\"choices\":[{\"delta\":{\"content\":\"Grüß\"}}]}\r\n\r\n: note\n\
                      data:{\"choices\":[{\"delta\":{\"content\":\" dich\"}}]}\n\ndata: [DONE]\n\n";
        for cut in 0..stream.len() {
            let mut reader = Reader::default();
            let mut pieces = reader.feed(&stream.as_bytes()[..cut]);
            pieces.extend(reader.feed(&stream.as_bytes()[cut..]));
            let text: String = pieces.into_iter().map(Result::unwrap).collect();
            assert_eq!((text.as_str(), reader.ended), ("Grüß dich", true));
        }
    }

    #[test]
    fn takes_a_base_or_a_whole_address() {
        let llm = |url: &str| Llm { url: url.into(), model: "m".into(), key: None };
        assert_eq!(llm("http://h/v1/").address(), "http://h/v1/chat/completions");
        assert_eq!(llm("http://h/x/chat/completions").address(), "http://h/x/chat/completions");
    }
}
