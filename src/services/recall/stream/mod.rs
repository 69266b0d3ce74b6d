//! Reads the stream of a run (contract 2.5): text by block, the last word, the end marker.

mod frame;
mod turn;

use serde_json::Value;

use self::turn::RunTurn;
use super::NAME;
use super::outcome::{Outcome, of_run};
use crate::error::Failure;
use crate::http::sse::Framing;
use crate::json::{Json, Node};
use crate::live::{Ending, Event, Progress, Reader as _, cut};
use crate::services::frames::{Frames, Turn};

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
pub type RunReader = Frames<RunTurn>;

impl RunReader {
    /// A reader at the start of a stream. `withdrawable`: the server was told that it may take text back, so a
    /// block's text is held until the block's turn is settled.
    pub fn new(withdrawable: bool) -> Self {
        Self::of(RunTurn::new(withdrawable))
    }
}

impl Turn for RunTurn {
    type End = Streamed;
    const SERVICE: &'static str = NAME;
    const FRAMING: Framing = Framing::Joined;

    fn frame(&mut self, data: &str, emit: &mut dyn FnMut(Event<'_>)) {
        self.take(data, emit);
    }

    fn progress(&self) -> Progress {
        match (self.ended, &self.last) {
            (true, _) => Progress::Ended,
            (_, Some(_)) => Progress::Settled,
            _ => Progress::Open,
        }
    }

    fn end(mut self, ending: &Ending, emit: &mut dyn FnMut(Event<'_>)) -> Result<Streamed, Failure> {
        self.release(emit);
        let Self { last, ended, characters, blocks, unreadable, .. } = self;
        let unconfirmed = last.is_none() && ended && characters > 0;
        let run = match last {
            Some(run) => run,
            None if unconfirmed => {
                let mut run = Node::object();
                run.set("success", true);
                run.set("output", Node::Null);
                Json::parse(&run.compact()).expect("just made")
            }
            None => return Err(cut(NAME, ending, characters, "the run finished")),
        };
        Ok(Streamed { outcome: of_run(run, false), blocks, unreadable, unconfirmed })
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

#[cfg(test)]
mod tests;
