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
        let keys = local_keys(settings)?;
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
        let mut options = Options::new(State::File(local_state(settings)), local_keys(settings)?);
        options.search_path = settings.env.get("PATH").unwrap_or_default().into();
        Ok(options)
    }
}

/// The file that holds the local services' state.
pub fn local_state(settings: &Settings) -> std::path::PathBuf {
    settings.paths.data.join("local.db")
}

/// The keys of the local services, made when there are none.
///
/// # Errors
/// When the data folder cannot be written.
pub fn local_keys(settings: &Settings) -> Result<Keys> {
    let folder = &settings.paths.data;
    let unusable = |error| {
        Failure::new(
            Kind::Refused,
            format!("cannot keep the local services in {}: {error}", folder.display()),
        )
    };
    crate::config::paths::private_folder(folder).map_err(unusable)?;
    Ok(Keys::load_or_create(&folder.join("local-keys.json")).map_err(unusable)?)
}
