//! Each service with the address and key in force, or why it cannot be reached.

use anyhow::Result;

use super::Context;
use crate::config::{Origin, Resolved, Settings};
use crate::error::{Failure, Kind};
use crate::http::is_loopback;
use crate::secret::Secret;
use crate::services::recall::Recall;
use crate::services::recursiv::Recursiv;
use crate::services::runagents::{Dialect, Runagents};

impl Context {
    /// A service's flags for address and key. `-` reads the key from stdin, `@FILE` from a file.
    ///
    /// # Errors
    /// Exit 2 when one is unusable.
    pub fn service_flags(
        &self,
        address: Option<(&'static str, &str, &str)>,
        key: Option<(&'static str, &str)>,
    ) -> Result<(), Failure> {
        let settings = self.settings()?;
        if let Some((setting, flag, value)) = address {
            self.service_flags.set(true);
            settings.decide(setting, value, Origin::Flag(flag.to_owned()))?;
            if let (Some((service, _)), Ok(value)) = (setting.split_once('.'), shlex::try_quote(value)) {
                self.output.service_place(service, &format!("{flag} {value}"));
            }
        }
        if let Some((setting, value)) = key {
            self.service_flags.set(true);
            if value != "-" && !value.starts_with('@') {
                self.redactor.learn(&Secret::new(value));
                self.output.warning(
                    "a key on the command line can be seen by others in `ps`; give --api-key - or @FILE",
                );
            }
            let value = crate::args::input::text(value, "--api-key", &self.stdin)?;
            settings.decide(setting, &value, Origin::Flag("--api-key".to_owned()))?;
        }
        Ok(())
    }

    /// Recursiv, at the address and with the key in force.
    ///
    /// # Errors
    /// Exit 2 for an unusable address, exit 3 without a key.
    pub fn recursiv(&self) -> Result<Recursiv> {
        self.recursiv_with(true)
    }

    /// Recursiv for what works without a key; one that is there is used.
    ///
    /// # Errors
    /// Exit 2 for an unusable address or key.
    pub fn recursiv_open(&self) -> Result<Recursiv> {
        self.recursiv_with(false)
    }

    fn recursiv_with(&self, needs_key: bool) -> Result<Recursiv> {
        let (base, key) = self.reach("recursiv", "recursiv.base_url", "recursiv.api_key", needs_key)?;
        Ok(Recursiv::new(self.http(), &base, key))
    }

    /// Recall, at the address and with the key in force.
    ///
    /// # Errors
    /// Exit 2 for an unusable address, exit 3 without a key.
    pub fn recall(&self) -> Result<Recall> {
        self.recall_with(true)
    }

    /// Recall for what asks nothing of it.
    ///
    /// # Errors
    /// Exit 2 for an unusable address or key.
    pub fn recall_open(&self) -> Result<Recall> {
        self.recall_with(false)
    }

    fn recall_with(&self, needs_key: bool) -> Result<Recall> {
        let (base, key) = self.reach("recall", "recall.base_url", "recall.api_key", needs_key)?;
        Ok(Recall::new(self.http(), &base, key))
    }

    /// RunAgents, at the address and with the key in force.
    ///
    /// # Errors
    /// Exit 2 for an unusable address, exit 3 without a key.
    pub fn runagents(&self) -> Result<Runagents> {
        let settings = self.settings()?;
        let (address, name) = ("runagents.endpoint", "runagents.api_key");
        // A server on this machine that somebody named may need no key (`ra runagents dev`, a forwarded port).
        let own_server = settings.get(address)?.is_some_and(|resolved| {
            let url = url::Url::parse(&resolved.value).ok();
            let host = url.as_ref().and_then(url::Url::host_str).unwrap_or_default();
            resolved.origin != Origin::Default && is_loopback(host)
        });
        let (base, key) = self.reach("runagents", address, name, !own_server)?;
        // The placeholder of a request that is only printed has the form of a workspace key.
        let placeholder = self.globals.dry_run.is_some() && settings.get(name)?.is_none();
        let key = if placeholder && key.is_some() { Some(Secret::new("ra_ws_none")) } else { key };
        let named =
            |key| settings.get(key).map(|found| found.filter(|found| found.origin != Origin::Default));
        let legacy = named("runagents.dialect")?.is_some_and(|dialect| dialect.value == "legacy");
        let dialect = if legacy && !self.globals.local { Dialect::Legacy } else { Dialect::V1 };
        let namespace = named("runagents.namespace")?.map(|namespace| namespace.value);
        Ok(Runagents::new(self.http(), &base, key, namespace, dialect))
    }

    /// The address and key of a service, local or real.
    ///
    /// # Errors
    /// As for [`Context::recursiv`].
    pub fn reach(
        &self,
        service: &'static str,
        address: &'static str,
        key: &'static str,
        needs_key: bool,
    ) -> Result<(String, Option<Secret>)> {
        let settings = self.settings()?;
        if self.globals.local {
            self.decide_local(settings)?;
        }
        let base = settings.get(address)?.ok_or_else(|| Failure::usage(format!("{address} is not set")))?;
        self.check_plain_http(address, &base)?;
        let key = self.key(service, settings, key, needs_key)?;
        Ok((base.value, key))
    }

    fn key(
        &self,
        service: &'static str,
        settings: &Settings,
        key: &'static str,
        needed: bool,
    ) -> Result<Option<Secret>> {
        if self.globals.no_auth {
            return Ok(None);
        }
        match settings.get(key)? {
            Some(resolved) => {
                let secret = Secret::new(resolved.value);
                self.redactor.learn(&secret);
                Ok(Some(secret))
            }
            // A request that is only printed shows a placeholder anyway.
            None if self.globals.dry_run.is_some() => Ok(Some(Secret::new("none"))),
            None if needed => Err(self.missing_key(service, key).into()),
            None => Ok(None),
        }
    }

    fn missing_key(&self, service: &'static str, key: &'static str) -> Failure {
        let variable =
            crate::config::find(key).ok().and_then(|setting| setting.variables.first()).unwrap_or(&"");
        let title = match service {
            "recursiv" => "Recursiv",
            "recall" => "Recall",
            _ => "RunAgents",
        };
        let mut failure =
            Failure::new(Kind::Auth, format!("no key for {title}: neither {variable} nor {key} is set"));
        failure.service = Some(service);
        failure.code = Some("NO_KEY".to_owned());
        failure.hint(format!("ra auth login {service}")).hint("without an account: add --local")
    }

    fn check_plain_http(&self, address: &str, base: &Resolved) -> Result<(), Failure> {
        let Ok(url) = url::Url::parse(&base.value) else { return Ok(()) };
        let host = url.host_str().unwrap_or_default();
        if url.scheme() != "http" || is_loopback(host) || self.globals.insecure_http {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "{address} is plain http to `{host}`: a key would travel in the clear (from {})",
            base.origin
        ))
        .hint("use https://, or add --insecure-http"))
    }
}
