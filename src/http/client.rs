//! Sends requests: limits, retries, no redirects, nothing to another origin.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::BytesMut;
use jiff::Timestamp;

use super::answer::{Answer, Headers};
use super::broken::Broken;
use super::limit::{unless_still, within};
use super::pool::Pool;
use super::printed::Planned;
use super::request::{EVENTS, Request};
use super::retry::{Retry, Trouble, Verdict};
use super::stream::{Stream, looks_like_events};
use super::trace;
use super::wire::{LastUrl, wire};

/// An error's body beyond this is not read.
const ERROR_BODY: usize = 64 * 1024;
/// A whole answer beyond this is an error.
pub(super) const WHOLE_BODY: usize = 256 * 1024 * 1024;
const COMMON: Duration = Duration::from_secs(30);

/// What is told while requests are made; stderr's owner implements it.
pub trait Watcher {
    /// 0 quiet, 1 one line each, 2 headers and bodies.
    fn level(&self) -> u8;
    /// A line of `-v`.
    fn trace(&self, line: &str);
    /// A pause before another attempt.
    fn waiting(&self, line: &str);
    /// Something the user should know.
    fn warn(&self, line: &str);
}

/// The user's limits.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// `--timeout`: one request, or the time to a stream's first byte. `Some(0)` = none, `None` = the usual.
    pub timeout: Option<Duration>,
    /// One more trusted root.
    pub cacert: Option<PathBuf>,
    /// How refused and failed requests are repeated.
    pub retry: Retry,
    /// `--dry-run`: print instead of sending.
    pub dry_run: Option<DryRun>,
}

/// How `--dry-run` prints a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRun {
    /// As it goes over the wire.
    Http,
    /// As a curl command.
    Curl,
}

/// The one HTTP client; the connection pool below it is made when the first request is coming.
pub struct Client {
    limits: Limits,
    watcher: Rc<dyn Watcher>,
    pool: Pool,
    planned: RefCell<Vec<String>>,
    last_url: LastUrl,
}

/// What is wanted of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// All of it at once.
    Whole,
    /// Events as they arrive, when it is a stream of them.
    Events,
    /// The bytes of a success as they arrive, whatever they are.
    Bytes,
}

/// What a request for a stream got.
pub enum Opened {
    /// A stream: of server-sent events, or of the bytes that were asked for.
    Stream(Stream),
    /// Something else, whole.
    Answer(Answer),
}

impl Client {
    /// A client that has not connected to anything yet.
    pub fn new(limits: Limits, watcher: Rc<dyn Watcher>) -> Self {
        let pool = Pool::new(limits.cacert.clone());
        Self { limits, watcher, pool, planned: RefCell::default(), last_url: LastUrl::default() }
    }

    /// Under `--dry-run`: notes a request that would come first (looking up a name) and says true.
    pub fn plans(&self, request: &Request) -> bool {
        let Some(form) = self.limits.dry_run else { return false };
        self.planned.borrow_mut().push(match form {
            DryRun::Http => request.to_http(),
            DryRun::Curl => request.to_curl(),
        });
        true
    }

    /// Tells what is not worth a line of its own: a warning when it is `urgent`, else only with `-v`.
    pub fn remark(&self, line: &str, urgent: bool) {
        if urgent {
            self.watcher.warn(line);
        } else if self.watcher.level() > 0 {
            self.watcher.trace(line);
        }
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// [`Planned`] under `--dry-run`; a [`Failure`](crate::error::Failure) when no answer came.
    pub async fn send(&self, request: &Request) -> Result<Answer> {
        match self.attempts(request, Want::Whole).await? {
            Opened::Answer(answer) => Ok(answer),
            Opened::Stream(_) => unreachable!("a whole answer was asked for"),
        }
    }

    /// Sends a request and hands over its body as it arrives when it is an event stream.
    ///
    /// # Errors
    /// As for [`Client::send`].
    pub async fn open(&self, request: &Request) -> Result<Opened> {
        self.attempts(request, Want::Events).await
    }

    /// Sends a request and hands over the bytes of a success as they arrive. The time limit holds until the first.
    ///
    /// # Errors
    /// As for [`Client::send`].
    pub async fn download(&self, request: &Request) -> Result<Opened> {
        self.attempts(request, Want::Bytes).await
    }

    async fn attempts(&self, request: &Request, want: Want) -> Result<Opened> {
        if self.plans(request) {
            return Err(Planned(self.planned.borrow().join("\n")).into());
        }
        for attempt in 0.. {
            let wire = wire(request, want != Want::Whole, &self.last_url)?;
            let mut outcome = self.attempt(request, wire, want).await;
            if let Ok(Opened::Answer(answer)) = &mut outcome {
                answer.attempt = attempt;
            }
            let trouble = match &outcome {
                Ok(Opened::Answer(answer)) if !answer.ok() => Trouble::Answered(answer),
                Ok(_) => return outcome.map_err(|broken| broken.failure.into()),
                Err(Broken { sent: false, .. }) => Trouble::Unsent,
                Err(Broken { sent: true, again: true, .. }) => Trouble::Lost,
                Err(_) => return outcome.map_err(|broken| broken.failure.into()),
            };
            let reason = match &trouble {
                Trouble::Unsent => "no connection".to_owned(),
                Trouble::Lost => "connection lost".to_owned(),
                Trouble::Answered(answer) => format!("HTTP {}", answer.status),
            };
            let retry = &self.limits.retry;
            match retry.verdict(&trouble, request.repeat, attempt, Timestamp::now(), fastrand::f64()) {
                Verdict::Again(wait) => {
                    self.watcher.waiting(&format!(
                        "{reason} from {}: attempt {} of {} in {:.1} s",
                        request.service,
                        attempt + 2,
                        retry.max_retries + 1,
                        wait.as_secs_f64()
                    ));
                    tokio::time::sleep(wait).await;
                }
                Verdict::Final | Verdict::TooLong(_) => {
                    return outcome.map_err(|broken| broken.failure.into());
                }
            }
        }
        unreachable!("the attempts are counted")
    }

    async fn attempt(&self, request: &Request, wire: reqwest::Request, want: Want) -> Result<Opened, Broken> {
        let (client, has_roots) = self.pool.towards(wire.url()).map_err(Broken::unsent)?;
        let level = self.watcher.level();
        if level > 0 {
            trace::request(request, level).iter().for_each(|line| self.watcher.trace(line));
        }
        let started = Instant::now();
        let limit = self.limits.timeout.or(request.timeout).unwrap_or(COMMON);
        let deadline = || (!limit.is_zero()).then(|| tokio::time::Instant::now() + limit);
        let mut until = deadline();
        let files = request.body.files();
        let head = if files.is_empty() {
            within(until, client.execute(wire)).await
        } else {
            // A large file takes its time: only silence is limited, and the answer may take as long as any other.
            let sent = || files.iter().map(|file| file.meter.read()).sum::<u64>();
            let head = unless_still(limit, sent, client.execute(wire)).await;
            until = deadline();
            head
        };
        let mut response = match head {
            None => return Err(Broken::late(request, limit)),
            Some(Err(error)) => return Err(Broken::request(request, &error, has_roots)),
            Some(Ok(response)) => response,
        };
        let headers = Headers(std::mem::take(response.headers_mut()));
        let status = response.status().as_u16();
        if level > 0 {
            trace::head(status, &headers, started.elapsed(), level)
                .iter()
                .for_each(|line| self.watcher.trace(line));
        }
        let success = response.status().is_success();
        let whole = match want {
            Want::Whole => true,
            Want::Events => !(success && headers.content_type() == EVENTS),
            Want::Bytes => !success,
        };
        if !whole {
            return Ok(Opened::Stream(Stream::new(headers, [], response)));
        }
        let events_wanted = want == Want::Events && success && request.accept == EVENTS;
        let mut body = BytesMut::new();
        let cap = if success { WHOLE_BODY } else { ERROR_BODY };
        loop {
            match within(until, response.chunk()).await {
                // What arrived of an error still says more than "connection lost" or "too late".
                None | Some(Err(_)) if !success => break,
                None => return Err(Broken::late(request, limit)),
                Some(Ok(Some(bytes))) => body.extend_from_slice(&bytes),
                Some(Ok(None)) => break,
                Some(Err(error)) => return Err(Broken::halfway(request, status, &error, body.len())),
            }
            if events_wanted && looks_like_events(&headers, &body) {
                return Ok(Opened::Stream(Stream::new(headers, [body.freeze()], response)));
            }
            if body.len() > cap {
                if success {
                    return Err(Broken::too_large(request));
                }
                body.truncate(cap);
                break;
            }
        }
        if level > 1 && !body.is_empty() {
            self.watcher.trace(&format!("< {}", trace::body(&body)));
        }
        Ok(Opened::Answer(Answer {
            request: request.line(),
            status,
            headers,
            body: body.freeze(),
            attempt: 0,
        }))
    }
}
