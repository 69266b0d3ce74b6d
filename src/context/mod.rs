//! What every command is handed: settings, clients on demand, output, the way out.

mod environment;
mod local;
mod reach;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;

use self::environment::{color, level_of, missing_config, output_format, with_environment};
pub use self::local::{local_keys, local_state};
use crate::args::{DryRunForm, Globals, Stdin};
use crate::config::{Env, Paths, Settings};
use crate::error::{Failure, Kind};
use crate::http::{self, Client, Limits, Retry};
use crate::live::{Interrupt, Pace};
use crate::local::server::Running;
use crate::output::{Format, Output, Query};
use crate::secret::{Redactor, Secret};
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
    unfit: Option<Failure>,
    redactor: Redactor,
    http: OnceCell<Rc<Client>>,
    interrupt: OnceCell<Interrupt>,
    local: OnceCell<Running>,
    service_flags: Cell<bool>,
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
            let collect = RefCell::new(&mut warnings);
            Settings::load(env.clone(), paths, globals.profile.as_deref(), |text| {
                collect.borrow_mut().push(text.to_owned());
            })
        });
        // A wrong word is told when a setting is asked for: help and `config set output` must go on working.
        let (format, unfit) = match output_format(&globals, &env, settings.as_ref().ok()) {
            Ok(format) => (format, missing_config(&globals, &env)),
            Err(failure) => (Format::Human, Some(failure)),
        };
        let query = globals.jq.as_deref().map(Query::compile).transpose()?;
        let color = color(&globals, &env);
        globals.verbose = globals.verbose.max(level_of(&env)?);
        let output = Output::new(format, query, globals.quiet, globals.verbose, color, redactor.clone());
        output.place(&globals.place());
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
            unfit,
            redactor,
            http: OnceCell::new(),
            interrupt: OnceCell::new(),
            local: OnceCell::new(),
            service_flags: Cell::new(false),
        })
    }

    /// The settings.
    ///
    /// # Errors
    /// Exit 2 when the configuration file is broken or names an unknown profile.
    pub fn settings(&self) -> Result<&Settings, Failure> {
        match &self.unfit {
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

    /// Waits for the answer to a request that may change something: who leaves before it comes is told that.
    ///
    /// # Errors
    /// What the work says; 130 or 143 after Ctrl-C or SIGTERM.
    pub async fn deed<T>(&self, request: &http::Request, work: impl Future<Output = Result<T>>) -> Result<T> {
        if matches!(request.method, http::Method::Get | http::Method::Head) {
            return work.await;
        }
        let left = |kind| {
            let what = format!("stopped waiting for the answer to {}", request.line());
            Failure::new(kind, what).note("it may have been carried out all the same")
        };
        self.interrupt().guard(work).await.map_err(left)?
    }

    /// Whether questions may be asked: someone sits at a terminal and did not forbid it.
    pub fn may_ask(&self) -> bool {
        use std::io::IsTerminal as _;
        !self.globals.no_input && std::io::stdin().is_terminal() && self.output.asks_on_terminal()
    }

    /// A line typed without echo. Ctrl-C gives the terminal back as it was.
    ///
    /// # Errors
    /// What was pressed, or why nothing could be read.
    pub async fn hidden_line(&self) -> Result<String> {
        let stdin = std::io::stdin();
        #[cfg(unix)]
        let before = rustix::termios::tcgetattr(&stdin).ok();
        let read = tokio::task::spawn_blocking(|| console::Term::stderr().read_secure_line());
        match self.interrupt().guard(read).await {
            Ok(read) => Ok(read??),
            Err(kind) => {
                #[cfg(unix)]
                if let Some(before) = before {
                    let _ =
                        rustix::termios::tcsetattr(&stdin, rustix::termios::OptionalActions::Now, &before);
                }
                self.output.prompt("\n");
                Err(Failure::said(kind).into())
            }
        }
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

    /// Under `--dry-run`, says what a command that only changes this machine would do; it then stops there.
    pub fn rehearses(&self, deed: &str) -> bool {
        let rehearsal = self.globals.dry_run.is_some();
        if rehearsal {
            self.output.aside(&format!("would {deed}"));
        }
        rehearsal
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

    /// A client that repeats nothing, for waits: they bear outages by themselves, and two layers of patience would
    /// multiply.
    pub fn http_once(&self) -> Rc<Client> {
        Rc::new(self.http_with(Retry { max_retries: 0, ..Retry::default() }))
    }

    /// A wait's pace with the longest pause that a server may ask for.
    pub fn paced(&self, pace: Pace) -> Pace {
        Pace { max_wait: self.globals.max_wait.unwrap_or(pace.max_wait), ..pace }
    }

    /// The longest silence on a stream of a service.
    pub fn idle_timeout(&self, usual: Duration) -> Duration {
        self.globals.idle_timeout.unwrap_or(usual)
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

    /// What takes secrets out of a text, for work that goes on beside the context.
    pub fn redactor(&self) -> Redactor {
        self.redactor.clone()
    }

    /// Takes a secret out of everything that is said from now on.
    pub fn hide(&self, secret: &Secret) {
        self.redactor.learn(secret);
    }
}
