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
        tokio::spawn(async move {
            let mut terminate = Terminate::new();
            loop {
                let kind = tokio::select! {
                    _ = tokio::signal::ctrl_c() => Kind::Interrupted,
                    () = terminate.recv() => Kind::Terminated,
                };
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

#[cfg(unix)]
struct Terminate(Option<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Terminate {
    fn new() -> Self {
        Self(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok())
    }

    async fn recv(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
struct Terminate;

#[cfg(not(unix))]
impl Terminate {
    fn new() -> Self {
        Self
    }

    async fn recv(&mut self) {
        std::future::pending().await
    }
}
