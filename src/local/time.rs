//! The local services' clock, and how their answers spell a moment.

use jiff::Timestamp;

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// A moment as the services write it: `2026-03-20T10:15:30.482Z`.
pub fn iso(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map(|moment| format!("{moment:.3}")).unwrap_or_default()
}
