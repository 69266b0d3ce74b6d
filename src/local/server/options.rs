//! How a server is to behave, and why one did not start.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::local::faults::Fault;
use crate::local::keys::Keys;
use crate::local::talker::Llm;
use crate::local::{Generation, JobDialect};

/// Where the state of the three services is kept.
#[derive(Clone, Debug)]
pub enum State {
    /// It ends with the server.
    Memory,
    /// One SQLite file, made when it is missing; its folder must exist.
    File(PathBuf),
}

impl State {
    /// Everything on disk that belongs to this state, for whoever wants to remove it: none of it need exist.
    pub fn paths(&self) -> Vec<PathBuf> {
        let Self::File(path) = self else { return Vec::new() };
        let journal = |suffix: &str| {
            let mut name = path.clone().into_os_string();
            name.push(suffix);
            PathBuf::from(name)
        };
        vec![path.clone(), journal("-wal"), journal("-shm"), lock_file(path), data_folder(path)]
    }
}

/// Where bytes beside a state file are kept, unless told otherwise.
pub(super) fn data_folder(state: &Path) -> PathBuf {
    state.with_extension("d")
}

/// Held while a fresh state is filled.
pub(super) fn lock_file(state: &Path) -> PathBuf {
    state.with_extension("lock")
}

/// How a server is to behave; `Options::new` gives the manners of `--local`.
pub struct Options {
    /// Port to listen on; 0 takes any free one.
    pub port: u16,
    /// Address to listen on.
    pub host: IpAddr,
    /// Where the state is kept.
    pub state: State,
    /// The keys that the three services accept.
    pub keys: Keys,
    /// Folder for bytes beside the state; by default the state file's name with `.d` as extension, and a
    /// temporary folder for state in memory.
    pub data: Option<PathBuf>,
    /// A model server that answers for the agents; without one the built-in talker does.
    pub llm: Option<Llm>,
    /// What is to go wrong.
    pub faults: Vec<Fault>,
    /// Delay before every answer.
    pub latency: Duration,
    /// Pause between two words of a streamed answer.
    pub pace: Duration,
    /// Whether code may run for callers beyond loopback.
    pub allow_exec: bool,
    /// How Recall spells a started job.
    pub dialect: JobDialect,
    /// Which of Recall's servers this one is.
    pub generation: Generation,
    /// Where interpreters are looked for: the value of PATH.
    pub search_path: OsString,
}

impl Options {
    /// Loopback, any port, nothing going wrong.
    pub fn new(state: State, keys: Keys) -> Self {
        Self {
            port: 0,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            state,
            keys,
            data: None,
            llm: None,
            faults: Vec::new(),
            latency: Duration::ZERO,
            pace: Duration::from_millis(20),
            allow_exec: false,
            dialect: JobDialect::default(),
            generation: Generation::default(),
            search_path: OsString::new(),
        }
    }
}

/// Why a server did not start, in words for a person.
#[derive(Debug)]
pub enum StartError {
    /// Somebody else listens there.
    PortTaken(SocketAddr),
    /// The address cannot be listened on.
    Listen(SocketAddr, std::io::Error),
    /// The state file cannot be used.
    State(PathBuf, rusqlite::Error),
    /// The folder for bytes cannot be made.
    Data(PathBuf, std::io::Error),
    /// The operating system gave no thread or runtime.
    Runtime(std::io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PortTaken(address) => write!(to, "port {} is in use by another program", address.port()),
            Self::Listen(address, error) => write!(to, "cannot listen on {address}: {error}"),
            Self::State(path, error) => write!(to, "cannot use the state file {}: {error}", path.display()),
            Self::Data(path, error) => write!(to, "cannot use the data folder {}: {error}", path.display()),
            Self::Runtime(error) => write!(to, "cannot start the local services: {error}"),
        }
    }
}

impl std::error::Error for StartError {}
