//! Things that take time: streams that are followed, jobs that are waited for, and the way out of both.

mod event;
mod follow;
mod interrupt;
mod poll;
mod wait;

pub use event::{Event, ToolPhase};
pub use follow::{Ending, Progress, Reader, Sink, cut, follow};
pub use interrupt::Interrupt;
pub use poll::{Outage, poll};
pub use wait::{Pace, Seen, Step, Waited, wait};
