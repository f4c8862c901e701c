//! One measured quantity, as the table shows it.

use crate::sample::Samples;
use std::fmt;

/// A figure's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Time.
    Seconds,
    /// Memory or disk.
    Bytes,
    /// How many.
    Count,
}

impl Unit {
    /// The scale for a value: its size and its symbol.
    fn scale(self, value: f64) -> (f64, &'static str) {
        const KIB: f64 = 1024.0;
        let (scales, smallest): (&[(f64, &'static str)], _) = match self {
            Self::Seconds => (&[(1.0, "s"), (1e-3, "ms")], (1e-6, "µs")),
            Self::Bytes => (&[(KIB * KIB, "MiB")], (KIB, "KiB")),
            Self::Count => (&[], (1.0, "")),
        };
        scales.iter().copied().find(|(one, _)| value.abs() >= *one).unwrap_or(smallest)
    }

    /// A value in words: `1.93 ms`.
    #[must_use]
    pub fn words(self, value: f64) -> String {
        if self == Self::Count {
            return format!("{value:.0}");
        }
        let (one, sign) = self.scale(value);
        format!("{} {sign}", digits(value / one))
    }
}

/// A median and its spread, or one exact value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The median, or the exact value.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
    spread: Option<Spread>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    p10: f64,
    p90: f64,
    runs: usize,
}

impl Figure {
    /// The median of some samples.
    #[must_use]
    pub fn median(samples: &Samples, unit: Unit) -> Self {
        let spread = Spread { p10: samples.quantile(0.1), p90: samples.quantile(0.9), runs: samples.count() };
        Self { value: samples.quantile(0.5), unit, spread: Some(spread) }
    }

    /// An exact value.
    #[must_use]
    pub fn exact(value: f64, unit: Unit) -> Self {
        Self { value, unit, spread: None }
    }
}

/// `1.93 ms (1.80–2.40, n 60)`
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, _) = self.unit.scale(self.value);
        f.write_str(&self.unit.words(self.value))?;
        match self.spread {
            Some(Spread { p10, p90, runs }) => {
                write!(f, " ({}–{}, n {runs})", digits(p10 / one), digits(p90 / one))
            }
            None => Ok(()),
        }
    }
}

/// A number with three significant digits.
fn digits(value: f64) -> String {
    let places = match value.abs() {
        below if below < 9.995 => 2,
        below if below < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_three_digits_and_the_unit_that_suits_it() {
        for (value, unit, words) in [
            (0.001_934, Unit::Seconds, "1.93 ms"),
            (0.000_012_34, Unit::Seconds, "12.3 µs"),
            (1.5, Unit::Seconds, "1.50 s"),
            (0.0999, Unit::Seconds, "99.9 ms"),
            (6.0 * 1024.0 * 1024.0, Unit::Bytes, "6.00 MiB"),
            (120.0 * 1024.0, Unit::Bytes, "120 KiB"),
            (10_000.0, Unit::Count, "10000"),
        ] {
            assert_eq!(Figure::exact(value, unit).to_string(), words);
        }
    }

    #[test]
    fn the_spread_is_in_the_unit_of_the_median() {
        let samples: Samples = (1..=11).map(|n| f64::from(n) * 3e-4).collect();
        assert_eq!(Figure::median(&samples, Unit::Seconds).to_string(), "1.80 ms (0.60–3.00, n 11)");
    }
}
