//! The three services on loopback: what `--local` talks to and `ra local serve` keeps running.
//!
//! They are a second, independent reading of the contracts and share no types with the clients, so that a
//! misread field cannot hide by being wrong on both sides. Everything they know is in one SQLite file; what
//! takes time (a job, a build) is stored as a plan and its state follows from the clock, so that it goes on
//! when the process that started it is gone.

mod code;
pub mod faults;
mod guard;
pub mod keys;
mod recall;
mod recursiv;
mod runagents;
pub mod server;
pub mod store;
pub mod talker;
mod time;
mod transfer;

pub use recall::{Generation, WORKSPACE};

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use faults::Faults;
use keys::Keys;
use store::Store;
use talker::Talker;

/// What every handler is given: the state of the three services and the manners of this server.
///
/// Cheap to clone; it is axum's state for all routes.
#[derive(Clone)]
pub struct World {
    /// Everything that outlives a request.
    pub store: Arc<Store>,
    /// What is to go wrong, and how often.
    pub faults: Arc<Faults>,
    /// What answers for a model.
    pub talker: Arc<Talker>,
    /// The keys that the three services accept.
    pub keys: Arc<Keys>,
    /// Where this server listens.
    pub address: SocketAddr,
    /// Folder for bytes that do not belong into the state file: one database file for each project
    /// database, stored objects, sandboxes. A temporary folder when the state is in memory.
    pub data: PathBuf,
    /// Whether project code may run for callers beyond loopback.
    pub allow_exec: bool,
    /// Pause between two words of a streamed answer.
    pub pace: Duration,
    /// How Recall spells a started job.
    pub dialect: JobDialect,
    /// Which of Recall's servers this one is.
    pub generation: Generation,
    /// Where interpreters are looked for: the value of PATH.
    pub search_path: OsString,
}

/// The two ways in which Recall's servers answer an asynchronous run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JobDialect {
    /// As its present servers answer: `jobId` and `statusUrl`.
    #[default]
    Current,
    /// As its guide documents: `taskId` and `links.status`.
    Documented,
}

impl World {
    /// This server's origin, `http://127.0.0.1:PORT`, for links in answers.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether code sent by a caller at `peer` may run on this machine.
    pub fn may_execute(&self, peer: SocketAddr) -> bool {
        self.allow_exec || peer.ip().to_canonical().is_loopback()
    }
}
