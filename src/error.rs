//! What went wrong, in the words of the person who has to mend it, and the one table from kind to exit code.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// Why a command did not end well. The kind alone decides the exit code (`product.md`, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The service refused, or a run, build or deployment failed.
    Refused,
    /// Wrong usage or unusable input, found before anything was sent.
    Usage,
    /// Not signed in, a bad key, a missing scope.
    Auth,
    /// The thing is not there.
    NotFound,
    /// A rate, usage or credit limit.
    Limit,
    /// Out of time, here or there.
    Timeout,
    /// No connection, or no usable answer.
    Unavailable,
    /// Waiting for a person.
    Paused,
    /// Cancelled.
    Cancelled,
    /// Some of many failed.
    Partial,
    /// `ra`'s own failure in a command that passes a program's exit code on.
    Sandbox,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Kind {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Auth => 3,
            Self::NotFound => 4,
            Self::Limit => 5,
            Self::Timeout => 6,
            Self::Unavailable => 7,
            Self::Paused => 8,
            Self::Cancelled => 9,
            Self::Partial => 10,
            Self::Sandbox => 125,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// One failure: what, where, why, and what to type next.
///
/// It travels inside [`anyhow::Error`], where `context` may add what was being done without changing the kind.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Decides the exit code.
    pub kind: Kind,
    /// What failed: lower case, no full stop.
    pub message: String,
    /// Machine-readable code, `ra`'s own or the service's (`STREAM_CUT`, `insufficient_scopes`).
    pub code: Option<String>,
    /// `recursiv`, `recall` or `runagents`, when a service had a part in it.
    pub service: Option<&'static str>,
    /// HTTP status of the answer.
    pub status: Option<u16>,
    /// Method and path of the request, `POST /agents/a1/chat`.
    pub request: Option<String>,
    /// Further facts, one line each, shown below the message.
    pub notes: Vec<String>,
    /// What to do next, one line each.
    pub hints: Vec<String>,
    /// The service's correlation id.
    pub request_id: Option<String>,
    /// How long the service asked us to stay away.
    pub retry_after: Option<Duration>,
    /// Whatever else the service said.
    pub details: Option<Value>,
    /// The request had left when its answer was lost: it may have been carried out.
    pub sent: bool,
    /// The server does not know the request at all: it is older than the route, or another server.
    pub route_missing: bool,
    /// Already shown as it happened (a detach message): end with the code, say nothing more.
    pub silent: bool,
}

impl Failure {
    /// A failure with nothing but its kind and its sentence.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            code: None,
            service: None,
            status: None,
            request: None,
            notes: Vec::new(),
            hints: Vec::new(),
            request_id: None,
            retry_after: None,
            details: None,
            sent: false,
            route_missing: false,
            silent: false,
        }
    }

    /// Unusable input: exit 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// No connection or no usable answer: exit 7.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, message)
    }

    /// Adds the next command to type, or the next thing to look at.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a fact below the message.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Sets the machine-readable code.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Names the service.
    #[must_use]
    pub fn service(mut self, service: &'static str) -> Self {
        self.service = Some(service);
        self
    }

    /// Sets the HTTP status of the answer.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Ends the program with this kind's code without a message: it has been said already.
    pub fn said(kind: Kind) -> Self {
        Self { silent: true, ..Self::new(kind, "") }
    }

    /// The object that `-o json` prints on stderr.
    pub fn to_json(&self, context: &[String]) -> Value {
        let mut message = context.join(": ");
        if !message.is_empty() {
            message.push_str(": ");
        }
        message.push_str(&self.message);
        let hint = (!self.hints.is_empty()).then(|| self.hints.join("\n"));
        let details = match (&self.details, self.notes.is_empty()) {
            (Some(details), _) => Some(details.clone()),
            (None, false) => Some(json!(self.notes)),
            (None, true) => None,
        };
        json!({"error": {
            "service": self.service,
            "code": self.code,
            "status": self.status,
            "message": message,
            "hint": hint,
            "request_id": self.request_id,
            "retry_after_ms": self.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            "details": details,
        }})
    }
}

impl fmt::Display for Failure {
    /// `message (CODE, HTTP status)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match (&self.code, self.status) {
            (Some(code), Some(status)) => write!(f, " ({code}, HTTP {status})"),
            (Some(code), None) => write!(f, " ({code})"),
            (None, Some(status)) => write!(f, " (HTTP {status})"),
            (None, None) => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

/// The failure inside an error, and what was being done when it came, outermost first.
pub fn unpack(error: &anyhow::Error) -> (Failure, Vec<String>) {
    let mut context: Vec<String> = error.chain().map(ToString::to_string).collect();
    if let Some(failure) = error.downcast_ref::<Failure>() {
        let own = failure.to_string();
        context.truncate(context.iter().position(|line| *line == own).unwrap_or(0));
        return (failure.clone(), context);
    }
    let message = context.join(": ");
    (Failure::new(Kind::Refused, message), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn context_adds_where_we_were_and_keeps_the_kind() {
        let error: anyhow::Error = Failure::usage("empty id").into();
        let error = Err::<(), _>(error).context("starting workflow `nightly`").unwrap_err();
        let (failure, context) = unpack(&error);
        assert_eq!(failure.kind.exit_code(), 2);
        assert_eq!(context, ["starting workflow `nightly`"]);
        assert_eq!(failure.to_json(&context)["error"]["message"], "starting workflow `nightly`: empty id");
    }
}
