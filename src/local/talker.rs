//! What answers for a model: a named OpenAI-compatible server, else a talker that needs none.

use std::time::Duration;

use tokio_stream::Stream;

/// One turn of a conversation.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Whether the person said it (else the agent).
    pub from_user: bool,
    /// What was said.
    pub text: String,
}

/// Answers as an agent would.
#[derive(Default)]
pub struct Talker {}

impl Talker {
    /// The answer to the last turn, in pieces of about a word, paced by `pace` between two; each piece
    /// carries its own white space, so that joining them gives the text. An error ends the stream.
    pub fn answer(
        &self,
        _agent: &str,
        _system: &str,
        history: &[Turn],
        pace: Duration,
    ) -> impl Stream<Item = Result<String, String>> + Send + 'static + use<> {
        let text = format!("You said: {}", history.last().map(|turn| turn.text.as_str()).unwrap_or_default());
        let words: Vec<String> = text.split_inclusive(' ').map(str::to_owned).collect();
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            for word in words {
                if sender.send(Ok(word)).await.is_err() {
                    return;
                }
                tokio::time::sleep(pace).await;
            }
        });
        tokio_stream::wrappers::ReceiverStream::new(receiver)
    }
}
