//! Watching a deployment: the build until it is done, then the agent until it runs (contract 4.6).

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::http::Request;
use crate::json::Json;
use crate::live::{self, Pace, Seen, Step, Waited};
use crate::services::fetch;
use crate::services::runagents::Runagents;
use crate::services::runagents::deploy::{State, agent_state, build_state};

/// One deployment that is watched.
pub struct Watch<'a> {
    /// The service.
    pub runagents: &'a Runagents,
    /// Output and interrupt.
    pub ctx: &'a Context,
    /// The agent.
    pub name: &'a str,
    /// How often to look, and for how long altogether.
    pub pace: Pace,
    /// When the deployment began.
    pub started: Instant,
}

impl Watch<'_> {
    /// Watches build and agent; gives the agent's last phase.
    ///
    /// # Errors
    /// Exit 1 when one of them fails, 6 when the time is up, 130 after Ctrl-C, or what the service says.
    pub async fn until_running(&self, build: Option<&str>) -> Result<String> {
        if let Some(id) = build {
            // Shown whatever happens next: with it the build can be found again.
            self.ctx.output.aside(&format!("build {}", crate::text::line(id)));
            let request = self.runagents.build(id);
            let hint = format!("ra runagents build get {}", crate::text::word(id));
            match self.stage(&format!("build {id}"), &request, build_state, &hint).await {
                Ok((_, State::Bad(why))) => {
                    return Err(failed(
                        format!("the build {id} failed: {}", crate::text::line(&why)),
                        "BUILD_FAILED",
                    )
                    .hint(hint)
                    .into());
                }
                Ok(_) => {}
                // Not every server keeps builds; the agent tells in the end.
                Err(error) if unpack(&error).0.kind == Kind::NotFound => {
                    self.ctx
                        .output
                        .warning(&format!("the build {id} is unknown to the service; watching the agent"));
                }
                Err(error) => return Err(error),
            }
        }
        let request = self.runagents.agent(self.name);
        let hint = format!("ra runagents agent get {}", self.name);
        match self.stage(&format!("agent {}", self.name), &request, agent_state, &hint).await? {
            (_, State::Bad(why)) => Err(failed(
                format!("the agent {} failed: {}", self.name, crate::text::line(&why)),
                "AGENT_FAILED",
            )
            .hint(hint)
            .into()),
            (phase, _) => Ok(phase),
        }
    }

    /// Asks until the thing is done, with a line for each new state.
    async fn stage(
        &self,
        what: &str,
        request: &Request,
        state: fn(&Json) -> (String, State),
        hint: &str,
    ) -> Result<(String, State)> {
        let progress = self.ctx.output.progress(what);
        // A line that moves is for people at a terminal; everyone else gets one for each change.
        let lines = !self.ctx.output.asks_on_terminal() || self.ctx.output.verbose > 0;
        let told = std::cell::RefCell::new(String::new());
        let tell = |line: String| {
            progress.set(&line);
            if lines && *told.borrow() != line {
                self.ctx.output.note(&crate::text::line(&line));
            }
            *told.borrow_mut() = line;
        };
        let once = self.runagents.through(self.ctx.http_once());
        let ask = async || {
            let seen = state(&fetch(&once, request).await?);
            if seen.1 == State::Open {
                return Ok(Step::Pending { seen, again_in: None });
            }
            tell(format!("{what}: {}", seen.0));
            Ok(Step::Settled(seen))
        };
        let look = |seen: Seen<'_, (String, State)>| match (seen.state, seen.trouble) {
            (Some((word, _)), _) => tell(format!("{what}: {word}")),
            (None, Some(trouble)) => tell(format!("{what}: asking again ({trouble})")),
            (None, None) => {}
        };
        let waited = live::wait(self.left(), self.ctx.interrupt(), ask, look).await?;
        let hints = [hint.to_owned()];
        match waited {
            Waited::Left(kind, _) => {
                let mut failure =
                    Failure::new(kind, format!("still deploying: {what} goes on without being watched"));
                failure.hints = hints.to_vec();
                Err(failure.into())
            }
            waited => Ok(waited.settled(&format!("the {what}"), &hints)?),
        }
    }

    /// The pace with what is left of the time.
    fn left(&self) -> Pace {
        if self.pace.limit.is_zero() {
            return self.pace;
        }
        // Nothing would mean for ever.
        let left = self.pace.limit.saturating_sub(self.started.elapsed()).max(Duration::from_millis(1));
        Pace { limit: left, ..self.pace }
    }
}

fn failed(message: String, code: &str) -> Failure {
    Failure::new(Kind::Refused, message).service("runagents").code(code)
}
