//! What every command is handed: settings, clients on demand, output, the way out.

use std::cell::OnceCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;

use crate::args::{DryRunForm, Globals, Stdin, duration};
use crate::config::{Env, Origin, Paths, Resolved, Settings};
use crate::error::{Failure, Kind};
use crate::http::{self, Client, Limits, Retry, is_loopback};
use crate::live::Interrupt;
use crate::local::keys::Keys;
use crate::local::server::Options;
use crate::local::{self};
use crate::output::{ColorWhen, Format, Output, Query};
use crate::secret::{Redactor, Secret};
use crate::services::recall::Recall;
use crate::services::recursiv::Recursiv;
use crate::services::runagents::{Dialect, Runagents};
use crate::state::names::{Names, Place};
use crate::state::runs::Runs;

/// One run of the program.
pub struct Context {
    /// The flags of every command.
    pub globals: Globals,
    /// Where results go.
    pub output: Rc<Output>,
    /// Standard input.
    pub stdin: Stdin,
    /// The environment.
    pub env: Env,
    paths: Result<Paths, Failure>,
    settings: Result<Settings, Failure>,
    unfit_output: Option<Failure>,
    redactor: Redactor,
    http: OnceCell<Rc<Client>>,
    interrupt: OnceCell<Interrupt>,
    local: OnceCell<local::server::Running>,
    service_flags: std::cell::Cell<bool>,
}

impl Context {
    /// Reads the environment and the configuration file. A broken file is told when a setting is asked for.
    ///
    /// # Errors
    /// Exit 2 for flags or variables that cannot be read.
    pub fn new(globals: Globals) -> Result<Self> {
        let env = Env::of_process();
        let redactor = Redactor::default();
        let mut globals = with_environment(globals, &env)?;
        let mut warnings = Vec::new();
        let paths = Paths::of(&env, globals.config.as_deref());
        let settings = paths.clone().and_then(|paths| {
            let collect = std::cell::RefCell::new(&mut warnings);
            Settings::load(env.clone(), paths, globals.profile.as_deref(), |text| {
                collect.borrow_mut().push(text.to_owned());
            })
        });
        // A wrong word is told when a setting is asked for: help and `config set output` must go on working.
        let (format, unfit_output) = match output_format(&globals, &env, settings.as_ref().ok()) {
            Ok(format) => (format, None),
            Err(failure) => (Format::Human, Some(failure)),
        };
        let query = globals.jq.as_deref().map(Query::compile).transpose()?;
        let color = color(&globals, &env);
        globals.verbose = globals.verbose.max(level_of(&env));
        let output = Output::new(format, query, globals.quiet, globals.verbose, color, redactor.clone());
        if globals.local {
            output.place("--local");
        }
        for warning in warnings {
            output.warning(&warning);
        }
        Ok(Self {
            globals,
            output: Rc::new(output),
            stdin: Stdin::default(),
            env,
            paths,
            settings,
            unfit_output,
            redactor,
            http: OnceCell::new(),
            interrupt: OnceCell::new(),
            local: OnceCell::new(),
            service_flags: std::cell::Cell::new(false),
        })
    }

    /// The settings.
    ///
    /// # Errors
    /// Exit 2 when the configuration file is broken or names an unknown profile.
    pub fn settings(&self) -> Result<&Settings, Failure> {
        match &self.unfit_output {
            Some(failure) => Err(failure.clone()),
            None => self.settings_to_mend(),
        }
    }

    /// The settings, for the commands that change them: here a wrong word for `output` is no obstacle.
    ///
    /// # Errors
    /// Exit 2 when the configuration file is broken or names an unknown profile.
    pub fn settings_to_mend(&self) -> Result<&Settings, Failure> {
        self.settings.as_ref().map_err(Clone::clone)
    }

    /// Where things are kept, whatever the configuration file holds.
    ///
    /// # Errors
    /// Exit 2 when there is no home folder.
    pub fn paths(&self) -> Result<&Paths, Failure> {
        self.paths.as_ref().map_err(Clone::clone)
    }

    /// Ctrl-C and SIGTERM; from the first call on they are this program's to handle.
    pub fn interrupt(&self) -> &Interrupt {
        self.interrupt.get_or_init(Interrupt::listen)
    }

    /// Whether questions may be asked: someone sits at a terminal and did not forbid it.
    pub fn may_ask(&self) -> bool {
        use std::io::IsTerminal as _;
        !self.globals.no_input && std::io::stdin().is_terminal() && self.output.asks_on_terminal()
    }

    /// Makes sure that something destructive is meant.
    ///
    /// # Errors
    /// Exit 2 without a terminal and without `--yes`; exit 9 when the answer is no.
    pub fn confirm(&self, question: &str) -> Result<()> {
        if self.globals.yes || self.globals.dry_run.is_some() {
            return Ok(());
        }
        if !self.may_ask() {
            return Err(Failure::usage(format!("{question} needs a yes")).hint("add --yes").into());
        }
        self.output.prompt(&format!("{question}? [y/N] "));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failure::new(Kind::Cancelled, "nothing was done").into()),
        }
    }

    /// The one HTTP client.
    pub fn http(&self) -> Rc<Client> {
        let make = || {
            let defaults = Retry::default();
            let retry = Retry {
                max_retries: self.globals.max_retries.unwrap_or(defaults.max_retries),
                max_wait: self.globals.max_wait.unwrap_or(defaults.max_wait),
                ..defaults
            };
            Rc::new(self.http_with(retry))
        };
        self.http.get_or_init(make).clone()
    }

    /// A client that repeats otherwise than the common one (Recall's retry flags).
    pub fn http_with(&self, retry: Retry) -> Client {
        let limits = Limits {
            timeout: self.globals.timeout,
            cacert: self.globals.cacert.clone(),
            retry,
            dry_run: self.globals.dry_run.map(|form| match form {
                DryRunForm::Http => http::DryRun::Http,
                DryRunForm::Curl => http::DryRun::Curl,
            }),
        };
        Client::new(limits, self.output.clone())
    }

    /// The longest silence on a stream of a service.
    pub fn idle_timeout(&self, usual: Duration) -> Duration {
        self.globals.idle_timeout.unwrap_or(usual)
    }

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
        let (base, key) = self.reach("recall", "recall.base_url", "recall.api_key", true)?;
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

    fn decide_local(&self, settings: &Settings) -> Result<()> {
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
        let mut options =
            Options::new(local::server::State::File(local_state(settings)), local_keys(settings)?);
        options.search_path = settings.env.get("PATH").unwrap_or_default().into();
        Ok(options)
    }

    /// The runs remembered on this machine.
    ///
    /// # Errors
    /// Exit 2 when the configuration is broken.
    pub fn runs(&self) -> Result<Runs, Failure> {
        Ok(Runs::in_folder(&self.settings()?.paths.state))
    }

    /// Keeps names for completion.
    pub fn keep_names(&self, kind: &str, address: &str, names: &[String]) {
        if let (Ok(settings), false) = (self.settings(), names.is_empty()) {
            let place = if self.globals.local { Place::Local } else { Place::At(address, &settings.profile) };
            Names::of(&settings.paths.cache, kind, place).keep(names);
        }
    }

    /// A text from elsewhere without the secrets known so far, for stdout: a server may echo the key it was given.
    pub fn without_secrets(&self, text: &str) -> String {
        self.redactor.hide(text).into_owned()
    }

    /// Takes a secret out of everything that is said from now on.
    pub fn hide(&self, secret: &Secret) {
        self.redactor.learn(secret);
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

/// Environment variables stand in for flags that were not given.
fn with_environment(mut globals: Globals, env: &Env) -> Result<Globals, Failure> {
    let time = |given: Option<Duration>, name: &str| match (given, env.get(name)) {
        (Some(given), _) => Ok(Some(given)),
        (None, Some(text)) => {
            duration::parse(text).map(Some).map_err(|why| Failure::usage(format!("{why} (from {name})")))
        }
        (None, None) => Ok(None),
    };
    globals.timeout = time(globals.timeout, "RA_TIMEOUT")?;
    globals.idle_timeout = time(globals.idle_timeout, "RA_IDLE_TIMEOUT")?;
    globals.max_wait = time(globals.max_wait, "RA_MAX_WAIT")?;
    if let (None, Some(text)) = (globals.max_retries, env.get("RA_MAX_RETRIES")) {
        let number = text.trim().parse();
        globals.max_retries =
            Some(number.map_err(|_| Failure::usage(format!("`{text}` is no number (from RA_MAX_RETRIES)")))?);
    }
    globals.local |= env.is_on("RA_LOCAL");
    globals.no_input |= env.is_on("RA_NO_INPUT");
    // Plain http would never look at it, and a person who gave it would never know.
    if let Some(path) = globals.cacert.as_deref().filter(|path| !path.is_file()) {
        return Err(Failure::usage(format!("--cacert {} is no file", path.display())));
    }
    if globals.config.as_deref().is_some_and(|path| path == Path::new("")) {
        return Err(Failure::usage("--config is empty"));
    }
    Ok(globals)
}

/// The form of results: the flag, else the setting, else the variable alone when there are no settings.
fn output_format(globals: &Globals, env: &Env, settings: Option<&Settings>) -> Result<Format, Failure> {
    let (name, origin) = match (&globals.output, settings) {
        (Some(name), _) => (name.clone(), "--output".to_owned()),
        (None, Some(settings)) => match settings.get("output")? {
            Some(resolved) => (resolved.value, resolved.origin.to_string()),
            None => return Ok(Format::default()),
        },
        (None, None) => (env.get("RA_OUTPUT").unwrap_or("human").to_owned(), "RA_OUTPUT".to_owned()),
    };
    Format::parse(&name)
        .ok_or_else(|| Failure::usage(format!("`{name}` is no output format (from {origin})")))
}

/// `RA_LOG`: 1 or `debug` as `-v`, 2 or `trace` as `-vv`.
fn level_of(env: &Env) -> u8 {
    match env.get("RA_LOG").unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "1" | "debug" | "info" => 1,
        "2" | "trace" => 2,
        _ => 0,
    }
}

/// The flag beats `NO_COLOR` beats `CLICOLOR_FORCE` beats `CLICOLOR`.
pub fn color(globals: &Globals, env: &Env) -> ColorWhen {
    use crate::args::globals::ColorArg;
    match globals.color {
        Some(ColorArg::Always) => ColorWhen::Always,
        Some(ColorArg::Never) => ColorWhen::Never,
        Some(ColorArg::Auto) => ColorWhen::Auto,
        None if env.get("NO_COLOR").is_some() => ColorWhen::Never,
        None if env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0") => ColorWhen::Always,
        None if env.get("CLICOLOR") == Some("0") || env.get("TERM") == Some("dumb") => ColorWhen::Never,
        None => ColorWhen::Auto,
    }
}
