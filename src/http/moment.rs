//! Moments and waits in all the spellings servers use.

use std::time::Duration;

use jiff::Timestamp;

/// A hundred years: longer waits are cut down to it, because a clock that runs over would end the process.
pub(super) const FOR_EVER: Duration = Duration::from_secs(100 * 366 * 86_400);

/// A moment given as epoch seconds, epoch milliseconds, ISO 8601 or an HTTP date; nothing when it is none of them.
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        // Seconds reach this value in the year 5138, milliseconds passed it in 1973.
        let in_seconds = number < 100_000_000_000;
        return if in_seconds { Timestamp::from_second(number) } else { Timestamp::from_millisecond(number) }
            .ok();
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

/// A `Retry-After`: seconds (decimals allowed) or an HTTP date seen from `now`. Nothing when zero, past or unreadable.
pub fn parse_retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok()?,
        Err(_) => until(parse_moment(text)?, now)?,
    };
    (!wait.is_zero()).then_some(wait.min(FOR_EVER))
}

/// The time from `now` to `moment`, when it lies ahead.
pub fn until(moment: Timestamp, now: Timestamp) -> Option<Duration> {
    let wait = Duration::try_from(moment.duration_since(now)).ok();
    wait.filter(|wait| !wait.is_zero()).map(|wait| wait.min(FOR_EVER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_one_moment() {
        for text in [
            "1774001760",
            "1774001760000",
            "2026-03-20T10:16:00Z",
            "2026-03-20T11:16:00+01:00",
            "2026-03-20T10:16:00.000Z",
            "Fri, 20 Mar 2026 10:16:00 GMT",
        ] {
            assert_eq!(parse_moment(text).map(Timestamp::as_second), Some(1_774_001_760), "{text}");
        }
        assert_eq!(parse_moment("soon"), None);
    }

    #[test]
    fn waits() {
        let now = Timestamp::from_second(1_774_001_750).unwrap();
        assert_eq!(parse_retry_after("5", now), Some(Duration::from_secs(5)));
        assert_eq!(parse_retry_after("0.5", now), Some(Duration::from_millis(500)));
        assert_eq!(parse_retry_after("Fri, 20 Mar 2026 10:16:00 GMT", now), Some(Duration::from_secs(10)));
        assert_eq!(parse_retry_after("18446744073709549568", now), Some(FOR_EVER));
        for nothing in ["0", "-3", "soon", "Fri, 20 Mar 2020 10:16:00 GMT", "inf", "1e400"] {
            assert_eq!(parse_retry_after(nothing, now), None, "{nothing}");
        }
    }
}
