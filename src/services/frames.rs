//! A stream of frames, whatever they mean: decoded, handed to a turn, judged at its end.

use super::Failure;
use crate::http::sse::{Decoder, Framing, TooLarge};
use crate::live::{Ending, Event, Progress, Reader};

/// What the frames of one service's stream mean, one after the other.
pub trait Turn {
    /// What a good end gives.
    type End;
    /// The service's name, for messages.
    const SERVICE: &'static str;
    /// When `data:` lines become a frame.
    const FRAMING: Framing;

    /// Takes one frame.
    fn frame(&mut self, data: &str, emit: &mut dyn FnMut(Event<'_>));

    /// How far the stream is.
    fn progress(&self) -> Progress;

    /// The stream is over: what it came to. Text that was held back is handed out, also before a failure.
    ///
    /// # Errors
    /// A failure the stream told of, or the missing last word.
    fn end(self, ending: &Ending, emit: &mut dyn FnMut(Event<'_>)) -> Result<Self::End, Failure>;
}

/// Reads a stream for a turn.
pub struct Frames<T> {
    decoder: Decoder,
    turn: T,
}

impl<T: Turn> Frames<T> {
    /// A reader at the start of a stream.
    pub fn of(turn: T) -> Self {
        Self { decoder: Decoder::new(T::FRAMING), turn }
    }
}

impl<T: Turn + Default> Default for Frames<T> {
    fn default() -> Self {
        Self::of(T::default())
    }
}

impl<T: Turn> Reader for Frames<T> {
    type End = T::End;

    fn feed(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Event<'_>)) -> Result<Progress, Failure> {
        let turn = &mut self.turn;
        self.decoder.feed(bytes, |data| turn.frame(data, emit)).map_err(|TooLarge| too_large(T::SERVICE))?;
        Ok(turn.progress())
    }

    fn finish(mut self, ending: Ending, emit: &mut dyn FnMut(Event<'_>)) -> Result<T::End, Failure> {
        let turn = &mut self.turn;
        let rest = self.decoder.finish(|data| turn.frame(data, emit));
        let end = self.turn.end(&ending, emit);
        rest.map_err(|TooLarge| too_large(T::SERVICE))?;
        end
    }
}

fn too_large(service: &'static str) -> Failure {
    Failure::unavailable("one event of the stream is larger than 16 MiB")
        .service(service)
        .code("INVALID_RESPONSE")
}
