//! What goes wrong in life, by script: refusals, outages, latency, cut and stalled streams, stuck jobs.

mod answers;
mod spec;
mod streams;
mod strike;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use strike::strike;

/// One thing that is to go wrong, read from `SERVICE[ METHOD PATH]:KIND[=VALUE][,p=…][,count=…][,skip=…]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    service: Service,
    method: Option<String>,
    /// Path segments below the service's base; `*` stands for any one.
    path: Option<Vec<String>>,
    kind: Kind,
    /// How likely it strikes when its turn has come.
    probability: f64,
    /// How many times it strikes; without a number always.
    count: Option<u64>,
    /// How many matching requests pass before it strikes.
    skip: u64,
}

/// Which service a fault is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Recursiv,
    Recall,
    RunAgents,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// Refused with this status, and this `Retry-After`.
    Status(u16, Option<String>),
    Latency(Duration),
    /// Connection lost after this many events.
    Cut(usize),
    /// Connection lost in the middle of the event after this many.
    CutIn(usize),
    /// Silence after this many events.
    Stall(usize),
    /// The service's own error event after this many events.
    Error(usize),
    Html,
    Half,
    Redirect(String),
    Empty,
    Job(JobFault),
}

/// What a new background job of a service is to suffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobFault {
    /// It ends as failed.
    Fails,
    /// It never leaves the queue.
    Stuck,
}

/// The faults of one server.
#[derive(Default)]
pub struct Faults {
    scripts: Vec<(Fault, Mutex<Count>)>,
}

/// How often a fault's turn came, and how often it struck.
#[derive(Default)]
struct Count {
    seen: u64,
    struck: u64,
}

impl Faults {
    /// Faults that have not struck yet.
    pub fn new(faults: Vec<Fault>) -> Self {
        Self { scripts: faults.into_iter().map(|fault| (fault, Mutex::default())).collect() }
    }

    /// The fault that the next job of `service` (`recall`, `runagents`) gets, if any; counted when given.
    pub fn job(&self, service: &str) -> Option<JobFault> {
        let service = Service::named(service)?;
        let of_jobs = |fault: &Fault| fault.service == service && matches!(fault.kind, Kind::Job(_));
        match self.next(of_jobs)?.kind {
            Kind::Job(fault) => Some(fault),
            _ => None,
        }
    }

    /// The first fault that matches and whose turn it is; counted.
    fn next(&self, matches: impl Fn(&Fault) -> bool) -> Option<&Fault> {
        self.scripts
            .iter()
            .filter(|(fault, _)| matches(fault))
            .find(|(fault, count)| turn(fault, count))
            .map(|(fault, _)| fault)
    }

    /// How long an answer is to wait: all latencies that match, added up; counted.
    fn latency(&self, matches: impl Fn(&Fault) -> bool) -> Duration {
        let mut total = Duration::ZERO;
        for (fault, count) in &self.scripts {
            if let Kind::Latency(pause) = fault.kind
                && matches(fault)
                && turn(fault, count)
            {
                total += pause;
            }
        }
        total
    }
}

fn turn(fault: &Fault, count: &Mutex<Count>) -> bool {
    let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
    count.seen += 1;
    let due = count.seen > fault.skip && fault.count.is_none_or(|most| count.struck < most);
    let strikes = due && (fault.probability >= 1.0 || fastrand::f64() < fault.probability);
    count.struck += u64::from(strikes);
    strikes
}

impl Service {
    fn named(name: &str) -> Option<Self> {
        match name {
            "recursiv" => Some(Self::Recursiv),
            "recall" => Some(Self::Recall),
            "runagents" => Some(Self::RunAgents),
            _ => None,
        }
    }

    /// The service that a request path belongs to, and the rest of the path below that service's base.
    fn of_path(path: &str) -> Option<(Self, &str)> {
        // Only a whole segment is a prefix: /recallx is nobody's.
        let below =
            |prefix: &str| path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let first = |service, prefixes: &[&str]| {
            prefixes.iter().find_map(|prefix| below(prefix)).map(|rest| (service, rest))
        };
        first(Self::Recursiv, &["/recursiv/api/v1", "/recursiv"])
            .or_else(|| below("/api/auth").map(|_| (Self::Recursiv, path)))
            .or_else(|| first(Self::Recall, &["/recall"]))
            .or_else(|| first(Self::RunAgents, &["/runagents/api/v1", "/runagents"]))
    }
}

impl Fault {
    /// Whether a request is one that this fault is about.
    fn concerns(&self, service: Service, method: &str, path: &str) -> bool {
        self.service == service
            && self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.path.as_ref().is_none_or(|pattern| {
                let mut segments = path.split('/').filter(|segment| !segment.is_empty());
                pattern
                    .iter()
                    .all(|wanted| segments.next().is_some_and(|segment| wanted == "*" || wanted == segment))
                    && segments.next().is_none()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(specs: &[&str]) -> Faults {
        Faults::new(specs.iter().map(|spec| spec.parse().unwrap()).collect())
    }

    #[test]
    fn counts_and_skips() {
        let faults = faults(&["recall:503,skip=1,count=2"]);
        let struck: Vec<bool> = (0..5).map(|_| faults.next(|_| true).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }

    #[test]
    fn matches_below_the_base() {
        let fault: Fault = "recursiv POST /agents/*/chat/stream:cut=3".parse().unwrap();
        let (service, path) = Service::of_path("/recursiv/api/v1/agents/a1/chat/stream").unwrap();
        assert!(fault.concerns(service, "POST", path));
        assert!(!fault.concerns(service, "GET", path));
        assert!(!fault.concerns(service, "POST", "/agents/a1/chat"));
        assert!(!fault.concerns(Service::Recall, "POST", path));
        let fault: Fault = "recall POST /api/workflows/*/execute:503".parse().unwrap();
        let (service, path) = Service::of_path("/recall/api/workflows/w/execute").unwrap();
        assert!(fault.concerns(service, "POST", path));
        assert!(Service::of_path("/recallx/y").is_none());
    }

    #[test]
    fn jobs_are_of_their_service() {
        let faults = faults(&["recall:job-fails,count=1", "recall:503"]);
        assert_eq!(faults.job("runagents"), None);
        assert_eq!(faults.job("recall"), Some(JobFault::Fails));
        assert_eq!(faults.job("recall"), None);
    }
}
