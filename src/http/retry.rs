//! What may be sent again, and after how long.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::answer::Answer;
use super::moment::{FOR_EVER, parse_moment, parse_retry_after, until};
use super::request::Repeat;

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
mod tests {
    use super::*;
    use crate::http::Headers;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let body = body.to_owned().into();
        Answer { request: String::new(), status, headers: Headers(headers), body, attempt: 0 }
    }

    fn verdict(answer: &Answer, repeat: Repeat, attempt: u32, dice: f64) -> Verdict {
        Retry::default().verdict(
            &Trouble::Answered(answer),
            repeat,
            attempt,
            Timestamp::from_second(1_774_001_750).unwrap(),
            dice,
        )
    }

    const S: fn(f64) -> Verdict = |seconds| Verdict::Again(Duration::from_secs_f64(seconds));

    #[test]
    fn a_bare_429_backs_off_within_a_quarter() {
        let bare = answer(429, &[], r#"{"error":"Rate limit exceeded. Please try again later."}"#);
        assert_eq!(verdict(&bare, Repeat::Once, 0, 0.0), S(0.75));
        assert_eq!(verdict(&bare, Repeat::Once, 1, 1.0), S(2.5));
        assert_eq!(verdict(&bare, Repeat::Once, 2, 0.5), S(4.0));
        assert_eq!(verdict(&bare, Repeat::Once, 3, 0.5), Verdict::Final);
    }

    #[test]
    fn a_servers_wait_is_never_shortened() {
        for answer in [
            answer(429, &[("retry-after", "10")], ""),
            answer(429, &[("retry-after", "Fri, 20 Mar 2026 10:16:00 GMT")], ""),
            answer(429, &[], r#"{"retryAfterSeconds":10}"#),
            answer(429, &[], r#"{"retryAfter":1774001760000}"#),
            answer(429, &[], r#"{"error":{"details":{"retryAfter":"2026-03-20T10:16:00.000Z"}}}"#),
            answer(429, &[], r#"{"resetAt":"2026-03-20T10:16:00Z"}"#),
            answer(429, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1774001760")], ""),
        ] {
            assert_eq!(verdict(&answer, Repeat::Once, 0, 0.0), S(10.0), "{answer:?}");
            assert_eq!(verdict(&answer, Repeat::Once, 0, 1.0), S(12.5), "{answer:?}");
        }
        let no_key = answer(401, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "4774001760")], "");
        assert_eq!(server_wait(&no_key, Timestamp::UNIX_EPOCH), None);
        let long = answer(429, &[("retry-after", "900")], "");
        assert_eq!(verdict(&long, Repeat::Safe, 0, 0.0), Verdict::TooLong(Duration::from_secs(900)));
        assert_eq!(verdict(&answer(429, &[("retry-after", "0")], ""), Repeat::Once, 0, 0.5), S(1.0));
    }

    #[test]
    fn what_may_have_been_done_is_not_sent_again() {
        let outage = answer(500, &[], "");
        assert_eq!(verdict(&outage, Repeat::Once, 0, 0.5), Verdict::Final);
        assert_eq!(verdict(&outage, Repeat::Safe, 0, 0.5), S(1.0));
        let refusal = answer(503, &[], r#"{"error":"busy","code":"SERVICE_OVERLOADED"}"#);
        assert_eq!(verdict(&refusal, Repeat::Once, 0, 0.5), S(1.0));
        let unsure =
            answer(503, &[("retry-after", "1")], r#"{"error":"?","code":"ASYNC_ENQUEUE_AMBIGUOUS"}"#);
        assert_eq!(verdict(&unsure, Repeat::Once, 0, 0.5), Verdict::Final);
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(Retry::default().verdict(&Trouble::Unsent, Repeat::Once, 0, now, 0.5), S(1.0));
        assert_eq!(Retry::default().verdict(&Trouble::Lost, Repeat::Once, 0, now, 0.5), Verdict::Final);
    }
}
