//! What may be sent again, and after how long.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::http::answer::Answer;
use crate::http::moment::{FOR_EVER, parse_moment, parse_retry_after, until};
use crate::http::request::Repeat;

/// How a refused or failed request is tried again (`product.md`, section 5).
#[derive(Clone, Debug)]
pub struct Retry {
    /// Attempts after the first.
    pub max_retries: u32,
    /// The first pause.
    pub initial_delay: Duration,
    /// The longest pause of our own making.
    pub max_delay: Duration,
    /// What each pause is multiplied with for the next.
    pub multiplier: f64,
    /// The longest pause a server may ask for.
    pub max_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_retries: 3,
            initial_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(30),
            multiplier: 2.0,
            max_wait: Duration::from_secs(60),
        }
    }
}

/// How an attempt failed.
pub enum Trouble<'a> {
    /// The connection was never made: nothing was sent.
    Unsent,
    /// The connection broke after sending.
    Lost,
    /// The server answered with this.
    Answered(&'a Answer),
}

/// What to do about it.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// Try again after this long.
    Again(Duration),
    /// The server asks for more patience than was allowed.
    TooLong(Duration),
    /// Leave it at that.
    Final,
}

impl Retry {
    /// Decides about attempt number `attempt` (0 is the first). `dice` is uniform in 0..1.
    pub fn verdict(
        &self,
        trouble: &Trouble,
        repeat: Repeat,
        attempt: u32,
        now: Timestamp,
        dice: f64,
    ) -> Verdict {
        let safe = repeat == Repeat::Safe;
        let (may, asked) = match trouble {
            Trouble::Unsent => (true, None),
            Trouble::Lost => (safe, None),
            Trouble::Answered(answer) => {
                let may = match answer.status {
                    429 => true,
                    503 if refused(answer) => true,
                    408 | 425 | 500 | 502 | 503 | 504 => safe && !ambiguous(answer),
                    _ => false,
                };
                (may, server_wait(answer, now))
            }
        };
        if !may {
            return Verdict::Final;
        }
        if let Some(wait) = asked.filter(|wait| *wait > self.max_wait) {
            return Verdict::TooLong(wait);
        }
        if attempt >= self.max_retries {
            return Verdict::Final;
        }
        Verdict::Again(match asked {
            // A server's wait is never shortened.
            Some(wait) => wait.mul_f64(1.0 + 0.25 * dice),
            None => self.delay(attempt).mul_f64(0.75 + 0.5 * dice).min(self.max_delay),
        })
    }

    fn delay(&self, attempt: u32) -> Duration {
        let factor = self.multiplier.powi(i32::try_from(attempt).unwrap_or(i32::MAX));
        let seconds = (self.initial_delay.as_secs_f64() * factor).min(self.max_delay.as_secs_f64());
        Duration::try_from_secs_f64(seconds).unwrap_or(self.max_delay)
    }
}

/// A 503 that says it did nothing.
fn refused(answer: &Answer) -> bool {
    if ambiguous(answer) {
        return false;
    }
    answer.headers.get("retry-after").is_some()
        || code(answer).is_some_and(|code| code == "SERVICE_OVERLOADED")
}

/// Whether a refusal leaves open what the service did before it: its own breakdown, or a gateway that waited no longer.
pub fn in_doubt(answer: &Answer) -> bool {
    matches!(answer.status, 408 | 500 | 502 | 503 | 504) && !(answer.status == 503 && refused(answer))
}

/// The one 503 that may have started a run (Recall contract 1.6).
fn ambiguous(answer: &Answer) -> bool {
    code(answer).is_some_and(|code| code == "ASYNC_ENQUEUE_AMBIGUOUS")
}

fn code(answer: &Answer) -> Option<String> {
    let value = answer.json()?.value;
    let error = value.get("error");
    let nested = error.and_then(|error| error.pointer("/details/code").or_else(|| error.get("code")));
    let code = value.get("code").or(nested)?;
    code.as_str().map(str::to_owned)
}

/// How long the server asks us to stay away, in all the places where it may say so (Recall contract 4).
pub fn server_wait(answer: &Answer, now: Timestamp) -> Option<Duration> {
    if let Some(wait) = answer.headers.get("retry-after").and_then(|text| parse_retry_after(text, now)) {
        return Some(wait);
    }
    let value = answer.json().map_or(Value::Null, |json| json.value);
    let moment = |value: &Value| match value {
        Value::String(text) => parse_moment(text),
        Value::Number(number) => parse_moment(&number.to_string()),
        _ => None,
    };
    let seconds = value.get("retryAfterSeconds").and_then(Value::as_f64);
    if let Some(wait) =
        seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).filter(|wait| !wait.is_zero())
    {
        return Some(wait.min(FOR_EVER));
    }
    let told = ["/retryAfter", "/error/details/retryAfter", "/resetAt"];
    if let Some(wait) = told.iter().find_map(|path| until(moment(value.pointer(path)?)?, now)) {
        return Some(wait);
    }
    // They stand on refused keys too, where they mean nothing (Recall contract 3.5).
    if answer.status == 401 {
        return None;
    }
    let remaining = answer.headers.get("x-ratelimit-remaining")?.trim().parse::<i64>().ok()?;
    let reset = answer.headers.get("x-ratelimit-reset")?;
    if remaining > 0 { None } else { until(parse_moment(reset)?, now) }
}

#[cfg(test)]
mod tests;
