//! Measures contenders in turns, so that the machine's other load affects all of them alike.

use anyhow::Result;

/// The samples of one contender.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    in_order: Vec<f64>,
    ascending: Vec<f64>,
}

impl Samples {
    /// The number of samples.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ascending.len()
    }

    /// The sums of this one's and another's samples, round by round.
    ///
    /// The sum of two medians would be too low on a disk that is sometimes slow: two steps meet its slowness more often than
    /// one.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.in_order.iter().zip(&other.in_order).map(|(one, other)| one + other).collect()
    }

    /// The value below which this share of the samples lies, interpolated. NaN without samples.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let Some(most) = self.ascending.len().checked_sub(1) else {
            return f64::NAN;
        };
        let at = share * most as f64;
        let (below, above) = (at.floor() as usize, at.ceil() as usize);
        let (below, above) = (self.ascending[below], self.ascending[above]);
        below + (above - below) * at.fract()
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(samples: I) -> Self {
        let in_order: Vec<f64> = samples.into_iter().collect();
        let mut ascending = in_order.clone();
        ascending.sort_by(f64::total_cmp);
        Self { in_order, ascending }
    }
}

/// Something that is measured once in each round.
pub struct Contender<'a> {
    once: Box<dyn FnMut() -> Result<f64> + 'a>,
}

impl<'a> Contender<'a> {
    /// A contender that `once` measures.
    pub fn new(once: impl FnMut() -> Result<f64> + 'a) -> Self {
        Self { once: Box::new(once) }
    }
}

/// Runs A, B, C, A, B, C, …: `warm_up` rounds that do not count, then `rounds` that do.
///
/// # Errors
/// The first error of a contender.
pub fn interleaved<'a>(
    warm_up: usize,
    rounds: usize,
    contenders: impl IntoIterator<Item = Contender<'a>>,
) -> Result<Vec<Samples>> {
    let mut contenders: Vec<_> = contenders.into_iter().map(|contender| (contender, Vec::new())).collect();
    for round in 0..warm_up + rounds {
        for (contender, samples) in &mut contenders {
            let sample = (contender.once)()?;
            if round >= warm_up {
                samples.push(sample);
            }
        }
    }
    Ok(contenders.into_iter().map(|(_, samples)| samples.into_iter().collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn contenders_take_turns_and_the_warm_up_does_not_count() {
        let order = RefCell::new(String::new());
        let contender = |name: char, value: f64| {
            let (order, mut turn) = (&order, 0.0);
            Contender::new(move || {
                order.borrow_mut().push(name);
                turn += 1.0;
                Ok(value * turn)
            })
        };
        let samples = interleaved(1, 2, [contender('a', 1.0), contender('b', 10.0)]).unwrap();
        assert_eq!(*order.borrow(), "ababab");
        assert_eq!(samples, [Samples::from_iter([2.0, 3.0]), Samples::from_iter([20.0, 30.0])]);
    }

    #[test]
    fn samples_are_added_round_by_round() {
        let (one, other) = (Samples::from_iter([3.0, 1.0]), Samples::from_iter([10.0, 20.0]));
        assert_eq!(one.plus(&other), Samples::from_iter([13.0, 21.0]));
    }

    #[test]
    fn quantiles_lie_between_the_samples() {
        let samples = Samples::from_iter([4.0, 1.0, 3.0, 2.0]);
        assert_eq!(samples.quantile(0.5), 2.5);
        assert_eq!((samples.quantile(0.0), samples.quantile(1.0)), (1.0, 4.0));
        assert!(Samples::from_iter([]).quantile(0.5).is_nan());
    }
}
