//! The embedded services of this run, and the settings that lead to them.

use anyhow::Result;

use super::Context;
use crate::config::{Origin, Settings};
use crate::error::{Failure, Kind};
use crate::local;
use crate::local::keys::Keys;
use crate::local::server::{Options, State};

impl Context {
    /// The embedded services, started when they are first needed.
    ///
    /// # Errors
    /// When they cannot listen or keep their state.
    pub fn local(&self) -> Result<&local::server::Running> {
        if self.local.get().is_none() {
            let running = local::server::start(self.local_options()?)?;
            let _ = self.local.set(running);
        }
        Ok(self.local.get().expect("just set"))
    }

    /// Lets the embedded services decide addresses and keys, whatever environment and profile say.
    pub(super) fn decide_local(&self, settings: &Settings) -> Result<()> {
        if self.service_flags.get() {
            return Err(Failure::usage(
                "--local goes neither with --base-url or --endpoint nor with --api-key",
            )
            .into());
        }
        let running = self.local()?;
        let origin = running.origin();
        let keys = running.keys.clone();
        for (setting, value) in [
            ("recursiv.base_url", format!("{origin}/recursiv/api/v1")),
            ("recall.base_url", format!("{origin}/recall")),
            ("runagents.endpoint", format!("{origin}/runagents")),
            ("recall.workspace_id", local::WORKSPACE.to_owned()),
            ("recursiv.api_key", keys.recursiv),
            ("recall.api_key", keys.recall),
            ("runagents.api_key", keys.runagents),
        ] {
            settings.decide(setting, &value, Origin::Local)?;
        }
        Ok(())
    }

    fn local_options(&self) -> Result<Options> {
        let settings = self.settings()?;
        // A run of `ra --local` never fails for want of a place; `ra local serve` promises to keep what it is told.
        let mut options = match place(settings) {
            Ok(keys) => Options::new(State::File(local_state(settings)), keys),
            Err(failure) => {
                self.output.warning(&format!("{failure}; they forget everything when this command ends"));
                Options::new(State::Memory, Keys::random())
            }
        };
        options.search_path = settings.env.get("PATH").unwrap_or_default().into();
        Ok(options)
    }
}

/// The file that holds the local services' state.
pub fn local_state(settings: &Settings) -> std::path::PathBuf {
    settings.paths.data.join("local.db")
}

/// The keys, where the state file can be kept beside them.
fn place(settings: &Settings) -> Result<Keys, Failure> {
    let keys = local_keys(settings)?;
    let file = local_state(settings);
    let writable = match std::fs::OpenOptions::new().append(true).open(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tempfile::tempfile_in(&settings.paths.data).map(|_| ())
        }
        other => other.map(|_| ()),
    };
    writable.map_err(|error| unusable(settings, &error))?;
    Ok(keys)
}

fn unusable(settings: &Settings, error: &std::io::Error) -> Failure {
    let folder = settings.paths.data.display();
    Failure::new(Kind::Refused, format!("cannot keep the local services in {folder}: {error}"))
}

/// The keys of the local services, made when there are none.
///
/// # Errors
/// When the data folder cannot be written.
pub fn local_keys(settings: &Settings) -> Result<Keys, Failure> {
    let folder = &settings.paths.data;
    crate::config::paths::private_folder(folder).map_err(|error| unusable(settings, &error))?;
    Keys::load_or_create(&folder.join("local-keys.json")).map_err(|error| unusable(settings, &error))
}
