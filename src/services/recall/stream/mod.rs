//! Reads the stream of a run (contract 2.5): text by block, the last word, the end marker.

mod frame;
mod turn;

use serde_json::Value;

use self::turn::Turn;
use super::NAME;
use super::outcome::{Outcome, of_run};
use crate::error::Failure;
use crate::http::sse::{Decoder, Framing, TooLarge};
use crate::json::{Json, Node};
use crate::live::{Ending, Event, Progress, Reader, cut};

/// What a stream with a last word came to.
#[derive(Debug)]
pub struct Streamed {
    /// The last word as a run object.
    pub outcome: Outcome,
    /// The blocks whose text came.
    pub blocks: Vec<String>,
    /// Frames that could not be read.
    pub unreadable: usize,
    /// The end marker came without a last word; the text before it is taken for the whole.
    pub unconfirmed: bool,
}

/// Reads one stream.
pub struct RunReader {
    decoder: Decoder,
    turn: Turn,
}

impl RunReader {
    /// A reader at the start of a stream. `withdrawable`: the server was told that it may take text back, so a
    /// block's text is held until the block's turn is settled.
    pub fn new(withdrawable: bool) -> Self {
        Self { decoder: Decoder::new(Framing::Joined), turn: Turn::new(withdrawable) }
    }
}

impl Reader for RunReader {
    type End = Streamed;

    fn feed(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Event<'_>)) -> Result<Progress, Failure> {
        let turn = &mut self.turn;
        self.decoder.feed(bytes, |data| turn.frame(data, emit)).map_err(|TooLarge| too_large())?;
        Ok(match (turn.ended, &turn.last) {
            (true, _) => Progress::Ended,
            (_, Some(_)) => Progress::Settled,
            _ => Progress::Open,
        })
    }

    fn finish(mut self, ending: Ending, emit: &mut dyn FnMut(Event<'_>)) -> Result<Streamed, Failure> {
        let turn = &mut self.turn;
        let rest = self.decoder.finish(|data| turn.frame(data, emit)).map_err(|TooLarge| too_large());
        turn.release(emit);
        rest?;
        let Turn { last, ended, characters, blocks, unreadable, .. } = self.turn;
        let unconfirmed = last.is_none() && ended && characters > 0;
        let run = match last {
            Some(run) => run,
            None if unconfirmed => {
                let mut run = Node::object();
                run.set("success", true);
                run.set("output", Node::Null);
                Json::parse(&run.compact()).expect("just made")
            }
            None => return Err(cut(NAME, &ending, characters, "the run finished")),
        };
        Ok(Streamed { outcome: of_run(&run, false), blocks, unreadable, unconfirmed })
    }
}

/// Reads a stream that came in one piece; its text becomes the output where the last word brings none.
///
/// # Errors
/// A stream without its last word.
pub fn read_whole(body: &[u8]) -> Result<Outcome, Failure> {
    let mut text = String::new();
    let mut collect = |event: Event<'_>| {
        if let Event::Text { text: piece, .. } = event {
            text.push_str(piece);
        }
    };
    let mut reader = RunReader::new(true);
    reader.feed(body, &mut collect)?;
    let mut outcome = reader.finish(Ending::Closed, &mut collect)?.outcome;
    if !text.is_empty() && outcome.output.value.as_object().is_none_or(serde_json::Map::is_empty) {
        outcome.output = Json::from(Value::from(text));
    }
    Ok(outcome)
}

fn too_large() -> Failure {
    Failure::unavailable("one event of the stream is larger than 16 MiB")
        .service(NAME)
        .code("INVALID_RESPONSE")
}

#[cfg(test)]
mod tests;
