//! What goes wrong in life, by script: refusals, outages, latency, cut and stalled streams, stuck jobs.

/// The faults of one server.
#[derive(Default)]
pub struct Faults {}

/// What a new background job of a service is to suffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobFault {
    /// It ends as failed.
    Fails,
    /// It never leaves the queue.
    Stuck,
}

impl Faults {
    /// The fault that the next job of `service` (`recall`, `runagents`) gets, if any; counted when given.
    pub fn job(&self, _service: &str) -> Option<JobFault> {
        None
    }
}
