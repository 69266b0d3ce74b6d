//! Ctrl-C and SIGTERM: one listener for the process, started by the first command that wants to react.

use tokio::sync::watch;

use crate::error::Kind;

/// Tells when the user wants to leave. Before the first [`Interrupt::listen`] the system's own reaction holds.
#[derive(Clone)]
pub struct Interrupt {
    pressed: watch::Receiver<Option<Kind>>,
}

impl Interrupt {
    /// Starts to listen; must be called inside the runtime. A second Ctrl-C leaves at once.
    pub fn listen() -> Self {
        let (sender, pressed) = watch::channel(None);
        let mut signals = Signals::new();
        tokio::spawn(async move {
            loop {
                let kind = signals.next().await;
                if sender.borrow().is_some() {
                    // Someone in a hurry: whatever is being tidied up does not matter to them.
                    std::process::exit(kind.exit_code().into());
                }
                sender.send_replace(Some(kind));
            }
        });
        Self { pressed }
    }

    /// Resolves when the user wants to leave: [`Kind::Interrupted`] or [`Kind::Terminated`].
    pub async fn pressed(&self) -> Kind {
        let mut receiver = self.pressed.clone();
        let kind = receiver.wait_for(Option::is_some).await.ok().and_then(|kind| *kind);
        match kind {
            Some(kind) => kind,
            None => std::future::pending().await,
        }
    }

    /// Runs `work`, unless the user wants to leave first.
    ///
    /// # Errors
    /// What was pressed.
    pub async fn guard<T>(&self, work: impl Future<Output = T>) -> Result<T, Kind> {
        tokio::select! {
            biased;
            kind = self.pressed() => Err(kind),
            value = work => Ok(value),
        }
    }
}

/// The two ways of being asked to leave. They count from here on, not from the first time somebody waits.
#[cfg(unix)]
struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    async fn next(&mut self) -> Kind {
        async fn arrives(signal: &mut Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(signal) => {
                    signal.recv().await;
                }
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = arrives(&mut self.interrupt) => Kind::Interrupted,
            () = arrives(&mut self.terminate) => Kind::Terminated,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) -> Kind {
        let _ = tokio::signal::ctrl_c().await;
        Kind::Interrupted
    }
}
