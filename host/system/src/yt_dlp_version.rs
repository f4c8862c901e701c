//! How old a yt-dlp is, by its version.

/// The newest version known when this was written.
pub const NEWEST: &str = "2026.10.26";

/// The first version whose plugins can give it PO tokens.
pub const OLDEST_WITH_TOKENS: &str = "2025.05.22";

/// YouTube's changes need a newer yt-dlp within weeks. In days.
const OLD: i64 = 60;

/// Whether a version is older than [`NEWEST`] by [`OLD`]. What is no version is not.
#[must_use]
pub fn is_old(version: &str) -> bool {
    day_of(version).zip(day_of(NEWEST)).is_some_and(|(day, newest)| newest - day >= OLD)
}

/// Whether plugins can give PO tokens to this version. What is no version is not known to be too old.
#[must_use]
pub fn takes_tokens(version: &str) -> bool {
    day_of(version).zip(day_of(OLDEST_WITH_TOKENS)).is_none_or(|(day, oldest)| day >= oldest)
}

/// Whether this text is a version of yt-dlp's: `2026.10.26`, `2026.10.26.232828`. A suffix of a fork's may follow.
#[must_use]
pub fn is_version(text: &str) -> bool {
    const LONGEST: usize = 40;
    let may_stand = |c: char| c.is_ascii_alphanumeric() || ".-+_".contains(c);
    // What stands behind the day is no number in a fork's.
    let day = text.split_inclusive(|c: char| !c.is_ascii_digit()).take(3).collect::<String>();
    let is_day = day_of(day.trim_end_matches(|c: char| !c.is_ascii_digit())).is_some();
    text.len() <= LONGEST && is_day && text.chars().all(may_stand)
}

/// The day of a version, counted from some day on: `2026.10.26`, or `2026.10.26.232828` of a nightly one.
fn day_of(version: &str) -> Option<i64> {
    let mut numbers = version.split('.').map(|number| number.parse::<i64>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if !(2000..3000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // The year begins in March, so that its last day is the one that leap years add.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_version_is_told() {
        for version in ["2026.10.26", "2026.9.1", "2026.10.26.232828", "2026.10.26.dev0", "2026.10.26-fork+1"]
        {
            assert!(is_version(version), "{version}");
        }
        let long = format!("2026.10.26.{}", "1".repeat(40));
        for text in [
            "",
            "2026",
            "2026.10",
            "2026.13.01",
            "1.2.3",
            "Usage: yt-dlp [OPTIONS] URL",
            "2026.10.26 and more",
            "2026.10.26\u{1b}[2J",
            "\u{fffd}\u{fffd}.1.1",
            "yt-dlp 2026.10.26",
            "2026.10.",
            "2026.10.26/",
            &long,
        ] {
            assert!(!is_version(text), "{text:?}");
        }
    }

    #[test]
    fn a_version_is_old_after_sixty_days() {
        for (version, old) in [
            ("2026.10.26", false),
            ("2026.11.30", false),
            ("2026.08.28", false),
            ("2026.08.27", true),
            ("2026.8.27", true),
            ("2026.08.27.232828", true),
            ("2026.09.10.232828", false),
            ("2025.12.31", true),
            ("2021.12.17", true),
            ("", false),
            ("2.1", false),
            ("9999.99.99", false),
            ("1.2.3", false),
            ("99999999999999999999.1.1", false),
        ] {
            assert_eq!(is_old(version), old, "{version}");
        }
        for (version, takes) in [
            ("2025.05.21", false),
            ("2021.12.17", false),
            ("2025.05.22", true),
            ("2025.06.01", true),
            ("", true),
        ] {
            assert_eq!(takes_tokens(version), takes, "{version}");
        }
        assert_eq!(day_of("2024.03.01").unwrap() - day_of("2024.02.28").unwrap(), 2);
        assert_eq!(day_of("2026.01.01").unwrap() - day_of("2025.12.31").unwrap(), 1);
    }
}
