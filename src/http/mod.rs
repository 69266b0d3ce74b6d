//! One HTTP client for the three services: requests are values, answers are bytes with a status.
//!
//! Nothing outside this module names reqwest.

mod answer;
mod body;
mod broken;
mod client;
mod limit;
mod moment;
pub mod pages;
mod pool;
mod printed;
mod request;
mod retry;
pub mod sse;
mod stream;
mod tls;
mod trace;
mod upload;
pub mod upstream;
mod wire;

pub use body::{Attachment, Body, Content, Meter, Part, media_type};
pub use client::Watcher;

pub use answer::{Answer, Headers};
pub use client::{Client, DryRun, Limits, Opened};
pub use moment::{parse_moment, parse_retry_after};
pub use pool::is_loopback;
pub use printed::Planned;
pub use request::{Header, HeaderValue, Method, Repeat, Request, segment};
pub use retry::{Retry, Trouble, Verdict, in_doubt, server_wait};
pub use stream::Stream;
pub use tls::has_system_certificates;
