//! How old a yt-dlp is, by its version.

/// The newest version known when this was written.
pub const NEWEST: &str = "2026.10.26";

/// YouTube's changes need a newer yt-dlp within weeks. In days.
const OLD: i64 = 60;

/// Whether a version is older than [`NEWEST`] by [`OLD`]. What is no version is not.
#[must_use]
pub fn is_old(version: &str) -> bool {
    day_of(version).zip(day_of(NEWEST)).is_some_and(|(day, newest)| newest - day >= OLD)
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
        assert_eq!(day_of("2024.03.01").unwrap() - day_of("2024.02.28").unwrap(), 2);
        assert_eq!(day_of("2026.01.01").unwrap() - day_of("2025.12.31").unwrap(), 1);
    }
}
