//! `30s`, `2m30s`, `1d`, a bare number of seconds, `0` for none.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// A hundred years, which longer ones are cut down to: a clock that runs over would end the process.
const FOR_EVER: Duration = Duration::from_secs(100 * 366 * 86_400);

/// Reads a duration; days have 24 hours.
///
/// # Errors
/// What a duration looks like.
pub fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let example = || format!("`{text}` is no duration; write 30s, 2m30s, 1h, 1d or a number of seconds");
    if let Ok(seconds) = text.parse::<f64>() {
        let duration = Duration::try_from_secs_f64(seconds).map_err(|_| example())?;
        return Ok(duration.min(FOR_EVER));
    }
    let span: Span = text.parse().map_err(|_| example())?;
    let signed = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| example())?;
    Duration::try_from(signed).map(|duration| duration.min(FOR_EVER)).map_err(|_| example())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (text, seconds) in [
            ("30s", 30.0),
            ("2m30s", 150.0),
            ("1d", 86_400.0),
            ("1w", 604_800.0),
            ("45", 45.0),
            ("0", 0.0),
            ("1h 5m", 3900.0),
            ("0.5", 0.5),
            ("250ms", 0.25),
            // A clock cannot count further than some such moment.
            ("18446744073709549568", FOR_EVER.as_secs_f64()),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        }
        for text in ["", "soon", "-5", "5 parsecs", "1e400", "NaN", "-2s"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
