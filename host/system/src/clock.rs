//! The time.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
#[must_use]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// `2026-11-22T18:40:00Z`, for programs.
#[must_use]
pub fn iso(ms: u64) -> String {
    timestamp(ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `18:40` in this machine's time zone, with the date if it is not today, for people.
#[must_use]
pub fn local(ms: u64, now: u64) -> String {
    let zone = TimeZone::system();
    let (at, today) = (timestamp(ms).to_zoned(zone.clone()), timestamp(now).to_zoned(zone));
    let form = if at.date() == today.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// `5 min ago`, for people.
#[must_use]
pub fn ago(ms: u64, now: u64) -> String {
    match now.saturating_sub(ms) / 60_000 {
        0 => "just now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        minutes => format!("{} h {} min ago", minutes / 60, minutes % 60),
    }
}

fn timestamp(ms: u64) -> Timestamp {
    i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_programs_and_for_people() {
        assert_eq!(iso(1_764_810_177_000), "2025-12-04T01:02:57Z");
        assert_eq!(ago(0, 59_999), "just now");
        assert_eq!(ago(0, 5 * 60_000), "5 min ago");
        assert_eq!(ago(0, 125 * 60_000), "2 h 5 min ago");
    }
}
