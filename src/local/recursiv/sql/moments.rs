//! Moments in time as text, in UTC: reading, writing, shifting, cutting and taking apart.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};

/// Reads what Postgres would read as a moment; without a zone it is UTC.
pub fn read(text: &str) -> Option<DateTime> {
    let text = text.trim();
    match text {
        "now" => return Some(utc(Timestamp::now())),
        "today" => return Some(utc(Timestamp::now()).date().into()),
        _ => {}
    }
    let zoned = text.replacen(' ', "T", 1);
    if let Ok(moment) = zoned.parse::<Timestamp>() {
        return Some(utc(moment));
    }
    // Postgres writes whole hours of an offset without minutes.
    if let Ok(moment) = format!("{zoned}:00").parse::<Timestamp>() {
        return Some(utc(moment));
    }
    zoned.parse::<DateTime>().ok().or_else(|| zoned.parse::<Date>().ok().map(Into::into))
}

fn utc(moment: Timestamp) -> DateTime {
    moment.to_zoned(TimeZone::UTC).datetime()
}

/// Writes a moment as JSON carries it.
pub fn write(moment: DateTime) -> String {
    format!("{moment:.3}Z")
}

/// This moment.
pub fn now() -> String {
    write(utc(Timestamp::now()))
}

/// A moment earlier or later by an interval such as `1 day 2 hours`.
pub fn shift(moment: DateTime, interval: &str, back: bool) -> Option<DateTime> {
    let spelled: Vec<String> = interval
        .split_whitespace()
        .map(|word| match word.to_ascii_lowercase().as_str() {
            "mon" | "mons" => "months".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    let span: Span = spelled.join(" ").parse().ok()?;
    if back { moment.checked_sub(span).ok() } else { moment.checked_add(span).ok() }
}

/// The beginning of the year, month, week, … of a moment.
pub fn truncate(field: &str, moment: DateTime) -> Option<DateTime> {
    let (date, midnight) = (moment.date(), jiff::civil::Time::midnight());
    let date = match field {
        "year" => Date::new(date.year(), 1, 1).ok()?,
        "quarter" => Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok()?,
        "month" => date.first_of_month(),
        "week" => date.checked_sub(Span::new().days(date.weekday().to_monday_zero_offset())).ok()?,
        "day" => date,
        "hour" => return cut(moment, Unit::Hour),
        "minute" => return cut(moment, Unit::Minute),
        "second" => return cut(moment, Unit::Second),
        _ => return None,
    };
    Some(date.to_datetime(midnight))
}

fn cut(moment: DateTime, unit: Unit) -> Option<DateTime> {
    moment.round(jiff::civil::DateTimeRound::new().smallest(unit).mode(jiff::RoundMode::Trunc)).ok()
}

/// One part of a moment, as a number.
pub fn extract(field: &str, moment: DateTime) -> Option<f64> {
    let date = moment.date();
    Some(match field {
        "epoch" => moment.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond() as f64 / 1000.0,
        "year" => date.year().into(),
        "quarter" => ((date.month() - 1) / 3 + 1).into(),
        "month" => date.month().into(),
        "week" => date.iso_week_date().week().into(),
        "day" => date.day().into(),
        "dow" => date.weekday().to_sunday_zero_offset().into(),
        "isodow" => date.weekday().to_monday_one_offset().into(),
        "doy" => date.day_of_year().into(),
        "hour" => moment.hour().into(),
        "minute" => moment.minute().into(),
        "second" => f64::from(moment.second()) + f64::from(moment.millisecond()) / 1000.0,
        _ => return None,
    })
}

/// A moment by a pattern such as `YYYY-MM-DD HH24:MI:SS`.
pub fn format(moment: DateTime, pattern: &str) -> String {
    const PARTS: [(&str, &str); 12] = [
        ("YYYY", "%Y"),
        ("YY", "%y"),
        ("Month", "%B"),
        ("Mon", "%b"),
        ("MM", "%m"),
        ("DD", "%d"),
        ("Day", "%A"),
        ("Dy", "%a"),
        ("HH24", "%H"),
        ("HH12", "%I"),
        ("MI", "%M"),
        ("SS", "%S"),
    ];
    let (mut out, mut rest) = (String::new(), pattern);
    while let Some(letter) = rest.chars().next() {
        let known = PARTS.iter().find(|(part, _)| rest.starts_with(part));
        let length = match known {
            Some((part, code)) => {
                out.push_str(&moment.strftime(code).to_string());
                part.len()
            }
            None => {
                out.push(letter);
                letter.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shifts() {
        let written = |text: &str| read(text).map(write);
        assert_eq!(written("2026-09-01").as_deref(), Some("2026-09-01T00:00:00.000Z"));
        assert_eq!(written("2026-09-01 10:00:00+02").as_deref(), Some("2026-09-01T08:00:00.000Z"));
        assert_eq!(written("2026-09-01T10:00:00.5Z").as_deref(), Some("2026-09-01T10:00:00.500Z"));
        assert_eq!(written("soon"), None);
        let base = read("2026-03-31").unwrap();
        assert_eq!(shift(base, "1 mon", true).map(write).as_deref(), Some("2026-02-28T00:00:00.000Z"));
        assert_eq!(
            shift(base, "1 day 2 hours", false).map(write).as_deref(),
            Some("2026-04-01T02:00:00.000Z")
        );
        assert_eq!(truncate("week", base).map(write).as_deref(), Some("2026-03-30T00:00:00.000Z"));
        assert_eq!(extract("doy", base), Some(90.0));
    }
}
