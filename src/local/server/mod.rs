//! One port, three prefixes: listen, answer, stop.

mod options;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::serve::ListenerExt;
use axum::{Json, Router, middleware, routing};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::faults::Faults;
use super::talker::Talker;
pub use options::{Options, StartError, State};

use super::keys::Keys;
use super::{World, faults, guard, recall, recursiv, runagents, store::Store};

/// A server that answers until it is stopped or dropped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The keys it accepts.
    pub keys: Keys,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// The origin to put before the prefixes: `http://127.0.0.1:PORT`. A wildcard address is spelled as
    /// loopback, which is where this machine reaches it.
    pub fn origin(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// Ends the server at once, open streams included.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts a server on a thread and a runtime of its own; gives it back once it listens.
///
/// # Errors
/// When the port is taken, or the state or the data folder cannot be used.
pub fn start(options: Options) -> Result<Running, StartError> {
    let wanted = SocketAddr::new(options.host, options.port);
    let listener = std::net::TcpListener::bind(wanted).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortTaken(wanted),
        _ => StartError::Listen(wanted, error),
    })?;
    let address = listener.local_addr().map_err(|error| StartError::Listen(wanted, error))?;
    listener.set_nonblocking(true).map_err(StartError::Runtime)?;
    let (world, temporary) = world(&options, address)?;
    seed(&world, &options.state)
        .and_then(|()| recall::tidy(&world))
        .map_err(|error| StartError::State(state_path(&options.state), error))?;
    let app = app(world, address, options.latency);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(StartError::Runtime)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::Builder::new()
        .name("local services".into())
        .spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                // Each word of a stream is to leave at once, not when the one before was acknowledged.
                let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
                let app = app.into_make_service_with_connect_info::<SocketAddr>();
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
            // Not a drop: that would wait for blocking work, such as a long query.
            runtime.shutdown_background();
            drop(temporary);
        })
        .map_err(StartError::Runtime)?;
    Ok(Running { address, keys: options.keys, stop: Some(stop), thread: Some(thread) })
}

fn world(options: &Options, address: SocketAddr) -> Result<(World, Option<tempfile::TempDir>), StartError> {
    let store = match &options.state {
        State::Memory => Store::memory(),
        State::File(path) => Store::open(path),
    };
    let store = store.map_err(|error| StartError::State(state_path(&options.state), error))?;
    let mut temporary = None;
    let data = match (&options.data, &options.state) {
        (Some(folder), _) => folder.clone(),
        (None, State::File(path)) => options::data_folder(path),
        (None, State::Memory) => {
            let folder = tempfile::Builder::new()
                .prefix("ra-local-")
                .tempdir()
                .map_err(|error| StartError::Data(std::env::temp_dir(), error))?;
            temporary.insert(folder).path().to_owned()
        }
    };
    private_folder(&data).map_err(|error| StartError::Data(data.clone(), error))?;
    let world = World {
        store: Arc::new(store),
        faults: Arc::new(Faults::new(options.faults.clone())),
        talker: Arc::new(Talker::new(options.llm.clone())),
        keys: Arc::new(options.keys.clone()),
        address: reachable(address),
        data,
        allow_exec: options.allow_exec,
        pace: options.pace,
        dialect: options.dialect,
        generation: options.generation,
        search_path: options.search_path.clone(),
    };
    Ok((world, temporary))
}

/// Fills a fresh state. A state that was filled once is left alone, so that what was deleted stays deleted.
fn seed(world: &World, state: &State) -> super::store::Result<()> {
    const KIND: &str = "local/seed";
    if world.store.get(KIND, "done")?.is_some() {
        return Ok(());
    }
    // Two processes may meet a fresh file at once: the second waits and then finds it filled.
    let mut lock = match state {
        State::Memory => None,
        State::File(path) => private_file(&options::lock_file(path)).ok().map(fd_lock::RwLock::new),
    };
    let _held = lock.as_mut().and_then(|lock| lock.write().ok());
    if world.store.get(KIND, "done")?.is_some() {
        return Ok(());
    }
    recursiv::seed(world)?;
    recall::seed(world)?;
    runagents::seed(world)?;
    world.store.put(KIND, "done", &json!({"at": super::time::iso(super::time::now_ms())}))
}

/// The three services behind the guard and the faults.
fn app(world: World, bound: SocketAddr, latency: Duration) -> Router {
    let guard = guard::Guard::new(bound);
    let trouble = world.faults.clone();
    Router::new()
        .route("/", routing::get(about))
        .merge(recursiv::at_origin(&world))
        .nest("/recursiv", recursiv::routes(&world))
        .nest("/recall", recall::routes(&world))
        .nest("/runagents", runagents::routes())
        .with_state(world)
        .layer(DefaultBodyLimit::max(guard::BODY_LIMIT))
        .layer(middleware::from_fn(move |request, next| {
            faults::strike(trouble.clone(), latency, request, next)
        }))
        .layer(middleware::from_fn(move |request, next| guard::check(guard.clone(), request, next)))
}

/// What this is, for whoever opens the bare address.
async fn about() -> Json<Value> {
    Json(json!({
        "name": "ra local services",
        "version": env!("CARGO_PKG_VERSION"),
        "services": {"recursiv": "/recursiv/api/v1", "recall": "/recall", "runagents": "/runagents"},
    }))
}

/// Makes a folder that only its owner can read: databases and objects lie in it.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn state_path(state: &State) -> PathBuf {
    match state {
        State::Memory => PathBuf::from(":memory:"),
        State::File(path) => path.clone(),
    }
}

fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())),
        IpAddr::V6(ip) if ip.is_unspecified() => {
            SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, address.port()))
        }
        _ => address,
    }
}
