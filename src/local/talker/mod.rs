//! What answers for a model: a named OpenAI-compatible server, else a talker that needs none.

mod arithmetic;
mod conversation;
mod llm;
mod topics;

use std::time::Duration;

use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

pub use llm::Llm;

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
pub struct Talker {
    llm: Option<Llm>,
}

impl Talker {
    /// A talker that asks `llm`, or speaks for itself.
    pub fn new(llm: Option<Llm>) -> Self {
        Self { llm }
    }

    /// The answer to the last turn, in pieces of about a word, paced by `pace` between two; each piece
    /// carries its own white space, so that joining them gives the text. An error ends the stream.
    pub fn answer(
        &self,
        agent: &str,
        system: &str,
        history: &[Turn],
        pace: Duration,
    ) -> impl Stream<Item = Result<String, String>> + Send + 'static + use<> {
        let (to, from) = tokio::sync::mpsc::channel(16);
        if let Some(llm) = self.llm.clone() {
            let (system, history) = (system.to_owned(), history.to_vec());
            tokio::spawn(async move {
                if let Err(why) = llm.stream(&system, &history, &to).await {
                    let _ = to.send(Err(why)).await;
                }
            });
        } else {
            let text = conversation::reply(agent, system, history);
            tokio::spawn(async move {
                for word in text.split_inclusive([' ', '\n']) {
                    if to.send(Ok(word.to_owned())).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pace).await;
                }
            });
        }
        ReceiverStream::new(from)
    }
}
