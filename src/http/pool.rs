//! Connections, kept between requests: one pool for this machine, one for the world.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::Duration;

use super::tls;
use crate::error::Failure;

const CONNECT: Duration = Duration::from_secs(10);

/// Both pools; each is made when the first request that way is coming.
pub(super) struct Pool {
    cacert: Option<PathBuf>,
    loopback: OnceCell<reqwest::Client>,
    world: OnceCell<(reqwest::Client, bool)>,
}

impl Pool {
    /// Pools that trust one more root.
    pub(super) fn new(cacert: Option<PathBuf>) -> Self {
        Self { cacert, loopback: OnceCell::new(), world: OnceCell::new() }
    }

    /// What sends requests to an address, and whether it knows any roots.
    ///
    /// # Errors
    /// Exit 2 for certificates that cannot be read.
    pub(super) fn towards(&self, url: &reqwest::Url) -> Result<(&reqwest::Client, bool), Failure> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(CONNECT)
                .user_agent(concat!("ra/", env!("CARGO_PKG_VERSION")))
        };
        let plain_loopback = url.scheme() == "http" && is_loopback(url.host_str().unwrap_or_default());
        if plain_loopback {
            if self.loopback.get().is_none() {
                let (client, _) = tls::build(builder, true, None)?;
                let _ = self.loopback.set(client);
            }
            return Ok((self.loopback.get().expect("just set"), true));
        }
        if self.world.get().is_none() {
            let _ = self.world.set(tls::build(builder, false, self.cacert.as_deref())?);
        }
        let (client, has_roots) = self.world.get().expect("just set");
        Ok((client, *has_roots))
    }
}

/// Whether a host name or address is this machine.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
